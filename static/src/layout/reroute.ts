/** Finds the lines that the columns' places no longer fit, and has them drawn anew. */
import { crosses, enclose, around, grow, length, overlap, point } from "./geometry.js";
import { GROUP_PAD } from "./metrics.js";
import { Crowd, HALF_PAIR, strokes } from "./crowd.js";
import { roomy, tight } from "./lean.js";
import type { Placed } from "./outline.js";
import type { Result } from "./part.js";
import { Router } from "./router.js";
import { direct, outlets } from "./routes.js";
import type {
  EdgeRoute,
  LayoutEdge,
  LayoutInput,
  LayoutNode,
  LayoutResult,
  Point,
  Rect,
} from "./types.js";

/** In a drawing of more nodes lines look only so far around themselves: all of it would make the raster too coarse. */
const WHOLE_MOST = 500;
const LOOK_AROUND = 600;
/** So many lines are led around things at most, and so many in such a large drawing; of more the longest are straight. */
const LED_MOST = { small: 300, large: 60 } as const;

export const standing = (node: LayoutNode, { nodes }: Pick<Result, "nodes">): Placed => ({
  outline: node.outline,
  width: node.width,
  height: node.height,
  centre: point(nodes[node.id]!.x, nodes[node.id]!.y),
});

/**
 * Draws anew the edges `free`, those of the nodes that are `away` from their columns, and those that such a node bars; all other
 * lines stay. Texts that such a node covers move along their line where there is room.
 */
export function reroute(
  whole: Result,
  input: LayoutInput,
  away: ReadonlySet<string>,
  free: ReadonlySet<string>,
): void {
  const nodes = new Map(input.nodes.map((node) => [node.id, standing(node, whole)]));
  const edges = input.edges.filter(({ source, target }) => nodes.has(source) && nodes.has(target));
  const bodies = new Crowd();
  for (const id of away) {
    const node = nodes.get(id)!;
    bodies.add({ kind: "body", id, box: around(node.centre, node) });
  }
  const lost: LayoutEdge[] = [];
  const covered: LayoutEdge[] = [];
  const fixed: { edge: LayoutEdge; route: EdgeRoute }[] = [];
  for (const edge of edges) {
    const route = whole.edges[edge.id];
    if (!route || free.has(edge.id) || away.has(edge.source) || away.has(edge.target))
      lost.push(edge);
    else if (away.size > 0 && barred(route, bodies)) lost.push(edge);
    else if (away.size > 0 && hidden(route, edge, bodies)) covered.push(edge);
    else fixed.push({ edge, route });
  }
  const { output } = input;
  const exit = output && whole.output ? { node: output.node, texts: output } : undefined;
  const exitLost =
    exit &&
    (away.has(exit.node) ||
      lost.some(({ source }) => source === exit.node) ||
      barred(whole.output!, bodies, exit.node) ||
      hidden(whole.output!, exit.texts, bodies));
  if (lost.length + covered.length === 0 && !exitLost) return;
  const titles = input.groups.flatMap(({ id, title }): Rect[] => {
    const box = whole.groups[id];
    if (!box || title.height === 0) return [];
    return [{ x: box.x + GROUP_PAD / 2, y: box.y, width: title.width, height: title.height }];
  });
  if (exit && exitLost) {
    const things = new Crowd();
    for (const [id, node] of nodes)
      things.add({ kind: "body", id, box: around(node.centre, node) });
    for (const { edge, route } of fixed) addTexts(things, edge, route);
    // The straight way to what uses the output is better left free.
    for (const { id, source, target } of lost)
      if (source === exit.node && source !== target)
        for (const stroke of strokes(id, [nodes.get(source)!.centre, nodes.get(target)!.centre]))
          things.add(stroke);
    whole.output = leastCovered(nodes.get(exit.node)!, exit.node, exit.texts, things);
  }
  lost.sort((a, b) => span(a, nodes) - span(b, nodes));
  for (const edge of lost.splice(nodes.size > WHOLE_MOST ? LED_MOST.large : LED_MOST.small))
    whole.edges[edge.id] = direct(nodes.get(edge.source)!, nodes.get(edge.target)!, edge);
  const near = nearby([...lost, ...covered], nodes);
  const router = new Router(
    new Map([...nodes].filter(([, node]) => near(around(node.centre, node)))),
    fixed.filter(({ route }) => near(boxOf(route))),
    titles,
    exit ? { ...exit, route: whole.output! } : undefined,
  );
  for (const edge of covered) {
    const again = router.relabel(edge, whole.edges[edge.id]!);
    if (!again) lost.push(edge);
    else router.put(edge, (whole.edges[edge.id] = again));
  }
  const routes = router.route(lost.map(tight));
  for (const edge of lost) whole.edges[edge.id] = roomy(routes.get(edge.id)!, edge);
}

/** How far a line has to go. */
const span = ({ source, target }: LayoutEdge, nodes: ReadonlyMap<string, Placed>): number =>
  length(nodes.get(source)!.centre, nodes.get(target)!.centre);

const boxOf = ({ points }: Pick<EdgeRoute, "points">): Rect =>
  enclose(points.map((p) => ({ ...p, width: 0, height: 0 })));

/** Whether a box is where any of the lines may come to lie. */
function nearby(
  lines: readonly LayoutEdge[],
  nodes: ReadonlyMap<string, Placed>,
): (box: Rect) => boolean {
  if (nodes.size <= WHOLE_MOST) return () => true;
  const ends = lines.flatMap(({ source, target }) => [nodes.get(source)!, nodes.get(target)!]);
  const region = grow(enclose(ends.map((node) => around(node.centre, node))), LOOK_AROUND);
  return (box) => overlap(box, region);
}

function addTexts(crowd: Crowd, edge: LayoutEdge, { value, gradient }: EdgeRoute): void {
  for (const box of [around(value, edge.value), around(gradient, edge.gradient)])
    crowd.add({ kind: "text", id: edge.id, box });
}

/** Whether the line comes too near to a body. */
function barred({ points }: Pick<EdgeRoute, "points">, bodies: Crowd, own?: string): boolean {
  const reach = grow(boxOf({ points }), HALF_PAIR);
  for (const { kind, id, box } of bodies.near(reach)) {
    if (kind !== "body" || id === own) continue;
    const near = grow(box, HALF_PAIR - 3);
    if (points.some((p, i) => i > 0 && crosses(points[i - 1]!, p, near))) return true;
  }
  return false;
}

/** Whether a text lies on a body. */
function hidden(
  { value, gradient }: EdgeRoute,
  texts: Pick<LayoutEdge, "value" | "gradient">,
  bodies: Crowd,
): boolean {
  return [around(value, texts.value), around(gradient, texts.gradient)].some((box) =>
    [...bodies.near(box)].some((thing) => overlap(thing.box, box)),
  );
}

/** The output's arrow in the direction in which it and its texts are covered least: rightwards if they may. */
function leastCovered(
  node: Placed,
  id: string,
  texts: NonNullable<LayoutInput["output"]>,
  crowd: Crowd,
): EdgeRoute {
  let [best, least] = [undefined as EdgeRoute | undefined, Infinity];
  outlets(node, texts).forEach((route, rank) => {
    const cover =
      crowd.cover(around(route.value, texts.value)) +
      crowd.cover(around(route.gradient, texts.gradient)) +
      (barred(route, crowd, id) ? 60 : 0);
    if (cover + rank * 0.1 < least) [best, least] = [route, cover + rank * 0.1];
  });
  return best!;
}

/** A finished drawing with nodes at other places, their lines led anew: for a preview while they are dragged. */
export function withMoved(
  input: LayoutInput,
  drawing: LayoutResult,
  places: ReadonlyMap<string, Point>,
): LayoutResult {
  const whole = {
    ...drawing,
    nodes: { ...drawing.nodes, ...Object.fromEntries(places) },
    edges: { ...drawing.edges },
  };
  reroute(whole, input, new Set(places.keys()), new Set());
  return whole;
}
