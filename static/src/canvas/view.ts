/** What part of a drawing the screen shows. */
import { zoomIdentity, type ZoomTransform } from "d3-zoom";
import { MARGIN } from "../layout/metrics.js";
import type { Point, Rect, Size } from "../layout/types.js";

/**
 * A graph that would have to be shrunk below `least` begins at its left end, as large as `readable` makes it. One that is a little
 * too wide is shown whole: its loss off the screen would be missed more than large numbers.
 */
const WIDE = { least: 0.36, readable: 0.55 } as const;
/** On a screen held in the hand numbers must be as high as this makes them, ten pixels. */
const NARROW = { width: 600, least: 0.77, readable: 0.77 } as const;
/** A small graph isn't blown up beyond this. */
const FIT_MOST = 1.5;
const FIT_AIR = 16;
/** Room above a node's centre for itself and its numbers. */
const NODE_AIR = 60;

/** The view of all of a drawing; undefined where there is nothing to see, or nowhere. */
export function viewOfAll(bounds: Rect | undefined, host: Size): ZoomTransform | undefined {
  const { width, height } = host;
  if (!bounds || bounds.width === 0 || width === 0 || height === 0) return undefined;
  const scale = Math.min(
    (width - 2 * FIT_AIR) / bounds.width,
    (height - 2 * FIT_AIR) / bounds.height,
    FIT_MOST,
  );
  const middle = { x: bounds.x + bounds.width / 2, y: bounds.y + bounds.height / 2 };
  return zoomIdentity
    .translate(width / 2 - middle.x * scale, height / 2 - middle.y * scale)
    .scale(scale);
}

/**
 * The view of a drawing's beginning, where all of it would be too small to read; else undefined. Where it is higher than the
 * screen, the uppermost of the `nodes` at its left end is at the top.
 */
export function viewOfBeginning(
  bounds: Rect | undefined,
  host: Size,
  nodes: readonly Point[],
): ZoomTransform | undefined {
  const whole = viewOfAll(bounds, host);
  const narrow = host.width < NARROW.width;
  const { least, readable } = narrow ? NARROW : WIDE;
  if (!bounds || !whole || whole.k >= least) return undefined;
  const high = bounds.height * readable > host.height;
  // The drawing's own margin is as much air as a narrow screen has to give.
  const x = narrow ? FIT_AIR / 2 - (bounds.x + MARGIN) * readable : FIT_AIR - bounds.x * readable;
  const end = bounds.x + host.width / readable;
  const first = nodes.filter((node) => node.x < end).map((node) => node.y - NODE_AIR);
  const y = high
    ? FIT_AIR - Math.max(bounds.y, Math.min(...first)) * readable
    : host.height / 2 - (bounds.y + bounds.height / 2) * readable;
  return zoomIdentity.translate(x, y).scale(readable);
}

/** The view in whose middle a place is, so large that what is there can be read. */
export const closeUp = (at: Point, { width, height }: Size): ZoomTransform =>
  zoomIdentity
    .translate(width / 2 - at.x * NARROW.readable, height / 2 - at.y * NARROW.readable)
    .scale(NARROW.readable);

/** Whether a view shows all of a drawing, and not too small. */
export function shows(view: ZoomTransform, bounds: Rect, host: Size): boolean {
  const { k } = view;
  const [x, y] = view.apply([bounds.x, bounds.y]);
  return (
    x >= -1 &&
    y >= -1 &&
    x + bounds.width * k <= host.width + 1 &&
    y + bounds.height * k <= host.height + 1 &&
    bounds.width * k > host.width / 3
  );
}

/** The part of the drawing that a view shows. */
export const seen = ({ x, y, k }: ZoomTransform, { width, height }: Size): Rect => ({
  x: -x / k,
  y: -y / k,
  width: width / k,
  height: height / k,
});

/** The view between two others, at `t` from 0 to 1. */
export function viewBetween(a: ZoomTransform, b: ZoomTransform, t: number): ZoomTransform {
  const part = (from: number, to: number): number => from + (to - from) * t;
  return zoomIdentity.translate(part(a.x, b.x), part(a.y, b.y)).scale(part(a.k, b.k));
}
