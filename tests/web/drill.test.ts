import { describe, expect, test } from "vitest";
import type { Drill, DrillTerm } from "../../static/src/api/lens.ts";
import {
  element,
  elementAt,
  GAP,
  gradientOf,
  inputParts,
  namesOf,
  patternOf,
  product,
  shownPlaces,
  signOf,
  slabsOf,
  told,
  upstreamParts,
} from "../../static/src/model/drill.ts";

const term = (
  upstream_index: number[],
  upstream: number,
  local: number,
  depends: DrillTerm["depends"] = [],
): DrillTerm => ({
  upstream_index,
  upstream,
  local,
  product: upstream * local,
  depends,
  total_depends: depends?.length ?? null,
});
const follows = (input: number, index: number[], value: number, equals = true) => ({
  input,
  index,
  value,
  equals,
});
const drill = (input: number, index: number[], terms: DrillTerm[]): Drill => ({
  output: "f",
  node: "y",
  input,
  source: ["x", "w", "b"][input]!,
  index,
  value: terms.reduce((sum, one) => sum + Number(one.product), 0),
  terms,
  total_terms: terms.length,
  truncated: false,
});
const names = { node: "Y", inputs: ["X", "W", "b"] };

// X [[0, 0], [10, 10]] in front of W, the upstream gradient [[1, 2, 3], [4, 5, 6]].
const weight = drill(
  1,
  [0, 1],
  [term([0, 1], 2, 0, [follows(0, [0, 0], 0)]), term([1, 1], 5, 10, [follows(0, [1, 0], 10)])],
);
const data = drill(
  0,
  [1, 0],
  [
    term([1, 0], 4, 1, [follows(1, [0, 0], 1)]),
    term([1, 1], 5, 0, [follows(1, [0, 1], 0)]),
    term([1, 2], 6, 1, [follows(1, [0, 2], 1)]),
  ],
);
const bias = drill(2, [1], [term([0, 1], 2, 1), term([1, 1], 5, 1)]);

const written = (of: Drill): [string, string] => {
  const all = of.terms.map((one) => product(one, of, names));
  return [
    all.map(({ symbols }) => symbols).join(" + "),
    all.map(({ numbers }) => numbers).join(" + "),
  ];
};

describe("the sum", () => {
  test("a weight's is written with the elements that meet", () => {
    expect(written(weight)).toEqual(["X[0,0]·dY[0,1] + X[1,0]·dY[1,1]", "0·2 + 10·5"]);
  });

  test("ones are left out", () => {
    expect(written(bias)).toEqual(["dY[0,1] + dY[1,1]", "2 + 5"]);
    expect(written(drill(0, [1], [term([1], -3, -1)]))).toEqual(["−dY[1]", "−(−3)"]);
  });

  test("a constant is its number, and what is no element of an input a derivative", () => {
    expect(written(drill(0, [], [term([], 1, 1.1)]))[0]).toBe("1.1·dY");
    const computed = drill(0, [1], [term([], 2, -0.8, [follows(0, [1], 3, false)])]);
    expect(written(computed)).toEqual(["∂Y/∂X[1]·dY", "−0.8·2"]);
    const unknown = drill(0, [1], [term([0], 2, -0.8, null)]);
    expect(written(unknown)[0]).toBe("∂Y[0]/∂X[1]·dY[0]");
  });

  test("names are written as code writes them", () => {
    expect([gradientOf("W"), gradientOf("unit price"), element("x", [])]).toEqual([
      "dW",
      "d(unit price)",
      "x",
    ]);
    const graph = {
      nodes: [
        { id: "x", op: "input", value: 1, label: "unit price" },
        { id: "y", op: "twice", inputs: ["x"] },
      ],
    };
    expect(namesOf(graph, "y")).toEqual({ node: "y", inputs: ["unit price"] });
  });

  test("no sign is the d of a gradient, and none is used twice", () => {
    const signs = Array.from({ length: 30 }, (_, i) => signOf(i)).filter(Boolean);
    expect(signs).not.toContain("d");
    expect(new Set(signs).size).toBe(signs.length);
    expect(signOf(200)).toBe("");
  });
});

describe("the pattern", () => {
  test("a column meets a column: the transpose, summed over the batch", () => {
    expect(patternOf(weight, names)).toMatch(
      /^Column 0 of X meets column 1 of dY, .*batch.* Xᵀ · dY\.$/,
    );
  });

  test("a row meets a row", () => {
    expect(patternOf(data, names)).toMatch(/^Row 0 of W meets row 1 of dY.* dY · Wᵀ\.$/);
  });

  test("what was copied to the rows is summed over them", () => {
    expect(patternOf(bias, names)).toMatch(
      /^b\[1\] was added to every row.*column 1 of dY is added up/,
    );
  });

  test("an element by itself", () => {
    const other = drill(0, [1], [term([1], 4, 7, [follows(1, [1], 7)])]);
    expect(patternOf(other, names)).toMatch(
      /^Element by element: the element of W that it was multiplied by/,
    );
    const slope = (local: number) =>
      drill(0, [0, 1], [term([0, 1], 4, local, [follows(0, [0, 1], -3, false)])]);
    expect(patternOf(slope(0.5), names)).toContain("local derivative there, 0.5,");
    expect(patternOf(slope(0), names)).toContain("is 0, so what arrives there goes no further");
  });

  test("copies, constants, nothing, and what wasn't found out", () => {
    expect(patternOf(drill(0, [0], [term([], 3, 1)]), names)).toContain("handed on unchanged");
    expect(patternOf(drill(0, [0], [term([], 3, 0.25)]), names)).toContain(
      "0.25 times this element",
    );
    expect(patternOf(drill(0, [0], []), names)).toContain("Nothing of dY reaches this element");
    expect(patternOf(drill(0, [0], [term([0], 3, 1, null)]), names)).toContain("too long");
    const spread = drill(0, [], [term([0, 0], 3, 1), term([1, 1], 3, 1)]);
    expect(patternOf(spread, names)).toContain(
      "X was used in 2 places, so what arrives at all of them",
    );
  });

  test("local derivatives that are computed from several elements", () => {
    const mixed = (index: number[]) =>
      term(index, 1, 0.2, [follows(0, [0], 1, false), follows(0, [1], 2, false)]);
    expect(patternOf(drill(0, [0], [mixed([0]), mixed([1])]), names)).toContain(
      "2 elements of Y follow",
    );
    expect(patternOf(drill(0, [0], [mixed([])]), names)).toContain(
      "The result follows this element",
    );
  });
});

describe("the cells", () => {
  test("are matched by term", () => {
    expect([...upstreamParts(weight)]).toEqual([
      ["0,1", [0]],
      ["1,1", [1]],
    ]);
    expect([...inputParts(weight).get(0)!]).toEqual([
      ["0,0", [0]],
      ["1,0", [1]],
    ]);
    const shared = drill(
      0,
      [0],
      [term([0], 1, 2, [follows(1, [], 2)]), term([1], 1, 2, [follows(1, [], 2)])],
    );
    expect([...inputParts(shared).get(1)!]).toEqual([["", [0, 1]]]);
  });

  test("are read from a tensor, or from the answer where a summary is all there is", () => {
    expect(
      elementAt(
        [
          [1, 2],
          [3, "NaN"],
        ],
        [1, 1],
      ),
    ).toBe("NaN");
    expect(elementAt(7, [])).toBe(7);
    expect(elementAt([1, 2], [5])).toBeUndefined();
    const summary = {
      shape: [2000],
      min: 0,
      max: 1,
      mean: 0,
      std: 1,
      preview: [[0]],
      histogram: [],
    };
    expect(elementAt(summary, [3])).toBeUndefined();
    expect(elementAt(null, [0])).toBeUndefined();
    expect(told(weight).upstream.get("1,1")).toBe(5);
    expect(told(weight).inputs.get(0)!.get("1,0")).toBe(10);
  });

  test("of a long axis those are shown that are wanted, and their neighbours", () => {
    expect(shownPlaces(3, [1], 5)).toEqual([0, 1, 2]);
    expect(shownPlaces(100, [50], 3)).toEqual([GAP, 49, 50, 51, GAP]);
    expect(shownPlaces(100, [0, 99], 4)).toEqual([0, 1, GAP, 98, 99]);
    expect(shownPlaces(100, [], 3)).toEqual([0, 1, 2, GAP]);
    expect(shownPlaces(9, [8, 7, 6, 5, 4, 3, 2, 1], 4)).toEqual([GAP, 1, 2, 3, 4, GAP]);
  });

  test("of a tensor of many axes those matrices are shown that take part", () => {
    expect(slabsOf([2, 3], ["0,1"], 3)).toEqual([{ lead: [], caption: "" }]);
    expect(slabsOf([2, 3, 4, 4], ["0,2,1,1", "0,2,1,2", "1,0,0,0"], 3)).toEqual([
      { lead: [0, 2], caption: "[0,2,:,:]" },
      { lead: [1, 0], caption: "[1,0,:,:]" },
    ]);
    expect(slabsOf([2, 3, 4], [], 3)).toEqual([{ lead: [0], caption: "[0,:,:]" }]);
    expect(slabsOf([], [""], 3)).toEqual([{ lead: [], caption: "" }]);
  });
});
