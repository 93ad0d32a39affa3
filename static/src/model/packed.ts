/** Large tensors of a document, which carry their elements' bytes in base64. */
import type { LeafValue, PackedTensor, Tensor } from "../api/client.js";
import { sizeOf } from "./tensors.js";

export const isPacked = (value: LeafValue | null | undefined): value is PackedTensor =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Documents are immutable, so that what was unpacked once stays right. */
const opened = new WeakMap<PackedTensor, Tensor>();

/** A leaf's value in numbers. */
export function unpacked(value: LeafValue): Tensor {
  if (!isPacked(value)) return value;
  const known = opened.get(value);
  if (known !== undefined) return known;
  const bytes = Uint8Array.from(atob(value.data), (char) => char.charCodeAt(0));
  const view = new DataView(bytes.buffer);
  const elements = Array.from({ length: sizeOf(value.shape) }, (_, at) =>
    value.dtype === "float32" ? view.getFloat32(4 * at, true) : view.getFloat64(8 * at, true),
  );
  const tensor = shaped(elements, value.shape);
  opened.set(value, tensor);
  return tensor;
}

/** Elements, given row by row, as a tensor of a shape. */
export function shaped(elements: Tensor[], shape: readonly number[]): Tensor {
  let rows = elements;
  for (const length of shape.slice(1).toReversed()) {
    const wider: Tensor[] = [];
    for (let at = 0; at < rows.length; at += length) wider.push(rows.slice(at, at + length));
    rows = wider;
  }
  return shape.length > 0 ? rows : rows[0]!;
}
