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
export const STROKE = 6;

const PITCH = 8;
/** How far around the things the raster reaches: room for lines that go round all of them. */
const RIM = 72;
const VERTICES_MOST = 70_000;
const STRETCH_MOST = 20_000;
const STEPS_MOST = 2000;
const TABLE_MOST = 20_000;

export class Field {
  readonly xs: Float64Array;
  readonly ys: Float64Array;
  readonly cost: Float32Array;
  readonly pitch: number;
  private readonly column: Finder;
  private readonly row: Finder;

  /** A field over `things`, all of them still free. */
  constructor(things: readonly Rect[]) {
    const across = things.map(({ x, width }): [number, number] => [x - RIM, x + width + RIM]);
    const down = things.map(({ y, height }): [number, number] => [y - RIM, y + height + RIM]);
    let pitch = PITCH;
    let [xs, ys] = [axis(across, pitch), axis(down, pitch)];
    for (let k = 0; k < 60 && xs.length * ys.length > VERTICES_MOST; k++) {
      pitch *= 1.15;
      [xs, ys] = [axis(across, pitch), axis(down, pitch)];
    }
    this.xs = Float64Array.from(xs);
    this.ys = Float64Array.from(ys);
    this.pitch = pitch;
    this.column = new Finder(this.xs, pitch);
    this.row = new Finder(this.ys, pitch);
    this.cost = new Float32Array(xs.length * ys.length);
  }

  /** The place at a raster vertex. */
  point(vertex: number): Point {
    const width = this.xs.length;
    return { x: this.xs[vertex % width]!, y: this.ys[Math.floor(vertex / width)]! };
  }

  /** The vertex nearest to a place. */
  vertex(p: Point): number {
    return this.row.exactly(p.y) * this.xs.length + this.column.exactly(p.x);
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
    if (total === 0) return 0;
    const ts = this.samples(a, b, total);
    let sum = 0;
    for (let k = 1; k < ts.length; k++) {
      const t = (ts[k - 1]! + ts[k]!) / 2;
      const x = a.x + (b.x - a.x) * t;
      const y = a.y + (b.y - a.y) * t;
      let free = false;
      for (const rect of skip)
        if (x > rect.x && x < rect.x + rect.width && y > rect.y && y < rect.y + rect.height)
          free = true;
      if (!free)
        sum +=
          this.cost[this.row.at(y) * this.xs.length + this.column.at(x)]! * (ts[k]! - ts[k - 1]!);
    }
    return sum * total;
  }

  /** Where the segment is cut into pieces, from 0 to 1: evenly, or, where it is very long, at the raster's lines. */
  private samples(a: Point, b: Point, total: number): number[] {
    const steps = Math.ceil(total / (this.pitch * 0.5));
    if (steps <= STEPS_MOST) return Array.from({ length: steps + 1 }, (_, k) => k / steps);
    const ts = [0, 1];
    const cuts = (from: number, to: number, places: Float64Array): void => {
      if (Math.abs(to - from) < 1e-6) return;
      const last = first(places, Math.max(from, to));
      for (let i = first(places, Math.min(from, to)); i < last; i++)
        ts.push((places[i]! - from) / (to - from));
    };
    cuts(a.x, b.x, this.xs);
    cuts(a.y, b.y, this.ys);
    return ts.sort((p, q) => p - q);
  }
}

/** Finds the place on an axis that is nearest to a number, about. */
class Finder {
  private readonly table: Int32Array;
  private readonly from: number;
  private readonly size: number;
  private readonly sparse: boolean;

  constructor(
    private readonly places: Float64Array,
    pitch: number,
  ) {
    this.from = places[0]!;
    const range = places[places.length - 1]! - this.from;
    const count = Math.min(TABLE_MOST, Math.ceil((2 * range) / pitch) + 1);
    // A range too long for a table is searched.
    this.sparse = count === TABLE_MOST;
    this.size = Math.max(range / count, 1e-9);
    this.table = Int32Array.from({ length: count + 1 }, (_, i) =>
      nearest(places, this.from + (i + 0.5) * this.size),
    );
  }

  at(value: number): number {
    if (this.sparse) return nearest(this.places, value);
    const i = Math.floor((value - this.from) / this.size);
    return this.table[Math.max(0, Math.min(this.table.length - 1, i))]!;
  }

  exactly(value: number): number {
    return nearest(this.places, value);
  }
}

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
    const start = Math.max(from, end + pitch);
    // By number, as so far out that a step is lost in rounding no sum would get on.
    const count = Math.min(STRETCH_MOST, Math.floor((to - start) / pitch));
    for (let k = 0; k <= count; k++) places.push(start + k * pitch);
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
