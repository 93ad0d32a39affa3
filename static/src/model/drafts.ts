/** Graphs kept in the browser as they are worked on, each with its history, and told to other tabs that have it open. */
import { signal } from "@preact/signals-core";
import { delMany, get, getMany, keys, set, setMany } from "idb-keyval";
import type { GraphDocument } from "../api/client.js";
import { putTogether, takenApart } from "./apart.js";
import type { Saved } from "./history.js";

export interface Draft {
  readonly id: string;
  /** In storage its large values are kept apart. */
  readonly history: Saved<GraphDocument>;
  /** Milliseconds since 1970. */
  readonly changed: number;
  /** The graph of the gallery that it began as. */
  readonly example?: string | undefined;
}

/** The centres of nodes, by id. */
export type Places = Readonly<Record<string, { readonly x: number; readonly y: number }>>;

/** What the page says of its keeping. */
export type Keeping = "nothing to save" | "saving" | "saved" | "not saved";

const PREFIX = "draft ";
const PLACES = "places ";
const LARGE = "large ";
const DELAY = 250;
const KEPT = 30;
/** So many letters are put aside at most when a page is left. */
const SHELF_MOST = 2_000_000;

export const newDraftId = (): string => crypto.randomUUID().slice(0, 8);

/** A storage that is written at once, for what a page that is left can't wait for: the browser's `localStorage`. */
export type Shelf = Pick<Storage, "getItem" | "setItem" | "removeItem">;

const onShelf = (id: string): string => `unsaved ${PREFIX}${id}`;

/** A draft as it was left. */
export async function readDraft(id: string, shelf: Shelf): Promise<Draft | undefined> {
  const left = leftBehind(id, shelf);
  const [kept, large] = await getMany<unknown>([PREFIX + id, LARGE + id]);
  const newest = newer(left, kept as Draft | undefined);
  if (newest && newest === left) await set(PREFIX + id, left);
  if (!newest || !large) return newest; // drafts of earlier versions are whole
  return { ...newest, history: putTogether({ history: newest.history, large: large as Large }) };
}

type Large = ReturnType<typeof takenApart>["large"];

const newer = (left: Draft | undefined, kept: Draft | undefined): Draft | undefined =>
  left && kept ? (kept.changed >= left.changed ? kept : left) : (left ?? kept);

/** What a page that was left in the middle of saving has put aside. */
function leftBehind(id: string, shelf: Shelf): Draft | undefined {
  try {
    const text = shelf.getItem(onShelf(id));
    shelf.removeItem(onShelf(id));
    return text === null ? undefined : (JSON.parse(text) as Draft);
  } catch {
    return undefined; // storage is blocked
  }
}

/** Where a draft's nodes stood when it was left. */
export const readPlaces = (id: string): Promise<Places | undefined> => get<Places>(PLACES + id);

/** The drafts, newest first, without their large values. */
export async function listDrafts(): Promise<Draft[]> {
  const drafts = (await keys<string>()).filter((key) => key.startsWith(PREFIX));
  const all = await getMany<Draft>(drafts);
  return all.filter((draft) => draft !== undefined).sort((a, b) => b.changed - a.changed);
}

export interface KeeperEvents {
  /** Another tab has changed the graph, and this one has nothing unsaved. */
  changedElsewhere(graph: GraphDocument): void;
  /** Both have changed it: this one goes on as a draft of its own. */
  forked(id: string): void;
}

/** Keeps one draft: saves it soon after every change and listens to other tabs. */
export class Keeper {
  readonly state = signal<Keeping>("nothing to save");
  private pending: Omit<Draft, "id" | "changed"> | undefined;
  /** What is on its way into the storage. */
  private writing: Keeper["pending"];
  /** Only a draft's first write makes one more of them. */
  private first = true;
  private places: Places = {};
  /** The large values that are in the storage. */
  private stored: Large | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private channel: BroadcastChannel;

  constructor(
    public id: string,
    private readonly events: KeeperEvents,
    private readonly shelf: Shelf,
  ) {
    this.channel = this.listen();
  }

  /** Saves after a short pause, so that a drag is one write. */
  keep(draft: Omit<Draft, "id" | "changed">): void {
    this.pending = draft;
    this.state.value = "saving";
    this.timer ??= setTimeout(() => void this.flush(), DELAY);
  }

  /** Keeps where the nodes stand, so that the drawing is the same when it is opened again. */
  keepPlaces(places: Places): void {
    this.places = places;
    if (this.state.peek() !== "nothing to save") void this.flushPlaces();
  }

  private async flushPlaces(): Promise<void> {
    try {
      await set(PLACES + this.id, this.places);
    } catch {
      // The drawing then comes out as it does for a new graph.
    }
  }

  /** The page is being left: what isn't written yet is put aside at once, since nothing waits for the writing. */
  leave(): void {
    const unsaved = this.pending ?? this.writing;
    if (!unsaved) return;
    this.putAside(unsaved);
    void this.flush();
  }

  /** Without its past where all of it would be long; long values must be in the storage already. */
  private putAside({ history, example }: Omit<Draft, "id" | "changed">): void {
    const { history: light, large } = takenApart(history);
    if (!this.holds(large)) return; // the write that follows may still come through
    const { now, past, future } = light;
    const length = JSON.stringify(now).length;
    if (length > SHELF_MOST) return;
    const states = 1 + past.length + future.length;
    const kept = length * states > SHELF_MOST ? { past: [], now, future: [] } : light;
    const draft: Draft = { history: kept, example, id: this.id, changed: Date.now() };
    try {
      this.shelf.setItem(onShelf(this.id), JSON.stringify(draft));
    } catch {
      // Storage is blocked, or full.
    }
  }

  /** Whether these values are in the storage, or there are none. */
  private holds(large: Large): boolean {
    const stored = this.stored ?? [];
    return large.length === stored.length && large.every((value, at) => value === stored[at]);
  }

  private async write({ history, example }: Omit<Draft, "id" | "changed">): Promise<void> {
    const { history: light, large } = takenApart(history);
    const draft: Draft = { history: light, example, id: this.id, changed: Date.now() };
    const written: [string, unknown][] = [[PREFIX + this.id, draft]];
    if (this.stored === undefined || !this.holds(large)) written.push([LARGE + this.id, large]);
    await setMany(written);
    this.stored = large;
  }

  /** Writes what is pending now. */
  async flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    const { pending } = this;
    if (!pending) return;
    this.pending = undefined;
    this.writing = pending;
    try {
      await this.write(pending);
      this.channel.postMessage(SAVED);
      if (!this.hasMore()) this.state.value = "saved";
      if (this.first) void Promise.all([tidyUp(), this.flushPlaces()]);
      this.first = false;
    } catch {
      this.pending ??= pending;
      this.state.value = "not saved";
    } finally {
      this.writing = undefined;
    }
  }

  /** Something may have been changed while the last write was under way. */
  private hasMore(): boolean {
    return this.pending !== undefined;
  }

  private listen(): BroadcastChannel {
    const channel = new BroadcastChannel(PREFIX + this.id);
    channel.onmessage = (): void => {
      this.stored = undefined; // the other tab's values are there now
      if (!this.pending) {
        void this.takeOver();
        return;
      }
      channel.close();
      this.id = newDraftId();
      this.first = true;
      this.channel = this.listen();
      this.events.forked(this.id);
    };
    return channel;
  }

  /** Takes what another tab has saved. */
  private async takeOver(): Promise<void> {
    const draft = await readDraft(this.id, this.shelf).catch(() => undefined);
    if (draft && !this.hasMore()) this.events.changedElsewhere(draft.history.now.state);
  }
}

/** What a tab tells the others. */
const SAVED = "saved";

/** Drops the oldest of too many drafts. */
async function tidyUp(): Promise<void> {
  for (const { id } of (await listDrafts()).slice(KEPT))
    await delMany([PREFIX + id, PLACES + id, LARGE + id]);
}
