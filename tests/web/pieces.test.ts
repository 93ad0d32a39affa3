import { describe, expect, test } from "vitest";
import type { Evaluation, GraphDocument, WireTensor } from "../../static/src/api/client.ts";
import type { Evaluated } from "../../static/src/api/pieces.ts";
import { alone, compared } from "../../static/src/model/pieces.ts";

type Edge = [source: string, target: string, input: number, gradient: WireTensor | null];

function evaluated(
  graph: GraphDocument,
  values: Record<string, WireTensor>,
  edges: Edge[],
  warnings: Evaluation["warnings"] = [],
): Evaluated {
  const nodes = Object.fromEntries(
    Object.entries(values).map(([id, value]) => [id, { value, gradient: null, shape: [] }]),
  );
  const evaluation = {
    output: "s",
    nodes,
    edges: edges.map(([source, target, input, gradient]) => ({ source, target, input, gradient })),
    warnings,
  } as unknown as Evaluation;
  return { graph, evaluation };
}

// A node s of x, and its pieces: an inner one, and one that keeps the name s; both use x.
const closed: GraphDocument = {
  nodes: [
    { id: "x", op: "input", value: 2, label: "the x" },
    { id: "s", op: "squash", inputs: ["x", "x"], params: { axis: 0 } },
  ],
};
const opened: GraphDocument = {
  nodes: [
    closed.nodes[0]!,
    { id: "s_a", op: "times", inputs: ["x", "x"] },
    { id: "s", op: "plus", inputs: ["s_a", "x"] },
  ],
};

const whole = (value: WireTensor, ...shares: WireTensor[]): Evaluated =>
  evaluated(
    closed,
    { x: 2, s: value },
    shares.map((share, slot) => ["x", "s", slot, share]),
  );
const pieces = (value: WireTensor, shares: WireTensor[], warned = false): Evaluated =>
  evaluated(
    opened,
    { x: 2, s_a: 4, s: value },
    shares.map((share, i) => ["x", i < 2 ? "s_a" : "s", i % 2, share]),
    warned ? [{ node: "s_a", code: "overflow", phase: "forward", detail: "s_a is infinity" }] : [],
  );

describe("pieces beside their whole", () => {
  test("are equal in the value and in all that goes back to an input, over however many edges", () => {
    const { equal, rows, sentences } = compared(whole(6, 3, 2), pieces(6, [2, 2, 1]), "s");
    expect(equal).toBe(true);
    expect(rows.map(({ label }) => label)).toEqual(["value", "gradient to the x"]);
    expect(rows[1]).toMatchObject({ whole: 5, pieces: 5, apart: 0 });
    expect(sentences).toEqual(["At this point both give the same numbers, to the last digit."]);
  });

  test("are equal up to rounding, and that is said", () => {
    const { equal, sentences } = compared(whole(1, 5), pieces(1 + 4e-16, [2, 2, 1]), "s");
    expect(equal).toBe(true);
    expect(sentences[0]).toContain("rounding");
  });

  test("part where one isn't finite; the warning says where, and that the whole stays finite", () => {
    const { equal, rows, sentences } = compared(whole(0, 0), pieces(0, ["NaN", 0, 0], true), "s");
    expect(equal).toBe(false);
    expect(rows.map(({ apart }) => apart)).toEqual([0, Infinity]);
    expect(rows[1]!.pieces).toBe("NaN");
    expect(sentences).toEqual([
      "Here they part: gradient to the x.",
      "In pieces, s_a is infinity.",
      "As one node everything stays finite.",
    ]);
  });

  test("part where a number differs, and tensors are added up element by element", () => {
    const { equal, rows } = compared(
      whole([1, 2], [5, 5]),
      pieces(
        [1, 2],
        [
          [2, 2],
          [2, 2],
          [1, 2],
        ],
      ),
      "s",
    );
    expect(rows[1]).toMatchObject({ pieces: [5, 6] });
    expect(rows[1]!.apart).toBeCloseTo(1 / 6, 12);
    expect(equal).toBe(false);
  });

  test("a gradient of nothing is not a gradient of 0", () => {
    expect(compared(whole(1), pieces(1, [0]), "s").equal).toBe(false);
    expect(compared(whole(1), pieces(1, []), "s").equal).toBe(true);
  });
});

describe("a node alone", () => {
  test("gets its inputs' values many times as large, under the same names", () => {
    const copy = alone(whole(6, 3, 2), "s", -1000)!;
    expect(copy.output).toBe("s");
    expect(copy.nodes).toEqual([
      { id: "x", op: "input", value: -2000, label: "the x" },
      { id: "s", op: "squash", inputs: ["x", "x"], params: { axis: 0 }, label: null },
    ]);
  });

  test("keeps what no gradient goes to, such as labels", () => {
    const copy = alone(evaluated(closed, { x: [1, 2], s: 1 }, [["x", "s", 0, null]]), "s", 1000)!;
    expect(copy.nodes[0]!.value).toEqual([1, 2]);
  });

  test("isn't made of numbers that aren't finite, or wouldn't be", () => {
    expect(alone(evaluated(closed, { x: "NaN", s: 1 }, []), "s", 1000)).toBeUndefined();
    expect(
      alone(evaluated(closed, { x: 1e306, s: 1 }, [["x", "s", 0, 1]]), "s", 1000),
    ).toBeUndefined();
  });
});
