/** Columns for a graph that was drawn before: each node keeps its own, and as few as may be make room for what is new. */
import type { Graph } from "./graph.js";
import { FIRST_COLUMN_LIMIT } from "./metrics.js";
import type { Laid } from "./types.js";

const INSERTS_MOST = 12;
/** Stands for no column; the ones left of all old columns have small negative numbers. */
const NEW = -1e6;

/**
 * Ways to give each node its column; none where less than half of the nodes are remembered. Where new edges don't fit between
 * the old columns there are several: nodes move on to later columns, or back to earlier ones, or columns open.
 */
export function heldLayers(
  graph: Graph,
  laid: readonly (Laid | undefined)[],
  grouped: (node: number) => boolean,
): Int32Array[] {
  const known = laid.filter((memory) => memory !== undefined).length;
  if (known === 0 || 2 * known < graph.nodes.length) return [];
  const old = Int32Array.from(laid, (memory) => memory?.column ?? NEW);
  const pushed = settled(graph, old, true);
  const ways = [pushed];
  if (old.some((o, v) => o !== NEW && pushed[v] !== o)) {
    ways.push(pulled(graph, old));
    const opened = insertions(graph, old);
    if (opened) ways.push(opened);
  }
  for (const layer of ways) place(graph, layer, old, grouped);
  return ways.map(dense);
}

/** Sources before targets, known nodes where they were or as little to the left of it as may be. */
function pulled(graph: Graph, old: Int32Array): Int32Array {
  const layer = Int32Array.from(old);
  for (let i = graph.order.length - 1; i >= 0; i--) {
    const v = graph.order[i]!;
    const most = Math.min(...graph.out[v]!.map((e) => layer[graph.edges[e]!.target]! - 1), 1e9);
    if (most < 1e9) layer[v] = old[v] === NEW ? most : Math.min(old[v]!, most);
    else if (old[v] === NEW)
      layer[v] = Math.max(0, ...graph.into[v]!.map((e) => old[graph.edges[e]!.source]! + 1));
  }
  // A new node that nothing uses may follow another one.
  return settled(graph, layer, true);
}

/**
 * Sources before targets, known nodes where they were or as little to the right of it as may be; where they may not move (`push`
 * false) undefined as soon as one would have to, with the place to make room at.
 */
function settled(graph: Graph, old: Int32Array, push: true): Int32Array;
function settled(graph: Graph, old: Int32Array, push: false): Int32Array | number;
function settled(graph: Graph, old: Int32Array, push: boolean): Int32Array | number {
  const layer = new Int32Array(old.length);
  for (const v of graph.order) {
    let need = -1e5;
    for (const e of graph.into[v]!) need = Math.max(need, layer[graph.edges[e]!.source]! + 1);
    const known = old[v] !== NEW;
    if (!push && known && old[v]! < need) return v;
    layer[v] = known ? Math.max(old[v]!, need) : Math.max(need, 0);
  }
  return layer;
}

/** New columns opened where a node would have to move on; undefined where that doesn't help. */
function insertions(graph: Graph, old: Int32Array): Int32Array | undefined {
  const layer = Int32Array.from(old);
  for (let round = 0; round < INSERTS_MOST; round++) {
    const found = settled(graph, layer, false);
    if (typeof found !== "number") return found;
    const at = layer[found]!;
    for (let v = 0; v < layer.length; v++) if (layer[v]! >= at) layer[v]!++;
  }
  return undefined;
}

/** New nodes: leaves in the first column if they want to, else just before their use; others nearer to more edges. */
function place(
  graph: Graph,
  layer: Int32Array,
  old: Int32Array,
  grouped: (node: number) => boolean,
): void {
  const small = graph.nodes.length <= FIRST_COLUMN_LIMIT;
  for (let i = graph.order.length - 1; i >= 0; i--) {
    const v = graph.order[i]!;
    if (old[v] !== NEW || graph.out[v]!.length === 0) continue;
    const leaf = graph.into[v]!.length === 0;
    if (leaf && small && graph.nodes[v]!.column === "first" && !grouped(v)) continue;
    if (graph.into[v]!.length >= graph.out[v]!.length && !leaf) continue;
    const last = Math.min(...graph.out[v]!.map((e) => layer[graph.edges[e]!.target]! - 1));
    layer[v] = Math.max(layer[v]!, last);
  }
}

/** Without empty columns. */
function dense(layer: Int32Array): Int32Array {
  const used = [...new Set(layer)].sort((a, b) => a - b);
  const rank = new Map(used.map((l, i) => [l, i]));
  return layer.map((l) => rank.get(l)!);
}
