import { describe, expect, test } from "vitest";
import type { GradientCheck, LeafCheck } from "../../static/src/api/check.ts";
import { ApiError, type GraphDocument } from "../../static/src/api/client.ts";
import { EveryCheck, type Ask } from "../../static/src/model/everyCheck.ts";
import { formatNumber } from "../../static/src/model/numbers.ts";
import { computationOf } from "../../static/src/model/document.ts";
import {
  armsOf,
  curveOf,
  curveSentence,
  directionsSentence,
  formatSeconds,
  headline,
  heatMap,
  isLarge,
  levelOf,
  numbersOf,
  progressSentence,
  ranked,
  timeSentence,
} from "../../static/src/model/check.ts";

const leaf = (more: Partial<LeafCheck> = {}): LeafCheck => ({
  backprop: 1,
  numerical: 1,
  relative_error: 1e-10,
  verdict: "pass",
  notes: [],
  elements: null,
  ...more,
});

const answer = (
  leaves: Record<string, LeafCheck>,
  more: Partial<GradientCheck> = {},
): GradientCheck => ({
  method: "exact",
  output: "f",
  epsilon: 1e-5,
  elements: 1,
  passed: true,
  leaves,
  nodes: {},
  directions: null,
  seconds: { backprop: 1e-4, numerical: 1e-3 },
  curve: null,
  ...more,
});

/** The curve of a leaf "x" whose error at each step is that of the function. */
const curve = (error: (step: number) => number | null): GradientCheck["curve"] =>
  Array.from({ length: 13 }, (_, i) => {
    const epsilon = Number(`1e-${i + 1}`);
    return { epsilon, relative_error: { x: error(epsilon) } };
  });

const name = (id: string): string => id.toUpperCase();

describe("the leaves of a check", () => {
  test("failures come first, then the largest error; leaves without a gradient last", () => {
    const leaves = ranked(
      answer({
        none: leaf({ verdict: "no-gradient", relative_error: null }),
        good: leaf(),
        better: leaf({ relative_error: 1e-14 }),
        corner: leaf({ verdict: "kink", relative_error: 1 }),
        odd: leaf({ verdict: "non-finite", relative_error: null }),
        wrong: leaf({ verdict: "fail", relative_error: 0.5 }),
      }),
    );
    expect(leaves.map(([id]) => id)).toEqual(["wrong", "odd", "corner", "good", "better", "none"]);
  });

  test("the headline says what differs by name, and never counts what has no gradient", () => {
    const none = leaf({ verdict: "no-gradient" });
    expect(headline(answer({ a: leaf(), b: leaf(), none }), name)).toBe(
      "All 2 leaves' gradients agree with the numerical ones.",
    );
    expect(headline(answer({ none }), name)).toContain("nothing to check");
    const wrong = leaf({ verdict: "fail" });
    expect(headline(answer({ a: leaf(), b: wrong }), name)).toBe("1 of 2 differs (B); 1 agrees.");
    expect(headline(answer({ b: leaf({ verdict: "kink" }) }), name)).toBe(
      "At a kink, where no derivative exists: B.",
    );
  });

  test("an error's level is linear in its power of ten, from 1e-16 to 1", () => {
    expect(levelOf(1)).toBe(1);
    expect(levelOf(1e-8)).toBeCloseTo(0.5, 12);
    expect(levelOf(1e-16)).toBeCloseTo(0, 12);
    expect([levelOf(0), levelOf(1e-30), levelOf(7)]).toEqual([0, 0, 1]);
    expect([levelOf(null), levelOf("NaN")]).toEqual([undefined, undefined]);
  });

  test("moving a node or naming it asks no new check; another number or output does", () => {
    const graph = { nodes: [{ id: "x", op: "input", value: 1 }] };
    const [node] = graph.nodes;
    expect(computationOf({ nodes: [{ ...node!, label: "X", position: [1, 2] }] })).toBe(
      computationOf(graph),
    );
    expect(computationOf({ nodes: [{ ...node!, value: 2 }] })).not.toBe(computationOf(graph));
    expect(computationOf({ ...graph, output: "x" })).not.toBe(computationOf(graph));
  });
});

describe("a large graph", () => {
  type Direction = NonNullable<GradientCheck["directions"]>[number];
  const direction: Direction = {
    backprop: 2,
    numerical: 2,
    relative_error: 1e-9,
    verdict: "pass",
    notes: [],
  };
  const along = (...directions: Direction[]): string =>
    directionsSentence(answer({}, { method: "directional", elements: 39_760, directions }));

  test("is one whose leaves hold many numbers, constants apart", () => {
    const row = new Array<number>(1_500).fill(0);
    const graph = (op: string): GraphDocument => ({
      nodes: [
        { id: "x", op: "input", value: row },
        { id: "k", op, value: [row] },
        { id: "y", op: "mul", inputs: ["x", "k"] },
      ],
    });
    expect([isLarge(graph("constant")), isLarge(graph("parameter"))]).toEqual([false, true]);
    expect(numbersOf(graph("input"))).toBe(3_000);
  });

  test("is told by its directions first: whether one differs, and how far apart the slopes are", () => {
    expect(along(direction, { ...direction, relative_error: 1e-7 })).toBe(
      `In 2 random directions, each moving all 39,760 numbers at once, the slope agrees with the gradient (relative error at most ${formatNumber(1e-7)}).`,
    );
    expect(along(direction, { ...direction, verdict: "fail" })).toContain(
      "In 1 of 2 random directions the two slopes differ",
    );
    expect(along({ ...direction, verdict: "kink", relative_error: 1 })).toContain("at a kink");
    expect(along()).toContain("nothing to check");
  });

  test("says how far the check of every element has come", () => {
    expect(progressSentence({ done: 1_200, size: 39_760, elapsed: 1, remaining: 30 })).toMatch(
      /^1,200 of 39,760 numbers checked, .+ left$/,
    );
    expect(progressSentence({ done: 5, size: 5, elapsed: 1, remaining: 0 })).toBe(
      "5 of 5 numbers checked",
    );
  });

  test("is checked whole, left off, and never told of another question", async () => {
    const every = new EveryCheck();
    const asked: { signal: AbortSignal; answer: (answer: GradientCheck) => void }[] = [];
    const ask: Ask = (signal, tell) =>
      new Promise((resolve, reject) => {
        tell({ done: 1, size: 2, elapsed: 0, remaining: 0 });
        asked.push({ signal, answer: resolve });
        signal.addEventListener("abort", () => {
          reject(signal.reason as Error);
        });
      });
    const first = every.run("one", ask);
    expect(every.of("one")).toMatchObject({ running: true, progress: { done: 1 } });
    expect(every.of("two")).toBeUndefined();
    await first;
    expect(asked[0]!.signal.aborted).toBe(true);
    expect(every.of("one")).toBeUndefined();
    const second = every.run("two", ask);
    asked[1]!.answer(answer({ x: leaf() }));
    await second;
    expect(every.of("two")).toMatchObject({ running: false, answer: { passed: true } });
    const third = every.run("two", ask);
    every.cancel();
    await third;
    expect([every.of("two"), asked[2]!.signal.aborted]).toEqual([undefined, true]);
  });

  test("says what the server refused", async () => {
    const every = new EveryCheck();
    const problem = { type: "x", title: "No", status: 413, detail: "too much" };
    await every.run("one", () => Promise.reject(new ApiError(problem)));
    expect(every.of("one")).toMatchObject({ running: false, faults: [{ detail: "too much" }] });
  });
});

test("the time says the ratio and how many evaluations the differences took", () => {
  const words = timeSentence(answer({}, { elements: 4 }));
  expect(words).toContain("100 µs for all 4 numbers at once");
  expect(words).toContain("1 ms, about 10 times as long");
  expect(words).toContain("at least 8 in all");
  expect([2, 0.0123, 4.2e-7].map(formatSeconds)).toEqual(["2 s", "12.3 ms", "0.42 µs"]);
});

describe("the error against the step", () => {
  const vee = (step: number): number => step ** 2 + 1e-15 / step;

  test("is least where truncation and rounding balance; the arms share that point", () => {
    const found = curveOf(answer({}, { curve: curve(vee) }), "x")!;
    expect(found.steps[0]).toBe(1e-13);
    expect(found.steps[found.best!]).toBe(1e-5);
    const { rounding, truncation, neither } = armsOf(found);
    const both = found.steps.filter((_, i) => rounding[i] !== null && truncation[i] !== null);
    expect(both).toEqual([1e-5]);
    expect(found.steps.every((_, i) => rounding[i] !== null || truncation[i] !== null)).toBe(true);
    expect(neither.every((error) => error === null)).toBe(true);
    const words = curveSentence(found, "pass");
    expect(words).toContain("1e−5");
    expect(words).toContain("truncation");
    expect(words).toContain("rounding");
  });

  test("of a line has no truncation", () => {
    const found = curveOf(answer({}, { curve: curve((step) => 1e-16 / step) }), "x")!;
    const words = curveSentence(found, "pass");
    expect(words).toContain("line or a parabola");
    expect(words).not.toContain("truncation");
  });

  test("that no step mends is a kink's, or the gradient's own", () => {
    const found = curveOf(answer({}, { curve: curve(() => 1) }), "x")!;
    expect(curveSentence(found, "kink")).toContain("slopes of the two sides differ");
    expect(curveSentence(found, "fail")).toContain("the gradient itself differs");
    const arms = armsOf(found);
    expect(arms.neither).toEqual(found.errors);
    expect([...arms.rounding, ...arms.truncation].every((error) => error === null)).toBe(true);
  });

  test("has gaps where a difference isn't finite, and no words of steps where none is", () => {
    const some = curveOf(answer({}, { curve: curve((s) => (s > 0.05 ? null : vee(s))) }), "x")!;
    expect(some.errors.at(-1)).toBeNull();
    expect(some.steps[some.best!]).toBe(1e-5);
    const none = curveOf(answer({}, { curve: curve(() => null) }), "x")!;
    expect(none.best).toBeUndefined();
    expect(curveSentence(none, "non-finite")).toContain("No difference is finite");
    expect(curveOf(answer({}), "x")).toBeUndefined();
  });
});

describe("a heat map", () => {
  test("has a row for each row, and every cell its place and both numbers", () => {
    const map = heatMap(
      leaf({
        backprop: [
          [1, 2],
          [3, 4],
        ],
        numerical: [
          [1, 2],
          [3, 5],
        ],
        elements: [
          [0, 1e-8],
          ["NaN", 0.2],
        ],
      }),
    )!;
    expect(map.rows.map((row) => row.map(({ index }) => index))).toEqual([
      [
        [0, 0],
        [0, 1],
      ],
      [
        [1, 0],
        [1, 1],
      ],
    ]);
    expect(map.rows[1]![1]).toMatchObject({ backprop: 4, numerical: 5, error: 0.2 });
    expect(map.rows[0]![1]!.level).toBeCloseTo(0.5, 12);
    expect(map.rows[1]![0]!.level).toBeUndefined();
  });

  test("of three axes is in rows of the last; a number has none; a large tensor shows its corner", () => {
    const deep = heatMap(leaf({ elements: [[[0, 0, 0]], [[0, 0, 1]]] }))!;
    expect(deep.rows.map((row) => row.length)).toEqual([3, 3]);
    expect(deep.rows[1]![2]!.index).toEqual([1, 0, 2]);
    expect(heatMap(leaf())).toBeUndefined();
    const large = { min: 0, max: 1, mean: 0, std: 0 };
    const vector = { ...large, shape: [5000], preview: [[1e-3, 1e-4]], histogram: [] };
    const cut = heatMap(leaf({ elements: vector, backprop: vector, numerical: vector }))!;
    expect(cut.cut).toBe(true);
    expect(cut.rows[0]!.map(({ index }) => index)).toEqual([[0], [1]]);
  });
});
