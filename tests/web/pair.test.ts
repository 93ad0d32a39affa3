import { describe, expect, test } from "vitest";
import { crosses } from "../../static/src/layout/geometry.ts";
import { PAIR_DISTANCE } from "../../static/src/layout/metrics.ts";
import { distanceTo, meet, ports, type Placed } from "../../static/src/layout/outline.ts";
import { pair } from "../../static/src/layout/pair.ts";
import { settle } from "../../static/src/layout/settle.ts";
import { random } from "./graphs.ts";

describe("a pair of arrows", () => {
  test("level: thin above, thick below, heads at opposite ends", () => {
    const { forward, backward } = pair([
      { x: 0, y: 0 },
      { x: 100, y: 0 },
    ]);
    expect(forward.head[0]).toEqual({ x: 100, y: -PAIR_DISTANCE / 2 });
    expect(backward.head[0]).toEqual({ x: 0, y: PAIR_DISTANCE / 2 });
    expect(forward.line).toMatch(/^M0 -6L/);
  });

  test("keeps its distance round every bend", () => {
    const next = random(3);
    for (let i = 0; i < 200; i++) {
      const points = [0, 1, 2, 3].map((k) => ({ x: 120 * k, y: 140 * next() }));
      const { forward, backward } = pair(points);
      for (const p of forward.trace.slice(1, -1)) {
        const nearest = Math.min(
          ...backward.trace.flatMap((q, k, all) => (k > 0 ? [toSegment(p, all[k - 1]!, q)] : [])),
        );
        expect(nearest).toBeGreaterThan(PAIR_DISTANCE - 0.6);
        expect(nearest).toBeLessThan(PAIR_DISTANCE + 0.6);
      }
    }
  });

  test("a line of no length is drawn as nothing rather than as NaN", () => {
    const { forward } = pair([
      { x: 5, y: 5 },
      { x: 5, y: 5 },
    ]);
    expect(forward.line).not.toContain("NaN");
  });
});

interface At {
  readonly x: number;
  readonly y: number;
}

function toSegment(p: At, a: At, b: At): number {
  const [dx, dy] = [b.x - a.x, b.y - a.y];
  const t = Math.max(
    0,
    Math.min(1, ((p.x - a.x) * dx + (p.y - a.y) * dy) / (dx * dx + dy * dy || 1)),
  );
  return Math.hypot(a.x + t * dx - p.x, a.y + t * dy - p.y);
}

describe("outlines", () => {
  const circle: Placed = { outline: "round", width: 44, height: 44, centre: { x: 0, y: 0 } };
  const pill: Placed = { ...circle, width: 120 };

  test("distances to a circle and a pill", () => {
    expect(distanceTo(circle, { x: 32, y: 0 })).toBeCloseTo(10);
    expect(distanceTo(pill, { x: 0, y: 32 })).toBeCloseTo(10);
    expect(distanceTo(pill, { x: 70, y: 0 })).toBeCloseTo(10);
    expect(distanceTo(circle, { x: 0, y: 0 })).toBeLessThan(0);
  });

  test("a pair ends before the outline, from wherever it comes", () => {
    for (const node of [circle, pill]) {
      for (let angle = -1.4; angle < 1.4; angle += 0.1) {
        const from = { x: -200 * Math.cos(angle), y: 200 * Math.sin(angle) };
        const end = meet(node, from, { x: 0, y: 0 }, true);
        expect(distanceTo(node, end)).toBeGreaterThan(2.9);
        expect(distanceTo(node, end)).toBeLessThan(14);
      }
    }
  });

  test("pairs into one node aim apart, the level one at its middle", () => {
    const aims = ports(circle, -1, [
      { x: -100, y: -60 },
      { x: -100, y: 0 },
      { x: -100, y: 60 },
    ]);
    expect(aims[1]!.y).toBe(0);
    expect(aims[0]!.y).toBeLessThan(-10);
    expect(aims[2]!.y).toBeGreaterThan(10);
  });
});

test("settle: the nearest places that keep their distances", () => {
  expect(settle([0, 0, 0], [1, 1, 1], [0, 10, 20])).toEqual([-10, 0, 10]);
  expect(settle([0, 100], [1, 1], [0, 10])).toEqual([0, 100]);
  expect(settle([5, 0], [3, 1], [0, 10])).toEqual([1.25, 11.25]);
});

test("a segment crosses a box only where it has a point inside", () => {
  const box = { x: 0, y: 0, width: 10, height: 10 };
  expect(crosses({ x: -5, y: 5 }, { x: 15, y: 5 }, box)).toBe(true);
  expect(crosses({ x: -5, y: -1 }, { x: 15, y: -1 }, box)).toBe(false);
  expect(crosses({ x: -5, y: 8 }, { x: 3, y: 16 }, box)).toBe(false);
  expect(crosses({ x: 2, y: 2 }, { x: 3, y: 3 }, box)).toBe(true);
});
