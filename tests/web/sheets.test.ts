import { describe, expect, test } from "vitest";
import type { GraphNode } from "../../static/src/api/client.ts";
import {
  boundOf,
  extentOf,
  histogramOf,
  imagesOf,
  imageSides,
  levelOf,
  LEVELS,
  rangeText,
  sheetAt,
  sheetCount,
  shrunk,
  sidesOf,
  spokenOf,
} from "../../static/src/model/sheets.ts";

const summary = {
  shape: [40, 40],
  min: -2,
  max: 1,
  mean: 0.5,
  std: 0.1,
  preview: [[0]],
  histogram: [1, 2],
};

describe("the colour of a number", () => {
  test("parts at 0, is alike on both sides, and strongest at the bound", () => {
    expect(levelOf(3, 3)).toBe(LEVELS);
    expect(levelOf(-3, 3)).toBe(-LEVELS);
    for (const number of [0.1, 1, 2.5]) expect(levelOf(-number, 3)).toBe(-levelOf(number, 3)!);
    expect(levelOf(1.5, 3)).toBe(LEVELS / 2);
  });

  test("0 alone has none, however small another number is", () => {
    expect(levelOf(0, 3)).toBe(0);
    expect(levelOf(0, 0)).toBe(0);
    expect(levelOf(1e-300, 3)).toBe(1);
    expect(levelOf(-1e-300, 3)).toBe(-1);
  });

  test("what isn't finite has no strength", () => {
    expect(levelOf(NaN, 1)).toBeUndefined();
    expect(levelOf(-Infinity, 1)).toBeUndefined();
  });
});

describe("what a tensor's numbers are like", () => {
  test("range, mean, spread and zeros, of the finite ones", () => {
    expect(
      extentOf([
        [1, 0],
        ["NaN", -4],
        ["Infinity", 3],
      ]),
    ).toEqual({
      min: -4,
      max: 3,
      mean: 0,
      std: Math.sqrt(26 / 4),
      zeros: 1,
      nonFinite: 2,
    });
    expect(extentOf(["NaN", "NaN"])).toMatchObject({ min: NaN, max: NaN, nonFinite: 2 });
  });

  test("of a summary what it says", () => {
    expect(extentOf(summary)).toMatchObject({ min: -2, max: 1, zeros: undefined });
    expect(boundOf(extentOf(summary))).toBe(2);
  });

  test("in words", () => {
    expect(spokenOf([[1, 2]])).toBe("[[1, 2]], shape (1, 2), from 1 to 2, mean 1.5");
    expect(spokenOf(summary)).toBe("shape (40, 40), from −2 to 1, mean 0.5");
    expect(spokenOf(["NaN", 1])).toBe("[NaN, 1], shape (2), from 1 to 1, mean 1, 1 not finite");
    expect(spokenOf(2.5)).toBe("2.5");
    expect(spokenOf(undefined)).toBe("not computed");
    expect(rangeText({ min: -0.123456, max: 1234.5 })).toBe("−0.123…1230");
    expect(rangeText({ min: 1, max: 1 })).toBe("all 1");
  });
});

describe("sheets", () => {
  test("are the last two axes; a vector is one row", () => {
    expect(sidesOf([5])).toEqual({ rows: 1, columns: 5 });
    expect(sidesOf([2, 3, 4])).toEqual({ rows: 3, columns: 4 });
    expect(sheetCount([2, 5, 3, 4], { rows: 3, columns: 4 })).toBe(10);
    expect(sheetAt([1, 2, 3, 4, 5, 6, 7, 8], { rows: 2, columns: 2 }, 1).numbers).toEqual([
      5, 6, 7, 8,
    ]);
  });

  test("made smaller keep what stands out, and say where it was", () => {
    const sheet = { rows: 2, columns: 6, numbers: [0, 1, 0, -3, 2, 0, 0, 0, 0, 0, 0, NaN] };
    const small = shrunk(sheet, { rows: 1, columns: 3 });
    expect(small).toEqual({ rows: 1, columns: 3, numbers: [1, -3, NaN], places: [1, 3, 11] });
    expect(shrunk(sheet, { rows: 9, columns: 9 }).numbers).toEqual(sheet.numbers);
  });

  test.each([
    [1000, 50],
    [7, 97],
  ])("of %i × %i made smaller lose no column and no row", (rows, columns) => {
    const numbers = Array.from({ length: rows * columns }, (_, i) => i + 1);
    const small = shrunk({ rows, columns, numbers }, { rows: 24, columns: 36 });
    expect(small.numbers).toHaveLength(small.rows * small.columns);
    expect(small.numbers.every((number) => number > 0)).toBe(true);
    expect(small.numbers.at(-1)).toBe(rows * columns);
  });
});

test("a histogram counts every finite number once", () => {
  expect(histogramOf([0, 1, 2, 3, 4, NaN], { min: 0, max: 4 }, 4)).toEqual([1, 1, 1, 2]);
  expect(histogramOf([7, 7], { min: 7, max: 7 }, 3)).toEqual([2, 0, 0]);
});

describe("images", () => {
  test.each([
    [[8, 8], 8],
    [[28, 28], 28],
    [[64], 8],
    [[1, 64], 8],
    [[20, 784], 28],
    [[5, 1, 8, 8], 8],
    [[64, 64], 64],
  ])("of shape %j have %i pixels a side", (shape, side) => {
    expect(imageSides(shape)).toEqual({ rows: side, columns: side });
  });

  test.each([[[]], [[4, 4]], [[3, 65]], [[2, 3, 64]], [[128, 128]], [[49]]])(
    "are not what has the shape %j",
    (shape) => {
      expect(imageSides(shape)).toBeUndefined();
    },
  );

  test("may be packed in the document", () => {
    const pixels = new Float32Array(128).fill(0.5);
    const data = btoa(String.fromCharCode(...new Uint8Array(pixels.buffer)));
    const value = { shape: [2, 64], dtype: "float32", data } as const;
    const nodes = [{ id: "x", op: "input", value: { ...value, shape: [...value.shape] } }];
    expect(imagesOf(nodes, new Map()).get("x")).toEqual({ rows: 8, columns: 8 });
  });

  test("are data without negative numbers, unless somebody has chosen", () => {
    const row = Array.from({ length: 64 }, (_, i) => i);
    const leaf = (id: string, op: string, value: number[]): GraphNode => ({ id, op, value });
    const nodes = [
      leaf("digit", "input", row),
      leaf("weights", "parameter", row),
      leaf(
        "noise",
        "input",
        row.map((i) => i - 3),
      ),
      { id: "y", op: "twice", inputs: ["digit"] },
    ];
    expect([...imagesOf(nodes, new Map()).keys()]).toEqual(["digit"]);
    const chosen = new Map([
      ["digit", false],
      ["noise", true],
      ["y", true],
    ]);
    expect([...imagesOf(nodes, chosen).keys()]).toEqual(["noise"]);
  });
});
