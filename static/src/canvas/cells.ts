/** The cells of sheets as SVG: one path for each strength of a colour, so that new numbers rewrite a few attributes. */
import type { Size } from "../layout/types.js";
import { LEVELS } from "../model/sheets.js";
import { cellPaths, type PlacedSheet, type Shades } from "./heat.js";
import { svg } from "./svg.js";

export class Cells {
  readonly element = svg("g", { class: "cells" });
  private readonly paths = new Map<number, SVGPathElement>();
  private readonly ground = svg("path", { class: "ground" });
  private readonly lines = svg("path", { class: "lines" });
  private readonly bad = svg("path", { class: "not-finite" });

  constructor() {
    this.element.append(this.ground, this.lines, this.bad);
  }

  /** Draws sheets, each from its place on. */
  show(sheets: readonly PlacedSheet[], cell: Size, shades: Shades): void {
    const { ground, lines, bad, levels } = cellPaths(sheets, cell, shades);
    this.element.classList.toggle("grey", shades.grey);
    this.ground.setAttribute("d", ground);
    this.lines.setAttribute("d", lines);
    this.bad.setAttribute("d", bad);
    for (const [level, path] of this.paths) if (!levels.has(level)) path.removeAttribute("d");
    for (const [level, d] of levels) this.pathOf(level).setAttribute("d", d);
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
