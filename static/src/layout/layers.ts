/**
 * Which column each node stands in: sources before targets, edges short. Longest path from the output's side, then moves of
 * single nodes towards the side with more edges, then network simplex where the graph is small (Gansner, Koutsofios, North,
 * Vo: A technique for drawing directed graphs, 1993).
 */
import type { Graph } from "./graph.js";
import { FIRST_COLUMN_LIMIT } from "./metrics.js";
import { simplexRanks } from "./simplex.js";

/** Up to this many edges network simplex is worth its time. */
const SIMPLEX_LIMIT = 2500;

/** The column of each node, from 0. `grouped` nodes aren't pulled to the first column, away from their group. */
export function layers(graph: Graph, grouped: (node: number) => boolean): Int32Array {
  const small = graph.nodes.length <= FIRST_COLUMN_LIMIT;
  const fixed = graph.nodes.map(
    (node, v) => small && node.column === "first" && graph.into[v]!.length === 0 && !grouped(v),
  );
  const layer = latest(graph);
  for (let v = 0; v < fixed.length; v++) if (fixed[v]) layer[v] = 0;
  tighten(graph, layer, fixed);
  if (graph.edges.length > 0 && graph.edges.length <= SIMPLEX_LIMIT)
    return simplexRanks(graph, layer, fixed);
  return layer;
}

/** Each node as near to the last column as its targets allow. */
function latest(graph: Graph): Int32Array {
  const layer = new Int32Array(graph.nodes.length);
  let least = 0;
  for (let i = graph.order.length - 1; i >= 0; i--) {
    const v = graph.order[i]!;
    let column = 0;
    for (const e of graph.out[v]!) column = Math.min(column, layer[graph.edges[e]!.target]! - 1);
    layer[v] = column;
    least = Math.min(least, column);
  }
  return layer.map((column) => column - least);
}

/** Moves nodes, one at a time, to where their edges are shorter in sum; stops when none gains. */
function tighten(graph: Graph, layer: Int32Array, fixed: readonly boolean[]): void {
  for (let round = 0; round < 30; round++) {
    let moved = false;
    for (const v of round % 2 ? [...graph.order].reverse() : graph.order) {
      if (fixed[v]) continue;
      const [into, out] = [graph.into[v]!, graph.out[v]!];
      let low = 0;
      for (const e of into) low = Math.max(low, layer[graph.edges[e]!.source]! + 1);
      let high = Infinity;
      for (const e of out) high = Math.min(high, layer[graph.edges[e]!.target]! - 1);
      const column = out.length > into.length ? high : into.length > out.length ? low : layer[v]!;
      if (column !== layer[v]) {
        layer[v] = column;
        moved = true;
      }
    }
    if (!moved) return;
  }
}
