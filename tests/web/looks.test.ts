/** What makes a drawing easy on the eye: straight lines, rings beside their lines, numbers at theirs, cards that hide nothing. */
import { describe, expect, test } from "vitest";
import { around, crosses, grow, length, overlap, point } from "../../static/src/layout/geometry.ts";
import { layout } from "../../static/src/layout/layout.ts";
import { lean } from "../../static/src/layout/lean.ts";
import { HOLE_RADIUS } from "../../static/src/layout/metrics.ts";
import type { LayoutInput, LayoutResult, Point, Rect } from "../../static/src/layout/types.ts";
import { leastCovering } from "../../static/src/panels/overlay.ts";
import { input } from "./graphs.ts";
import { coveredTexts, crossings, lines, struckTexts } from "./judge.ts";

type Nodes = { id: string; inputs?: string[] }[];

/** Places that lines turn at. */
const bends = (graph: LayoutInput, { edges }: LayoutResult): number =>
  graph.edges.reduce((sum, { id }) => {
    const { points } = edges[id]!;
    return (
      sum +
      points.filter((p, i) => {
        const [a, b] = [points[i - 1], points[i + 1]];
        if (!a || !b) return false;
        const turn = (p.x - a.x) * (b.y - p.y) - (p.y - a.y) * (b.x - p.x);
        return Math.abs(turn) > 0.02 * length(a, p) * length(p, b);
      }).length
    );
  }, 0);

/** A graph made step by step, each drawing after the one before. */
function made(
  steps: readonly Nodes[],
  more?: (graph: LayoutInput) => LayoutInput,
): {
  graph: LayoutInput;
  drawing: LayoutResult;
} {
  let graph = input([]);
  let drawing = layout(graph);
  for (const step of steps) {
    graph = input(step);
    if (more) graph = more(graph);
    drawing = layout({ ...graph, previous: drawing.nodes });
  }
  return { graph, drawing };
}

const A = { id: "a" };
const B = { id: "b" };
const C = { id: "c" };
const mul = (...inputs: string[]): { id: string; inputs: string[] } => ({ id: "mul", inputs });
const add = (...inputs: string[]): { id: string; inputs: string[] } => ({ id: "add", inputs });
const BY_HAND: readonly Nodes[] = [
  [A],
  [A, mul()],
  [A, mul("a")],
  [A, mul("a"), B],
  [A, mul("a", "b"), B],
  [A, mul("a", "b"), B, C],
  [A, mul("a", "b"), B, C, add()],
  [A, mul("a", "b"), B, C, add("mul")],
  [A, mul("a", "b"), B, C, add("mul", "c")],
];

describe("a graph made by hand", () => {
  test.each(BY_HAND.map((_, k) => k + 1))("is after %i steps as good as a new drawing", (count) => {
    const { graph, drawing } = made(BY_HAND.slice(0, count));
    const anew = layout(graph);
    expect(bends(graph, drawing)).toBeLessThanOrEqual(bends(graph, anew));
    expect(crossings(lines(graph, drawing))).toBeLessThanOrEqual(crossings(lines(graph, anew)));
  });

  test("has hardly a bend where its ops were put somewhere", () => {
    const places: Record<string, Point> = { mul: point(110, -50), add: point(230, 0) };
    const sizes = { width: 52, height: 16, written: 8 };
    const { graph, drawing } = made(BY_HAND, (plain) => ({
      ...plain,
      nodes: plain.nodes.map((node) => {
        const pinned = places[node.id];
        return pinned ? { ...node, pinned } : node;
      }),
      edges: plain.edges.map((edge) => ({ ...edge, value: sizes, gradient: sizes })),
    }));
    expect(bends(graph, drawing)).toBeLessThanOrEqual(3);
    const written: LayoutInput = {
      ...graph,
      edges: graph.edges.map((edge) => ({
        ...edge,
        value: { width: 8, height: 16 },
        gradient: { width: 8, height: 16 },
      })),
    };
    const edges = Object.fromEntries(
      Object.entries(drawing.edges).map(([id, route]) => {
        const flush = (at: Point): Point => point(at.x - lean(route.points, at) * 22, at.y);
        return [id, { ...route, value: flush(route.value), gradient: flush(route.gradient) }];
      }),
    );
    expect(coveredTexts(written, { ...drawing, edges })).toEqual([]);
    expect(struckTexts(written, { ...drawing, edges })).toEqual([]);
  });
});

describe("rings of empty slots", () => {
  const holed = (graph: LayoutInput, slots: number, empty: number[]): LayoutInput => ({
    ...graph,
    nodes: graph.nodes.map((node) =>
      node.id === "op" ? { ...node, holes: { slots, empty } } : node,
    ),
  });
  const rings = (drawing: LayoutResult): Rect[] => {
    const { x, y, holes } = drawing.nodes.op!;
    const size = { width: 2 * HOLE_RADIUS, height: 2 * HOLE_RADIUS };
    return holes!.map((p) => around(point(x + p.x, y + p.y), size));
  };
  const one = [{ id: "x" }, { id: "y" }, { id: "op", inputs: ["x"] }];

  test.each([
    ["level", undefined],
    ["from above", point(-60, -90)],
    ["from below", point(-60, 90)],
    ["from straight below", point(0, 110)],
    ["from the right", point(140, 10)],
  ])("keep clear of a line that comes in %s", (_, by) => {
    for (const [slots, empty] of [
      [2, [1]],
      [2, [0]],
      [3, [1, 2]],
    ] as const) {
      const graph = holed(input(one), slots, [...empty]);
      const nodes = graph.nodes.map((node) =>
        by && node.id === "x"
          ? { ...node, pinned: by }
          : by && node.id === "op"
            ? { ...node, pinned: point(0, 0) }
            : node,
      );
      const drawing = layout({ ...graph, nodes });
      const { points } = drawing.edges["op:0"]!;
      const found = rings(drawing);
      expect(found).toHaveLength(empty.length);
      for (const ring of found)
        for (let k = 1; k < points.length; k++)
          expect(crosses(points[k - 1]!, points[k]!, grow(ring, 9))).toBe(false);
      for (let k = 1; k < found.length; k++) {
        expect(overlap(found[k - 1]!, found[k]!)).toBe(false);
        expect(found[k - 1]!.y).toBeLessThan(found[k]!.y);
      }
    }
  });

  test("stand around the left side where nothing leads in yet", () => {
    const drawing = layout(holed(input([{ id: "op", inputs: [] }]), 3, [0, 1, 2]));
    const [top, middle, bottom] = drawing.nodes.op!.holes!;
    expect(middle!.y).toBeCloseTo(0);
    expect(top!.y).toBeCloseTo(-bottom!.y);
    for (const { x, y } of [top!, middle!, bottom!]) {
      expect(x).toBeLessThan(0);
      expect(Math.hypot(x, y)).toBeGreaterThan(22 + HOLE_RADIUS);
    }
  });

  test("a hundred empty slots all have one", () => {
    const empty = Array.from({ length: 100 }, (_, k) => k);
    const { holes } = layout(holed(input([{ id: "op", inputs: [] }]), 100, empty)).nodes.op!;
    expect(holes).toHaveLength(100);
    for (const { x, y } of holes!) expect(Number.isFinite(x + y)).toBe(true);
  });
});

describe("numbers", () => {
  test("of a level line stand in the middle, of a steep one flush with it", () => {
    const level = [point(0, 0), point(100, 0)];
    expect(lean(level, point(50, -18))).toBe(0);
    const steep = [point(0, 0), point(20, 100)];
    expect(lean(steep, point(60, 50))).toBe(1);
    expect(lean(steep, point(-40, 50))).toBe(-1);
    expect(lean([point(5, 5), point(5, 5)], point(0, 0))).toBe(0);
  });
});

describe("a card", () => {
  const host = { width: 800, height: 500 };
  const size = { width: 256, height: 70 };
  const within = ({ x, y }: Point): Point =>
    point(
      Math.max(8, Math.min(x, host.width - size.width - 8)),
      Math.max(8, Math.min(y, host.height - size.height - 8)),
    );
  const leaf = { x: 300, y: 200, width: 60, height: 30 };
  const put = (...things: { box: Rect; cost: number }[]): Rect => ({
    ...leastCovering(leaf, size, [{ box: leaf, cost: 40 }, ...things], within),
    ...size,
  });

  test("stands below its leaf where that hides nothing", () => {
    expect(put()).toMatchObject({ x: 300, y: 238 });
  });

  test("moves to where it hides nothing, or the cheapest", () => {
    const below = { box: { x: 290, y: 240, width: 300, height: 60 }, cost: 6 };
    const above = { box: { x: 290, y: 120, width: 300, height: 60 }, cost: 6 };
    for (const things of [[below], [above], [below, above]]) {
      const card = put(...things);
      for (const { box } of [...things, { box: leaf }]) expect(overlap(card, box)).toBe(false);
    }
    const everywhere = { box: { x: 0, y: 0, width: 800, height: 500 }, cost: 6 };
    const number = { box: { x: 360, y: 240, width: 60, height: 20 }, cost: 30 };
    const card = put(everywhere, number);
    expect(overlap(card, number.box)).toBe(false);
    expect(overlap(card, leaf)).toBe(false);
  });
});
