/** Measures of a finished layout, from its geometry alone. */
import { around, crosses, grow, overlap } from "../../static/src/layout/geometry.ts";
import type { LayoutInput, LayoutResult, Point, Rect } from "../../static/src/layout/types.ts";

export interface Line {
  readonly source: string;
  readonly target: string;
  readonly points: readonly Point[];
}

export const lines = (input: LayoutInput, result: LayoutResult): Line[] =>
  input.edges.map(({ id, source, target }) => ({
    source,
    target,
    points: result.edges[id]!.points,
  }));

export const bodies = (input: LayoutInput, result: LayoutResult): Map<string, Rect> =>
  new Map(input.nodes.map((node) => [node.id, around(result.nodes[node.id]!, node)]));

/** Pairs of lines that cross away from their common ends. */
export function crossings(all: readonly Line[]): number {
  let count = 0;
  all.forEach((a, i) => {
    for (const b of all.slice(i + 1)) if (cross(a.points, b.points)) count++;
  });
  return count;
}

function cross(a: readonly Point[], b: readonly Point[]): boolean {
  for (let i = 1; i < a.length; i++)
    for (let j = 1; j < b.length; j++) if (meet(a[i - 1]!, a[i]!, b[j - 1]!, b[j]!)) return true;
  return false;
}

function meet(a: Point, b: Point, c: Point, d: Point): boolean {
  const side = (p: Point, q: Point, r: Point): number =>
    Math.sign((q.x - p.x) * (r.y - p.y) - (q.y - p.y) * (r.x - p.x));
  return side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0;
}

/** Lines that run through the body of a node that isn't one of their ends. */
export function throughNodes(all: readonly Line[], nodes: ReadonlyMap<string, Rect>): string[] {
  return all.flatMap(({ source, target, points }) =>
    [...nodes].flatMap(([id, body]) => {
      if (id === source || id === target) return [];
      const hit = points.some((p, i) => i > 0 && crosses(points[i - 1]!, p, body));
      return hit ? [`${source} → ${target} through ${id}`] : [];
    }),
  );
}

/** Texts that lie on a node or on another text. */
export function coveredTexts(input: LayoutInput, result: LayoutResult): string[] {
  const texts = input.edges.flatMap((edge) => {
    const route = result.edges[edge.id]!;
    return [
      { name: `value of ${edge.id}`, box: around(route.value, edge.value) },
      { name: `gradient of ${edge.id}`, box: around(route.gradient, edge.gradient) },
    ];
  });
  const nodes = [...bodies(input, result)].map(([name, box]) => ({ name, box }));
  return texts.flatMap(({ name, box }, i) =>
    [...texts.slice(i + 1), ...nodes]
      .filter((other) => overlap(grow(box, -0.5), other.box))
      .map((other) => `${name} on ${other.name}`),
  );
}

/** Texts that a line of any edge runs through. */
export function struckTexts(input: LayoutInput, result: LayoutResult): string[] {
  const all = lines(input, result);
  return input.edges.flatMap((edge) => {
    const route = result.edges[edge.id]!;
    const boxes = [around(route.value, edge.value), around(route.gradient, edge.gradient)];
    return boxes.flatMap((box) =>
      all
        .filter(({ points }) => points.some((p, i) => i > 0 && crosses(points[i - 1]!, p, box)))
        .map(({ source, target }) => `text of ${edge.id} under ${source} → ${target}`),
    );
  });
}

export const totalLength = (all: readonly Line[]): number =>
  all.reduce(
    (sum, { points }) =>
      points.reduce(
        (s, p, i) => (i > 0 ? s + Math.hypot(p.x - points[i - 1]!.x, p.y - points[i - 1]!.y) : s),
        sum,
      ),
    0,
  );

/** Pairs of nodes that lie on one another. */
export function stacked(input: LayoutInput, result: LayoutResult): [string, string][] {
  const boxes = [...bodies(input, result)];
  return boxes.flatMap(([a, box], i) =>
    boxes
      .slice(i + 1)
      .flatMap(([b, other]): [string, string][] => (overlap(box, other) ? [[a, b]] : [])),
  );
}

/** The share of the nodes of `before` that moved otherwise than most of them. */
export function moved(before: LayoutResult, after: LayoutResult): number {
  const ways = Object.entries(before.nodes).map(([id, at]) => {
    const now = after.nodes[id]!;
    return { x: now.x - at.x, y: now.y - at.y };
  });
  const alike = ways.map(
    (way) => ways.filter((o) => Math.abs(o.x - way.x) <= 1 && Math.abs(o.y - way.y) <= 1).length,
  );
  return 1 - Math.max(...alike) / ways.length;
}
