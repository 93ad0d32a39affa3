/**
 * What a line costs beyond its length, place by place: a raster over the drawing, fine where something stands and coarse where
 * nothing does. Bodies all but forbid themselves, texts are dear, other lines a little.
 */
import { length } from "./geometry.js";
import type { Point, Rect } from "./types.js";

/** Extra cost of one unit through a node's body, near one, through a text, and beside or across another pair. */
export const BODY = 400;
export const NEAR = 1.5;
export const TEXT = 14;
export const STROKE = 2.5;

const PITCH = 8;
/** How far around the things the raster reaches: room for lines that go round all of them. */
const RIM = 72;
const VERTICES_MOST = 160_000;

export class Field {
  readonly xs: Float64Array;
  readonly ys: Float64Array;
  readonly cost: Float32Array;
  readonly pitch: number;

  /** A field over `things`, all of them still free. */
  constructor(things: readonly Rect[]) {
    const across = things.map(({ x, width }): [number, number] => [x - RIM, x + width + RIM]);
    const down = things.map(({ y, height }): [number, number] => [y - RIM, y + height + RIM]);
    let pitch = PITCH;
    let [xs, ys] = [axis(across, pitch), axis(down, pitch)];
    while (xs.length * ys.length > VERTICES_MOST) {
      pitch *= 1.3;
      [xs, ys] = [axis(across, pitch), axis(down, pitch)];
    }
    this.xs = Float64Array.from(xs);
    this.ys = Float64Array.from(ys);
    this.pitch = pitch;
    this.cost = new Float32Array(xs.length * ys.length);
  }

  /** The place at a raster vertex. */
  point(vertex: number): Point {
    const width = this.xs.length;
    return { x: this.xs[vertex % width]!, y: this.ys[Math.floor(vertex / width)]! };
  }

  /** The vertex nearest to a place. */
  vertex(p: Point): number {
    return nearest(this.ys, p.y) * this.xs.length + nearest(this.xs, p.x);
  }

  addRect(rect: Rect, by: number): void {
    const { xs, ys, cost } = this;
    const [left, right] = [first(xs, rect.x), first(xs, rect.x + rect.width)];
    const [top, bottom] = [first(ys, rect.y), first(ys, rect.y + rect.height)];
    for (let j = top; j < bottom; j++)
      for (let i = left; i < right; i++) cost[j * xs.length + i]! += by;
  }

  /** Adds to what lies within `half` of the segment ab. */
  addStroke(a: Point, b: Point, half: number, by: number): void {
    const { xs, ys, cost } = this;
    const total = length(a, b);
    if (total < 1e-6) return;
    const [ux, uy] = [(b.x - a.x) / total, (b.y - a.y) / total];
    const top = first(ys, Math.min(a.y, b.y) - half);
    const bottom = first(ys, Math.max(a.y, b.y) + half);
    for (let j = top; j < bottom; j++) {
      const dy = ys[j]! - a.y;
      let [low, high] = [Math.min(a.x, b.x) - half, Math.max(a.x, b.x) + half];
      if (Math.abs(uy) > 1e-6) {
        const [middle, reach] = [a.x + (dy * ux) / uy, half / Math.abs(uy)];
        [low, high] = [Math.max(low, middle - reach), Math.min(high, middle + reach)];
      }
      for (let i = first(xs, low); i < xs.length && xs[i]! <= high; i++) {
        const ahead = (xs[i]! - a.x) * ux + dy * uy;
        if (ahead >= 0 && ahead <= total) cost[j * xs.length + i]! += by;
      }
    }
  }

  /** The extra cost of the segment ab; what lies within `skip` is free. */
  along(a: Point, b: Point, skip: readonly Rect[] = []): number {
    const total = length(a, b);
    const steps = Math.max(1, Math.ceil(total / (this.pitch * 0.5)));
    const step = total / steps;
    let sum = 0;
    for (let k = 0; k < steps; k++) {
      const t = (k + 0.5) / steps;
      const p = { x: a.x + (b.x - a.x) * t, y: a.y + (b.y - a.y) * t };
      if (skip.length > 0 && skip.some((rect) => within(rect, p))) continue;
      sum += this.cost[this.vertex(p)]! * step;
    }
    return sum;
  }
}

const within = (rect: Rect, p: Point): boolean =>
  p.x > rect.x && p.x < rect.x + rect.width && p.y > rect.y && p.y < rect.y + rect.height;

/** Places along one axis: `pitch` apart within the stretches, ever wider apart between them. */
function axis(stretches: [number, number][], pitch: number): number[] {
  const places: number[] = [];
  const sorted = stretches.sort((a, b) => a[0] - b[0]);
  let end = -Infinity;
  for (const [from, to] of sorted) {
    if (end > -Infinity && from > end) {
      const gap = from - end;
      const count = Math.min(12, Math.ceil(gap / (2 * pitch)));
      for (let k = 1; k < count; k++) places.push(end + (gap * k) / count);
    }
    let at = Math.max(from, end + (end > -Infinity && from <= end ? pitch : 0));
    for (; at <= to; at += pitch) places.push(at);
    end = Math.max(end, places[places.length - 1] ?? to);
  }
  return places.length > 0 ? places : [0];
}

/** The first index whose value isn't below `value`. */
function first(sorted: Float64Array, value: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

function nearest(sorted: Float64Array, value: number): number {
  const i = first(sorted, value);
  if (i === 0) return 0;
  if (i === sorted.length) return i - 1;
  return value - sorted[i - 1]! < sorted[i]! - value ? i - 1 : i;
}
