/** A tensor beside an arrow: its numbers in brackets, a heat map, or a histogram. It keeps its elements while numbers change. */
import type { WireTensor } from "../api/client.js";
import { isSummary, shapeOf } from "../model/numbers.js";
import type { Sides } from "../model/sheets.js";
import { Bars } from "./bars.js";
import { Cells } from "./cells.js";
import { svg } from "./svg.js";
import type { Form } from "./tensorForm.js";
import {
  brackets,
  elementTexts,
  heatMap,
  histogramPaths,
  MORE_SIZE,
  moreAt,
  type Of,
} from "./tensorShapes.js";

/** A picture at the origin, to be moved to its place. */
export interface TensorPicture {
  readonly element: SVGGElement;
  show(value: WireTensor): void;
}

/** The picture of a form; `image`: what has no negative number is shown light to dark. */
export function tensorPicture(form: Form, image: boolean): TensorPicture | undefined {
  if (form.kind === "numbers") return new NumbersPicture(form);
  if (form.kind === "cells") return new CellsPicture(form, image);
  return form.kind === "histogram" ? new BarsPicture(form) : undefined;
}

class NumbersPicture implements TensorPicture {
  readonly element = svg("g", { class: "elements" });
  private readonly texts: readonly SVGTextElement[];

  constructor(private readonly form: Of<"numbers">) {
    const { rows, columns } = form.sides;
    this.texts = Array.from({ length: rows * columns }, () => svg("text"));
    this.element.append(svg("path", { class: "brackets", d: brackets(form) }), ...this.texts);
  }

  show(value: WireTensor): void {
    elementTexts(this.form, value).forEach(({ text, size, x, y, bad }, i) => {
      const element = this.texts[i]!;
      element.textContent = text;
      element.setAttribute("x", String(x));
      element.setAttribute("y", String(y));
      element.setAttribute("font-size", String(size));
      element.classList.toggle("bad", bad);
    });
  }
}

class CellsPicture implements TensorPicture {
  readonly element;
  private readonly cells = new Cells();

  constructor(
    private readonly form: Of<"cells">,
    private readonly image: boolean,
  ) {
    this.element = svg("g", { class: "heat-map" }, this.cells.element);
    const more = moreAt(form);
    if (more)
      this.element.append(svg("text", { ...more, class: "more", "font-size": MORE_SIZE }, "…"));
  }

  show(value: WireTensor): void {
    const { sheets, shades } = heatMap(this.form, value, this.image);
    this.cells.show(sheets, this.form.cell, shades);
  }
}

class BarsPicture implements TensorPicture {
  private readonly bars = new Bars();
  readonly element = this.bars.element;

  constructor(private readonly form: Of<"histogram">) {}

  show(value: WireTensor): void {
    this.bars.show(histogramPaths(this.form, value));
  }
}

/** A name for what a picture can show without being made anew. */
export const pictureKey = (value: WireTensor, image: Sides | undefined): string =>
  `${isSummary(value)} ${shapeOf(value).join()} ${image?.rows}`;
