/** What a person can do: one object from which toolbar, menu, keyboard and lists are made. */
import type { Context } from "./context.js";

/** One action of a person's. */
export interface Command {
  readonly name: string;
  /** What it does, now: undo says what it would take back. */
  label(): string;
  /** A word beside its icon, for what newcomers look for. */
  readonly word?: string;
  /** Path data in a 20 × 20 box, for those in the toolbar. */
  readonly icon?: string;
  /** As tinykeys reads them; the first one is shown. `$mod` is Control, or ⌘ on a Mac. */
  readonly keys: readonly string[];
  enabled(): boolean;
  run(): unknown;
}

/** A command of one page; each has a file of its own. */
export type MakeCommand = (page: Context) => Command;

const NAMES: Readonly<Record<string, string>> = {
  Delete: "Del",
  Escape: "Esc",
  "Shift+?": "?",
  "Shift++": "+",
};

/** A shortcut as it is written on keys. */
export const keyText = (keys: string): string =>
  NAMES[keys] ??
  keys
    .replace("$mod", /Mac|iPhone|iPad/.test(navigator.userAgent) ? "⌘" : "Ctrl")
    .replace("Key", "")
    .replace("Delete", "Del");
