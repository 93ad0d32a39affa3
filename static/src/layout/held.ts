/** Columns for a graph that was drawn before: each node keeps its own, and as few as may be make room for what is new. */
import type { Graph } from "./graph.js";
import { FIRST_COLUMN_LIMIT } from "./metrics.js";
import type { Laid } from "./types.js";

const INSERTS_MOST = 12;

/** The column of each node; undefined where less than half of the nodes are remembered. */
export function heldLayers(
  graph: Graph,
  laid: readonly (Laid | undefined)[],
  grouped: (node: number) => boolean,
): Int32Array | undefined {
  const known = laid.filter((memory) => memory !== undefined).length;
  if (known === 0 || 2 * known < graph.nodes.length) return undefined;
  const old = Int32Array.from(laid, (memory) => memory?.column ?? -1);
  const pushed = settled(graph, old, true);
  const moved = old.reduce((sum, o, v) => sum + (o >= 0 && pushed[v] !== o ? 1 : 0), 0);
  let layer = pushed;
  if (moved > 0) {
    const opened = insertions(graph, old);
    if (opened && shifted(old, opened) < moved) layer = opened;
  }
  place(graph, layer, old, grouped);
  return dense(layer);
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
    let need = 0;
    for (const e of graph.into[v]!) need = Math.max(need, layer[graph.edges[e]!.source]! + 1);
    if (!push && old[v]! >= 0 && old[v]! < need) return v;
    layer[v] = old[v]! >= 0 ? Math.max(old[v]!, need) : need;
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

/** How many known nodes moved otherwise than most of them. */
function shifted(old: Int32Array, layer: Int32Array): number {
  const ways = new Map<number, number>();
  let known = 0;
  old.forEach((o, v) => {
    if (o < 0) return;
    known++;
    ways.set(layer[v]! - o, (ways.get(layer[v]! - o) ?? 0) + 1);
  });
  return known - Math.max(0, ...ways.values());
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
    if (old[v]! >= 0 || graph.out[v]!.length === 0) continue;
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
