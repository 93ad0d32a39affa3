/**
 * Node outlines: circles, pills and boxes, all as boxes with rounded corners, and where a pair of arrows meets them.
 */
import { END_GAP, PAIR_DISTANCE, PORT_PITCH, THICK, THICK_HEAD, THIN_HEAD } from "./metrics.js";
import { clamp } from "./geometry.js";
import { settle } from "./settle.js";
import type { LayoutNode, Point, Size } from "./types.js";

export interface Placed extends Size {
  readonly outline: LayoutNode["outline"];
  readonly centre: Point;
}

const corner = (node: Placed): number =>
  node.outline === "round" ? Math.min(node.width, node.height) / 2 : 2;

/** Signed distance from `p` to the outline, negative inside (the usual formula for a rounded box). */
export function distanceTo(node: Placed, p: Point): number {
  const r = corner(node);
  const dx = Math.abs(p.x - node.centre.x) - node.width / 2 + r;
  const dy = Math.abs(p.y - node.centre.y) - node.height / 2 + r;
  return Math.hypot(Math.max(dx, 0), Math.max(dy, 0)) + Math.min(Math.max(dx, dy), 0) - r;
}

/**
 * How far one may walk from `from` in the unit direction (ux, uy) before coming nearer than `gap` to the outline;
 * Infinity when one never does. Sphere tracing (Hart 1996): each step is as long as the distance left.
 */
function reach(node: Placed, from: Point, ux: number, uy: number, gap: number): number {
  let walked = 0;
  for (let i = 0; i < 40; i++) {
    const left = distanceTo(node, { x: from.x + ux * walked, y: from.y + uy * walked }) - gap;
    if (left < 0.02) return walked;
    walked += left;
    if (left > 1e5) break;
  }
  return walked > 1e4 ? Infinity : walked;
}

/**
 * The end, on the way from `from` towards `aim`, at which neither arrow of the pair nor its head comes nearer to the
 * node than the gap. `arriving` says which head is at this end: the forward one at a target, the backward one at a source.
 */
export function meet(node: Placed, from: Point, aim: Point, arriving: boolean): Point {
  const total = Math.hypot(aim.x - from.x, aim.y - from.y);
  if (total === 0) return aim;
  const [ux, uy] = [(aim.x - from.x) / total, (aim.y - from.y) / total];
  const half = PAIR_DISTANCE / 2;
  const side = arriving === ux >= 0 ? 1 : -1;
  const arms = arriving ? [0, -half, half - THICK / 2, half + THICK / 2] : [0, -half, half];
  let best = total;
  for (const arm of arms) {
    const start = { x: from.x - uy * arm * side, y: from.y + ux * arm * side };
    best = Math.min(best, reach(node, start, ux, uy, END_GAP));
  }
  return { x: from.x + ux * best, y: from.y + uy * best };
}

/** Half of what a pair's heads take across, at the end where they are: for the room beside another pair. */
export const headRoom = (arriving: boolean): number =>
  PAIR_DISTANCE / 2 + (arriving ? THIN_HEAD.half : THICK_HEAD.half);

/**
 * Where on the node's left (`side` -1) or right (+1) the pairs that come from `from` aim, in that order from top to
 * bottom, spread so that they don't lie on each other. A pair that can run level does; the others make room for it.
 */
export function ports(node: Placed, side: -1 | 1, from: readonly Point[]): Point[] {
  const round = node.outline === "round";
  const r = corner(node);
  const cap = round ? node.width / 2 - r : node.width / 2;
  const hub = { x: node.centre.x + side * cap, y: node.centre.y };
  const most = round
    ? r * 1.35
    : Math.max(node.height / 2 - 2, ((from.length - 1) / 2) * PORT_PITCH);
  const pitch = from.length < 2 ? 0 : Math.min(PORT_PITCH, (2 * most) / (from.length - 1));
  const level = from.map((p) => Math.abs(p.y - hub.y) < 0.5);
  const wanted = from.map((p, i) => {
    if (level[i]) return 0;
    const [dx, dy] = [Math.max(1, (p.x - hub.x) * side), p.y - hub.y];
    if (round) return r * clamp(Math.atan2(dy, dx), -1.35, 1.35);
    return from.length === 1 ? 0 : clamp((dy / (dx + Math.abs(dy))) * most, -most, most);
  });
  const places = settle(
    wanted,
    level.map((yes) => (yes ? 1e6 : 1)),
    wanted.map((_, i) => i * pitch),
  );
  return places.map((s) => {
    if (!round) return { x: hub.x, y: hub.y + s };
    const angle = s / r;
    return { x: hub.x + side * r * Math.cos(angle), y: hub.y + r * Math.sin(angle) };
  });
}
