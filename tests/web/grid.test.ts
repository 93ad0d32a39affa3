import { describe, expect, test } from "vitest";
import type { Tensor } from "../../static/src/api/client.ts";
import * as grid from "../../static/src/model/grid.ts";

const MATRIX: Tensor = [
  [1, 2, 3],
  [4, 5, 6],
];
const matrix = grid.gridOf(MATRIX)!;
const vector = grid.gridOf([7, 8, 9])!;
const at = (row: number, column: number): grid.Cell => ({ row, column });

describe("what is a grid", () => {
  test("vectors and matrices, and they come back as they were", () => {
    expect(grid.tensorOf(matrix)).toEqual(MATRIX);
    expect(grid.tensorOf(vector)).toEqual([7, 8, 9]);
    expect(grid.tensorOf(grid.gridOf([[7, 8, 9]])!)).toEqual([[7, 8, 9]]);
    expect(grid.sizeOf(matrix)).toEqual({ rows: 2, columns: 3 });
  });

  test.each([3, [], [[]], [[[1]]], [[1, 2], [3]], [1, [2]], [[1], 2], ["a"], "abc", null])(
    "%j is none",
    (value) => {
      expect(grid.gridOf(value as Tensor)).toBeUndefined();
    },
  );
});

describe("changes", () => {
  test("rows and columns come after the active cell and go at it; the last one stays", () => {
    expect(grid.tensorOf(grid.addRow(matrix, 0, 0))).toEqual([
      [1, 2, 3],
      [0, 0, 0],
      [4, 5, 6],
    ]);
    expect(grid.tensorOf(grid.addRow(vector, 0, 1))).toEqual([
      [7, 8, 9],
      [1, 1, 1],
    ]);
    expect(grid.tensorOf(grid.addColumn(matrix, 2, 0))).toEqual([
      [1, 2, 3, 0],
      [4, 5, 6, 0],
    ]);
    expect(grid.tensorOf(grid.addColumn(vector, 0, 0))).toEqual([7, 0, 8, 9]);
    expect(grid.tensorOf(grid.removeRow(matrix, 0))).toEqual([[4, 5, 6]]);
    expect(grid.tensorOf(grid.removeColumn(matrix, 1))).toEqual([
      [1, 3],
      [4, 6],
    ]);
    expect(grid.removeRow(vector, 0)).toBe(vector);
    const single = grid.gridOf([7])!;
    expect(grid.removeColumn(single, 0)).toBe(single);
    expect(grid.tensorOf(matrix)).toEqual(MATRIX);
  });

  test("another size keeps what there is where it is", () => {
    expect(grid.tensorOf(grid.resized(matrix, 3, 2, 9))).toEqual([
      [1, 2],
      [4, 5],
      [9, 9],
    ]);
    expect(grid.tensorOf(grid.resized(vector, 1, 4, 0))).toEqual([7, 8, 9, 0]);
    expect(grid.tensorOf(grid.resized(vector, 2, 2, 0))).toEqual([
      [7, 8],
      [0, 0],
    ]);
  });

  test("numbers become vectors, matrices, and numbers again", () => {
    expect(grid.asKind(3, "vector")).toEqual([3]);
    expect(grid.asKind(3, "matrix")).toEqual([[3]]);
    expect(grid.asKind([7, 8], "matrix")).toEqual([[7, 8]]);
    expect(grid.asKind(MATRIX, "vector")).toEqual([1, 2, 3, 4, 5, 6]);
    expect(grid.asKind(MATRIX, "number")).toBe(1);
    expect(grid.asKind(MATRIX, "matrix")).toBe(MATRIX);
    expect([3, [3], [[3]], [[[3]]]].map(grid.kindOf)).toEqual([
      "number",
      "vector",
      "matrix",
      undefined,
    ]);
  });

  test("a range is one whichever corner it began at", () => {
    const backwards = { from: at(1, 2), to: at(0, 1) };
    expect(grid.toText(matrix, backwards)).toBe("2\t3\n5\t6");
    expect(grid.toText(vector, { from: at(0, 1), to: at(0, 1) })).toBe("8");
    const cleared = grid.mapCells(matrix, (n, cell) => (grid.isIn(cell, backwards) ? 0 : n));
    expect(grid.tensorOf(cleared)).toEqual([
      [1, 0, 0],
      [4, 0, 0],
    ]);
  });
});

describe("pasted text", () => {
  test.each([
    [
      "1\t2\r\n3\t4\r\n",
      [
        [1, 2],
        [3, 4],
      ],
    ],
    [
      "1,2\n3,4",
      [
        [1, 2],
        [3, 4],
      ],
    ],
    ["1, 2, −3.5", [1, 2, -3.5]],
    ["1 2;3", [1, 2, 3]],
    [
      "[[1,\t2], [3, 4]]",
      [
        [1, 2],
        [3, 4],
      ],
    ],
    ["[1, 2]", [1, 2]],
    ["1\n2\n3", [[1], [2], [3]]],
    ["1e-3\t+.5", [0.001, 0.5]],
    ["4", 4],
  ])("%j is read", (text, tensor) => {
    expect(grid.readCells(text)).toEqual({ tensor });
  });

  test.each([
    ["1\t\t3", "Row 1, column 2: nothing stands there."],
    ["1\t2\n3\tx", "Row 2, column 2: “x” is not a number."],
    ["1,5\t2", "Row 1, column 1: write the decimal mark as a point: 1.5"],
    ["1\t2\n3", "The rows are not equally long."],
    ["1,5", "Write the decimal mark as a point: 1.5"],
    ["1,2\n3,", "Row 2, column 2: nothing stands there."],
    ["[[1, 2], [3]]", "The rows are not equally long."],
  ])("%j is refused", (text, fault) => {
    expect(grid.readCells(text)).toEqual({ fault });
  });

  const paste = (into: grid.Grid, cell: grid.Cell, text: string, fixed = false): unknown =>
    grid.pasted(into, cell, text, 0, fixed);

  test("at the first cell is the whole new value", () => {
    const rows = "1\t2\n3\t4\n5\t6";
    expect(paste(matrix, at(0, 0), rows)).toEqual({
      tensor: [
        [1, 2],
        [3, 4],
        [5, 6],
      ],
    });
    expect(paste(vector, at(0, 0), rows)).toEqual({
      tensor: [
        [1, 2],
        [3, 4],
        [5, 6],
      ],
    });
    expect(paste(vector, at(0, 0), "1\t2")).toEqual({ tensor: [1, 2] });
    expect(paste(vector, at(0, 0), "1\n2")).toEqual({ tensor: [1, 2] });
    expect(paste(matrix, at(0, 0), "1\t2")).toEqual({ tensor: [[1, 2]] });
    expect(paste(matrix, at(0, 0), "[1, 2]")).toEqual({ tensor: [1, 2] });
    expect(paste(matrix, at(0, 0), "[[[1]]]")).toEqual({ tensor: [[[1]]] });
  });

  test("elsewhere it is written over what is there, and makes room", () => {
    expect(paste(matrix, at(1, 2), "8\t9\n7\t6")).toEqual({
      tensor: [
        [1, 2, 3, 0],
        [4, 5, 8, 9],
        [0, 0, 7, 6],
      ],
    });
    expect(paste(vector, at(0, 2), "1\t2")).toEqual({ tensor: [7, 8, 1, 2] });
    expect(paste(vector, at(0, 1), "1\n2")).toEqual({ tensor: [7, 1, 2] });
    expect(paste(matrix, at(0, 1), "[[[1]]]")).toHaveProperty("fault");
    expect(paste(matrix, at(0, 1), "x\ty")).toHaveProperty("fault");
  });

  test("into a given shape it must fit", () => {
    expect(paste(matrix, at(0, 0), "8\t9", true)).toEqual({
      tensor: [
        [8, 9, 3],
        [4, 5, 6],
      ],
    });
    expect(paste(matrix, at(1, 1), "8\t9", true)).toEqual({
      tensor: [
        [1, 2, 3],
        [4, 8, 9],
      ],
    });
    expect(paste(matrix, at(1, 2), "8\t9", true)).toEqual({
      fault: "1 × 2 numbers don't fit here: the shape is 2 × 3.",
    });
  });
});
