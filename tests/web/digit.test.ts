import { expect, test } from "vitest";
import type { Evaluation, GraphDocument } from "../../static/src/api/client.ts";
import {
  BLANK,
  pixelsOf,
  read,
  readerOf,
  saliencySentence,
  softmaxOf,
  stroked,
  touched,
  valueOf,
} from "../../static/src/model/digit.ts";
import { op } from "./ops.ts";

const OPS = new Map(
  [
    op("input", []),
    op("parameter", []),
    op("affine", ["x", "w"]),
    op("judge", ["s", "t"], { labels: ["t"], scores: "s" }),
  ].map((one) => [one.name, one]),
);

const graphWith = (value: GraphDocument["nodes"][number]["value"]): GraphDocument => ({
  nodes: [
    { id: "other", op: "input", value: [BLANK.slice()] },
    { id: "x", op: "input", value: value! },
    { id: "w", op: "parameter", value: [[1]] },
    { id: "t", op: "input", value: [3] },
    { id: "scores", op: "affine", inputs: ["x", "w"] },
    { id: "loss", op: "judge", inputs: ["scores", "t"] },
  ],
});

const square = Array.from({ length: 8 }, () => new Array<number>(8).fill(0));

test("a digit can be drawn in any leaf of 64 pixels that leads to scores", () => {
  for (const value of [BLANK.slice(), [BLANK.slice()], square, [[square]]])
    expect(readerOf(graphWith(value), OPS, "loss")).toEqual({ leaf: "x", scores: "scores" });
  expect(readerOf(graphWith([[1, 2]]), OPS, "loss")).toBeUndefined();
  expect(readerOf(graphWith([BLANK.slice()]), OPS, "scores")).toBeUndefined();
});

test("pixels keep a leaf's shape", () => {
  const pixels = BLANK.map((_, at) => at);
  const value = valueOf(pixels, [[square]]) as number[][][][];
  expect(value[0]![0]![1]).toEqual([8, 9, 10, 11, 12, 13, 14, 15]);
  expect(pixelsOf(value)).toEqual(pixels);
});

test("the scores are asked first, then the gradient of the largest", async () => {
  const asked: GraphDocument[] = [];
  const evaluate = (graph: GraphDocument): Promise<Evaluation> => {
    asked.push(graph);
    return Promise.resolve({
      nodes: {
        scores: { value: [[0, Math.log(3), 0]], shape: [1, 3], gradient: null },
        x: { value: [[]], gradient: [[1, -2]], shape: [1, 2] },
      },
    } as unknown as Evaluation);
  };
  const reader = { leaf: "x", scores: "scores" };
  const pixels = touched(BLANK, { x: 4, y: 4 }, false);
  const answer = await read(graphWith([BLANK.slice()]), reader, pixels, evaluate);
  expect(answer).toMatchObject({ winner: 1, saliency: [1, -2] });
  expect(answer!.probabilities.map((p) => Number(p.toFixed(12)))).toEqual([0.2, 0.6, 0.2]);
  // The target plays no part in it, nor do other inputs.
  expect(asked.map(({ nodes }) => nodes.map(({ id }) => id))).toEqual(
    Array(2).fill(["x", "w", "scores"]),
  );
  expect(asked.map(({ output, upstream }) => [output, upstream])).toEqual([
    ["scores", undefined],
    ["scores", [[0, 1, 0]]],
  ]);
  expect(asked[1]!.nodes[0]!.value).toEqual([pixels]);
});

test("scores of more than one sample tell no class, nor do those that aren't finite", async () => {
  const reader = { leaf: "x", scores: "scores" };
  for (const scores of [
    {
      value: [
        [1, 2],
        [3, 4],
      ],
      shape: [2, 2],
    },
    { value: [["NaN", 1]], shape: [1, 2] },
  ]) {
    const evaluation = { nodes: { scores, x: {} } } as unknown as Evaluation;
    const answer = await read(graphWith([BLANK.slice()]), reader, BLANK, () =>
      Promise.resolve(evaluation),
    );
    expect(answer).toBeUndefined();
  }
});

test("large scores make no overflow", () => {
  expect(softmaxOf([1000, 1000])).toEqual([0.5, 0.5]);
});

test("the brush is soft, stays within 0 and 1, and leaves no gaps", () => {
  const dot = touched(BLANK, { x: 3.5, y: 2.5 }, false);
  expect(dot[2 * 8 + 3]).toBe(1);
  expect(dot[2 * 8 + 4]).toBeCloseTo(0.35);
  expect(dot[2 * 8 + 6]).toBe(0);
  const line = stroked(BLANK, { x: 0.5, y: 0.5 }, { x: 7.5, y: 7.5 }, false);
  for (let n = 0; n < 8; n++) expect(line[9 * n]).toBeGreaterThan(0.9);
  expect(Math.max(...line)).toBe(1);
  expect(stroked(line, { x: 0.5, y: 0.5 }, { x: 7.5, y: 7.5 }, true)[0]).toBe(0);
});

test("the saliency is put in words", () => {
  const saliency = BLANK.with(9, 0.5).with(63, -1.25);
  expect(saliencySentence(saliency, "3")).toContain(
    "raise the score of 3, most of all at row 2, column 2",
  );
  expect(saliencySentence(saliency, "3")).toContain("most of all at row 8, column 8.");
  expect(saliencySentence(saliency, "3")).toContain("from −1.25 to 0.5.");
  expect(saliencySentence(BLANK.with(9, 0.5), "3")).not.toContain("blue");
  expect(saliencySentence(BLANK, "3")).toContain("No pixel moves");
});
