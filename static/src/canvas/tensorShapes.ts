/** What a tensor's picture is made of, around the origin, for the page and for pictures. */
import type { WireTensor } from "../api/client.js";
import type { Point } from "../layout/types.js";
import { formatTight, isSummary } from "../model/numbers.js";
import { boundOf, extentOf, histogramOf, sheetAt, shrunk } from "../model/sheets.js";
import { elementsOf } from "../model/tensors.js";
import { barPaths, type BarPaths, type PlacedSheet, type Shades } from "./heat.js";
import { BRACKETS, CELL_LINE, CELL_SIZE, MORE_ROOM, SHEET_GAP, type Form } from "./tensorForm.js";
import { textWidth } from "./text.js";

export type Of<K extends Form["kind"]> = Extract<Form, { kind: K }>;

/** One number among others, around a point. */
export interface ElementText extends Point {
  readonly text: string;
  readonly size: number;
  readonly bad: boolean;
}

/** The numbers of a tensor in rows, all of one size: with fewer digits, then smaller, where one would be wider than its column. */
export function elementTexts(
  { sides, columnWidth }: Of<"numbers">,
  value: WireTensor,
): ElementText[] {
  const numbers = elementsOf(value) ?? [];
  const most = columnWidth - 2;
  const width = (text: string): number => textWidth(text, CELL_SIZE, 500);
  const texts = numbers.map((number) => {
    const usual = formatTight(number);
    return width(usual) <= most ? usual : formatTight(number, FEWER_DIGITS);
  });
  const size = CELL_SIZE * Math.min(1, ...texts.map((text) => most / width(text)));
  return numbers.map((number, i) => ({
    text: texts[i]!,
    size,
    bad: !Number.isFinite(number),
    x: BRACKETS / 2 + ((i % sides.columns) + 0.5) * columnWidth,
    y: 1 + (Math.floor(i / sides.columns) + 0.5) * CELL_LINE,
  }));
}

/** Significant digits of a number for which the usual three are too many. */
const FEWER_DIGITS = 2;

/** The brackets around numbers, as path data. */
export function brackets({ width, height }: Of<"numbers">): string {
  const bracket = (x: number, way: number): string =>
    `M${x + 4 * way} 0.5H${x}V${height - 0.5}H${x + 4 * way}`;
  return bracket(1, 1) + bracket(width - 1, -1);
}

/** The sheets of a heat map, and how they are coloured; `image`: what has no negative number is shown light to dark. */
export function heatMap(
  { sides, sheets, drawn, cell }: Of<"cells">,
  value: WireTensor,
  image: boolean,
): { sheets: PlacedSheet[]; shades: Shades } {
  const elements = elementsOf(value) ?? [];
  const extent = extentOf(value);
  const apart = drawn.columns * cell.width + SHEET_GAP;
  return {
    sheets: Array.from({ length: sheets }, (_, i) => ({
      sheet: shrunk(sheetAt(elements, sides, i), drawn),
      at: { x: i * apart, y: 0 },
    })),
    shades: { bound: boundOf(extent), grey: image && extent.min >= 0 },
  };
}

/** Where the points stand that say that there are more sheets; undefined where all are drawn. */
export const moreAt = ({ width, height, cut }: Of<"cells">): Point | undefined =>
  cut ? { x: width - MORE_ROOM / 2, y: height / 2 } : undefined;
export const MORE_SIZE = 12;

/** A histogram's bars; the tick at 0 goes beneath them. */
export const histogramPaths = ({ width, height }: Of<"histogram">, value: WireTensor): BarPaths =>
  barPaths(binsOf(value), extentOf(value), { x: 0, y: 0 }, { width, height: height - 4 });

/** How many bins a histogram has where all elements are known. */
export const BINS = 20;

export const binsOf = (value: WireTensor): readonly number[] =>
  isSummary(value) ? value.histogram : histogramOf(elementsOf(value) ?? [], extentOf(value), BINS);
