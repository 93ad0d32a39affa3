/** The cells of sheets as SVG: one path for each strength of a colour, so that new numbers rewrite a few attributes. */
import type { Point, Size } from "../layout/types.js";
import { LEVELS, levelOf, type Sheet } from "../model/sheets.js";
import { svg } from "./svg.js";

/** How sheets are coloured: `bound` is what the strongest colour stands for. */
export interface Shades {
  readonly bound: number;
  /** Light to dark, as pictures are, in place of two colours that part at 0. */
  readonly grey: boolean;
}

/** Cells so large have a line between them. */
const LINED = 5;

export class Cells {
  readonly element = svg("g", { class: "cells" });
  private readonly paths = new Map<number, SVGPathElement>();
  private readonly ground = svg("path", { class: "ground" });
  private readonly lines = svg("path", { class: "lines" });
  /** What isn't finite: crossed out. */
  private readonly bad = svg("path", { class: "not-finite" });

  constructor() {
    this.element.append(this.ground, this.lines, this.bad);
  }

  /** Draws sheets, each from its place on. */
  show(
    sheets: readonly { readonly sheet: Sheet; readonly at: Point }[],
    cell: Size,
    { bound, grey }: Shades,
  ): void {
    const data = new Map<number, string>();
    let bad = "";
    let [ground, lines] = ["", ""];
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
          if (level === undefined)
            for (; column < end; column++) bad += cross(at, row, column, cell);
          else if (level !== 0)
            data.set(level, `${data.get(level) ?? ""}M${x} ${y}h${run}v${cell.height}h${-run}z`);
          column = end;
        }
    }
    this.element.classList.toggle("grey", grey);
    this.ground.setAttribute("d", ground);
    this.lines.setAttribute("d", lines);
    this.bad.setAttribute("d", bad);
    for (const [level, path] of this.paths) if (!data.has(level)) path.removeAttribute("d");
    for (const [level, d] of data) this.pathOf(level).setAttribute("d", d);
  }

  private pathOf(level: number): SVGPathElement {
    const known = this.paths.get(level);
    if (known) return known;
    const path = svg("path", {
      class: level > 0 ? "plus" : "minus",
      "fill-opacity": Math.abs(level) / LEVELS,
    });
    this.paths.set(level, path);
    this.lines.before(path);
    return path;
  }
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
