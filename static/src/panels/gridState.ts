/** What a person has done to each grid on the page and the document doesn't know: chosen cells, unfinished texts. */
import type { Tensor } from "../api/client.js";
import type { Cell } from "../model/grid.js";

/** What a tensor's editor needs of whoever keeps the tensor. */
export interface TensorHost {
  /** Tells it from all other editors on the page. */
  readonly key: string;
  readonly name: string;
  /** For whoever looks for the field of a leaf. */
  readonly leaf?: string | undefined;
  /** What an emptied cell holds, and a new one. */
  readonly blank: number;
  /** Whether the shape is given. */
  readonly fixed: boolean;
  set(value: Tensor): void;
  /** Ends what is one step of undo. */
  settle(): void;
  /** Takes back what isn't settled. */
  cancel(): void;
  redraw(): void;
}

export interface State {
  /** The cell that has the focus, or will have it, and the other corner of what is selected. */
  at: Cell;
  to: Cell;
  editing: boolean;
  /** A button of the mouse went down on a cell. */
  dragging: boolean;
  /** What is typed in cells, and isn't the number there or none at all. */
  readonly typed: Map<string, string>;
  /** Why nothing was pasted. */
  notice: string;
}

export const FIRST: Cell = { row: 0, column: 0 };

export const PASTE_HINT =
  "Paste at the first cell to replace the whole; at another cell to fill from there on. Rows of a spreadsheet, commas and brackets are understood.";
export const FIXED_HINT = "Rows of a spreadsheet, commas and brackets can be pasted at any cell.";

const states = new Map<string, State>();

export const stateOf = (key: string): State => {
  const known = states.get(key);
  if (known) return known;
  const typed = new Map<string, string>();
  const fresh = { at: FIRST, to: FIRST, editing: false, dragging: false, typed, notice: "" };
  states.set(key, fresh);
  return fresh;
};

/** Forgets what is typed and chosen: another graph has been opened. */
export const forgetGrids = (): void => {
  states.clear();
};

/** The cell that was last in use; it may lie outside by now. */
export const activeCell = (key: string): Cell => states.get(key)?.at ?? FIRST;

/** Chooses another cell, without giving it the focus. */
export const setActive = (key: string, cell: Cell): void => {
  Object.assign(stateOf(key), { at: cell, to: cell, editing: false });
};
