/** A small histogram: a bar a bin, coloured by the side of 0 that it is on. */
import type { Point, Size } from "../layout/types.js";
import type { Bounds } from "../model/sheets.js";
import { svg } from "./svg.js";

export class Bars {
  readonly element = svg("g", { class: "bars" });
  private readonly plus = svg("path", { class: "plus" });
  private readonly minus = svg("path", { class: "minus" });
  private readonly axis = svg("path", { class: "axis" });

  constructor() {
    this.element.append(this.plus, this.minus, this.axis);
  }

  /** Draws counts of bins from `min` to `max` into a box; a single element beside many still shows. */
  show(counts: readonly number[], { min, max }: Bounds, at: Point, { width, height }: Size): void {
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
    this.plus.setAttribute("d", plus);
    this.minus.setAttribute("d", minus);
    this.axis.setAttribute(
      "d",
      `M${at.x} ${bottom}h${width}${zero === undefined ? "" : `M${zero} ${bottom}v3.5`}`,
    );
  }
}
