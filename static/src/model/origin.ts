/** Where an exercise of the server's comes from, and how an address names it. */
export interface Origin {
  readonly level: number;
  readonly seed: number;
}

/** The level and seed that an address names, as in `2.417`. */
export function readOrigin(text: string | null): Origin | undefined {
  const match = /^([1-3])\.(\d{1,10})$/.exec(text ?? "");
  const seed = Number(match?.[2]);
  return match && seed <= 2 ** 31 ? { level: Number(match[1]), seed } : undefined;
}
