/**
 * Where everything of a graph is drawn, computed in four steps like Graphviz's dot: columns, order within the columns, heights,
 * horizontal places (layers.ts, order.ts, vertical.ts, horizontal.ts). Unconnected parts stand below one another; nodes that a
 * person put somewhere stay there, and lines that the columns hold no room for are led around everything (reroute.ts).
 */
import { indexed } from "./graph.js";
import { putHoles } from "./holes.js";
import { framed } from "./bounds.js";
import { placed } from "./parts.js";
import { putPinned } from "./pinned.js";
import { reroute } from "./reroute.js";
import type { LayoutInput, LayoutResult, Tell } from "./types.js";

/** How much of the time it takes to place things; the rest leads lines that the columns hold no room for. */
const PLACING = 0.9;

/** Places everything of the graph. The same input always gives the same drawing. */
export function layout(input: LayoutInput, tell: Tell = () => undefined): LayoutResult {
  const { graph, against } = indexed(input);
  const { whole, loose } = placed(graph, input, (share) => {
    tell(PLACING * share);
  });
  const away = putPinned(whole, input, graph);
  reroute(whole, input, away, new Set([...loose, ...against.map(({ id }) => id)]));
  putHoles(whole, input);
  return framed(whole, input);
}
