/** Where the rings of a node's empty slots stand: around its left side in the order of the slots, clear of the lines that come in. */
import { Crowd, strokes } from "./crowd.js";
import { around, crosses, grow, overlap, point } from "./geometry.js";
import { HOLE_AIR, HOLE_RADIUS, PAIR_DISTANCE, THICK_HEAD } from "./metrics.js";
import type { Result } from "./part.js";
import type { LayoutInput, LayoutNode, Place, Point, Rect } from "./types.js";

/** Slots are spread over so much above and below the level, and a ring may give way so far, in degrees. */
const SPREAD = 60;
const MOST = 130;
const STEP = 5;
/** Half of what a pair takes with its heads. */
const HALF_LINE = PAIR_DISTANCE / 2 + THICK_HEAD.half;
/** What a degree away from its usual place costs a ring, and what lies under it. */
const ASIDE = 1;
const ON_LINE = 400;
const ON_TEXT = 150;
const ON_BODY = 300;
/** Centres of two rings are at least so far apart; where there are too many for that, as far as they may be. */
const APART = 2 * HOLE_RADIUS + 4;

/** Puts rings beside each node that has empty slots. */
export function putHoles(whole: Result, input: LayoutInput): void {
  const open = input.nodes.filter(({ holes, id }) => holes?.empty.length && whole.nodes[id]);
  if (open.length === 0) return;
  const crowd = crowdOf(whole, input);
  for (const node of open) {
    const at = whole.nodes[node.id]!;
    whole.nodes[node.id] = { ...at, holes: rings(node, at, crowd) };
  }
}

/** Ring centres from the node's centre, in the order of `empty`. */
function rings(node: LayoutNode, at: Place, crowd: Crowd): Point[] {
  const { slots, empty } = node.holes!;
  const angles = Array.from({ length: (2 * MOST) / STEP + 1 }, (_, k) => k * STEP - MOST);
  const places = angles.map((angle) => ringAt(node, angle));
  const burdens = places.map((p) => burden(point(at.x + p.x, at.y + p.y), node.id, crowd));
  const usual = (slot: number): number =>
    slots === 1 ? 0 : SPREAD * ((2 * slot) / (slots - 1) - 1);
  // The best choice of angles that keeps the order: for each ring, the least cost of it and those before at each angle.
  const radius = Math.min(node.width, node.height) / 2 + HOLE_AIR;
  const room = Math.floor(angles.length / empty.length);
  const apart = Math.min(Math.ceil(((APART / radius) * 180) / Math.PI / STEP), Math.max(1, room));
  const tables: Float64Array[] = [];
  empty.forEach((slot, i) => {
    const before = tables[i - 1];
    const table = new Float64Array(angles.length).fill(Infinity);
    let least = before ? Infinity : 0;
    angles.forEach((angle, k) => {
      if (before && k >= apart) least = Math.min(least, before[k - apart]!);
      table[k] = least + ASIDE * Math.abs(angle - usual(slot)) + burdens[k]!;
    });
    tables.push(table);
  });
  const chosen: Point[] = [];
  let end = angles.length;
  for (let i = tables.length - 1; i >= 0; i--) {
    let best = Math.min(end, angles.length) - 1;
    for (let k = 0; k < end; k++) if (tables[i]![k]! < tables[i]![best]!) best = k;
    chosen.unshift(places[Math.max(0, best)]!);
    end = best - apart + 1;
  }
  return chosen;
}

/** Beside the outline at an angle, 0 for level at the left and positive further down. */
function ringAt({ width, height }: LayoutNode, angle: number): Point {
  const r = Math.min(width, height) / 2;
  const [cos, sin] = [Math.cos((angle * Math.PI) / 180), Math.sin((angle * Math.PI) / 180)];
  const side = Math.abs(cos) > 1e-9 ? Math.sign(cos) : 0;
  return point(-side * (width / 2 - r) - (r + HOLE_AIR) * cos, (r + HOLE_AIR) * sin);
}

/** How badly a ring would stand. */
function burden(centre: Point, own: string, crowd: Crowd): number {
  const box = around(centre, { width: 2 * HOLE_RADIUS + 2, height: 2 * HOLE_RADIUS + 2 });
  let sum = 0;
  for (const thing of crowd.near(grow(box, HALF_LINE))) {
    if (thing.kind === "stroke") {
      if (crosses(thing.from, thing.to, grow(box, HALF_LINE))) sum += ON_LINE;
    } else if (thing.id !== own && overlap(thing.box, box))
      sum += thing.kind === "body" ? ON_BODY : ON_TEXT;
  }
  return sum;
}

function crowdOf(whole: Result, input: LayoutInput): Crowd {
  const crowd = new Crowd();
  const text = (id: string, box: Rect): void => {
    crowd.add({ kind: "text", id, box });
  };
  const line = (
    id: string,
    route: Result["edges"][string],
    sizes: Pick<LayoutInput["edges"][number], "value" | "gradient">,
  ): void => {
    for (const stroke of strokes(id, route.points)) crowd.add(stroke);
    text(id, around(route.value, sizes.value));
    text(id, around(route.gradient, sizes.gradient));
  };
  for (const node of input.nodes) {
    const at = whole.nodes[node.id];
    if (at) crowd.add({ kind: "body", id: node.id, box: around(at, node) });
  }
  for (const edge of input.edges) {
    const route = whole.edges[edge.id];
    // Not by its name alone: an edge may be called as a node is.
    if (route) line(`edge ${edge.id}`, route, edge);
  }
  if (whole.output && input.output) line("output", whole.output, input.output);
  return crowd;
}
