/** One number of a leaf moved: what the tangent says, what is true, and the curve. */
import type { Sweep } from "../api/sweep.js";
import type { Evaluation, GraphDocument, GraphNode, WireNumber } from "../api/client.js";
import { findNode, withValue } from "./document.js";
import { formatNumber, MINUS, readNumber, shapeOf, toNumber } from "./numbers.js";
import { unpacked } from "./packed.js";
import { elementAt, sumOf, withElement } from "./tensors.js";

export const MOST_POINTS = 2000;

/** Which number moves: a leaf, or one element of it. */
export interface Place {
  readonly leaf: string;
  readonly index: readonly number[];
}

/** The number and the output as they are. `slope` is undefined where nothing flows back. */
export interface Here {
  readonly x: number;
  readonly value: number;
  readonly slope: number | undefined;
}

/** The place, brought inside the leaf's shape. */
export function inside(node: GraphNode, index: readonly number[]): number[] {
  return shapeOf(unpacked(node.value!)).map((length, axis) =>
    Math.min(Math.max(0, index[axis] ?? 0), length - 1),
  );
}

/** Where the number and the output stand in a run; a tensor output counts with its sum. */
export function hereOf(
  graph: GraphDocument,
  evaluation: Evaluation,
  { leaf, index }: Place,
): Here | undefined {
  const x = elementAt(unpacked(findNode(graph, leaf)?.value ?? []), index);
  const result = evaluation.nodes[leaf];
  const output = evaluation.nodes[evaluation.output];
  if (x === undefined || !result || !output) return undefined;
  const gradient = result.gradient === null ? undefined : elementAt(result.gradient, index);
  return {
    x: toNumber(x),
    value: sumOf(output.value),
    slope: gradient === undefined ? undefined : toNumber(gradient),
  };
}

/** The graph with the number in another place. */
export function moved(graph: GraphDocument, { leaf, index }: Place, x: number): GraphDocument {
  const value = findNode(graph, leaf)?.value;
  return value === undefined || value === null
    ? graph
    : withValue(graph, leaf, withElement(unpacked(value), index, x));
}

export interface Range {
  readonly start: number;
  readonly stop: number;
  readonly steps: number;
}

/** A range that somebody typed, or a sentence that says what is wrong. */
export function readRange(
  from: string,
  to: string,
  points: string,
): { range: Range } | { fault: string } {
  const [start, stop, steps] = [from, to, points].map(readNumber);
  if (start === undefined || stop === undefined || steps === undefined)
    return { fault: "Write a number in each field." };
  if (start >= stop) return { fault: "“From” must be smaller than “to”." };
  if (!Number.isInteger(steps) || steps < 2 || steps > MOST_POINTS)
    return { fault: `The points are a whole number from 2 to ${MOST_POINTS}.` };
  return { range: { start, stop, steps } };
}

/** A curve's columns; null, a gap in the drawing, where a number isn't finite. */
export interface Curve {
  readonly x: readonly number[];
  readonly value: readonly (number | null)[];
  readonly gradient: readonly (number | null)[] | undefined;
}

export function curveOf({ points }: Sweep): Curve {
  return {
    x: points.x.map(toNumber),
    value: points.value.map(gap),
    gradient: points.gradient?.map(gap),
  };
}

function gap(value: WireNumber): number | null {
  const number = toNumber(value);
  return Number.isFinite(number) ? number : null;
}

/** The straight line through where the output is now: null where there is no slope. */
export const tangentAt = ({ x, value, slope }: Here, at: number): number | null =>
  slope === undefined ? null : finite(value + slope * (at - x));

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);

/** How far what is true is from what the tangent says, in words. */
export function differenceSentence(here: Here, delta: number, actual: number): string {
  const predicted = tangentAt(here, here.x + delta);
  if (here.slope === undefined)
    return "Nothing flows back to this number, so there is no tangent: the output doesn't follow it, or a gradient is stopped on the way.";
  if (predicted === null) return "There is no finite slope here, so the tangent says nothing.";
  if (delta === 0) return "Move the number to hold the tangent against the curve.";
  if (!Number.isFinite(actual)) return "There the output isn't finite; the tangent can't know.";
  const off = actual - predicted;
  const scale = Math.max(Math.abs(actual), Math.abs(predicted), Math.abs(here.value));
  if (Math.abs(off) <= 1e-12 * scale)
    return "The tangent is exact here: between the two points the output follows this number along a line.";
  const change = actual - here.value;
  const share = change === 0 ? "" : ` (${formatNumber(percent(off / change))} % of the change)`;
  const side = off > 0 ? "more" : "less";
  const size = formatNumber(Math.abs(off));
  return `In truth it is ${size} ${side} than the tangent says${share}. Where the curve is smooth and bends evenly, half the move leaves about a quarter of that; at a kink, half.`;
}

const percent = (share: number): number => Number((100 * Math.abs(share)).toPrecision(2));

/** The curve for those who can't see it: its range, its extremes, where it has none, its slope here. */
export function summaryOf(curve: Curve, here: Here, x: string, output: string): string {
  const known = curve.value.flatMap((value, i) =>
    value === null ? [] : [{ x: curve.x[i]!, value }],
  );
  const range = `${x} runs from ${formatNumber(curve.x[0])} to ${formatNumber(curve.x.at(-1))}`;
  if (known.length === 0) return `${range}; ${output} is finite nowhere on the way.`;
  let [low, high] = [known[0]!, known[0]!];
  for (const point of known) {
    if (point.value < low.value) low = point;
    if (point.value > high.value) high = point;
  }
  const extremes =
    low.value === high.value
      ? `${output} stays at ${formatNumber(low.value)}`
      : `${output} is least, ${formatNumber(low.value)}, where ${x} is ${formatNumber(low.x)}, and largest, ${formatNumber(high.value)}, where ${x} is ${formatNumber(high.x)}`;
  const gaps = curve.x.length - known.length;
  const missing = gaps > 0 ? ` It isn't finite at ${gaps} of ${curve.x.length} points.` : "";
  const slope =
    here.slope === undefined
      ? `no gradient flows back to ${x}`
      : `its slope is ${formatNumber(here.slope)}`;
  return `${range}; ${extremes}.${missing} Here, where ${x} is ${formatNumber(here.x)}, ${output} is ${formatNumber(here.value)}, and ${slope}.`;
}

/** A curve as a spreadsheet reads it. Numbers that aren't finite are spelled out. */
export function csvOf({ points, input, index, output }: Sweep): string {
  const x = [input, ...index].join("_");
  const head = [x, output, ...(points.gradient ? [`d_${output}_d_${x}`] : [])];
  const rows = points.x.map((at, i) => [
    at,
    points.value[i],
    ...(points.gradient ? [points.gradient[i]] : []),
  ]);
  return [head, ...rows].map((row) => `${row.join(",")}\r\n`).join("");
}

/** 3 + 0.5, or 3 − 0.5. */
export const sumText = (x: number, delta: number): string =>
  `${formatNumber(x)} ${delta < 0 ? MINUS : "+"} ${formatNumber(Math.abs(delta))}`;
