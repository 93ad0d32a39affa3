import { describe, expect, test } from "vitest";
import { ApiError, type Evaluation, type GraphDocument } from "../../static/src/api/client.ts";
import type { Sweep } from "../../static/src/api/sweep.ts";
import { svgOf } from "../../static/src/model/curveSvg.ts";
import { Pursuit } from "../../static/src/model/pursuit.ts";
import {
  elementAt,
  elementsOf,
  indexOf,
  sumOf,
  withElement,
} from "../../static/src/model/tensors.ts";
import {
  csvOf,
  curveOf,
  differenceSentence,
  hereOf,
  inside,
  moved,
  readRange,
  summaryOf,
  tangentAt,
} from "../../static/src/model/whatIf.ts";

const graph: GraphDocument = {
  nodes: [
    {
      id: "w",
      op: "parameter",
      value: [
        [1, 2],
        [3, 4],
      ],
    },
    { id: "f", op: "square", inputs: ["w"] },
  ],
  output: "f",
};
const evaluation = {
  output: "f",
  nodes: {
    w: {
      value: [
        [1, 2],
        [3, 4],
      ],
      gradient: [
        [2, 4],
        [6, 8],
      ],
      shape: [2, 2],
    },
    f: {
      value: [
        [1, 4],
        [9, 16],
      ],
      gradient: [
        [1, 1],
        [1, 1],
      ],
      shape: [2, 2],
    },
  },
} as unknown as Evaluation;

const swept: Sweep = {
  input: "x",
  index: [],
  output: "f",
  points: {
    x: [-1, 0, 1, 2],
    value: ["NaN", "-Infinity", 0, 0.5],
    gradient: [-1, "Infinity", 1, 0.5],
  },
  tangent: { x: 1, value: 0, slope: 1 },
};

describe("elements", () => {
  test("are read and changed by their place, the rest untouched", () => {
    const value = [
      [1, 2],
      [3, 4],
    ];
    expect(elementAt(value, [1, 0])).toBe(3);
    expect(elementAt(value, [2, 0])).toBeUndefined();
    expect(withElement(value, [1, 0], 9)).toEqual([
      [1, 2],
      [9, 4],
    ]);
    expect(value).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(withElement(5, [], 6)).toBe(6);
    expect(indexOf(5, [2, 3])).toEqual([1, 2]);
    expect(
      elementsOf([
        [1, "NaN"],
        ["Infinity", 2],
      ]),
    ).toEqual([1, NaN, Infinity, 2]);
    const summary = {
      shape: [40, 50],
      min: 0,
      max: 1,
      mean: 0.5,
      std: 0,
      preview: [[0]],
      histogram: [],
    };
    expect(sumOf(summary)).toBe(1000);
    expect(elementsOf(summary)).toBeUndefined();
  });

  test("out of a leaf's shape are brought inside", () => {
    expect(inside(graph.nodes[0]!, [7, 1])).toEqual([1, 1]);
    expect(inside(graph.nodes[0]!, [])).toEqual([0, 0]);
  });
});

describe("the tangent", () => {
  const place = { leaf: "w", index: [1, 0] };
  const here = hereOf(graph, evaluation, place)!;

  test("starts from the element, the sum of the output, and the element's gradient", () => {
    expect(here).toEqual({ x: 3, value: 30, slope: 6 });
    expect(tangentAt(here, 3.5)).toBe(33);
    expect(moved(graph, place, 3.5).nodes[0]!.value).toEqual([
      [1, 2],
      [3.5, 4],
    ]);
  });

  test("is held against the truth in words", () => {
    // The square at 3.5 is 12.25, 3.25 more than at 3.
    expect(differenceSentence(here, 0.5, 33.25)).toContain("0.25 more than the tangent says");
    expect(differenceSentence(here, 0.5, 33.25)).toContain("7.7 % of the change");
    expect(differenceSentence(here, 0.5, 32)).toContain("1 less");
    expect(differenceSentence(here, 0.5, 33)).toContain("exact");
    expect(differenceSentence(here, 0, 30)).toContain("Move the number");
    expect(differenceSentence(here, 1, Infinity)).toContain("isn't finite");
    expect(differenceSentence({ ...here, slope: NaN }, 1, 3)).toContain("no finite slope");
    expect(differenceSentence({ ...here, slope: undefined }, 1, 3)).toContain("no tangent");
  });
});

describe("a range that is typed", () => {
  test("is read, with either minus", () => {
    expect(readRange("−2", "3.5", "11")).toEqual({ range: { start: -2, stop: 3.5, steps: 11 } });
  });

  test.each([
    ["", "1", "5", "a number"],
    ["2", "1", "5", "smaller"],
    ["1", "1", "5", "smaller"],
    ["0", "1", "1", "from 2 to 2000"],
    ["0", "1", "2.5", "whole number"],
    ["0", "1", "2001", "from 2 to 2000"],
  ])("says what is wrong with %j to %j in %j points", (from, to, points, words) => {
    const answer = readRange(from, to, points);
    expect("fault" in answer && answer.fault).toContain(words);
  });
});

describe("a curve", () => {
  test("has gaps where it isn't finite", () => {
    const curve = curveOf(swept);
    expect(curve.value).toEqual([null, null, 0, 0.5]);
    expect(curve.gradient).toEqual([-1, null, 1, 0.5]);
  });

  test("is told in words: its range, its extremes, its gaps, its slope here", () => {
    const words = summaryOf(curveOf(swept), { x: 1, value: 0, slope: 1 }, "x", "f");
    expect(words).toBe(
      "x runs from −1 to 2; f is least, 0, where x is 1, and largest, 0.5, where x is 2. " +
        "It isn't finite at 2 of 4 points. Here, where x is 1, f is 0, and its slope is 1.",
    );
    const none = { x: [0, 1], value: [null, null], gradient: undefined };
    expect(summaryOf(none, { x: 0, value: NaN, slope: undefined }, "x", "f")).toContain("nowhere");
  });

  test("goes into a spreadsheet with every digit", () => {
    expect(csvOf({ ...swept, index: [1, 0] }).split("\r\n")).toEqual([
      "x_1_0,f,d_f_d_x_1_0",
      "-1,NaN,-1",
      "0,-Infinity,Infinity",
      "1,0,1",
      "2,0.5,0.5",
      "",
    ]);
    expect(csvOf({ ...swept, points: { ...swept.points, gradient: null } })).toContain("x,f\r\n");
  });
});

describe("a curve's picture", () => {
  // 2x from 0 to 4, one value missing: 640 wide with 90 and 24 of margin.
  const curve = { x: [0, 1, 2, 3, 4], value: [0, 2, null, 6, 8], gradient: undefined };
  const here = { x: 1, value: 2, slope: 2 };

  test("breaks the line where a value is missing, and draws the tangent through", () => {
    const svg = svgOf(curve, here, "x", "f")!;
    const path = (name: string): string => new RegExp(`class="${name}" d="([^"]*)"`).exec(svg)![1]!;
    expect(path("curve").match(/[ML]/g)).toEqual(["M", "L", "M", "L"]);
    expect(path("tangent").match(/[ML]/g)).toEqual(["M", "L", "L", "L", "L"]);
    expect(path("curve")).toMatch(/^M90 .*L616 /s);
    // The curve is its own tangent, so that what it has is a part of it.
    for (const point of path("curve").split(/[ML]/).slice(1))
      expect(path("tangent")).toContain(point);
    const [, cx, cy] = /<circle cx="([\d.]*)" cy="([\d.]*)"/.exec(svg)!;
    expect(path("curve")).toContain(`L${cx!} ${cy!}`);
  });

  test("says names as text, whatever they hold, and is none of a curve without values", () => {
    const svg = svgOf(curve, here, "<script>", "a & b")!;
    expect(svg).toContain("&lt;script&gt;");
    expect(svg).toContain("a &amp; b");
    expect(svgOf({ ...curve, value: curve.x.map(() => null) }, here, "x", "f")).toBeUndefined();
  });

  test("has no coordinate that isn't a number, be the values ever so large", () => {
    const large = { ...curve, value: [0, 1e300, 1e306, null, -1e306] };
    expect(svgOf(large, { x: 1, value: 1e300, slope: 1e308 }, "x", "f")).not.toMatch(
      /NaN|Infinity/,
    );
  });
});

describe("a pursuit", () => {
  test("asks one question at a time, and the newest one next", async () => {
    const pursuit = new Pursuit<string>();
    const asked: string[] = [];
    const answers = new Map<string, (value: string) => void>();
    const want = (key: string): void => {
      pursuit.want(key, () => {
        asked.push(key);
        return new Promise((resolve) => answers.set(key, resolve));
      });
    };
    const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));
    for (const key of ["a", "a"]) want(key);
    await settled();
    for (const key of ["b", "c", "d"]) want(key);
    await settled();
    expect(asked).toEqual(["a"]);
    answers.get("a")!("A");
    await settled();
    expect(pursuit.latest.value).toEqual({ key: "a", value: "A" });
    expect(asked).toEqual(["a", "d"]);
    answers.get("d")!("D");
    await settled();
    expect(pursuit.latest.value).toEqual({ key: "d", value: "D" });
  });

  test("keeps a fault until the next answer", async () => {
    const pursuit = new Pursuit<number>();
    const problem = { type: "x", title: "", status: 422, detail: "too large" };
    pursuit.want("a", () => Promise.reject(new ApiError(problem)));
    await new Promise((resolve) => setTimeout(resolve));
    expect(pursuit.faults.value.map(({ detail }) => detail)).toEqual(["too large"]);
    pursuit.want("b", () => Promise.resolve(1));
    await new Promise((resolve) => setTimeout(resolve));
    expect([pursuit.faults.value, pursuit.latest.value?.value]).toEqual([[], 1]);
  });
});
