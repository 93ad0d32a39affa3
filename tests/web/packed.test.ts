import { expect, test } from "vitest";
import type { GraphDocument, PackedTensor } from "../../static/src/api/client.js";
import { structureOf } from "../../static/src/model/document.js";
import { isPacked, unpacked } from "../../static/src/model/packed.js";

function packed(shape: number[], elements: Float32Array | Float64Array): PackedTensor {
  const bytes = new Uint8Array(elements.buffer);
  return {
    shape,
    dtype: elements instanceof Float32Array ? "float32" : "float64",
    data: btoa(String.fromCharCode(...bytes)),
  };
}

test("a packed tensor opens into rows, once", () => {
  const value = packed([2, 1, 3], new Float32Array([1, 2.5, -3, 0, 5, 6]));
  expect(unpacked(value)).toEqual([[[1, 2.5, -3]], [[0, 5, 6]]]);
  expect(unpacked(value)).toBe(unpacked(value));
  expect(unpacked(packed([1], new Float64Array([0.1])))).toEqual([0.1]);
  expect(unpacked(packed([], new Float64Array([0.1])))).toBe(0.1);
});

test("numbers and rows stay as they are", () => {
  const rows = [[1, 2]];
  expect(unpacked(rows)).toBe(rows);
  expect(isPacked(3)).toBe(false);
  expect(isPacked(null)).toBe(false);
});

test("another shape is another structure, other numbers aren't", () => {
  const graph = (value: PackedTensor): GraphDocument => ({
    format: "backarrow/1",
    title: "",
    groups: [],
    nodes: [{ id: "x", op: "input", inputs: [], params: {}, value }],
  });
  const one = structureOf(graph(packed([2], new Float32Array([1, 2]))));
  expect(structureOf(graph(packed([2], new Float32Array([1, 3]))))).toBe(one);
  expect(structureOf(graph(packed([2, 1], new Float32Array([1, 2]))))).not.toBe(one);
});
