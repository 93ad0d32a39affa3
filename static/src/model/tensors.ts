/** Elements of tensors. */
import type { Tensor, WireNumber, WireTensor } from "../api/client.js";
import { isScalar, isSummary, toNumber } from "./numbers.js";

/** All elements, row by row; undefined where the tensor travelled as a summary. */
export function elementsOf(value: WireTensor): number[] | undefined {
  if (isScalar(value)) return [toNumber(value)];
  if (isSummary(value)) return undefined;
  return flat(value);
}

function flat(value: WireTensor, into: number[] = []): number[] {
  if (Array.isArray(value)) for (const inner of value) flat(inner, into);
  else if (isScalar(value)) into.push(toNumber(value));
  return into;
}

export function sumOf(value: WireTensor): number {
  if (isSummary(value)) return toNumber(value.mean) * sizeOf(value.shape);
  return flat(value).reduce((sum, element) => sum + element, 0);
}

export const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** One element; undefined where there is none, or where the tensor travelled as a summary. */
export function elementAt(value: WireTensor, index: readonly number[]): WireNumber | undefined {
  let inner: WireTensor | undefined = value;
  for (const place of index) inner = Array.isArray(inner) ? inner[place] : undefined;
  return inner !== undefined && isScalar(inner) ? inner : undefined;
}

/** The tensor with another number in one place. */
export function withElement(value: Tensor, index: readonly number[], element: number): Tensor {
  const [place, ...rest] = index;
  if (place === undefined || !Array.isArray(value)) return element;
  return value.map((inner, i) => (i === place ? withElement(inner, rest, element) : inner));
}

/** The place of an element among all, row by row, as an index on each axis. */
export function indexOf(position: number, shape: readonly number[]): number[] {
  const index: number[] = [];
  let rest = position;
  for (const length of shape.toReversed()) {
    index.unshift(rest % length);
    rest = Math.floor(rest / length);
  }
  return index;
}

/** An element's place behind a name: W[0, 2]; nothing for a number. */
export const placeText = (index: readonly number[]): string =>
  index.length > 0 ? `[${index.join(", ")}]` : "";
