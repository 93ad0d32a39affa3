/** What a person has chosen once, kept in this browser. */
import { effect, type Signal } from "@preact/signals-core";
import type { Shelf } from "../model/drafts.js";

const NO_SHELF: Shelf = {
  getItem: () => null,
  setItem: () => undefined,
  removeItem: () => undefined,
};

/** The browser's storage; one that keeps nothing where that is blocked. */
export function shelf(): Shelf {
  try {
    return localStorage;
  } catch {
    return NO_SHELF;
  }
}

/** Gives a signal the value that it had last time, if that is still among `all`, and keeps what it becomes. */
export function keepChoice<T extends string>(
  name: string,
  chosen: Signal<T>,
  all: readonly T[],
): void {
  const kept = shelf();
  const before = kept.getItem(name);
  const stored = all.find((value) => value === before);
  if (stored !== undefined) chosen.value = stored;
  effect(() => {
    kept.setItem(name, chosen.value);
  });
}
