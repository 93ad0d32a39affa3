/**
 * Network simplex for columns (Gansner et al. 1993, section 2): a spanning tree of edges as short as may be, improved by
 * exchanging a tree edge of negative cut value for the loosest edge that crosses the same cut the other way.
 */
import type { Graph } from "./graph.js";

/** Vertices with edges of a least length each and a weight: what the simplex makes short. */
export interface Net {
  readonly tail: Int32Array;
  readonly head: Int32Array;
  readonly least: Int32Array;
  readonly weight: Float64Array;
  /** Net edges at each vertex. */
  readonly at: readonly (readonly number[])[];
}

/** Ranks of least total edge length, starting from feasible ones; `fixed` nodes keep rank 0. */
export function simplexRanks(
  graph: Graph,
  start: Int32Array,
  fixed: readonly boolean[],
): Int32Array {
  const rank = new Int32Array(start.length + 1);
  rank.set(start);
  if (!shorten(layerNet(graph, start.length, fixed), rank)) return start;
  const base = rank[start.length]!;
  return rank.slice(0, start.length).map((r) => r - base);
}

/**
 * Moves feasible ranks, in place, to ones of least weighted edge length. False, with the ranks still feasible, where the net
 * isn't connected.
 */
export function shorten(net: Net, rank: Int32Array): boolean {
  const inTree = new Uint8Array(net.tail.length);
  if (!tightTree(net, rank, inTree)) return false;
  const rounds = 4 * rank.length + 50;
  for (let round = 0, from = 0; round < rounds; round++) {
    const tree = rooted(net, inTree);
    const leave = negative(tree, from);
    if (leave < 0) break;
    from = leave + 1;
    const enter = entering(net, tree, rank, inTree, leave);
    if (enter < 0) break;
    exchange(net, tree, rank, inTree, leave, enter);
  }
  return true;
}

/** Collects a net's edges. */
export class NetBuilder {
  private readonly tail: number[] = [];
  private readonly head: number[] = [];
  private readonly least: number[] = [];
  private readonly weight: number[] = [];

  constructor(private readonly count: number) {}

  add(tail: number, head: number, weight: number, least: number): void {
    this.tail.push(tail);
    this.head.push(head);
    this.weight.push(weight);
    this.least.push(least);
  }

  build(): Net {
    const at: number[][] = Array.from({ length: this.count }, () => []);
    this.tail.forEach((v, e) => {
      at[v]!.push(e);
      at[this.head[e]!]!.push(e);
    });
    return {
      tail: Int32Array.from(this.tail),
      head: Int32Array.from(this.head),
      least: Int32Array.from(this.least),
      weight: Float64Array.from(this.weight),
      at,
    };
  }
}

/** The graph and one root vertex: the left margin, which nothing stands before and fixed nodes stick to. */
function layerNet(graph: Graph, count: number, fixed: readonly boolean[]): Net {
  const net = new NetBuilder(count + 1);
  for (const edge of graph.edges) net.add(edge.source, edge.target, 1, 1);
  for (let v = 0; v < count; v++) {
    if (graph.into[v]!.length === 0) net.add(count, v, fixed[v] ? 1e4 : 0, 0);
  }
  return net.build();
}

const slack = (net: Net, rank: Int32Array, e: number): number =>
  rank[net.head[e]!]! - rank[net.tail[e]!]! - net.least[e]!;

/** Grows a tree of tight edges from the root, shifting it as a whole when it can't grow, until it spans. */
function tightTree(net: Net, rank: Int32Array, inTree: Uint8Array): boolean {
  const count = rank.length;
  const inside = new Uint8Array(count);
  const members = [count - 1];
  inside[count - 1] = 1;
  for (let grown = 0; members.length < count;) {
    for (; grown < members.length; grown++) {
      for (const e of net.at[members[grown]!]!) {
        const other = net.tail[e] === members[grown] ? net.head[e]! : net.tail[e]!;
        if (inside[other] || slack(net, rank, e) !== 0) continue;
        inside[other] = 1;
        inTree[e] = 1;
        members.push(other);
      }
    }
    if (members.length === count) break;
    let [best, gap] = [-1, Infinity];
    for (let e = 0; e < net.tail.length; e++) {
      if (inside[net.tail[e]!] === inside[net.head[e]!]) continue;
      if (slack(net, rank, e) < gap) [best, gap] = [e, slack(net, rank, e)];
    }
    if (best < 0) return false;
    const shift = inside[net.head[best]!] ? -gap : gap;
    for (const v of members) rank[v]! += shift;
    grown = 0;
  }
  return true;
}

interface Rooted {
  /** Vertices, parents first, and each one's place in that order. */
  readonly order: Int32Array;
  /** The tree edge to the parent, -1 at the root. */
  readonly up: Int32Array;
  /** First and last number, in the order, of the vertices below and including this one. */
  readonly low: Int32Array;
  readonly high: Int32Array;
  readonly cut: Float64Array;
}

/** Preorder numbers of the tree, and the cut value of each vertex's edge to its parent. */
function rooted(net: Net, inTree: Uint8Array): Rooted {
  const count = net.at.length;
  const order = new Int32Array(count);
  const up = new Int32Array(count).fill(-1);
  const [low, high] = [new Int32Array(count), new Int32Array(count)];
  const cut = new Float64Array(count);
  const stack = [count - 1];
  let next = 0;
  while (stack.length) {
    const v = stack.pop()!;
    low[v] = high[v] = next;
    order[next++] = v;
    for (const e of net.at[v]!) {
      if (!inTree[e] || e === up[v]) continue;
      const child = net.tail[e] === v ? net.head[e]! : net.tail[e]!;
      up[child] = e;
      stack.push(child);
    }
  }
  // A vertex's net flow; summed over a subtree it is what crosses the subtree's cut.
  const flow = new Float64Array(count);
  for (let e = 0; e < net.tail.length; e++) {
    flow[net.tail[e]!]! += net.weight[e]!;
    flow[net.head[e]!]! -= net.weight[e]!;
  }
  for (let i = count - 1; i > 0; i--) {
    const v = order[i]!;
    const e = up[v]!;
    const parent = net.tail[e] === v ? net.head[e]! : net.tail[e]!;
    cut[v] = net.tail[e] === v ? flow[v]! : -flow[v]!;
    flow[parent]! += flow[v]!;
    high[parent] = Math.max(high[parent]!, high[v]!);
  }
  return { order, up, low, high, cut };
}

/** A vertex whose edge to its parent has a negative cut value, searched round-robin. */
function negative(tree: Rooted, from: number): number {
  const count = tree.up.length;
  for (let i = 0; i < count; i++) {
    const v = (from + i) % count;
    if (tree.up[v]! >= 0 && tree.cut[v]! < -1e-9) return v;
  }
  return -1;
}

/** The tightest edge that crosses the cut under vertex `v` against the direction of the leaving edge. */
function entering(net: Net, tree: Rooted, rank: Int32Array, inTree: Uint8Array, v: number): number {
  const below = (w: number): boolean =>
    tree.low[w]! >= tree.low[v]! && tree.low[w]! <= tree.high[v]!;
  const outward = net.tail[tree.up[v]!] === v;
  let [best, gap] = [-1, Infinity];
  for (let i = tree.low[v]!; i <= tree.high[v]!; i++) {
    const w = tree.order[i]!;
    for (const e of net.at[w]!) {
      if (inTree[e] || (net.tail[e] === w) === outward) continue;
      if (below(net.tail[e] === w ? net.head[e]! : net.tail[e]!)) continue;
      const room = slack(net, rank, e);
      if (room < gap) [best, gap] = [e, room];
    }
  }
  return best;
}

function exchange(
  net: Net,
  tree: Rooted,
  rank: Int32Array,
  inTree: Uint8Array,
  v: number,
  enter: number,
): void {
  const out = tree.up[v]!;
  const gap = slack(net, rank, enter);
  const shift = net.tail[out] === v ? -gap : gap;
  for (let i = tree.low[v]!; i <= tree.high[v]!; i++) rank[tree.order[i]!]! += shift;
  inTree[out] = 0;
  inTree[enter] = 1;
}
