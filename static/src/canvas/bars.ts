/** A small histogram: a bar a bin, coloured by the side of 0 that it is on. */
import type { BarPaths } from "./heat.js";
import { svg } from "./svg.js";

export class Bars {
  readonly element = svg("g", { class: "bars" });
  private readonly plus = svg("path", { class: "plus" });
  private readonly minus = svg("path", { class: "minus" });
  private readonly axis = svg("path", { class: "axis" });

  constructor() {
    this.element.append(this.plus, this.minus, this.axis);
  }

  show({ plus, minus, axis }: BarPaths): void {
    this.plus.setAttribute("d", plus);
    this.minus.setAttribute("d", minus);
    this.axis.setAttribute("d", axis);
  }
}
