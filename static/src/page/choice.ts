/** What a person has chosen once, kept in this browser. */
import { effect, type Signal } from "@preact/signals-core";
import { always, keep, kept } from "../storage.js";

/** Gives a signal the value that it had last time, if that is still among `all`, and keeps what it becomes. */
export function keepChoice<T extends string>(
  name: string,
  chosen: Signal<T>,
  all: readonly T[],
): void {
  const before = kept(always, name);
  const stored = all.find((value) => value === before);
  if (stored !== undefined) chosen.value = stored;
  effect(() => {
    keep(always, name, chosen.value);
  });
}
