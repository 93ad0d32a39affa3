import { afterEach, describe, expect, test, vi } from "vitest";
import type { Evaluation, GraphDocument } from "../../static/src/api/client.ts";
import { numbersOf } from "../../static/src/canvas/numbers.ts";
import { blankKey, Look } from "../../static/src/model/look.ts";
import {
  aheadOf,
  marksAt,
  Playback,
  sentenceOf,
  stepsOf,
} from "../../static/src/model/playback.ts";
import { Session, type Run } from "../../static/src/model/session.ts";
import { op } from "./ops.ts";

// x · x + x at 3.
const graph: GraphDocument = {
  nodes: [
    { id: "x", op: "input", value: 3 },
    { id: "p", op: "times", inputs: ["x", "x"] },
    { id: "f", op: "plus", inputs: ["p", "x"] },
  ],
};
const back = (node: string, input: number, local: number): object => ({
  phase: "backward",
  node,
  input,
  upstream: 1,
  local,
  gradient: local,
  latex: "",
});
const edge = (
  source: string,
  target: string,
  input: number,
  value: number,
  gradient: number,
): object => ({
  source,
  target,
  input,
  value,
  gradient,
});
const evaluation = {
  output: "f",
  order: ["x", "p", "f"],
  nodes: {
    x: { value: 3, gradient: 7, shape: [] },
    p: { value: 9, gradient: 1, shape: [] },
    f: { value: 12, gradient: 1, shape: [] },
  },
  edges: [
    edge("x", "p", 0, 3, 3),
    edge("x", "p", 1, 3, 3),
    edge("p", "f", 0, 9, 1),
    edge("x", "f", 1, 3, 1),
  ],
  trace: [
    { phase: "forward", node: "p", latex: "" },
    { phase: "forward", node: "f", latex: "" },
    back("f", 0, 1),
    back("f", 1, 1),
    back("p", 0, 3),
    back("p", 1, 3),
  ],
  warnings: [],
} as unknown as Evaluation;
const run: Run = { graph, output: "f", evaluation, evaluated: graph, faults: [] };
const steps = stepsOf(run);

test("both passes, the seed between them", () => {
  expect(steps.map(({ phase, node }) => `${phase} ${node}`)).toEqual([
    "forward p",
    "forward f",
    "seed f",
    "backward f",
    "backward f",
    "backward p",
    "backward p",
  ]);
  expect(stepsOf({ evaluation: { ...evaluation, trace: null } })).toEqual([]);
});

describe("what a step shows", () => {
  const shown = (done: number): ReturnType<typeof numbersOf> =>
    numbersOf(evaluation, { hidden: aheadOf(run, steps, done) });

  test("at the beginning only the leaves", () => {
    const { nodes, edges } = shown(0);
    expect([...nodes.values()].map(({ value }) => value)).toEqual([3, undefined, undefined]);
    expect([...edges.values()].map(({ gradient }) => gradient)).toEqual(Array(4).fill(undefined));
    expect(edges.get("f:0")!.value).toBeUndefined();
    expect(edges.get("p:0")!.value).toBe(3);
  });

  test("a gradient is there once all its shares are", () => {
    expect(shown(3).nodes.get("f")!.gradient).toBe(1);
    expect(shown(6).edges.get("p:0")!.gradient).toBe(3);
    expect(shown(6).nodes.get("x")!.gradient).toBeUndefined();
    expect(shown(7).nodes.get("x")!.gradient).toBe(7);
    expect(shown(7)).toEqual(numbersOf(evaluation));
  });

  test("who acts, what it reads, what waits", () => {
    const forward = marksAt(run, steps, 1);
    expect(forward.nodes.get("p")).toBe("acting");
    expect(forward.nodes.get("f")).toBe("waiting");
    expect(forward.edges.get("p:1")).toContain("reading");
    const backward = marksAt(run, steps, 6);
    expect(backward.nodes.get("p")).toBe("acting");
    expect(backward.nodes.get("x")).toBe("receiving");
    expect(backward.edges.get("p:0")).toBe("sending");
    expect(backward.edges.get("f:0")).toBe("reading");
    expect(backward.edges.get("p:1")).toBe("waiting");
  });

  test("each is one sentence", () => {
    const told = steps.map((_, i) => sentenceOf(run, steps, i + 1));
    expect(told[0]).toBe("p: times of x (3) and x (3) is 9.");
    expect(told[2]).toBe("The way back begins at f: its gradient is 1, the seed.");
    expect(told[5]).toBe(
      "p sends back to x: upstream 1 × local derivative 3 = 3. The shares of x so far: 1 + 3 = 4.",
    );
    expect(told[6]).toContain("The shares of x together: 1 + 3 + 3 = 7.");
  });
});

describe("going through", () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  async function opened(): Promise<{ session: Session; playback: Playback }> {
    const ops = ["times", "plus"].map((name) => op(name, ["x", "y"]));
    const session = new Session(graph, ops, () => Promise.resolve(evaluation));
    const playback = new Playback(session);
    await vi.waitFor(() => {
      expect(session.run.value.evaluation).toBeDefined();
    });
    return { session, playback };
  }

  test("by hand: from everything to the beginning, on and back", async () => {
    const { playback } = await opened();
    expect(playback.atEnd.value).toBe(true);
    expect(playback.ahead.value).toBeUndefined();
    playback.by(1);
    expect(playback.done.value).toBe(0);
    playback.by(1);
    playback.by(1);
    playback.by(-1);
    expect(playback.done.value).toBe(1);
    playback.go(99);
    expect(playback.done.value).toBe(steps.length);
    playback.end();
    playback.by(-1);
    expect(playback.done.value).toBe(steps.length);
  });

  test("by itself, at its speed, to the end or again and again", async () => {
    const { playback } = await opened();
    vi.useFakeTimers();
    playback.speed.value = 4;
    playback.play();
    vi.advanceTimersByTime(300);
    expect(playback.done.value).toBe(1);
    vi.advanceTimersByTime(10_000);
    expect(playback.playing.value).toBe(false);
    expect(playback.done.value).toBe(steps.length);
    playback.loop.value = true;
    playback.play();
    vi.advanceTimersByTime(300 * (steps.length + 2));
    expect(playback.playing.value).toBe(true);
    expect(playback.done.value).toBe(1);
    playback.pause();
  });

  test("other values leave the step, another graph doesn't", async () => {
    const { session, playback } = await opened();
    playback.go(2);
    session.setValue("x", 4);
    expect(playback.done.value).toBe(2);
    const renamed = { ...session.graph.value, title: "Other" };
    session.apply("Rename", renamed);
    expect(playback.done.value).toBe(2);
    const nodes = renamed.nodes.map((node) => ({ ...node, label: "other" }));
    session.apply("Rename", { ...renamed, nodes });
    expect(playback.atEnd.value).toBe(true);
  });
});

test("numbers to be found are neither shown nor lost", () => {
  const look = new Look();
  look.blanks.value = [
    { kind: "value", node: "p" },
    { kind: "gradient", edge: "p:0" },
    { kind: "gradient", node: "p" },
  ];
  expect(look.blankKeys.value.has(blankKey({ kind: "value", node: "p" }))).toBe(true);
  const { nodes, edges } = numbersOf(evaluation, { blanks: look.blankKeys.value });
  expect(nodes.get("p")).toMatchObject({ value: undefined, gradient: undefined });
  expect(edges.get("f:0")).toMatchObject({
    value: undefined,
    gradient: undefined,
    asked: { value: true, gradient: true },
  });
  expect(edges.get("p:0")).toMatchObject({ value: 3, gradient: undefined });
  expect(edges.get("p:1")).toMatchObject({ gradient: 3, asked: { gradient: false } });
  look.clear();
  expect(look.blankKeys.value.size).toBe(0);
});
