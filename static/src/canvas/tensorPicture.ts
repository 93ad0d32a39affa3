/** A tensor beside an arrow: its numbers in brackets, a heat map, or a histogram. It keeps its elements while numbers change. */
import { isSummary, formatTight, shapeOf } from "../model/numbers.js";
import {
  boundOf,
  extentOf,
  histogramOf,
  sheetAt,
  shrunk,
  type Sheet,
  type Sides,
} from "../model/sheets.js";
import { elementsOf } from "../model/tensors.js";
import type { WireTensor } from "../api/client.js";
import type { Point } from "../layout/types.js";
import { Bars } from "./bars.js";
import { Cells } from "./cells.js";
import { svg } from "./svg.js";
import { BRACKETS, CELL_LINE, CELL_SIZE, MORE_ROOM, SHEET_GAP, type Form } from "./tensorForm.js";
import { textWidth } from "./text.js";

type Of<K extends Form["kind"]> = Extract<Form, { kind: K }>;

/** A picture at the origin, to be moved to its place. */
export interface TensorPicture {
  readonly element: SVGGElement;
  show(value: WireTensor): void;
}

/** The picture of a form; `grey`: what has no negative number is shown light to dark. */
export function tensorPicture(form: Form, grey: boolean): TensorPicture | undefined {
  if (form.kind === "numbers") return new NumbersPicture(form);
  if (form.kind === "cells") return new CellsPicture(form, grey);
  return form.kind === "histogram" ? new BarsPicture(form) : undefined;
}

class NumbersPicture implements TensorPicture {
  readonly element = svg("g", { class: "elements" });
  private readonly texts: readonly SVGTextElement[];

  constructor(private readonly form: Of<"numbers">) {
    const { sides, columnWidth, width, height } = form;
    this.texts = Array.from({ length: sides.rows * sides.columns }, (_, i) =>
      svg("text", {
        x: BRACKETS / 2 + ((i % sides.columns) + 0.5) * columnWidth,
        y: 1 + (Math.floor(i / sides.columns) + 0.5) * CELL_LINE,
      }),
    );
    const bracket = (x: number, way: number): string =>
      `M${x + 4 * way} 0.5H${x}V${height - 0.5}H${x + 4 * way}`;
    const brackets = svg("path", { class: "brackets", d: bracket(1, 1) + bracket(width - 1, -1) });
    this.element.append(brackets, ...this.texts);
  }

  show(value: WireTensor): void {
    const elements = elementsOf(value) ?? [];
    const room = this.form.columnWidth - 2;
    this.texts.forEach((text, i) => {
      const number = elements[i]!;
      text.textContent = formatTight(number);
      const width = textWidth(text.textContent, CELL_SIZE, 500);
      text.setAttribute("font-size", String(CELL_SIZE * Math.min(1, room / width)));
      text.classList.toggle("bad", !Number.isFinite(number));
    });
  }
}

class CellsPicture implements TensorPicture {
  readonly element;
  private readonly cells = new Cells();

  constructor(
    private readonly form: Of<"cells">,
    private readonly grey: boolean,
  ) {
    const { width, height, cut } = form;
    this.element = svg("g", { class: "heat-map" }, this.cells.element);
    const more = { x: width - MORE_ROOM / 2, y: height / 2, class: "more", "font-size": 12 };
    if (cut) this.element.append(svg("text", more, "…"));
  }

  show(value: WireTensor): void {
    const { sides, sheets, drawn, cell } = this.form;
    const elements = elementsOf(value) ?? [];
    const extent = extentOf(value);
    const apart = drawn.columns * cell.width + SHEET_GAP;
    const shown = Array.from({ length: sheets }, (_, i): { sheet: Sheet; at: Point } => ({
      sheet: shrunk(sheetAt(elements, sides, i), drawn),
      at: { x: i * apart, y: 0 },
    }));
    const grey = this.grey && extent.min >= 0;
    this.cells.show(shown, cell, { bound: boundOf(extent), grey });
  }
}

class BarsPicture implements TensorPicture {
  private readonly bars = new Bars();
  readonly element = this.bars.element;

  constructor(private readonly form: Of<"histogram">) {}

  show(value: WireTensor): void {
    const extent = extentOf(value);
    const box = { width: this.form.width, height: this.form.height - 4 };
    this.bars.show(binsOf(value), extent, { x: 0, y: 0 }, box);
  }
}

/** How many bins a histogram has where all elements are known. */
export const BINS = 20;

export const binsOf = (value: WireTensor): readonly number[] =>
  isSummary(value) ? value.histogram : histogramOf(elementsOf(value) ?? [], extentOf(value), BINS);

/** A name for what a picture can show without being made anew. */
export const pictureKey = (value: WireTensor, image: Sides | undefined): string =>
  `${isSummary(value)} ${shapeOf(value).join()} ${image?.rows}`;
