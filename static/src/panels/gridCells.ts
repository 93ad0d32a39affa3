/** The cells of a table of fields: their names in the page, and what is typed in them. */
import { wrongCell, type Cell } from "../model/grid.js";
import { readNumber } from "../model/numbers.js";
import type { State } from "./gridState.js";

/** On the way to a number. */
const UNFINISHED = /^[+\-−]?\d*\.?\d*(e[+\-−]?)?$/i;

export const named = ({ row, column }: Cell): string => `${row},${column}`;
export const spoken = ({ row, column }: Cell): string => `row ${row}, column ${column}`;
export const same = (a: Cell, b: Cell): boolean => a.row === b.row && a.column === b.column;

export function focusOn(table: Element, cell: Cell): void {
  const input = table.querySelector<HTMLInputElement>(`[data-cell="${named(cell)}"]`);
  input?.focus();
  input?.select();
}

export function cellNamed(name: string): Cell {
  const [row, column] = name.split(",").map(Number) as [number, number];
  return { row, column };
}

export function cellAt({ target }: Event): Cell | undefined {
  const name = target instanceof HTMLInputElement ? target.dataset.cell : undefined;
  return name === undefined ? undefined : cellNamed(name);
}

/** What is wrong with the texts of cells, by cell; not with what is only begun. */
export function faultsIn({ typed, at, editing }: State): ReadonlyMap<string, string> {
  return new Map(
    [...typed].filter(
      ([name, text]) =>
        text.trim() !== "" &&
        readNumber(text) === undefined &&
        !(editing && name === named(at) && UNFINISHED.test(text.trim())),
    ),
  );
}

/** The same as a sentence: the one at hand, else the latest. */
export function faultSentence(faults: ReadonlyMap<string, string>, { at, notice }: State): string {
  if (notice) return notice;
  const here = [...faults].find(([name]) => name === named(at));
  const [name, text] = here ?? [...faults].at(-1)!;
  const more = faults.size > 1 ? ` And ${faults.size - 1} more.` : "";
  const place = spoken(cellNamed(name));
  return `${place.charAt(0).toUpperCase()}${place.slice(1)}: ${wrongCell(text)}${more}`;
}
