/** An answer of the server that follows what is open: asked for anew when that changes, the newest question overtaking. */
import { signal } from "@preact/signals-core";
import { ApiError, type Fault, type GraphDocument } from "../api/client.js";

/** How long a question rests before it is asked, so that a drag asks once it slows down, in milliseconds. */
const REST = 120;

export class Answer<T> {
  /** The latest answer; it may belong to an earlier question while `busy`. */
  readonly value = signal<T | undefined>(undefined);
  readonly faults = signal<readonly Fault[]>([]);
  readonly busy = signal(false);
  private key: string | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;

  /** Asks, unless this is the question of last time. Cheap to call whenever something is rendered. */
  want(key: string, ask: () => Promise<T>): void {
    if (key === this.key) return;
    const first = this.key === undefined;
    this.key = key;
    clearTimeout(this.timer);
    this.timer = setTimeout(
      () => {
        void this.ask(key, ask);
      },
      first ? 0 : REST,
    );
  }

  /** Lets the same question be asked again. */
  forget(): void {
    clearTimeout(this.timer);
    this.key = undefined;
  }

  private async ask(key: string, ask: () => Promise<T>): Promise<void> {
    this.busy.value = true;
    try {
      const answer = await ask();
      if (key !== this.key) return;
      this.value.value = answer;
      this.faults.value = [];
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (key !== this.key) return;
      this.value.value = undefined;
      this.faults.value = error.faults;
    } finally {
      if (key === this.key) this.busy.value = false;
    }
  }
}

const keys = new WeakMap<GraphDocument, number>();
let last = 0;

/** A short name for a document, to make questions of: a changed document is another one. */
export function graphKey(graph: GraphDocument): number {
  const key = keys.get(graph) ?? ++last;
  keys.set(graph, key);
  return key;
}
