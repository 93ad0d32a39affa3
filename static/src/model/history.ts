/** Undo by keeping what was. Changes with one tag that follow each other (a drag of a slider) are one entry. */
import { computed, signal } from "@preact/signals-core";

const LIMIT = 200;

interface Entry<T> {
  readonly state: T;
  readonly tag: string | undefined;
}

export class History<T> {
  private readonly entries = signal<{
    past: readonly Entry<T>[];
    now: Entry<T>;
    future: readonly Entry<T>[];
  }>(undefined as never);

  constructor(first: T) {
    this.entries.value = { past: [], now: { state: first, tag: undefined }, future: [] };
  }

  readonly now = computed(() => this.entries.value.now.state);
  readonly canUndo = computed(() => this.entries.value.past.length > 0);
  readonly canRedo = computed(() => this.entries.value.future.length > 0);

  /** Makes `state` the present one. */
  push(state: T, tag?: string): void {
    const { past, now } = this.entries.value;
    if (state === now.state) return;
    const merge = tag !== undefined && tag === now.tag;
    this.entries.value = {
      past: merge ? past : [...past, now].slice(-LIMIT),
      now: { state, tag },
      future: [],
    };
  }

  /** Ends a run of changes with one tag: the next one is an entry of its own. */
  settle(): void {
    const { now } = this.entries.value;
    if (now.tag !== undefined)
      this.entries.value = { ...this.entries.value, now: { ...now, tag: undefined } };
  }

  undo(): void {
    const { past, now, future } = this.entries.value;
    const last = past.at(-1);
    if (last) this.entries.value = { past: past.slice(0, -1), now: last, future: [now, ...future] };
  }

  redo(): void {
    const { past, now, future } = this.entries.value;
    const [next, ...rest] = future;
    if (next) this.entries.value = { past: [...past, now], now: next, future: rest };
  }
}
