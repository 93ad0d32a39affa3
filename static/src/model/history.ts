/**
 * Undo by keeping what was. Every change has a name; changes with one tag that follow each other (a drag of a slider) are one
 * entry.
 */
import { computed, signal } from "@preact/signals-core";

const LIMIT = 200;

interface Entry<T> {
  readonly state: T;
  /** What led to this state, as a person would say it. */
  readonly name: string;
  readonly tag?: string | undefined;
}

/** A history as plain data, to be kept and taken up again. */
export interface Saved<T> {
  readonly past: readonly Entry<T>[];
  readonly now: Entry<T>;
  readonly future: readonly Entry<T>[];
}

export class History<T> {
  private readonly entries;
  readonly now;
  /** The name of what undo would take back, and of what redo would do again. */
  readonly undoName;
  readonly redoName;

  constructor(first: T | Saved<T>) {
    const saved = isSaved(first)
      ? first
      : { past: [], now: { state: first, name: "" }, future: [] };
    this.entries = signal<Saved<T>>(saved);
    this.now = computed(() => this.entries.value.now.state);
    this.undoName = computed(() => {
      const { past, now } = this.entries.value;
      return past.length > 0 ? now.name : undefined;
    });
    this.redoName = computed(() => this.entries.value.future[0]?.name);
  }

  /** Makes `state` the present one. */
  push(state: T, name: string, tag?: string): void {
    const { past, now } = this.entries.value;
    if (state === now.state) return;
    const merge = tag !== undefined && tag === now.tag;
    this.entries.value = {
      past: merge ? past : [...past, now].slice(-LIMIT),
      now: { state, name, tag },
      future: [],
    };
  }

  /** Makes `state` the present one in place of the one before, as a part of the same entry. */
  amend(state: T, name: string): void {
    this.entries.value = { ...this.entries.value, now: { state, name }, future: [] };
  }

  /** Ends a run of changes with one tag: the next one is an entry of its own. */
  settle(): void {
    const { now } = this.entries.value;
    if (now.tag === undefined) return;
    this.entries.value = { ...this.entries.value, now: { state: now.state, name: now.name } };
  }

  /** Takes back a run of changes with one tag that goes on, as if it had not been. */
  cancel(): void {
    const { past, now, future } = this.entries.value;
    const last = past.at(-1);
    if (last && now.tag !== undefined)
      this.entries.value = { past: past.slice(0, -1), now: last, future };
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

  /** Whether undo or redo would come to a state, and which of them; undefined where neither does. */
  wayTo(state: T): "undo" | "redo" | undefined {
    const { past, future } = this.entries.value;
    const holds = (entries: readonly Entry<T>[]): boolean =>
      entries.some((entry) => entry.state === state);
    if (holds(future)) return "redo";
    return holds(past) ? "undo" : undefined;
  }

  saved(): Saved<T> {
    return this.entries.value;
  }
}

const isSaved = <T>(first: T | Saved<T>): first is Saved<T> =>
  typeof first === "object" && first !== null && "past" in first && "now" in first;
