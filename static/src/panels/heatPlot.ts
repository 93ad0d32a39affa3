/** A heat map at the side: the pointer or the arrow keys go over its cells, and a line says what stands there. */
import { Cells } from "../canvas/cells.js";
import type { Shades } from "../canvas/heat.js";
import { svg } from "../canvas/svg.js";
import { formatFull } from "../model/numbers.js";
import { shrunk, type Sheet, type Shrunk, type Sides } from "../model/sheets.js";
import { WAYS } from "./ways.js";

/** So many cells are drawn at the most; more would be smaller than a pixel or two. */
const MOST: Sides = { rows: 96, columns: 96 };
/** A cell's side in the SVG's own units, and in pixels at the largest. */
const CELL = 10;
const LARGEST = 26;

export interface HeatPlotInput {
  readonly sheet: Sheet;
  readonly shades: Shades;
  /** What is seen, in words. */
  readonly label: string;
  /** The name of an element, by its place in the sheet. */
  readonly nameAt: (place: number) => string;
}

const HINT = "Point, or use the arrow keys, to read a cell.";

export class HeatPlot {
  readonly element = document.createElement("figure");
  private readonly plot = svg("svg", { class: "heat-plot", tabindex: 0, role: "application" });
  private readonly cells = new Cells();
  private readonly cursor = svg("rect", { class: "cursor", width: CELL, height: CELL });
  private readonly readout = document.createElement("output");
  private input: HeatPlotInput | undefined;
  private drawn: Shrunk = { rows: 1, columns: 1, numbers: [], places: [] };
  private at: readonly [row: number, column: number] | undefined;

  constructor() {
    const { plot, element, readout } = this;
    plot.setAttribute("aria-roledescription", "heat map");
    plot.append(this.cells.element, this.cursor);
    readout.className = "readout";
    element.append(plot, readout);
    plot.addEventListener("pointermove", ({ clientX, clientY }) => {
      const { left, top, width, height } = plot.getBoundingClientRect();
      this.look(
        Math.floor(((clientY - top) / height) * this.drawn.rows),
        Math.floor(((clientX - left) / width) * this.drawn.columns),
      );
    });
    plot.addEventListener("pointerleave", () => {
      this.leave();
    });
    plot.addEventListener("blur", () => {
      this.leave();
    });
    plot.addEventListener("keydown", (event) => {
      const way = WAYS[event.key];
      if (!way || event.altKey || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      event.stopPropagation();
      const [row, column] = this.at ?? [-way[0], -way[1]];
      this.look(row + way[0], column + way[1]);
    });
  }

  show(input: HeatPlotInput): void {
    this.input = input;
    const sheet = shrunk(input.sheet, MOST);
    this.drawn = sheet;
    const [width, height] = [sheet.columns * CELL, sheet.rows * CELL];
    this.plot.setAttribute("viewBox", `-1 -1 ${width + 2} ${height + 2}`);
    this.plot.style.maxWidth = `${sheet.columns * LARGEST}px`;
    this.plot.setAttribute("aria-label", input.label);
    const at = { x: 0, y: 0 };
    this.cells.show([{ sheet, at }], { width: CELL, height: CELL }, input.shades);
    if (this.at) this.look(...this.at);
    else this.leave();
  }

  private leave(): void {
    this.at = undefined;
    this.cursor.remove();
    this.readout.textContent = HINT;
  }

  private look(row: number, column: number): void {
    const { drawn, input } = this;
    if (!input) return;
    const within = (at: number, count: number): number => Math.max(0, Math.min(count - 1, at));
    const [r, c] = [within(row, drawn.rows), within(column, drawn.columns)];
    this.at = [r, c];
    this.cursor.setAttribute("x", String(c * CELL));
    this.cursor.setAttribute("y", String(r * CELL));
    this.plot.append(this.cursor);
    this.readout.textContent = read(input, drawn, r, c);
  }
}

/** What a drawn cell stands for: one element, or of many the one farthest from 0. */
function read(
  { sheet, nameAt }: HeatPlotInput,
  drawn: Shrunk,
  row: number,
  column: number,
): string {
  const place = drawn.places[row * drawn.columns + column]!;
  const apart = drawn.numbers.length < sheet.numbers.length ? " (the farthest from 0 here)" : "";
  return `${nameAt(place)} = ${formatFull(sheet.numbers[place])}${apart}`;
}
