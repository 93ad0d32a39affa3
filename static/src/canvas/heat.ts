/** Sheets of numbers and histograms as path data, for the page and for pictures. */
import type { Point, Size } from "../layout/types.js";
import { levelOf, type Bounds, type Sheet } from "../model/sheets.js";

/** How sheets are coloured: `bound` is what the strongest colour stands for. */
export interface Shades {
  readonly bound: number;
  /** Light to dark, as pictures are, in place of two colours that part at 0. */
  readonly grey: boolean;
}

/** A sheet, and where it begins. */
export interface PlacedSheet {
  readonly sheet: Sheet;
  readonly at: Point;
}

export interface CellPaths {
  readonly ground: string;
  /** The lines between cells. */
  readonly lines: string;
  /** What isn't finite: crossed out. */
  readonly bad: string;
  /** The cells of each strength of a colour, by `levelOf`. */
  readonly levels: ReadonlyMap<number, string>;
}

/** Cells so large have a line between them. */
const LINED = 5;

export function cellPaths(
  sheets: readonly PlacedSheet[],
  cell: Size,
  { bound, grey }: Shades,
): CellPaths {
  const levels = new Map<number, string>();
  let [ground, lines, bad] = ["", "", ""];
  for (const { sheet, at } of sheets) {
    const { rows, columns } = sheet;
    const [width, height] = [columns * cell.width, rows * cell.height];
    ground += `M${at.x} ${at.y}h${width}v${height}h${-width}z`;
    if (cell.width >= LINED && !grey) lines += grid(sheet, at, cell);
    for (let row = 0; row < rows; row++)
      for (let column = 0; column < columns;) {
        const level = levelOf(sheet.numbers[row * columns + column]!, bound);
        let end = column + 1;
        while (end < columns && levelOf(sheet.numbers[row * columns + end]!, bound) === level)
          end++;
        const [x, y] = [at.x + column * cell.width, at.y + row * cell.height];
        const run = (end - column) * cell.width;
        if (level === undefined) for (; column < end; column++) bad += cross(at, row, column, cell);
        else if (level !== 0)
          levels.set(level, `${levels.get(level) ?? ""}M${x} ${y}h${run}v${cell.height}h${-run}z`);
        column = end;
      }
  }
  return { ground, lines, bad, levels };
}

/** The lines between the cells of a sheet. */
function grid({ rows, columns }: Sheet, { x, y }: Point, cell: Size): string {
  let lines = "";
  for (let row = 1; row < rows; row++)
    lines += `M${x} ${y + row * cell.height}h${columns * cell.width}`;
  for (let column = 1; column < columns; column++)
    lines += `M${x + column * cell.width} ${y}v${rows * cell.height}`;
  return lines;
}

function cross({ x, y }: Point, row: number, column: number, { width, height }: Size): string {
  const [left, top] = [x + column * width, y + row * height];
  return `M${left} ${top}l${width} ${height}M${left + width} ${top}l${-width} ${height}`;
}

export interface BarPaths {
  readonly plus: string;
  readonly minus: string;
  readonly axis: string;
}

/** Counts of bins from `min` to `max` in a box; a single element beside many still shows. */
export function barPaths(
  counts: readonly number[],
  { min, max }: Bounds,
  at: Point,
  { width, height }: Size,
): BarPaths {
  const most = Math.max(1, ...counts);
  const bar = width / Math.max(1, counts.length);
  const bottom = at.y + height;
  let [plus, minus] = ["", ""];
  counts.forEach((count, i) => {
    const high = count > 0 ? Math.max(1, (height * count) / most) : 0;
    const d = `M${at.x + i * bar} ${bottom}v${-high}h${bar * 0.88}v${high}z`;
    const middle = min + ((i + 0.5) * (max - min)) / counts.length;
    if (middle < 0) minus += d;
    else plus += d;
  });
  // A tick where 0 is.
  const zero = min < 0 && max > 0 ? at.x + (width * -min) / (max - min) : undefined;
  const axis = `M${at.x} ${bottom}h${width}${zero === undefined ? "" : `M${zero} ${bottom}v3.5`}`;
  return { plus, minus, axis };
}
