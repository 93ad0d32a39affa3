import { describe, expect, test } from "vitest";
import type { Evaluation, GraphDocument } from "../../static/src/api/client.ts";
import type { Diagnosis, Finding } from "../../static/src/api/lens.ts";
import {
  depthPoints,
  grouped,
  magnitude,
  marksOf,
  powerRange,
  powerTicks,
  sizeOf,
  summary,
  withRepair,
} from "../../static/src/model/health.ts";

const finding = (
  code: Finding["code"],
  severity: Finding["severity"],
  nodes: string[],
): Finding => ({
  code,
  node: nodes[0]!,
  nodes,
  severity,
  detail: "",
  advice: "",
  ratio: null,
  steps: null,
  factor: null,
  units: [],
  op: null,
  formula: null,
  repaired: null,
});

const graph: GraphDocument = {
  nodes: [
    { id: "x", op: "input", value: 1 },
    { id: "w", op: "parameter", value: 1 },
    { id: "c", op: "constant", value: 2 },
    { id: "h", op: "times", inputs: ["x", "w"] },
    { id: "y", op: "times", inputs: ["h", "c"] },
  ],
};
const level = (depth: number, ...nodes: string[]) => ({
  depth,
  nodes,
  gradient_size: 0,
  value_size: 0,
});
const diagnosis: Diagnosis = {
  output: "y",
  findings: [finding("dead-relu", "warning", ["h"])],
  profile: [level(0, "y"), level(1, "h", "c"), level(2, "x", "w")],
  sizes: { y: 2, h: 1e-5, c: null, x: 0, w: "NaN" },
};

test.each([
  [2, 2, "fine"],
  [20.1, 2, "large"],
  [201, 2, "huge"],
  [0.19, 2, "small"],
  [1.9e-4, 2, "tiny"],
  [0, 2, "zero"],
  [Infinity, 2, "nonfinite"],
  [NaN, 2, "nonfinite"],
  [5, 0, "fine"],
])("a gradient of %d beside the output's %d is %s", (gradient, output, size) => {
  expect(sizeOf(gradient, output)).toBe(size);
});

test("a tensor's size is the root mean square, whatever its elements", () => {
  expect(magnitude(-3)).toBe(3);
  expect(
    magnitude([
      [3, 4],
      [0, 0],
    ]),
  ).toBeCloseTo(2.5, 12);
  expect(magnitude([1e300, 1e300])).toBeCloseTo(1e300, -288);
  expect(magnitude([1, "Infinity"])).toBe(Infinity);
  expect(magnitude([1, "NaN"])).toBeNaN();
  expect(
    magnitude({ shape: [9999], min: -9, max: 9, mean: 3, std: 4, preview: [[1]], histogram: [] }),
  ).toBe(5);
});

test("the drawing is marked by sizes, by what is shut, and by what is pointed at", () => {
  const edge = (target: string, input: number, gradient: number | null) => ({
    source: "",
    target,
    input,
    gradient,
    value: 0,
  });
  const evaluation = {
    edges: [edge("h", 0, 0), edge("h", 1, 400), edge("y", 1, null)],
  } as unknown as Evaluation;
  const marks = marksOf(diagnosis, evaluation, new Set(["x"]));
  expect(Object.fromEntries(marks.nodes)).toEqual({
    y: "fine",
    h: "tiny dead",
    x: "zero here",
    w: "nonfinite",
  });
  expect(Object.fromEntries(marks.edges)).toEqual({ "h:0": "zero", "h:1": "huge" });
});

describe("findings", () => {
  test("are in groups, what loses numbers first", () => {
    const findings = [
      finding("zero-gradient", "info", ["w"]),
      finding("vanishing", "warning", ["x"]),
      finding("divide-by-zero", "error", ["y"]),
      finding("overflow", "error", ["h"]),
    ];
    expect(grouped(findings).map(({ title, findings: all }) => [title, all.length])).toEqual([
      ["Numbers that are lost", 2],
      ["Vanishing gradients", 1],
      ["Gradients of 0", 1],
    ]);
  });

  test("are summed up in a sentence", () => {
    const with_ = (...findings: Finding[]): string => summary({ ...diagnosis, findings });
    expect(with_()).toContain("All is well");
    expect(with_(finding("dead-relu", "info", ["h"]))).toBe(
      "Nothing is ill. 1 thing worth knowing:",
    );
    expect(with_(...diagnosis.findings, finding("overflow", "error", ["h"]))).toBe(
      "2 things to look at:",
    );
  });
});

describe("the profile", () => {
  test("tells of ops, of leaves where nothing else flows", () => {
    expect(
      depthPoints(diagnosis, graph, 60).map(({ depth, nodes, size, leaves, power }) => [
        depth,
        nodes,
        size,
        leaves,
        power === undefined ? undefined : Math.round(power),
      ]),
    ).toEqual([
      [0, ["y"], "fine", false, 0],
      [1, ["h"], "tiny", false, -5],
      [2, ["x", "w"], "nonfinite", true, undefined],
    ]);
  });

  test("of a deep graph is thinned out, both ends kept", () => {
    const ids = Array.from({ length: 1000 }, (_, i) => `n${i}`);
    const deep = {
      ...diagnosis,
      profile: ids.map((id, i) => level(i, id)),
      sizes: Object.fromEntries(ids.map((id) => [id, 1])),
    };
    const depths = depthPoints(deep, graph, 60).map(({ depth }) => depth);
    expect([depths.length, depths[0], depths.at(-1)]).toEqual([60, 0, 999]);
    expect(depths).toEqual([...new Set(depths)].sort((a, b) => a - b));
  });

  test("lies between whole powers of ten", () => {
    const at = (...powers: (number | undefined)[]) =>
      powerRange(
        powers.map((power) => ({
          depth: 0,
          nodes: [],
          gradient: 1,
          size: "fine",
          leaves: false,
          power,
        })),
      );
    expect(at(-5.2, 0.3)).toEqual({ low: -6, high: 1 });
    expect(at(0)).toEqual({ low: -1, high: 1 });
    expect(at(undefined)).toEqual({ low: -1, high: 1 });
    expect(powerTicks({ low: -6, high: 0 }, 4)).toEqual([0, -2, -4, -6]);
    expect(powerTicks({ low: -1, high: 1 }, 6)).toEqual([1, 0, -1]);
  });
});

describe("the op that helps", () => {
  const pieces: GraphDocument = {
    title: "Pieces",
    nodes: [
      { id: "x", op: "input", value: -1000, position: [1, 2] },
      { id: "n", op: "minus", inputs: ["x"] },
      { id: "s", op: "last", inputs: ["n"], label: "result", position: [3, 4] },
      { id: "new", op: "plus", inputs: ["s", ""] },
    ],
    groups: [{ id: "g", nodes: ["n", "s"], label: "", collapsed: false }],
  };
  const examined = { nodes: pieces.nodes.slice(0, 3) };
  const repaired: GraphDocument = {
    nodes: [
      { id: "x", op: "input", value: -1000 },
      { id: "s", op: "whole", inputs: ["x"] },
    ],
  };

  test("takes the place of the pieces, under their name and where they stood", () => {
    expect(withRepair(pieces, examined, repaired)).toEqual({
      title: "Pieces",
      nodes: [
        pieces.nodes[0],
        { id: "s", op: "whole", inputs: ["x"], label: "result", position: [3, 4] },
        pieces.nodes[3],
      ],
      groups: [],
    });
  });

  test("leaves a piece that something takes from which wasn't examined", () => {
    const used = {
      ...pieces,
      nodes: [...pieces.nodes, { id: "m", op: "plus", inputs: ["n", ""] }],
    };
    expect(withRepair(used, examined, repaired).nodes.map(({ id }) => id)).toEqual([
      "x",
      "n",
      "s",
      "new",
      "m",
    ]);
  });

  test("brings nodes along that weren't there", () => {
    const turned = { nodes: [...repaired.nodes, { id: "t", op: "minus", inputs: ["x"] }] };
    expect(withRepair(pieces, examined, turned).nodes.at(-1)!.id).toBe("t");
  });
});
