/** Centre lines of the pairs of arrows through a placed lattice, and the places of their texts. */
import { LABEL } from "./kinds.js";
import type { Lattice } from "./lattice.js";
import { ABOVE, BELOW, COLUMN_GAP_MIN, LEVEL_OUT, NODE_GAP, textBand } from "./metrics.js";
import { around, clamp, crosses, grow, point } from "./geometry.js";
import type { Span } from "./horizontal.js";
import { meet, ports, type Placed } from "./outline.js";
import type { EdgeRoute, LayoutEdge, LayoutInput, Point, Rect, Size } from "./types.js";

/** A lattice with all its heights, column edges and node centres. */
export interface Drawing {
  readonly lattice: Lattice;
  readonly y: Float64Array;
  readonly spans: readonly Span[];
  readonly nodes: readonly Placed[];
}

/** The routes of the lattice's edges, by index, and that of the output's arrow. */
export function routes(drawing: Drawing): { edges: EdgeRoute[]; output?: EdgeRoute } {
  const { lattice, y, spans } = drawing;
  const { graph, chains, elements, exit } = lattice;
  const inner = chains.map((chain) =>
    chain.flatMap((e) => {
      const span = spans[elements[e]!.column]!;
      return [point(span.left, y[e]!), point(span.right, y[e]!)];
    }),
  );
  const outlet =
    exit < 0
      ? []
      : [
          point(spans[elements[exit]!.column]!.left, y[exit]!),
          point(spans[elements[exit]!.column]!.right, y[exit]!),
        ];
  const starts: Point[] = [];
  const ends: Point[] = [];
  graph.nodes.forEach((_, v) => {
    const node = drawing.nodes[v]!;
    // Leaving pairs aim where they go from top to bottom; the output's arrow is one of them.
    const leaving: { edge: number; to: Point }[] = graph.out[v]!.map((e) => ({
      edge: e,
      to: inner[e]![0]!,
    }));
    if (exit >= 0 && elements[exit]!.ref === v) leaving.push({ edge: -1, to: outlet[0]! });
    leaving.sort((a, b) => a.to.y - b.to.y);
    const exits = ports(
      node,
      1,
      leaving.map(({ to }) => to),
    );
    leaving.forEach(({ edge }, i) => {
      if (edge < 0) outlet.unshift(exits[i]!);
      else starts[edge] = exits[i]!;
    });
    const arriving = [...graph.into[v]!].sort((a, b) => inner[a]!.at(-1)!.y - inner[b]!.at(-1)!.y);
    const entries = ports(
      node,
      -1,
      arriving.map((e) => inner[e]!.at(-1)!),
    );
    arriving.forEach((e, i) => (ends[e] = entries[i]!));
  });
  const edges = graph.edges.map(({ input, source, target }, i) => {
    const through = inner[i]!;
    const [first, last] = [through[0]!, through.at(-1)!];
    const points = [
      ...leave(drawing, source, starts[i]!, first, false),
      ...through,
      ...leave(drawing, target, ends[i]!, last, true).reverse(),
    ];
    const text = chains[i]!.find((e) => elements[e]!.kind === LABEL)!;
    const span = spans[elements[text]!.column]!;
    return { points, ...texts(point((span.left + span.right) / 2, y[text]!), input) };
  });
  const output = graph.output;
  if (!output || exit < 0) return { edges };
  const [aim, from, to] = outlet as [Point, Point, Point];
  const start = meet(drawing.nodes[output.index]!, from, aim, false);
  const middle = point((from.x + to.x) / 2, to.y);
  return { edges, output: { points: [start, from, to], ...texts(middle, output) } };
}

/** Both text centres beside a level piece of the line. */
function texts(
  on: Point,
  { value, gradient }: Pick<LayoutEdge, "value" | "gradient">,
): { value: Point; gradient: Point } {
  return {
    value: point(on.x, on.y - ABOVE - value.height / 2),
    gradient: point(on.x, on.y + BELOW + gradient.height / 2),
  };
}

/**
 * From a node's outline, where the pair aims at `aim`, to the first point of its chain: straight, or level out of the column first
 * where the straight line would come too near to something else that stands in it.
 */
function leave(drawing: Drawing, v: number, aim: Point, to: Point, arriving: boolean): Point[] {
  const { lattice, y, spans } = drawing;
  const node = drawing.nodes[v]!;
  const { column } = lattice.elements[v]!;
  const start = meet(node, to, aim, arriving);
  const bodies = lattice.columns[column]!.filter((e) => e !== v && e < lattice.graph.nodes.length);
  const hit = bodies.some((e) => {
    const body: Rect = around(point(drawing.nodes[e]!.centre.x, y[e]!), lattice.graph.nodes[e]!);
    return crosses(start, to, grow(body, NODE_GAP / 2));
  });
  if (!hit) return [start];
  const span = spans[column]!;
  const x = to.x > node.centre.x ? span.right + LEVEL_OUT : span.left - LEVEL_OUT;
  const reach = node.outline === "round" ? node.height / 4 : node.height;
  const height = clamp(aim.y, node.centre.y - reach, node.centre.y + reach);
  const corner = point(x, height);
  return [meet(node, corner, point(node.centre.x, height), arriving), corner];
}

/**
 * A straight pair between two outlines, for nodes that a person has put somewhere: its texts stand above and below the middle,
 * or left and right of a steep line.
 */
export function direct(source: Placed, target: Placed, edge: LayoutEdge): EdgeRoute {
  const start = meet(source, target.centre, source.centre, false);
  const end = meet(target, source.centre, target.centre, true);
  return { points: [start, end], ...beside(start, end, edge.value, edge.gradient) };
}

/** The output's arrow where its node was put. */
export const outlet = (node: Placed, output: NonNullable<LayoutInput["output"]>): EdgeRoute =>
  outlets(node, output)[0]!;

/** Ways that the output's arrow may take: level to the right, rightwards aslant, level to the left. */
export function outlets(
  node: Placed,
  output: NonNullable<LayoutInput["output"]>,
): readonly EdgeRoute[] {
  const { width } = textBand(output.value, output.gradient);
  const reach = node.width / 2 + COLUMN_GAP_MIN;
  return [
    [1, 0],
    ...[50, 80, 110].flatMap((rise) => [
      [1, rise],
      [1, -rise],
    ]),
    [-1, 0],
    [-1, 50],
    [-1, -50],
  ].map(([side, rise]) => {
    const hub = node.centre;
    const bend = point(hub.x + side! * reach, hub.y + rise!);
    const end = point(bend.x + side! * width, bend.y);
    const aim = rise === 0 ? point(hub.x + (side! * node.width) / 2, hub.y) : hub;
    const start = meet(node, rise === 0 ? end : bend, aim, false);
    const points = rise === 0 ? [start, end] : [start, bend, end];
    const middle = point((bend.x + end.x) / 2, bend.y);
    const [up, down] = [ABOVE + output.value.height / 2, BELOW + output.gradient.height / 2];
    return {
      points,
      value: point(middle.x, middle.y - up),
      gradient: point(middle.x, middle.y + down),
    };
  });
}

function beside(
  start: Point,
  end: Point,
  value: Size,
  gradient: Size,
): { value: Point; gradient: Point } {
  const span = Math.hypot(end.x - start.x, end.y - start.y) || 1;
  const hand = end.x >= start.x ? 1 : -1;
  const [nx, ny] = [((end.y - start.y) / span) * hand, (-(end.x - start.x) / span) * hand];
  const middle = point((start.x + end.x) / 2, (start.y + end.y) / 2);
  const off = (size: Size, air: number, side: number): Point => {
    const reach = air + (Math.abs(nx) * size.width + Math.abs(ny) * size.height) / 2;
    return point(middle.x + nx * reach * side, middle.y + ny * reach * side);
  };
  return { value: off(value, ABOVE, 1), gradient: off(gradient, BELOW, -1) };
}
