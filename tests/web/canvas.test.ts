// @vitest-environment happy-dom
import { zoomIdentity } from "d3-zoom";
import { describe, expect, test } from "vitest";
import { numbersOf } from "../../static/src/canvas/numbers.ts";
import { buildScene } from "../../static/src/canvas/scene.ts";
import { shows, viewBetween, viewOfAll, viewOfBeginning } from "../../static/src/canvas/view.ts";
import { firstEdge, fromEdge, nextNode } from "../../static/src/canvas/walk.ts";
import { op } from "./ops.ts";

const OPS = new Map(["times", "plus"].map((name) => [name, op(name, ["x", "y"])]));
const scene = buildScene(
  {
    nodes: [
      { id: "a", op: "input", value: 1 },
      { id: "b", op: "input", value: 2 },
      { id: "p", op: "times", inputs: ["a", "b"] },
      { id: "q", op: "plus", inputs: ["p", "a"] },
    ],
  },
  OPS,
  numbersOf(undefined),
);
const PLACES = { a: { x: 0, y: 0 }, b: { x: 0, y: 60 }, p: { x: 100, y: 20 }, q: { x: 200, y: 0 } };
const centre = (id: string): { x: number; y: number } | undefined =>
  PLACES[id as keyof typeof PLACES];

describe("walking with keys", () => {
  test.each([
    ["a", "ArrowRight", "p"],
    ["p", "ArrowRight", "q"],
    ["q", "ArrowRight", "q"],
    ["p", "ArrowLeft", "a"],
    ["a", "ArrowDown", "b"],
    ["b", "ArrowUp", "a"],
    ["a", "PageDown", "b"],
    ["a", "PageUp", "a"],
    ["a", "End", "q"],
    ["q", "Home", "a"],
    ["a", "x", undefined],
  ])("from %s with %s", (from, key, to) => {
    expect(nextNode(scene, centre, from, key)).toBe(to);
  });

  test("onto edges, round a node's edges, and off again", () => {
    expect(firstEdge(scene, "a", true)).toBe("p:0");
    expect(firstEdge(scene, "q", false)).toBe("q:0");
    expect(firstEdge(scene, "q", true)).toBeUndefined();
    expect(fromEdge(scene, "p:0", "ArrowRight")).toEqual({ node: "p" });
    expect(fromEdge(scene, "p:0", "ArrowLeft")).toEqual({ node: "a" });
    expect(fromEdge(scene, "p:0", "ArrowDown")).toEqual({ edge: "q:1" });
    expect(fromEdge(scene, "q:1", "ArrowDown")).toEqual({ edge: "q:0" });
    expect(fromEdge(scene, "p:0", "ArrowUp")).toEqual({ edge: "p:1" });
    expect(fromEdge(scene, "p:0", "Enter")).toBeUndefined();
  });
});

describe("views", () => {
  const host = { width: 800, height: 600 };

  test("all of a drawing is in the middle, and a small one isn't blown up", () => {
    const small = { x: 0, y: 0, width: 100, height: 100 };
    const view = viewOfAll(small, host)!;
    expect(view.k).toBe(1.5);
    expect(view.apply([50, 50])).toEqual([400, 300]);
    const large = { x: -500, y: 0, width: 2000, height: 500 };
    expect(shows(viewOfAll(large, host)!, large, host)).toBe(true);
    expect(shows(zoomIdentity, large, host)).toBe(false);
  });

  test("nothing to see, or nowhere to see it", () => {
    expect(viewOfAll(undefined, host)).toBeUndefined();
    expect(viewOfAll({ x: 0, y: 0, width: 9, height: 9 }, { width: 0, height: 0 })).toBeUndefined();
  });

  test("a long drawing begins at its left end", () => {
    const long = { x: 0, y: 0, width: 9000, height: 300 };
    const view = viewOfBeginning(long, host, [])!;
    expect(view.invertX(0)).toBeLessThan(0);
    expect(viewOfBeginning({ ...long, width: 900 }, host, [])).toBeUndefined();
    // A little too wide: whole, so that its loss is on the screen.
    expect(viewOfBeginning({ ...long, width: 2000 }, host, [])).toBeUndefined();
    expect(viewOfBeginning({ ...long, width: 2400 }, host, [])!.k).toBeGreaterThan(0.5);
  });

  test("a drawing that is higher than the screen as well begins at its first nodes", () => {
    const large = { x: 0, y: 0, width: 9000, height: 9000 };
    const nodes = [
      { x: 20, y: 5000 },
      { x: 20, y: 5100 },
      { x: 8000, y: 30 },
    ];
    const [, y] = viewOfBeginning(large, host, nodes)!.apply([20, 5000]);
    expect(y).toBeGreaterThan(0);
    expect(y).toBeLessThan(100);
  });

  test("between two views", () => {
    const to = zoomIdentity.translate(10, 20).scale(3);
    expect(viewBetween(zoomIdentity, to, 0.5)).toEqual(zoomIdentity.translate(5, 10).scale(2));
  });
});
