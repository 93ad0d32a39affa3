/** Graphs kept in the browser as they are worked on, each with its history, and told to other tabs that have it open. */
import { signal } from "@preact/signals-core";
import { del, entries, get, set } from "idb-keyval";
import type { GraphDocument } from "../api/client.js";
import type { Saved } from "./history.js";

export interface Draft {
  readonly id: string;
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
const DELAY = 250;
const KEPT = 30;

export const newDraftId = (): string => crypto.randomUUID().slice(0, 8);

/** A storage that is written at once, for what a page that is left can't wait for: the browser's `localStorage`. */
export type Shelf = Pick<Storage, "getItem" | "setItem" | "removeItem">;

const onShelf = (id: string): string => `unsaved ${PREFIX}${id}`;

/** A draft as it was left. */
export async function readDraft(id: string, shelf: Shelf): Promise<Draft | undefined> {
  const left = leftBehind(id, shelf);
  const kept = await get<Draft>(PREFIX + id);
  if (!left || (kept && kept.changed >= left.changed)) return kept;
  await set(PREFIX + id, left);
  return left;
}

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

/** The drafts, newest first. */
export async function listDrafts(): Promise<Draft[]> {
  const all = await entries<string, Draft>();
  return all
    .filter(([key]) => key.startsWith(PREFIX))
    .map(([, draft]) => draft)
    .sort((a, b) => b.changed - a.changed);
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
    const draft: Draft = { ...unsaved, id: this.id, changed: Date.now() };
    try {
      this.shelf.setItem(onShelf(this.id), JSON.stringify(draft));
    } catch {
      // Too long, or blocked: the write below may still come through.
    }
    void this.flush();
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
      await set(PREFIX + this.id, { ...pending, id: this.id, changed: Date.now() } satisfies Draft);
      this.channel.postMessage(pending.history.now.state);
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
    channel.onmessage = ({ data }: MessageEvent<GraphDocument>): void => {
      if (!this.pending) {
        this.events.changedElsewhere(data);
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
}

/** Drops the oldest of too many drafts. */
async function tidyUp(): Promise<void> {
  for (const { id } of (await listDrafts()).slice(KEPT))
    await Promise.all([del(PREFIX + id), del(PLACES + id)]);
}
