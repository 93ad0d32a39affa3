/** Plane geometry for points, segments and upright rectangles. `y` grows downwards. */
import type { Point, Rect, Size } from "./types.js";

export const point = (x: number, y: number): Point => ({ x, y });

export const length = (a: Point, b: Point): number => Math.hypot(b.x - a.x, b.y - a.y);

export const between = (a: Point, b: Point, t: number): Point => ({
  x: a.x + (b.x - a.x) * t,
  y: a.y + (b.y - a.y) * t,
});

export const clamp = (value: number, low: number, high: number): number =>
  Math.max(low, Math.min(high, value));

/** The nearest quarter: sums of quarters are exact, so that what holds still is drawn the very same. */
export const quarter = (value: number): number => Math.round(value * 4) / 4;

/** The rectangle of the given size around a centre. */
export const around = (centre: Point, size: Size): Rect => ({
  x: centre.x - size.width / 2,
  y: centre.y - size.height / 2,
  width: size.width,
  height: size.height,
});

export const grow = (rect: Rect, by: number): Rect => ({
  x: rect.x - by,
  y: rect.y - by,
  width: rect.width + 2 * by,
  height: rect.height + 2 * by,
});

export const overlap = (a: Rect, b: Rect): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

/** The smallest rectangle around all of `rects`; an empty one at the origin when there are none. */
export function enclose(rects: Iterable<Rect>): Rect {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const rect of rects) {
    left = Math.min(left, rect.x);
    top = Math.min(top, rect.y);
    right = Math.max(right, rect.x + rect.width);
    bottom = Math.max(bottom, rect.y + rect.height);
  }
  if (left > right) return { x: 0, y: 0, width: 0, height: 0 };
  return { x: left, y: top, width: right - left, height: bottom - top };
}

/** Whether the segment ab has a point inside `rect` (Liang–Barsky clipping). */
export function crosses(a: Point, b: Point, rect: Rect): boolean {
  let [enter, leave] = [0, 1];
  const sides: readonly (readonly [number, number])[] = [
    [a.x - b.x, a.x - rect.x],
    [b.x - a.x, rect.x + rect.width - a.x],
    [a.y - b.y, a.y - rect.y],
    [b.y - a.y, rect.y + rect.height - a.y],
  ];
  for (const [delta, room] of sides) {
    if (delta === 0) {
      if (room <= 0) return false;
    } else if (delta < 0) enter = Math.max(enter, room / delta);
    else leave = Math.min(leave, room / delta);
  }
  return enter < leave;
}

/** Where along a polyline (0 to its length) a point at `distance` lies. */
export function along(points: readonly Point[], distance: number): Point {
  let left = distance;
  for (let i = 1; i < points.length; i++) {
    const [a, b] = [points[i - 1]!, points[i]!];
    const step = length(a, b);
    if (left <= step && step > 0) return between(a, b, left / step);
    left -= step;
  }
  return points[points.length - 1] ?? { x: 0, y: 0 };
}

/** The polyline without repeated points and without bends that don't bend. */
export function simplify(points: readonly Point[]): Point[] {
  const kept: Point[] = [];
  for (const p of points) {
    const last = kept[kept.length - 1];
    if (last && length(last, p) < 0.01) continue;
    const before = kept[kept.length - 2];
    if (last && before) {
      const turn = (last.x - before.x) * (p.y - last.y) - (last.y - before.y) * (p.x - last.x);
      const ahead = (last.x - before.x) * (p.x - last.x) + (last.y - before.y) * (p.y - last.y);
      if (Math.abs(turn) < 0.01 * length(before, last) * length(last, p) && ahead > 0) kept.pop();
    }
    kept.push(p);
  }
  return kept;
}
