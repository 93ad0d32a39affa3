/** Nodes that a person has put somewhere: they stand there, what they would cover makes room, groups are drawn around them. */
import type { Graph } from "./graph.js";
import { around, enclose, grow, overlap, point, quarter } from "./geometry.js";
import { GROUP_PAD, GROUP_TITLE_PAD, NODE_GAP } from "./metrics.js";
import { around as outwards, nesting, type Nesting } from "./nesting.js";
import type { Result } from "./part.js";
import type { LayoutInput, LayoutNode, Point, Rect } from "./types.js";

/** Nearer than this to its column's place a pinned node counts as standing in it. */
const SAME = 0.5;
/** How often boxes are drawn anew around nodes that made room. */
const ROUNDS = 4;
/** Places that are tried are this far apart. */
const STEP = 12;
const RINGS = 120;

/** Puts pinned nodes where they belong; answers all nodes that stand elsewhere than their column has them. */
export function putPinned(whole: Result, input: LayoutInput, graph: Graph): Set<string> {
  const away = new Set<string>();
  for (const { id, pinned } of input.nodes) {
    const at = whole.nodes[id]!;
    if (!pinned) continue;
    whole.nodes[id] = pinned;
    if (!(Math.hypot(pinned.x - at.x, pinned.y - at.y) < SAME)) away.add(id);
  }
  if (away.size === 0) return away;
  const nest = nesting(graph);
  const changed = new Set<number>();
  for (let round = 0; round < ROUNDS; round++) {
    const before = away.size;
    frame(whole, graph, nest, away, changed);
    giveWay(whole, graph, nest, away, changed);
    if (away.size === before) break;
  }
  frame(whole, graph, nest, away, changed);
  return away;
}

/** Draws the boxes of groups anew that hold a node which isn't in its column: around their nodes and the boxes within. */
function frame(
  whole: Result,
  graph: Graph,
  { nests, of }: Nesting,
  away: ReadonlySet<string>,
  changed: Set<number>,
): void {
  graph.nodes.forEach(({ id }, v) => {
    if (away.has(id)) for (const g of outwards(nests, of[v]!)) changed.add(g);
  });
  const inside = nests.map((): Rect[] => []);
  graph.nodes.forEach((node, v) => {
    if (of[v]! >= 0) inside[of[v]!]!.push(around(whole.nodes[node.id]!, node));
  });
  // Inner groups come after those around them.
  for (let g = nests.length - 1; g >= 0; g--) {
    const { group, parent } = nests[g]!;
    if (changed.has(g)) {
      const box = grow(enclose(inside[g]!), GROUP_PAD);
      const title = group.title.height > 0 ? group.title.height + GROUP_TITLE_PAD : 0;
      const width = Math.max(box.width, group.title.width + 2 * GROUP_PAD);
      whole.groups[group.id] = { x: box.x, y: box.y - title, width, height: box.height + title };
    }
    if (parent >= 0) inside[parent]!.push(whole.groups[group.id]!);
  }
}

/** Moves nodes that nobody has put anywhere off pinned ones, and out of boxes that aren't theirs, to the nearest free place. */
function giveWay(
  whole: Result,
  graph: Graph,
  { nests, of }: Nesting,
  away: Set<string>,
  changed: ReadonlySet<number>,
): void {
  const body = (node: LayoutNode): Rect => around(whole.nodes[node.id]!, node);
  const obstacles = graph.nodes.filter(({ id, pinned }) => pinned && away.has(id)).map(body);
  const strange = (v: number): Rect[] => {
    const own = new Set(outwards(nests, of[v]!));
    return nests
      .flatMap(({ group }, g) => (own.has(g) ? [] : [{ rect: whole.groups[group.id]!, g }]))
      .map(({ rect }) => rect);
  };
  const boxes = [...changed].map((g) => whole.groups[nests[g]!.group.id]!);
  const moving = graph.nodes.flatMap((node, v) => {
    if (node.pinned) return [];
    const at = grow(body(node), NODE_GAP / 2);
    const hit = obstacles.some((other) => overlap(at, other));
    const inside =
      boxes.some((box) => overlap(at, box)) &&
      [...changed].some((g) => {
        for (const own of outwards(nests, of[v]!)) if (own === g) return false;
        return overlap(body(node), whole.groups[nests[g]!.group.id]!);
      });
    return hit || inside ? [v] : [];
  });
  const leaving = new Set(moving);
  const standing = graph.nodes.flatMap((node, v) => (leaving.has(v) ? [] : [body(node)]));
  const texts = Object.entries(whole.edges).flatMap(([id, route]) => {
    const edge = graph.edges.find(({ input }) => input.id === id)?.input;
    if (!edge || away.has(edge.source) || away.has(edge.target)) return [];
    return [around(route.value, edge.value), around(route.gradient, edge.gradient)];
  });
  for (const v of moving) {
    const node = graph.nodes[v]!;
    const foreign = strange(v);
    const at = whole.nodes[node.id]!;
    const free = freePlace(at, node, [...standing, ...foreign], texts);
    whole.nodes[node.id] = { ...at, ...free };
    away.add(node.id);
    standing.push(body(node));
  }
}

/** The nearest place around `at` where a node is clear of `solid`, and rather of `soft` too; upward or downward first. */
function freePlace(
  at: Point,
  node: LayoutNode,
  solid: readonly Rect[],
  soft: readonly Rect[],
): Point {
  let best = at;
  let least = Infinity;
  for (let ring = 0; ring < RINGS && ring * STEP < least; ring++) {
    const count = ring === 0 ? 1 : 16;
    for (let k = 0; k < count; k++) {
      const angle = (2 * Math.PI * k) / 16;
      const [dx, dy] = [Math.cos(angle) * ring * STEP, Math.sin(angle) * ring * STEP];
      const place = point(quarter(at.x + dx), quarter(at.y + dy));
      const cost = ring * STEP + 0.3 * Math.abs(dx);
      if (cost >= least) continue;
      const body = grow(around(place, node), NODE_GAP);
      if (solid.some((rect) => overlap(rect, body))) continue;
      const sum = cost + soft.reduce((s, rect) => s + (overlap(rect, body) ? 40 : 0), 0);
      if (sum < least) [best, least] = [place, sum];
    }
  }
  return best;
}
