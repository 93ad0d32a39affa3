/** How somebody has fared in exercises. */
import type { Score } from "./practice.js";

/** On one level. */
export interface Standing {
  /** Exercises that were gone through. */
  readonly done: number;
  /** Those in a row without looking at an answer, now and at best. */
  readonly streak: number;
  readonly best: number;
  readonly found: number;
  readonly first: number;
}

export const NO_STANDING: Standing = { done: 0, streak: 0, best: 0, found: 0, first: 0 };

export function withScore(before: Standing, { first, helped, revealed }: Score): Standing {
  const streak = revealed === 0 ? before.streak + 1 : 0;
  return {
    done: before.done + 1,
    streak,
    best: Math.max(before.best, streak),
    found: before.found + first + helped,
    first: before.first + first,
  };
}

/** A standing that was kept as text; what can't be read counts as none. */
export function readStanding(text: string | null): Standing {
  try {
    const data = JSON.parse(text ?? "") as Partial<{ [K in keyof Standing]: unknown }>;
    const count = (name: keyof Standing): number => {
      const value = data[name];
      return typeof value === "number" && Number.isInteger(value) && value >= 0 ? value : 0;
    };
    return {
      done: count("done"),
      streak: count("streak"),
      best: count("best"),
      found: count("found"),
      first: count("first"),
    };
  } catch {
    return NO_STANDING;
  }
}
