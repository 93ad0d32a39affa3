/** A small picture of squares: ink on paper, or two colours that part at 0. */
import { svg, type SVGTemplateResult } from "lit-html";
import { SIDE } from "../model/digit.js";

const CELL = 10;
export const SIZE = SIDE * CELL;

/** Grey pixels from 0 to 1. */
export const inkCells = (pixels: readonly number[]): SVGTemplateResult =>
  cells(pixels, (pixel) => ({ kind: "ink", strength: pixel }));

/** Numbers about 0, the colour as strong as they are far from it. */
export function heatCells(numbers: readonly number[]): SVGTemplateResult {
  const bound = Math.max(...numbers.map(Math.abs));
  return cells(numbers, (number) => ({
    kind: number < 0 ? "minus" : "plus",
    strength: bound > 0 ? Math.abs(number) / bound : 0,
  }));
}

interface Shade {
  readonly kind: "ink" | "plus" | "minus";
  readonly strength: number;
}

const cells = (numbers: readonly number[], shade: (number: number) => Shade): SVGTemplateResult =>
  svg`<rect class="ground" width=${SIZE} height=${SIZE}></rect>
    ${numbers.map((number, at) => {
      const { kind, strength } = shade(number);
      return svg`<rect class=${kind} data-cell=${at} x=${(at % SIDE) * CELL} y=${Math.floor(at / SIDE) * CELL}
        width=${CELL} height=${CELL} fill-opacity=${strength.toFixed(3)}></rect>`;
    })}`;

/** The outline of one cell. */
export const cursorCell = (row: number, column: number): SVGTemplateResult =>
  svg`<rect class="cursor" x=${column * CELL} y=${row * CELL} width=${CELL} height=${CELL}></rect>`;
