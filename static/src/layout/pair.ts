/**
 * The pair of arrows along one route, as SVG path data: the thin forward arrow above (at the left of its direction), the
 * thick backward arrow below, equally far from the centre line everywhere. Bends are arcs around common centres.
 */
import { BEND_RADIUS, PAIR_DISTANCE, THICK_HEAD, THIN_HEAD } from "./metrics.js";
import { between, length, simplify } from "./geometry.js";
import type { Point } from "./types.js";

export interface Arrow {
  /** Path data of the line, from the arrow's tail to the base of its head. */
  readonly line: string;
  /** The head: tip, then the two ends of its base. */
  readonly head: readonly [Point, Point, Point];
  /** The line's centre, arcs cut into short pieces, tail first, up to the tip: for hit tests and moving dots. */
  readonly trace: readonly Point[];
}

export interface Pair {
  readonly forward: Arrow;
  readonly backward: Arrow;
}

export interface PairStyle {
  readonly distance: number;
  readonly radius: number;
  readonly thinHead: { readonly length: number; readonly half: number };
  readonly thickHead: { readonly length: number; readonly half: number };
}

export const PAIR_STYLE: PairStyle = {
  distance: PAIR_DISTANCE,
  radius: BEND_RADIUS,
  thinHead: THIN_HEAD,
  thickHead: THICK_HEAD,
};

/** A piece of an offset line: a straight end, or an arc that ends there. */
interface Step {
  readonly to: Point;
  readonly arc?: { readonly radius: number; readonly sweep: 0 | 1; readonly centre: Point };
}

/** Both arrows along `points` (source first). */
export function pair(points: readonly Point[], style: PairStyle = PAIR_STYLE): Pair {
  const centre = simplify(points);
  const [first, last] = [centre[0] ?? { x: 0, y: 0 }, centre[centre.length - 1] ?? { x: 0, y: 0 }];
  const up = last.x >= first.x ? -1 : 1;
  const half = style.distance / 2;
  const backward = [...centre].reverse();
  return {
    forward: arrow(centre, up * half, style.thinHead, style.radius),
    // Reversed, the other side is on the same hand again.
    backward: arrow(backward, up * half, style.thickHead, style.radius),
  };
}

/** One arrow alone on the centre line, for conventions that draw a single line. */
export function single(points: readonly Point[], style: PairStyle = PAIR_STYLE): Arrow {
  return arrow(simplify(points), 0, style.thinHead, style.radius);
}

/** Points of a polygon as SVG wants them. */
export const polygon = (points: readonly Point[]): string =>
  points.map((p) => `${digits(p.x)},${digits(p.y)}`).join(" ");

function arrow(
  points: readonly Point[],
  offset: number,
  head: { readonly length: number; readonly half: number },
  radius: number,
): Arrow {
  const steps = offsetSteps(points, offset, radius, head.length);
  const tip = steps[steps.length - 1]?.to ?? { x: 0, y: 0 };
  const before = points[points.length - 2];
  const end = points[points.length - 1];
  let [ux, uy] = [1, 0];
  let room = head.length;
  if (before && end) {
    const d = length(before, end);
    [ux, uy] = [(end.x - before.x) / d, (end.y - before.y) / d];
    room = Math.min(head.length, d * 0.75);
  }
  const base = { x: tip.x - ux * room, y: tip.y - uy * room };
  const wide = head.half * (room / head.length);
  const shaft = steps.slice(0, -1);
  // One unit into the head, so that no seam shows between line and head.
  const joint = { x: base.x + ux, y: base.y + uy };
  return {
    line: pathData([...shaft, { to: joint }]),
    head: [
      tip,
      { x: base.x - uy * wide, y: base.y + ux * wide },
      { x: base.x + uy * wide, y: base.y - ux * wide },
    ],
    trace: traced(steps),
  };
}

/** The line at `offset` (positive: at the right of the direction of travel, on screen) along `points`. */
function offsetSteps(
  points: readonly Point[],
  offset: number,
  radius: number,
  headLength: number,
): Step[] {
  const steps: Step[] = [];
  const n = points.length;
  for (let i = 0; i < n; i++) {
    const p = points[i]!;
    const a = i > 0 ? unit(points[i - 1]!, p) : undefined;
    const b = i < n - 1 ? unit(p, points[i + 1]!) : undefined;
    const u = a ?? b;
    if (!u) return [{ to: p }];
    if (!a || !b) {
      steps.push({ to: { x: p.x - u.y * offset, y: p.y + u.x * offset } });
      continue;
    }
    const cross = a.x * b.y - a.y * b.x;
    const tan = Math.abs(cross) / (1 + a.x * b.x + a.y * b.y || 1e-9);
    const room = Math.min(
      i === 1 ? length(points[0]!, p) - headLength : length(points[i - 1]!, p) / 2,
      i === n - 2 ? length(p, points[n - 1]!) - headLength : length(p, points[i + 1]!) / 2,
    );
    const cut = Math.max(0, Math.min(radius * tan, room));
    const inner = cut / tan + (cross > 0 ? -offset : offset);
    if (inner < 0.5) {
      const k = offset * tan * (cross > 0 ? 1 : -1);
      steps.push({ to: { x: p.x - a.y * offset - a.x * k, y: p.y + a.x * offset - a.y * k } });
      continue;
    }
    const from = { x: p.x - a.x * cut - a.y * offset, y: p.y - a.y * cut + a.x * offset };
    const to = { x: p.x + b.x * cut - b.y * offset, y: p.y + b.y * cut + b.x * offset };
    const turn = cross > 0 ? 1 : -1;
    const hub = { x: from.x - a.y * inner * turn, y: from.y + a.x * inner * turn };
    steps.push({ to: from });
    steps.push({ to, arc: { radius: inner, sweep: cross > 0 ? 1 : 0, centre: hub } });
  }
  return steps;
}

function unit(a: Point, b: Point): Point {
  const d = length(a, b) || 1;
  return { x: (b.x - a.x) / d, y: (b.y - a.y) / d };
}

const digits = (value: number): string => String(Math.round(value * 100) / 100);

function pathData(steps: readonly Step[]): string {
  return steps
    .map(({ to, arc }, i) => {
      const end = `${digits(to.x)} ${digits(to.y)}`;
      if (i === 0) return `M${end}`;
      if (!arc) return `L${end}`;
      return `A${digits(arc.radius)} ${digits(arc.radius)} 0 0 ${arc.sweep} ${end}`;
    })
    .join("");
}

function traced(steps: readonly Step[]): Point[] {
  const points: Point[] = [];
  for (const { to, arc } of steps) {
    const from = points[points.length - 1];
    if (arc && from) {
      for (const t of [0.25, 0.5, 0.75]) {
        const chord = between(from, to, t);
        const d = length(arc.centre, chord) || 1;
        points.push(between(arc.centre, chord, arc.radius / d));
      }
    }
    points.push(to);
  }
  return points;
}
