/**
 * The layered layout, left to right: columns, order, heights, widths, routes (Sugiyama, Tagawa, Toda 1981, with the texts of
 * the edges as elements of their own). Unconnected parts stand below one another; nodes that a person put somewhere stay there.
 */
import { adjacency, components, indexed, type Edge, type Graph } from "./graph.js";
import { around, enclose, grow, point } from "./geometry.js";
import { columnSpans } from "./horizontal.js";
import { BOTTOM, TOP, lattice, type Lattice } from "./lattice.js";
import { layers } from "./layers.js";
import { nesting } from "./nesting.js";
import { order } from "./order.js";
import type { Placed } from "./outline.js";
import { direct, outlet, routes, type Drawing } from "./routes.js";
import type { EdgeRoute, LayoutInput, LayoutNode, LayoutResult, Point, Rect } from "./types.js";
import { heights } from "./vertical.js";
import { COMPONENT_GAP, GROUP_PAD, MARGIN, PAIR_DISTANCE } from "./metrics.js";

/** So many pieces of edges can be ordered in about a second. */
const ELEMENTS_MOST = 20_000;

interface Result {
  readonly nodes: Record<string, Point>;
  readonly edges: Record<string, EdgeRoute>;
  readonly groups: Record<string, Rect>;
  output?: EdgeRoute;
}

/** Places everything of the graph. The same input always gives the same drawing. */
export function layout(input: LayoutInput): LayoutResult {
  const { graph, against } = indexed(input);
  const whole: Result = { nodes: {}, edges: {}, groups: {} };
  let bottom = 0;
  for (const part of graph.nodes.length > 0 ? components(graph) : []) {
    const placed = arranged(part, input.previous);
    const bounds = boundsOf(placed, input);
    // Where most of a part stood before it stands again, so that nothing jumps when a node is added.
    const shift = shiftBack(placed, input) ?? point(-bounds.x, bottom - bounds.y);
    merge(whole, moved(placed, shift));
    bottom = Math.max(bottom, bounds.y + bounds.height + shift.y + COMPONENT_GAP);
  }
  putPinned(whole, input, graph);
  const nodes = new Map(input.nodes.map((node) => [node.id, node]));
  for (const edge of against) {
    const [source, target] = [nodes.get(edge.source)!, nodes.get(edge.target)!];
    whole.edges[edge.id] = direct(standing(source, whole), standing(target, whole), edge);
  }
  const bounds = boundsOf(whole, input);
  return { ...whole, bounds: bounds.width > 0 ? grow(bounds, MARGIN) : bounds };
}

function arranged(whole: Graph, previous: LayoutInput["previous"]): Result {
  const nest = nesting(whole);
  const layer = layers(whole, (v) => nest.of[v]! >= 0);
  const { graph, loose } = withoutLongest(whole, layer);
  const grid = lattice(graph, nest, layer);
  const before = previous && wishes(grid, previous);
  order(grid, before);
  const y = heights(grid, before);
  const spans = columnSpans(grid, y);
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
  const drawn = routes(drawing);
  const straight = loose.map(({ input, source, target }) => [
    input.id,
    direct(nodes[source]!, nodes[target]!, input),
  ]);
  return {
    nodes: Object.fromEntries(graph.nodes.map((node, v) => [node.id, nodes[v]!.centre])),
    edges: Object.fromEntries([
      ...graph.edges.map((edge, i) => [edge.input.id, drawn.edges[i]!]),
      ...straight,
    ]) as Record<string, EdgeRoute>,
    groups: frames(drawing),
    ...(drawn.output ? { output: drawn.output } : {}),
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

/** Where each element stood before: nodes at their old centres, new ones and the pieces of edges between their neighbours. */
function wishes(grid: Lattice, previous: Readonly<Record<string, Point>>): (e: number) => number {
  const { graph, elements, chains } = grid;
  const wish = new Float64Array(elements.length);
  const known = graph.nodes.map((node) => previous[node.id]?.y);
  graph.nodes.forEach((_, v) => {
    const near = [
      ...graph.into[v]!.map((e) => known[graph.edges[e]!.source]),
      ...graph.out[v]!.map((e) => known[graph.edges[e]!.target]),
    ].filter((at) => at !== undefined);
    wish[v] = known[v] ?? near.reduce((sum, at) => sum + at, 0) / Math.max(1, near.length);
  });
  graph.edges.forEach(({ source, target }, i) => {
    chains[i]!.forEach((e, k) => {
      const share = (k + 1) / (chains[i]!.length + 1);
      wish[e] = wish[source]! * (1 - share) + wish[target]! * share;
    });
  });
  return (e) => wish[e]!;
}

function boundsOf(placed: Result, input: LayoutInput): Rect {
  const sizes = new Map(input.nodes.map((node) => [node.id, node]));
  const texts = new Map(input.edges.map((edge) => [edge.id, edge]));
  const rects = Object.values(placed.groups);
  for (const [id, centre] of Object.entries(placed.nodes))
    rects.push(around(centre, sizes.get(id)!));
  const line = (
    route: EdgeRoute,
    text: Pick<LayoutInput["edges"][number], "value" | "gradient">,
  ): void => {
    rects.push(around(route.value, text.value), around(route.gradient, text.gradient));
    for (const at of route.points) rects.push(grow({ ...at, width: 0, height: 0 }, PAIR_DISTANCE));
  };
  for (const [id, route] of Object.entries(placed.edges)) line(route, texts.get(id)!);
  if (placed.output && input.output) line(placed.output, input.output);
  return enclose(rects);
}

/** The middle way from where nodes came to stand to where they stood before; undefined for a part that is new. */
function shiftBack(placed: Result, { nodes, previous }: LayoutInput): Point | undefined {
  if (!previous) return undefined;
  const pinned = new Set(nodes.filter((node) => node.pinned).map(({ id }) => id));
  const ways = Object.entries(placed.nodes).flatMap(([id, at]) => {
    const before = pinned.has(id) ? undefined : previous[id];
    return before ? [point(before.x - at.x, before.y - at.y)] : [];
  });
  if (ways.length === 0) return undefined;
  const middle = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1]!;
  return point(middle(ways.map((way) => way.x)), middle(ways.map((way) => way.y)));
}

function moved(placed: Result, by: Point): Result {
  const shift = (at: Point): Point => point(at.x + by.x, at.y + by.y);
  const route = (line: EdgeRoute): EdgeRoute => ({
    points: line.points.map(shift),
    value: shift(line.value),
    gradient: shift(line.gradient),
  });
  const each = <T>(all: Record<string, T>, change: (one: T) => T): Record<string, T> =>
    Object.fromEntries(Object.entries(all).map(([id, one]) => [id, change(one)]));
  return {
    nodes: each(placed.nodes, shift),
    edges: each(placed.edges, route),
    groups: each(placed.groups, (rect) => ({ ...rect, ...shift(rect) })),
    ...(placed.output ? { output: route(placed.output) } : {}),
  };
}

function merge(whole: Result, part: Result): void {
  Object.assign(whole.nodes, part.nodes);
  Object.assign(whole.edges, part.edges);
  Object.assign(whole.groups, part.groups);
  if (part.output) whole.output = part.output;
}

const standing = (node: LayoutNode, placed: Result): Placed => ({
  outline: node.outline,
  width: node.width,
  height: node.height,
  centre: placed.nodes[node.id]!,
});

/** Puts pinned nodes where they belong, with straight edges, and draws their groups around them. */
function putPinned(whole: Result, input: LayoutInput, graph: Graph): void {
  const away = new Set<string>();
  for (const { id, pinned } of input.nodes) {
    const at = whole.nodes[id]!;
    if (!pinned || Math.hypot(pinned.x - at.x, pinned.y - at.y) < 0.5) continue;
    whole.nodes[id] = pinned;
    away.add(id);
  }
  if (away.size === 0) return;
  for (const { input: edge, source, target } of graph.edges) {
    if (!away.has(edge.source) && !away.has(edge.target)) continue;
    const [from, to] = [graph.nodes[source]!, graph.nodes[target]!];
    whole.edges[edge.id] = direct(standing(from, whole), standing(to, whole), edge);
  }
  const output = graph.output;
  if (output && away.has(output.node))
    whole.output = outlet(standing(graph.nodes[output.index]!, whole), output);
  for (const group of input.groups) {
    if (!group.nodes.some((id) => away.has(id))) continue;
    const members = input.nodes.filter(({ id }) => group.nodes.includes(id));
    const box = grow(
      enclose(members.map((node) => around(whole.nodes[node.id]!, node))),
      GROUP_PAD,
    );
    const title = group.title.height;
    whole.groups[group.id] = { ...box, y: box.y - title, height: box.height + title };
  }
}
