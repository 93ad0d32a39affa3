/** One action of a person's: what toolbar, menu and keyboard are made from. */
export interface Command {
  readonly name: string;
  readonly label: string;
  /** Path data in a 20 × 20 box. */
  readonly icon: string;
  /** As tinykeys reads them; the first one is shown. `$mod` is Control, or ⌘ on a Mac. */
  readonly keys: readonly string[];
  enabled(): boolean;
  run(): unknown;
}

/** A shortcut as it is written on keys. */
export const keyText = (keys: string): string =>
  keys
    .replace("$mod", /Mac|iPhone|iPad/.test(navigator.userAgent) ? "⌘" : "Ctrl")
    .replace(/\+?Key/, (match) => (match.startsWith("+") ? "+" : ""))
    .replace("Shift+", "Shift+");
