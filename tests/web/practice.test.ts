import { describe, expect, test } from "vitest";
import type { Evaluation, GraphDocument } from "../../static/src/api/client.ts";
import {
  blankAt,
  blankName,
  blanksText,
  candidates,
  choose,
  hintsOf,
  readBlanks,
} from "../../static/src/model/blanks.ts";
import { isPlain, judge } from "../../static/src/model/closeness.ts";
import { moveTo } from "../../static/src/model/edit.ts";
import { blanksIn, fromFragment, toFragment, withBlanks } from "../../static/src/model/link.ts";
import { blankKey, Look } from "../../static/src/model/look.ts";
import { readOrigin } from "../../static/src/model/origin.ts";
import { entryOf, keptText, Practice, scoreOf } from "../../static/src/model/practice.ts";
import { NO_STANDING, readStanding, withScore } from "../../static/src/model/standing.ts";
import { Session } from "../../static/src/model/session.ts";
import {
  asked,
  claimsOf,
  gradientBlanks,
  layers,
  marksOf,
  Work,
} from "../../static/src/model/work.ts";
import { op } from "./ops.ts";

// x · x + x at 3: 12, and 2 · 3 + 1 = 7 back.
const graph: GraphDocument = {
  nodes: [
    { id: "x", op: "input", value: 3 },
    { id: "p", op: "times", inputs: ["x", "x"] },
    { id: "f", op: "plus", inputs: ["p", "x"] },
  ],
};
const evaluation = {
  output: "f",
  order: ["x", "p", "f"],
  nodes: {
    x: { value: 3, gradient: 7, shape: [] },
    p: { value: 9, gradient: 1, shape: [] },
    f: { value: 12, gradient: 1, shape: [] },
  },
  edges: [
    { source: "x", target: "p", input: 0, value: 3, gradient: 3 },
    { source: "x", target: "p", input: 1, value: 3, gradient: 3 },
    { source: "p", target: "f", input: 0, value: 9, gradient: 1 },
    { source: "x", target: "f", input: 1, value: 3, gradient: 1 },
  ],
  trace: [
    { phase: "backward", node: "p", input: 0, upstream: 1, local: 3, gradient: 3, latex: "" },
    { phase: "backward", node: "f", input: 0, upstream: 1, local: 1, gradient: 1, latex: "" },
  ],
  warnings: [],
} as unknown as Evaluation;
const OPS = [
  op("times", ["x", "y"], { latex: { value: "x y", partials: ["y", "x"] } }),
  op("plus", ["x", "y"], { latex: { value: "x + y", partials: ["1", "1"] } }),
  op("input", []),
];
const ops = new Map(OPS.map((one) => [one.name, one]));

describe("whether an answer is right", () => {
  test.each([
    [7, 7, "right"],
    [7.1, 7, "wrong"],
    [998, 999, "wrong"],
    [999, 999, "right"],
    [715, 715.0000000000001, "right"],
    [0.73, 0.7310585786300049, "right"],
    [0.7311, 0.7310585786300049, "right"],
    [0.74, 0.7310585786300049, "wrong"],
    [-0.197, -0.19661193324148185, "right"],
    [0.197, -0.19661193324148185, "wrong"],
    [0, 0, "right"],
    [0.001, 0, "wrong"],
    [2.2e-9, 2.2004e-9, "right"],
    [123500, 123456, "right"],
  ])("%d for %d is %s", (answer, truth, verdict) => {
    expect(judge(answer, truth).verdict).toBe(verdict);
  });

  test("a tensor tells how many of its numbers are right, or which shape is needed", () => {
    expect(judge([[1, 2]], [[1, 2]])).toEqual({ verdict: "right" });
    expect(judge([1, 5, 3], [1, 2, 3])).toEqual({ verdict: "wrong", right: 2, of: 3 });
    expect(judge([1, 2], [[1, 2]])).toEqual({ verdict: "shape", shape: [1, 2] });
    expect(judge(1, [1])).toEqual({ verdict: "shape", shape: [1] });
    expect(judge([100.5, 0.01], [100.5, 0.0000001])).toEqual({ verdict: "right" });
  });

  test("what isn't finite or isn't there as a whole can't be asked for", () => {
    expect(isPlain([1, [2]] as never)).toBe(true);
    for (const value of [null, undefined, "NaN", [1, "Infinity"]] as never[])
      expect(isPlain(value)).toBe(false);
    expect(
      isPlain({
        shape: [40, 40],
        min: 0,
        max: 1,
        mean: 0.5,
        std: 0,
        preview: [[0]],
        histogram: [],
      }),
    ).toBe(false);
  });
});

describe("blanks", () => {
  test("in the order in which they are worked out", () => {
    expect(blanksText(candidates(graph, evaluation, "both"))).toBe(
      "v-p,v-f,g-p,g-p:0,g-p:1,g-f:1,g-x",
    );
    expect(blanksText(candidates(graph, evaluation, "values"))).toBe("v-p,v-f");
  });

  test("a few, half or all of them, in their order", () => {
    const all = candidates(graph, evaluation, "both");
    const backwards = [6, 5, 4, 3, 2, 1, 0];
    const draw = (): number => backwards.pop()!;
    expect(blanksText(choose(all, "few", draw))).toBe("v-p,v-f,g-p");
    expect(choose(all, "half", Math.random)).toHaveLength(4);
    expect(choose(all, "all", Math.random)).toEqual(all);
  });

  test("the same after a link", async () => {
    const all = candidates(graph, evaluation, "both");
    const fragment = withBlanks(await toFragment(graph), blanksText(all));
    expect(JSON.parse((await fromFragment(`#${fragment}`))!)).toEqual(graph);
    expect(readBlanks(blanksIn(`#${fragment}`)!, graph)).toEqual(all);
    expect(blanksIn(`#${await toFragment(graph)}`)).toBeUndefined();
  });

  test("of a link that makes no sense are left out", () => {
    const text = "v-pear,v-x,x-p,g-p:2,v-p:0,g-<b>,g-p,g-p,,";
    expect(blanksText(readBlanks(text, graph))).toBe("g-p");
  });

  test("are named, and found by the edge that shows them", () => {
    const all = candidates(graph, evaluation, "both");
    expect(all.map((blank) => blankName(blank, graph))).toEqual([
      "value of p",
      "value of f",
      "gradient of p",
      "share of x from p, input 1",
      "share of x from p, input 2",
      "share of x from f",
      "gradient of x",
    ]);
    const at = (kind: "value" | "gradient", edge?: string): string =>
      blankKey(blankAt(all, kind, edge, graph, "f")!);
    expect(at("value", "f:0")).toBe("value p");
    expect(at("gradient", "f:0")).toBe("gradient p");
    expect(at("gradient", "p:1")).toBe("gradient p:1");
    expect(at("value")).toBe("value f");
  });

  test("hints tell how, then of what, and no number that is to be found", () => {
    const hints = (key: string, ...open: string[]): string => {
      const blank = candidates(graph, evaluation, "both").find((one) => blankKey(one) === key)!;
      return JSON.stringify(
        hintsOf(blank, { graph, evaluation, ops, open: new Set([key, ...open]) }),
      );
    };
    const share = hints("gradient p:0");
    expect(share).toContain("\\\\frac{\\\\partial z}{\\\\partial x} = y");
    expect(share).toContain('"name":"local derivative","value":3');
    expect(share).toContain('"name":"upstream gradient","kept":false,"value":1');
    // p has one use, so that its gradient goes by that edge's name as well.
    expect(hints("gradient p:0", "gradient f:0")).toContain(
      '"name":"upstream gradient","kept":true}',
    );
    expect(hints("gradient p:0", "value p")).not.toContain('local derivative",');
    expect(hints("value f", "value p")).toContain('{"name":"value of p","kept":true,"letter":"x"}');
    expect(hints("value f", "value p")).not.toContain("9");
    expect(hints("gradient x", "gradient p:1")).toContain(
      '{"name":"share of x from p, input 2","kept":true}',
    );
    expect(hints("gradient x")).not.toContain("7");
  });
});

async function practising(): Promise<{ session: Session; look: Look; practice: Practice }> {
  const session = new Session(graph, OPS, () => Promise.resolve(evaluation));
  const look = new Look();
  const practice = new Practice(session, look);
  await settled();
  return { session, look, practice };
}
const settled = (): Promise<void> => new Promise((done) => setTimeout(done, 0));
const all = candidates(graph, evaluation, "gradients");

describe("an exercise", () => {
  test("keeps back what is open, and counts how each number was found", async () => {
    const { look, practice } = await practising();
    practice.begin(all.slice(0, 3), { level: 2, seed: 5 });
    expect([...look.blankKeys.value]).toEqual(["gradient p", "gradient p:0", "gradient p:1"]);
    look.clear();
    expect(look.blankKeys.value.size).toBe(3);
    expect(practice.at.value).toBe("gradient p");
    expect(practice.answer("gradient p", 1)).toEqual({ verdict: "right" });
    practice.next();
    expect(practice.at.value).toBe("gradient p:0");
    expect(practice.answer("gradient p:0", 4)?.verdict).toBe("wrong");
    expect(entryOf(practice.task.value!, "gradient p:0")).toMatchObject({ tries: 1, hints: 1 });
    practice.answer("gradient p:0", 3);
    practice.hint("gradient p:1");
    practice.hint("gradient p:1");
    practice.reveal("gradient p:1");
    expect(practice.score.value).toEqual({ all: 3, first: 1, helped: 1, revealed: 1, open: 0 });
    expect(look.blankKeys.value.size).toBe(0);
    // What is settled stays as it is.
    practice.answer("gradient p:1", 3);
    expect(entryOf(practice.task.value!, "gradient p:1").state).toBe("revealed");
    practice.again();
    expect(practice.score.value).toMatchObject({ open: 3 });
    practice.stop();
    expect(look.blankKeys.value.size).toBe(0);
  });

  test("stays with its graph when nodes are moved, begins anew with other numbers, and comes back by undo", async () => {
    const { session, practice } = await practising();
    practice.begin(all);
    practice.answer("gradient p", 1);
    session.apply("Move", moveTo(session.graph.value, new Map([["x", { x: 1, y: 1 }]])));
    expect(scoreOf(practice.task.value!).first).toBe(1);
    session.setValue("x", 4);
    expect(scoreOf(practice.task.value!)).toMatchObject({ first: 0, open: all.length });
    expect(practice.answer("gradient p", 1)).toBeUndefined(); // its numbers are on their way
    session.undo();
    expect(scoreOf(practice.task.value!).first).toBe(1);
  });

  test("that is opened as another graph leaves the former to undo", async () => {
    const { session, practice, look } = await practising();
    practice.begin(all);
    const other: GraphDocument = {
      title: "Exercise 1.1",
      nodes: [{ id: "y", op: "input", value: 1 }],
    };
    practice.begin([{ kind: "value", node: "y" }], { level: 1, seed: 1 }, other);
    expect(session.graph.value).toBe(other);
    expect(session.undoName.value).toBe("Open Exercise 1.1");
    expect([...look.blankKeys.value]).toEqual(["value y"]);
    session.undo();
    expect(practice.task.value?.blanks).toEqual(all);
    session.apply("Draw", { nodes: [{ id: "x", op: "input", value: 8 }] });
    expect(practice.task.value).toBeUndefined();
  });

  test("asks for nothing that the graph doesn't say", async () => {
    const { practice } = await practising();
    practice.begin([...all, { kind: "value", node: "nobody" }]);
    expect(practice.task.value?.blanks).toEqual(all);
  });

  test("goes on where the page is loaded again with the same graph", async () => {
    const { practice } = await practising();
    practice.begin(all, { level: 1, seed: 4 });
    practice.answer("gradient p", 1);
    const text = keptText(practice.task.value!);
    const { practice: later, session } = await practising();
    for (const bad of [null, "", "{", "null", "{}", "[]"]) expect(later.takeUp(bad)).toBe(false);
    expect(later.takeUp(text)).toBe(true);
    expect(scoreOf(later.task.value!).first).toBe(1);
    expect(later.at.value).toBe("gradient p:0");
    session.setValue("x", 9);
    later.stop();
    expect(later.takeUp(text)).toBe(false);
  });
});

test("a standing counts exercises and those in a row without looking", () => {
  const good = { all: 3, first: 2, helped: 1, revealed: 0, open: 0 };
  const twice = withScore(withScore(NO_STANDING, good), good);
  expect(twice).toEqual({ done: 2, streak: 2, best: 2, found: 6, first: 4 });
  const looked = withScore(twice, { ...good, helped: 0, revealed: 1 });
  expect(looked).toEqual({ done: 3, streak: 0, best: 2, found: 8, first: 6 });
  expect(readStanding(JSON.stringify(looked))).toEqual(looked);
  for (const text of [null, "", "{", "null", "[]"]) expect(readStanding(text)).toEqual(NO_STANDING);
  expect(readStanding('{"done": -1, "best": "x", "found": 2.5}')).toEqual(NO_STANDING);
});

test("an address names an exercise by level and seed", () => {
  expect(readOrigin("2.417")).toEqual({ level: 2, seed: 417 });
  for (const text of [null, "", "4.1", "2", "2.", "2.x", "2.-1", "2.9999999999"])
    expect(readOrigin(text)).toBeUndefined();
});

describe("work that is to be verified", () => {
  test("is asked for on the way back, without the seed", () => {
    expect(asked(graph, evaluation)).toEqual(["p", "x"]);
    expect(layers(graph, evaluation)).toEqual(["f", "p"]);
    expect(gradientBlanks(evaluation).map(blankKey)).not.toContain("gradient f");
    expect(gradientBlanks(evaluation)).toHaveLength(6);
  });

  test("is read as far as it can be", () => {
    const typed = new Map([
      ["x", "7"],
      ["p", "one"],
      ["p:1", "[1, 2]"],
      ["pear", "3"],
      ["p:7", "3"],
      ["f", " "],
    ]);
    const { nodes, edges, faults, count } = claimsOf(typed, graph);
    expect([nodes, edges, count]).toEqual([{ x: 7 }, { "p:1": [1, 2] }, 2]);
    expect([...faults.keys()]).toEqual(["p"]);
  });

  test("is marked by node and edge, what follows from a slip unlike the slip", () => {
    const claim = (verdict: string, follows: boolean): object => ({ verdict, follows });
    const { nodes, edges } = marksOf({
      judged: {
        p: claim("wrong", false),
        x: claim("wrong", true),
        f: claim("right", true),
        y: claim("no-gradient", false),
      },
      judged_edges: { "p:0": claim("shape", false) },
      first_wrong: "p",
      first_wrong_edge: null,
    } as never);
    expect(Object.fromEntries(nodes)).toEqual({ p: "wrong first", x: "follows", f: "right" });
    expect(Object.fromEntries(edges)).toEqual({ "p:0": "wrong" });
  });

  test("says when it belongs to other values", () => {
    const work = new Work();
    work.type("x", "7", "at 3");
    expect(work.isForOthers("at 3")).toBe(false);
    expect(work.isForOthers("at 4")).toBe(true);
    work.type("p", "1", "at 4");
    expect(work.isForOthers("at 4")).toBe(true);
    expect(work.typed.value.size).toBe(2);
    work.clear();
    expect(work.isForOthers("at 4")).toBe(false);
  });
});
