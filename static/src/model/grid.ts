/** Vectors and matrices as tables of numbers: changes to them, and what spreadsheets hand over. */
import type { Tensor } from "../api/client.js";
import { MINUS, readNumber, readTensor, shapeOf } from "./numbers.js";

/** Larger tensors are edited as text. */
export const GRID_MOST = 400;

/** A vector's one row, or a matrix's rows. */
export interface Grid {
  readonly rows: readonly (readonly number[])[];
  readonly vector: boolean;
}

export interface Cell {
  readonly row: number;
  readonly column: number;
}

/** A rectangle of cells, from one corner to the other, both in it. */
export interface Range {
  readonly from: Cell;
  readonly to: Cell;
}

/** A value as a table; undefined for a number, more than two axes, or what is no tensor at all. */
export function gridOf(value: Tensor): Grid | undefined {
  if (!Array.isArray(value) || value.length === 0) return undefined;
  const vector = !Array.isArray(value[0]);
  const rows = (vector ? [value] : value) as unknown as readonly number[][];
  const width = rows[0]?.length ?? 0;
  const complete = rows.every(
    (row) =>
      Array.isArray(row) &&
      row.length === width &&
      row.every((cell: unknown) => typeof cell === "number"),
  );
  return complete && width > 0 ? { rows, vector } : undefined;
}

export const tensorOf = ({ rows, vector }: Grid): Tensor =>
  vector ? [...(rows[0] ?? [])] : rows.map((row) => [...row]);

export const sizeOf = ({ rows }: Grid): { rows: number; columns: number } => ({
  rows: rows.length,
  columns: rows[0]?.length ?? 0,
});

/** The same table with other numbers in some cells. */
export const mapCells = (grid: Grid, other: (number: number, cell: Cell) => number): Grid => ({
  ...grid,
  rows: grid.rows.map((row, r) => row.map((number, c) => other(number, { row: r, column: c }))),
});

export const isIn = ({ row, column }: Cell, { from, to }: Range): boolean =>
  Math.min(from.row, to.row) <= row &&
  row <= Math.max(from.row, to.row) &&
  Math.min(from.column, to.column) <= column &&
  column <= Math.max(from.column, to.column);

/** A table of so many rows and columns: what there is stays where it is, new cells are `blank`. */
export function resized(grid: Grid, rows: number, columns: number, blank: number): Grid {
  return {
    vector: grid.vector && rows === 1,
    rows: Array.from({ length: rows }, (_, row) =>
      Array.from({ length: columns }, (_, column) => grid.rows[row]?.[column] ?? blank),
    ),
  };
}

/** With one more row after the given one; a vector becomes a matrix of two rows. */
export const addRow = (grid: Grid, after: number, blank: number): Grid => ({
  vector: false,
  rows: grid.rows.toSpliced(
    after + 1,
    0,
    Array.from({ length: sizeOf(grid).columns }, () => blank),
  ),
});

export const addColumn = (grid: Grid, after: number, blank: number): Grid => ({
  ...grid,
  rows: grid.rows.map((row) => row.toSpliced(after + 1, 0, blank)),
});

/** Without one row; the last one stays. */
export const removeRow = (grid: Grid, row: number): Grid =>
  grid.rows.length > 1 ? { ...grid, rows: grid.rows.toSpliced(row, 1) } : grid;

export const removeColumn = (grid: Grid, column: number): Grid =>
  sizeOf(grid).columns > 1
    ? { ...grid, rows: grid.rows.map((row) => row.toSpliced(column, 1)) }
    : grid;

export type Kind = "number" | "vector" | "matrix";

export const kindOf = (value: Tensor): Kind | undefined =>
  typeof value === "number"
    ? "number"
    : (["number", "vector", "matrix"] as const)[shapeOf(value).length];

/** A value with another number of axes. A matrix becomes a vector of all its numbers, row by row; a number is the first of them. */
export function asKind(value: Tensor, kind: Kind): Tensor {
  const numbers = ([value] as unknown[]).flat(Infinity as 1) as number[];
  if (kind === "number") return numbers[0] ?? 0;
  if (kind === "vector") return numbers;
  return gridOf(value)?.vector === false ? value : [numbers];
}

/** Cells as spreadsheets copy them: tabs between columns, a row a line. */
export const toText = (grid: Grid, range: Range): string =>
  grid.rows
    .flatMap((row, r) => {
      const cells = row.filter((_, column) => isIn({ row: r, column }, range));
      return cells.length > 0 ? [cells.join("\t")] : [];
    })
    .join("\n");

type Read = { readonly tensor: Tensor } | { readonly fault: string };

/**
 * Pasted text: brackets, or rows with tabs, semicolons, blanks or commas between their numbers. One row is a vector. A lone 1,5 is
 * not guessed at.
 */
export function readCells(text: string): Read {
  const plain = text.replace(/\r\n?/g, "\n").replace(/\n+$/, "");
  const brackets = /[[\]]/.test(plain);
  if (plain.includes("\t") && !brackets) return rowsOf(plain, "\t");
  const read = readTensor(plain);
  if (!("fault" in read) || !plain.includes(",") || brackets) return read;
  return /^\s*[^\s,]+,[^\s,]+\s*$/.test(plain) ? read : rowsOf(plain, ",");
}

function rowsOf(text: string, between: string): Read {
  const rows: number[][] = [];
  for (const [r, line] of text.split("\n").entries()) {
    const row: number[] = [];
    for (const [c, cell] of line.split(between).entries()) {
      const number = readNumber(cell);
      if (number === undefined)
        return { fault: `Row ${r + 1}, column ${c + 1}: ${wrongCell(cell)}` };
      row.push(number);
    }
    rows.push(row);
  }
  if (new Set(rows.map((row) => row.length)).size > 1)
    return { fault: "The rows are not equally long." };
  return { tensor: rows.length > 1 ? rows : rows[0]! };
}

/** What is wrong with a cell's text. */
export function wrongCell(text: string): string {
  const plain = text.trim();
  if (plain === "") return "nothing stands there.";
  const comma = /^([+-]?\d+),(\d+)$/.exec(plain.replaceAll(MINUS, "-"));
  if (comma) return `write the decimal mark as a point: ${comma[1]}.${comma[2]}`;
  const shown = plain.length > 20 ? `${plain.slice(0, 20)}…` : plain;
  return `“${shown}” is not a number.`;
}

/**
 * A value into which text is pasted at a cell. At the first cell the text is the whole new value, of its own shape. Elsewhere it is
 * written over what is there, and rows and columns are added for what goes beyond. Where the shape is `fixed` it must fit in.
 */
export function pasted(grid: Grid, at: Cell, text: string, blank: number, fixed: boolean): Read {
  const read = readCells(text);
  if ("fault" in read) return read;
  const block = blockOf(grid, read.tensor);
  const first = at.row === 0 && at.column === 0;
  if (first && !fixed)
    return { tensor: block && !text.includes("[") ? tensorOf(block) : read.tensor };
  if (!block) return { fault: "Only a vector or a matrix can be pasted here." };
  const { rows, columns } = sizeOf(block);
  const now = sizeOf(grid);
  const needed = {
    rows: Math.max(now.rows, at.row + rows),
    columns: Math.max(now.columns, at.column + columns),
  };
  if (fixed && (needed.rows > now.rows || needed.columns > now.columns))
    return {
      fault: `${rows} × ${columns} numbers don't fit here: the shape is ${now.rows} × ${now.columns}.`,
    };
  const roomy = resized(grid, needed.rows, needed.columns, blank);
  const written = mapCells(
    roomy,
    (number, { row, column }) => block.rows[row - at.row]?.[column - at.column] ?? number,
  );
  return { tensor: tensorOf(written) };
}

/** What is pasted as a table: a row pasted into a matrix is a matrix of one row, a column pasted into a vector becomes its row. */
function blockOf(grid: Grid, tensor: Tensor): Grid | undefined {
  const block = gridOf(typeof tensor === "number" ? [tensor] : tensor);
  if (!block) return undefined;
  const { columns } = sizeOf(block);
  if (grid.vector && columns === 1)
    return { vector: true, rows: [block.rows.map(([number]) => number!)] };
  return { ...block, vector: block.vector && grid.vector };
}
