/**
 * Texts beside steep lines stand flush with the side of their room that faces the line: so a short number is seen to belong to
 * it, and a longer one grows away from it.
 */
import { clamp, length, point } from "./geometry.js";
import type { EdgeRoute, LayoutEdge, Point, TextSize } from "./types.js";

/** A line so steep (the sine of its angle) has its texts wholly flush with it. */
const STEEP = 0.5;

/** To which side a text at `at` leans from its line: 1 right of a steep line, -1 left of it, 0 above or below a level one. */
export function lean(points: readonly Point[], at: Point): number {
  let [side, least] = [0, Infinity];
  for (let k = 1; k < points.length; k++) {
    const [a, b] = [points[k - 1]!, points[k]!];
    const span = length(a, b);
    if (span < 1e-6) continue;
    const [ux, uy] = [(b.x - a.x) / span, (b.y - a.y) / span];
    const on = clamp((at.x - a.x) * ux + (at.y - a.y) * uy, 0, span);
    const foot = point(a.x + ux * on, a.y + uy * on);
    const apart = length(foot, at);
    if (apart >= least) continue;
    least = apart;
    side = clamp(Math.abs(uy) / STEEP, 0, 1) * Math.sign(at.x - foot.x);
  }
  return side;
}

/**
 * The edge with less room for its texts: halfway between what is kept for a usual number and what is written. Lines that are led
 * around things have no column that widens for them, and would bend for the sake of empty room.
 */
export const tight = (edge: LayoutEdge): LayoutEdge => ({
  ...edge,
  value: tightened(edge.value),
  gradient: tightened(edge.gradient),
});

const tightened = (size: TextSize): TextSize => ({
  ...size,
  width: (size.width + Math.min(size.width, size.written ?? size.width)) / 2,
});

/** A route that was found for the tight edge, with all of the room for its texts. */
export function roomy({ points, value, gradient }: EdgeRoute, edge: LayoutEdge): EdgeRoute {
  const eased = (at: Point, size: TextSize): Point => {
    const more = size.width - tightened(size).width;
    return more === 0 ? at : point(at.x + (lean(points, at) * more) / 2, at.y);
  };
  return {
    points,
    value: eased(value, edge.value),
    gradient: eased(gradient, edge.gradient),
  };
}
