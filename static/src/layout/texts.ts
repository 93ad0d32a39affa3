/** Where along a line its two texts stand: on the freest piece that is long enough for them, near its middle. */
import { length, around, point } from "./geometry.js";
import { ABOVE, BELOW } from "./metrics.js";
import type { Crowd } from "./crowd.js";
import type { LayoutEdge, Point, Size } from "./types.js";

export type Texts = Pick<LayoutEdge, "value" | "gradient">;

/** Distance between two places that are tried. */
const STEP = 8;
/** What a unit beyond the end of the piece costs, a unit away from the line's middle, and a steep piece. */
const OVERHANG = 0.3;
const ASIDE = 0.02;
const STEEP = 3;
/** Where nothing is free beside the line, texts may stand a little off it: so far, at that cost a unit. */
const OFFS = [0, 8, 16, 24] as const;
const OFF = 0.6;

interface Spot {
  readonly cost: number;
  readonly on: Point;
  readonly nx: number;
  readonly ny: number;
  /** How much farther from the line than need be. */
  readonly off: number;
}

/** Both text centres on the line, and how badly they stand: 0 where nothing is in their way. */
export function placeTexts(
  points: readonly Point[],
  texts: Texts,
  crowd: Crowd,
): { value: Point; gradient: Point; cover: number } {
  const spots = spotsOf(points, texts);
  let best = { value: points[0]!, gradient: points[0]!, cover: Infinity };
  let least = Infinity;
  for (const spot of spots) {
    if (spot.cost >= least) break;
    const pair = atSpot(spot, texts);
    const cover =
      crowd.cover(around(pair.value, texts.value)) +
      crowd.cover(around(pair.gradient, texts.gradient));
    if (spot.cost + cover >= least) continue;
    least = spot.cost + cover;
    best = { ...pair, cover };
  }
  if (best.cover === 0) return best;
  // Together they find no free place: each one for itself.
  const alone = (side: 1 | -1, size: Size): { at: Point; cover: number } => {
    let [at, sum, worst] = [best.value, Infinity, 0];
    for (const spot of spots) {
      if (spot.cost >= sum) break;
      const place = beside(spot, size, side);
      const cover = crowd.cover(around(place, size));
      if (spot.cost + cover < sum) [at, sum, worst] = [place, spot.cost + cover, cover];
    }
    return { at, cover: worst };
  };
  const [value, gradient] = [alone(1, texts.value), alone(-1, texts.gradient)];
  const cover = value.cover + gradient.cover;
  return cover < best.cover ? { value: value.at, gradient: gradient.at, cover } : best;
}

/** Both texts at one spot of the line. */
function atSpot(spot: Spot, { value, gradient }: Texts): { value: Point; gradient: Point } {
  return { value: beside(spot, value, 1), gradient: beside(spot, gradient, -1) };
}

function beside({ on, nx, ny, off }: Spot, size: Size, side: 1 | -1): Point {
  const air = off + (side > 0 ? ABOVE : BELOW);
  const reach = air + (Math.abs(nx) * size.width + Math.abs(ny) * size.height) / 2;
  return point(on.x + nx * reach * side, on.y + ny * reach * side);
}

/** Places along the line, the best first were nothing in the way. */
function spotsOf(points: readonly Point[], { value, gradient }: Texts): Spot[] {
  const [from, to] = [points[0]!, points.at(-1)!];
  // The forward arrow runs above a line that leads rightwards, all along it.
  const hand = to.x >= from.x ? 1 : -1;
  const [width, height] = [
    Math.max(value.width, gradient.width),
    Math.max(value.height, gradient.height),
  ];
  const total = points.reduce((sum, p, i) => (i > 0 ? sum + length(points[i - 1]!, p) : sum), 0);
  const step = Math.max(STEP, total / 250);
  const spots: Spot[] = [];
  let passed = 0;
  for (let k = 1; k < points.length; k++) {
    const [a, b] = [points[k - 1]!, points[k]!];
    const span = length(a, b);
    if (span < 1e-6) continue;
    const [ux, uy] = [(b.x - a.x) / span, (b.y - a.y) / span];
    const reach = (Math.abs(ux) * width + Math.abs(uy) * height) / 2;
    const count = Math.max(1, Math.floor(span / step));
    for (let i = 0; i < count; i++) {
      const s = ((i + 0.5) * span) / count;
      const over = Math.max(0, reach - s) + Math.max(0, s + reach - span);
      const aside = Math.abs(passed + s - total / 2);
      const cost = OVERHANG * over + ASIDE * aside + STEEP * Math.abs(uy);
      const on = point(a.x + ux * s, a.y + uy * s);
      for (const off of OFFS)
        spots.push({ cost: cost + OFF * off, on, nx: uy * hand, ny: -ux * hand, off });
    }
    passed += span;
  }
  if (spots.length === 0) spots.push({ cost: 0, on: from, nx: 0, ny: -1, off: 0 });
  return spots.sort((a, b) => a.cost - b.cost);
}
