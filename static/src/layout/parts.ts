/** Where the unconnected parts of a graph stand: those that were there before stay, new ones come beneath. */
import { components, type Graph } from "./graph.js";
import { around, grow, overlap, point, quarter } from "./geometry.js";
import { COMPONENT_GAP, NODE_GAP } from "./metrics.js";
import { boundsOf } from "./bounds.js";
import { arranged, drawn, shifted, type Part, type Result } from "./part.js";
import type { LayoutInput, Point, Rect, Tell } from "./types.js";

/** How much of the time columns and heights take; the rest draws what stands in them. */
const ARRANGING = 0.75;

/** Everything of the graph where the columns have it, and the edges that no column has room for. */
export function placed(
  graph: Graph,
  input: LayoutInput,
  tell: Tell = () => undefined,
): { whole: Result; loose: string[] } {
  const whole: Result = { nodes: {}, edges: {}, groups: {} };
  const parts = graph.nodes.length > 0 ? components(graph) : [];
  let before = 0;
  const made = parts.map((part, rank) => {
    const arrangement = arranged(part, input.previous, (share) => {
      tell((ARRANGING * (before + share * part.nodes.length)) / graph.nodes.length);
    });
    before += part.nodes.length;
    const by = arrangement.held ? point(0, 0) : shiftBack(arrangement, input);
    const stays = arrangement.held || by !== undefined;
    return { rank, stays, part: by ? shifted(arrangement, by) : arrangement };
  });
  // What stood before first, the largest of it foremost: it needn't give way.
  const size = ({ part }: (typeof made)[number]): number => part.graph.nodes.length;
  made.sort((a, b) =>
    a.stays !== b.stays ? (a.stays ? -1 : 1) : (a.stays ? size(b) - size(a) : 0) || a.rank - b.rank,
  );
  const taken: Rect[] = [];
  const results: Result[] = [];
  const pins = pinnedBodies(input);
  let beneath = Math.max(
    0,
    ...(made[0]?.stays ? [...pins.values()].map((pin) => pin.y + pin.height + COMPONENT_GAP) : []),
  );
  for (const { rank, part, stays } of made) {
    const result = drawn(part);
    const bounds = ownBounds(result, part.graph, input);
    let final = result;
    if (bounds) {
      const own = new Set(part.graph.nodes.map(({ id }) => id));
      const foreign = stays
        ? []
        : [...pins].flatMap(([id, pin]) => (own.has(id) ? [] : [grow(pin, NODE_GAP)]));
      const left = Math.min(...taken.map(({ x }) => x));
      const home = point(Number.isFinite(left) && input.previous ? left : 0, beneath);
      const start = stays ? point(0, 0) : point(home.x - bounds.x, home.y - bounds.y);
      const way = clear({ ...bounds, x: bounds.x + start.x, y: bounds.y + start.y }, [
        ...taken,
        ...foreign,
      ]);
      const by = point(quarter(start.x), quarter(start.y + way));
      if (by.x !== 0 || by.y !== 0) final = drawn(shifted(part, by));
      const box = { ...bounds, x: bounds.x + by.x, y: bounds.y + by.y };
      taken.push(box);
      beneath = Math.max(beneath, box.y + box.height + COMPONENT_GAP);
    }
    results[rank] = final;
  }
  for (const result of results) merge(whole, result);
  const loose = made.flatMap(({ part }) => part.loose.map((edge) => edge.input.id));
  return { whole, loose };
}

/** How far down `box` must go to be clear of all of `taken`. */
function clear(box: Rect, taken: readonly Rect[]): number {
  let down = 0;
  for (let tries = 0; ; tries++) {
    const at = { ...box, y: box.y + down };
    const hit = taken.find((other) => overlap(at, other));
    // Each thing is passed once at most; so far out that rounding keeps a box from passing it, nothing helps.
    if (!hit || tries > taken.length) return down;
    down = Math.ceil((hit.y + hit.height + COMPONENT_GAP - box.y) * 4) / 4;
  }
}

function pinnedBodies({ nodes }: LayoutInput): Map<string, Rect> {
  return new Map(
    nodes.flatMap((node) => (node.pinned ? [[node.id, around(node.pinned, node)] as const] : [])),
  );
}

/** What the part takes up by itself, without the places of pinned nodes and their lines; undefined when that is nothing. */
function ownBounds(result: Result, graph: Graph, input: LayoutInput): Rect | undefined {
  const own = graph.nodes.filter((node) => !node.pinned);
  if (own.length === 0) return undefined;
  const free = new Set(own.map(({ id }) => id));
  const edges = graph.edges.filter(
    ({ input: edge }) => free.has(edge.source) && free.has(edge.target),
  );
  const { output } = result;
  return boundsOf(
    {
      nodes: Object.fromEntries(own.map(({ id }) => [id, result.nodes[id]!])),
      edges: Object.fromEntries(edges.map(({ input: { id } }) => [id, result.edges[id]!])),
      groups: own.length === graph.nodes.length ? result.groups : {},
      ...(output && input.output && free.has(input.output.node) ? { output } : {}),
    },
    input,
  );
}

/**
 * The middle way from where nodes came to stand to where they stood before, or to where most of them are pinned; undefined for
 * a part that is new.
 */
function shiftBack(part: Part, { previous }: LayoutInput): Point | undefined {
  const { nodes } = part.graph;
  const at = drawn(part).nodes;
  const pins = nodes.filter((node) => node.pinned).length;
  const ways = nodes.flatMap(({ id, pinned }) => {
    const goal = pinned
      ? pins > 1 && 2 * pins >= nodes.length
        ? pinned
        : undefined
      : previous?.[id];
    return goal ? [point(goal.x - at[id]!.x, goal.y - at[id]!.y)] : [];
  });
  if (ways.length === 0) return undefined;
  const middle = (values: number[]): number =>
    quarter(values.sort((a, b) => a - b)[values.length >> 1]!);
  return point(middle(ways.map((way) => way.x)), middle(ways.map((way) => way.y)));
}

function merge(whole: Result, part: Result): void {
  Object.assign(whole.nodes, part.nodes);
  Object.assign(whole.edges, part.edges);
  Object.assign(whole.groups, part.groups);
  if (part.output) whole.output = part.output;
}
