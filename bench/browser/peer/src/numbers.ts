/** The numbers beside the edges, outside of React: a change renders only the edges whose numbers it changes. */
import { useSyncExternalStore } from "react";

export interface EdgeNumbers {
  readonly value: number;
  readonly gradient: number;
}

const known = new Map<string, EdgeNumbers>();
const readers = new Map<string, () => void>();

export function setNumbers(numbers: Iterable<readonly [string, EdgeNumbers]>): void {
  for (const [edge, both] of numbers) {
    known.set(edge, both);
    readers.get(edge)?.();
  }
}

/** One edge is read by one component. */
export function useNumbers(edge: string): EdgeNumbers | undefined {
  return useSyncExternalStore(
    (changed) => {
      readers.set(edge, changed);
      return () => readers.delete(edge);
    },
    () => known.get(edge),
  );
}
