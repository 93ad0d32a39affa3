/** Tensors as sheets that can be drawn: the matrices on their last two axes, or images, and how strong each cell's colour is. */
import type { GraphNode, LeafValue, WireNumber, WireTensor } from "../api/client.js";
import { isConstant, isLeaf, isParameter } from "./document.js";
import {
  formatFull,
  formatLong,
  formatNumber,
  formatShape,
  formatTight,
  isScalar,
  isSummary,
  shapeOf,
  toNumber,
} from "./numbers.js";
import { isPacked, unpacked } from "./packed.js";
import { elementsOf, sizeOf } from "./tensors.js";

export interface Sheet {
  readonly rows: number;
  readonly columns: number;
  /** Row by row. */
  readonly numbers: readonly number[];
}

export type Sides = Pick<Sheet, "rows" | "columns">;

/** Sides of images, in pixels. */
const IMAGE = { least: 8, most: 64 } as const;

/** The sides of one sheet of a tensor: a vector is one row. */
export const sidesOf = (shape: readonly number[]): Sides => ({
  rows: shape.length > 1 ? shape.at(-2)! : 1,
  columns: shape.at(-1) ?? 1,
});

/**
 * The sides of the images that a tensor may hold: square last two axes, or rows whose length is a square, such as (n, 64);
 * undefined where its shape is no image's.
 */
export function imageSides(shape: readonly number[]): Sides | undefined {
  const { rows, columns } = sidesOf(shape);
  if (shape.length > 1 && rows === columns && isSide(columns)) return { rows, columns };
  const side = Math.sqrt(columns);
  return shape.length > 0 && shape.length < 3 && isSide(side)
    ? { rows: side, columns: side }
    : undefined;
}

const isSide = (side: number): boolean =>
  Number.isInteger(side) && side >= IMAGE.least && side <= IMAGE.most;

/** The sides of a leaf's images; undefined where its value can't be any. */
export const leafImage = (node: GraphNode): Sides | undefined =>
  isLeaf(node) ? imageSides(shapeOfLeaf(node.value!)) : undefined;

const shapeOfLeaf = (value: LeafValue): number[] =>
  isPacked(value) ? value.shape : shapeOf(value);

/** The leaves that are shown as images: as was chosen, else data without a negative number. */
export const imagesOf = (
  nodes: readonly GraphNode[],
  chosen: ReadonlyMap<string, boolean>,
): ReadonlyMap<string, Sides> =>
  new Map(
    nodes.flatMap((node) => {
      const sides = leafImage(node);
      return sides && (chosen.get(node.id) ?? looksLikeImage(node)) ? [[node.id, sides]] : [];
    }),
  );

const looksLikeImage = (node: GraphNode): boolean =>
  !isParameter(node) &&
  !isConstant(node) &&
  (elementsOf(unpacked(node.value!)) ?? []).every((x) => x >= 0);

/** One of a tensor's sheets, counted row by row along the leading axes; the elements are the tensor's. */
export function sheetAt(elements: readonly number[], { rows, columns }: Sides, at: number): Sheet {
  const size = rows * columns;
  return { rows, columns, numbers: elements.slice(at * size, (at + 1) * size) };
}

/** How many sheets a tensor has. */
export const sheetCount = (shape: readonly number[], { rows, columns }: Sides): number =>
  Math.floor(sizeOf(shape) / (rows * columns));

/** A sheet made smaller, and of each of its cells the place of its number in the larger one. */
export interface Shrunk extends Sheet {
  readonly places: readonly number[];
}

/** A sheet with at most so many rows and columns. Of each block the element farthest from 0 stays, so that none that stands out is lost. */
export function shrunk(sheet: Sheet, most: Sides): Shrunk {
  const rows = Math.min(sheet.rows, most.rows);
  const columns = Math.min(sheet.columns, most.columns);
  const places: number[] = [];
  sheet.numbers.forEach((number, place) => {
    const row = Math.floor((Math.floor(place / sheet.columns) * rows) / sheet.rows);
    const column = Math.floor(((place % sheet.columns) * columns) / sheet.columns);
    const at = row * columns + column;
    const before = places[at];
    // What isn't a number at all stands out most.
    if (before === undefined || !(Math.abs(number) <= Math.abs(sheet.numbers[before]!)))
      places[at] = place;
  });
  return { rows, columns, places, numbers: places.map((place) => sheet.numbers[place]!) };
}

/** The least and the largest of some numbers. */
export interface Bounds {
  readonly min: number;
  readonly max: number;
}

/** What a tensor's numbers are like; those that aren't finite are only counted. */
export interface Extent extends Bounds {
  readonly mean: number;
  /** The spread of all elements about their mean. */
  readonly std: number;
  /** Undefined where the tensor travelled as a summary. */
  readonly zeros: number | undefined;
  readonly nonFinite: number | undefined;
}

/** Tensors of a run don't change, and one is described in several places. */
const extents = new WeakMap<object, Extent>();

export function extentOf(value: WireTensor): Extent {
  if (isScalar(value)) return extentOfAll([toNumber(value)]);
  const extent = extents.get(value) ?? newExtent(value);
  extents.set(value, extent);
  return extent;
}

function newExtent(value: Exclude<WireTensor, WireNumber>): Extent {
  if (isSummary(value))
    return {
      min: toNumber(value.min),
      max: toNumber(value.max),
      mean: toNumber(value.mean),
      std: toNumber(value.std),
      zeros: undefined,
      nonFinite: undefined,
    };
  return extentOfAll(elementsOf(value) ?? []);
}

function extentOfAll(elements: readonly number[]): Extent {
  let [min, max, sum, zeros] = [Infinity, -Infinity, 0, 0];
  let count = 0;
  for (const number of elements) {
    if (!Number.isFinite(number)) continue;
    count++;
    min = Math.min(min, number);
    max = Math.max(max, number);
    sum += number;
    if (number === 0) zeros++;
  }
  const mean = sum / count;
  let squares = 0;
  for (const number of elements) if (Number.isFinite(number)) squares += (number - mean) ** 2;
  const nonFinite = elements.length - count;
  if (count === 0) return { min: NaN, max: NaN, mean: NaN, std: NaN, zeros, nonFinite };
  return { min, max, mean, std: Math.sqrt(squares / count), zeros, nonFinite };
}

/** What the strongest colour stands for, on both sides of 0. */
export const boundOf = ({ min, max }: Bounds): number => Math.max(Math.abs(min), Math.abs(max));

/** How many strengths of a colour there are on each side of 0. */
export const LEVELS = 16;

/** How strong a number's colour is, from −LEVELS to LEVELS; 0 for 0 alone, undefined for what isn't finite. */
export function levelOf(number: number, bound: number): number | undefined {
  if (!Number.isFinite(number)) return undefined;
  if (number === 0 || !(bound > 0)) return 0;
  const size = Math.min(LEVELS, Math.ceil((LEVELS * Math.abs(number)) / bound));
  return Math.sign(number) * size;
}

/** Counts of numbers in equally wide bins from `min` to `max`. */
export function histogramOf(
  elements: readonly number[],
  { min, max }: Bounds,
  bins: number,
): number[] {
  const counts = new Array<number>(bins).fill(0);
  const width = max - min;
  for (const number of elements) {
    if (!Number.isFinite(number)) continue;
    // The largest belongs to the last bin.
    const bin = width > 0 ? Math.min(bins - 1, Math.floor((bins * (number - min)) / width)) : 0;
    counts[bin]!++;
  }
  return counts;
}

/** The least and the largest number, briefly: −1…6. */
export const rangeText = ({ min, max }: Bounds, digits?: number): string =>
  min === max
    ? `all ${formatTight(min, digits)}`
    : `${formatTight(min, digits)}…${formatTight(max, digits)}`;

/** Of a larger tensor the elements aren't read out. */
const READ_OUT = 24;
const READ_OUT_LETTERS = 80;

/** A value in words, for those who can't see it: a tensor's elements where they are few, its shape, its range and its mean. */
export function spokenOf(value: WireTensor | null | undefined): string {
  if (value === null || value === undefined) return formatLong(value);
  if (isScalar(value)) return formatFull(value);
  const shape = shapeOf(value);
  const { min, max, mean, nonFinite } = extentOf(value);
  const elements = sizeOf(shape) <= READ_OUT ? `${formatLong(value, READ_OUT_LETTERS)}, ` : "";
  const bad = nonFinite ? `, ${nonFinite} not finite` : "";
  return `${elements}shape ${formatShape(shape)}, from ${formatNumber(min)} to ${formatNumber(max)}, mean ${formatNumber(mean)}${bad}`;
}
