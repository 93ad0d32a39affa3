/** One connected part of the graph: its columns, heights and lines, and the shift that puts it somewhere. */
import { adjacency, type Edge, type Graph } from "./graph.js";
import { point } from "./geometry.js";
import { crossings } from "./crossings.js";
import { heldLayers } from "./held.js";
import { columnSpans, type Span } from "./horizontal.js";
import { BOTTOM, TOP } from "./kinds.js";
import { lattice, type Lattice } from "./lattice.js";
import { layers } from "./layers.js";
import { formerColumns, hold, memories, remember } from "./memory.js";
import { GROUP_PAD } from "./metrics.js";
import { nesting, type Nesting } from "./nesting.js";
import { order } from "./order.js";
import type { Placed } from "./outline.js";
import { direct, routes, type Drawing } from "./routes.js";
import type { EdgeRoute, Laid, LayoutInput, Place, Point, Rect, Tell } from "./types.js";
import { heights } from "./vertical.js";

/** So many pieces of edges can be ordered in a few seconds. */
const ELEMENTS_MOST = 150_000;
/** Up to so many nodes several ways to make room are compared. */
const TRIES_MOST = 300;
/** Up to so many nodes a new drawing is preferred as soon as it has fewer bends or crossings. */
const ANEW_MOST = 12;
/** How much of the time that the columns take it takes to order them. */
const ORDERING = 0.7;
/** A piece that climbs less is level. */
const LEVEL = 1;
/** How many times as far apart as in a new drawing things may stand so that nothing moves. */
const SPREAD_MOST = 1.3;

/** What the columns came to: everything that a drawing of the part follows from. */
export interface Part {
  readonly graph: Graph;
  readonly grid: Lattice;
  readonly y: Float64Array;
  readonly spans: readonly Span[];
  /** Edges that no column has room for. */
  readonly loose: readonly Edge[];
  /** Whether it stands where it stood. */
  readonly held: boolean;
}

export interface Result {
  readonly nodes: Record<string, Place>;
  readonly edges: Record<string, EdgeRoute>;
  readonly groups: Record<string, Rect>;
  output?: EdgeRoute;
}

/**
 * The part's columns; of several ways to make room for what is new the one that moves fewest nodes. A drawing that grew so far
 * apart that a new one would be much smaller is given up for that.
 */
export function arranged(whole: Graph, previous: LayoutInput["previous"], tell: Tell): Part {
  const nest = nesting(whole);
  const grouped = (v: number): boolean => nest.of[v]! >= 0;
  const laid = memories(whole, previous);
  const small = whole.nodes.length <= TRIES_MOST;
  const ways = heldLayers(whole, laid, grouped).slice(0, small ? 3 : 1);
  if (ways.length === 0) return inColumns(whole, nest, layers(whole, grouped), previous, tell);
  let [best, least] = [undefined as Part | undefined, Infinity];
  for (const layer of ways) {
    const part = inColumns(whole, nest, layer, previous, tell, laid);
    const count = ways.length > 1 ? moved(part, laid) : 0;
    if (count < least) [best, least] = [part, count];
  }
  if (!small) return best!;
  const anew = inColumns(whole, nest, layers(whole, grouped), previous, tell);
  const few = whole.nodes.length <= ANEW_MOST && grew(whole, laid);
  const worse = few && tangle(best!) > tangle(anew);
  return worse || spread(best!) > SPREAD_MOST * spread(anew) ? anew : best!;
}

/** Whether there is a node or an edge that wasn't there. */
const grew = ({ nodes, edges }: Graph, laid: readonly (Laid | undefined)[]): boolean =>
  nodes.some((_, v) => !laid[v]) ||
  edges.some(({ input, target }) => !laid[target]!.lanes[input.id]);

/** How many pieces of lines don't run level, and how many of them cross. */
function tangle({ grid, y }: Part): number {
  const place = new Int32Array(grid.elements.length);
  for (const column of grid.columns) column.forEach((e, i) => (place[e] = i));
  const climbing = grid.segments.filter(({ from, to }) => Math.abs(y[from]! - y[to]!) > LEVEL);
  return climbing.length + 3 * crossings(grid, place);
}

/** How far the part's lines climb in all, and how high and wide it is. */
function spread({ grid, y, spans }: Part): number {
  let climbs = 0;
  for (const { from, to } of grid.segments) climbs += Math.abs(y[to]! - y[from]!);
  const heights = Array.from(grid.graph.nodes, (_, v) => y[v]!);
  const high = Math.max(...heights) - Math.min(...heights);
  return climbs + high + spans.at(-1)!.right - spans[0]!.left;
}

/** `laid` only where the columns are the earlier ones. */
function inColumns(
  whole: Graph,
  nest: Nesting,
  layer: Int32Array,
  previous: LayoutInput["previous"],
  tell: Tell,
  laid?: readonly (Laid | undefined)[],
): Part {
  const { graph, loose } = withoutLongest(whole, layer);
  const grid = lattice(graph, nest, layer);
  const former = laid ? formerColumns(layer, laid) : new Int32Array(0);
  const known = previous && graph.nodes.some(({ id }) => previous[id]);
  const held = known ? hold(grid, previous, laid ?? [], former) : undefined;
  order(grid, held, (share) => {
    tell(ORDERING * share);
  });
  const y = heights(grid, held);
  tell(1);
  const spans = columnSpans(grid, y, laid && formerSpans(former, laid));
  return { graph, grid, y, spans, loose, held: laid !== undefined };
}

/** How many nodes move otherwise than most of them. */
function moved({ grid, y, spans }: Part, laid: readonly (Laid | undefined)[]): number {
  const ways = new Map<string, number>();
  let known = 0;
  laid.forEach((memory, v) => {
    if (!memory) return;
    const x = spans[grid.elements[v]!.column]!.left - memory.left;
    const way = `${Math.round(x)} ${Math.round(y[v]! - memory.y)}`;
    ways.set(way, (ways.get(way) ?? 0) + 1);
    known++;
  });
  return known - Math.max(0, ...ways.values());
}

/** The edges of the columns of nodes that stood somewhere. */
function formerSpans(
  former: Int32Array,
  laid: readonly (Laid | undefined)[],
): (Span | undefined)[] {
  const old = new Map<number, Span>();
  for (const memory of laid)
    if (memory && !old.has(2 * memory.column)) old.set(2 * memory.column, memory);
  return Array.from(former, (column, c) => {
    const span = c % 2 ? undefined : old.get(column);
    return span && { left: span.left, right: span.right };
  });
}

export function shifted(part: Part, by: Point): Part {
  if (by.x === 0 && by.y === 0) return part;
  return {
    ...part,
    y: part.y.map((value) => value + by.y),
    spans: part.spans.map(({ left, right }) => ({ left: left + by.x, right: right + by.x })),
  };
}

/** Nodes, lines and boxes where the columns have them. */
export function drawn({ grid, y, spans, loose }: Part): Result {
  const { graph } = grid;
  const nodes = graph.nodes.map((node, v): Placed => {
    const span = spans[grid.elements[v]!.column]!;
    // Names stand flush at the side that their arrows leave.
    const x = node.outline === "box" ? span.right - node.width / 2 : (span.left + span.right) / 2;
    return {
      outline: node.outline,
      width: node.width,
      height: node.height,
      centre: point(x, y[v]!),
    };
  });
  const drawing: Drawing = { lattice: grid, y, spans, nodes };
  const { edges, output } = routes(drawing);
  const laid = remember(grid, y, spans);
  const straight = loose.map(({ input, source, target }) => [
    input.id,
    direct(nodes[source]!, nodes[target]!, input),
  ]);
  return {
    nodes: Object.fromEntries(
      graph.nodes.map((node, v) => [node.id, { ...nodes[v]!.centre, laid: laid[v]! }]),
    ),
    edges: Object.fromEntries([
      ...graph.edges.map((edge, i) => [edge.input.id, edges[i]!]),
      ...straight,
    ]) as Record<string, EdgeRoute>,
    groups: frames(drawing),
    ...(output ? { output } : {}),
  };
}

/**
 * The graph without its longest edges, where these would pass so many columns that the layout took too long: they are drawn
 * straight. A formula that uses one leaf a thousand times has as many edges that span all of it.
 */
function withoutLongest(graph: Graph, layer: Int32Array): { graph: Graph; loose: readonly Edge[] } {
  const span = (edge: Edge): number => layer[edge.target]! - layer[edge.source]!;
  const sorted = [...graph.edges].sort((a, b) => span(a) - span(b));
  let passed = 0;
  const kept = new Set<Edge>();
  for (const edge of sorted) {
    passed += 2 * span(edge);
    if (passed <= ELEMENTS_MOST) kept.add(edge);
  }
  if (kept.size === graph.edges.length) return { graph, loose: [] };
  const edges = graph.edges.filter((edge) => kept.has(edge));
  return {
    graph: { ...graph, edges, ...adjacency(graph.nodes.length, edges) },
    loose: graph.edges.filter((edge) => !kept.has(edge)),
  };
}

/** Each group's box: between its borders, over its columns. */
function frames({
  lattice: { nesting: nest, elements, spans: reach },
  y,
  spans,
}: Drawing): Record<string, Rect> {
  const top = new Float64Array(nest.nests.length).fill(Infinity);
  const bottom = new Float64Array(nest.nests.length).fill(-Infinity);
  elements.forEach(({ kind, ref }, e) => {
    if (kind === TOP) top[ref] = Math.min(top[ref]!, y[e]!);
    if (kind === BOTTOM) bottom[ref] = Math.max(bottom[ref]!, y[e]!);
  });
  return Object.fromEntries(
    nest.nests.map(({ group }, g) => {
      const left = spans[reach[g]![0]]!.left - GROUP_PAD;
      const right = spans[reach[g]![1]]!.right + GROUP_PAD;
      return [group.id, { x: left, y: top[g]!, width: right - left, height: bottom[g]! - top[g]! }];
    }),
  );
}
