/**
 * The input by number instead of by name, with what can't be layered set aside: edges that name unknown nodes are dropped,
 * edges that close a cycle (an unfinished graph may have them for a moment) are drawn last, without a say in the order.
 */
import type { LayoutEdge, LayoutGroup, LayoutInput, LayoutNode } from "./types.js";

export interface Edge {
  readonly input: LayoutEdge;
  readonly source: number;
  readonly target: number;
}

export interface Graph {
  readonly nodes: readonly LayoutNode[];
  readonly edges: readonly Edge[];
  readonly groups: readonly LayoutGroup[];
  /** Edges into each node by slot, and out of it, as indices into `edges`. */
  readonly into: readonly (readonly number[])[];
  readonly out: readonly (readonly number[])[];
  /** All nodes, sources before targets. */
  readonly order: readonly number[];
  readonly output?: LayoutInput["output"] & { readonly index: number };
}

export interface Indexed {
  readonly graph: Graph;
  /** Edges that run against the order, by name. */
  readonly against: readonly LayoutEdge[];
}

export function indexed(input: LayoutInput): Indexed {
  const nodes = [...new Map(input.nodes.map((node) => [node.id, node])).values()];
  const index = new Map(nodes.map((node, i) => [node.id, i]));
  const all: Edge[] = [];
  for (const edge of input.edges) {
    const [source, target] = [index.get(edge.source), index.get(edge.target)];
    if (source !== undefined && target !== undefined) all.push({ input: edge, source, target });
  }
  const order = ordered(nodes.length, all);
  const rank = new Int32Array(nodes.length);
  order.forEach((node, i) => (rank[node] = i));
  const forward = all.filter((edge) => rank[edge.source]! < rank[edge.target]!);
  const against = all.filter((edge) => rank[edge.source]! >= rank[edge.target]!);
  const output = input.output;
  const at = output && index.get(output.node);
  return {
    graph: {
      nodes,
      edges: forward,
      groups: input.groups,
      ...adjacency(nodes.length, forward),
      order,
      ...(output && at !== undefined ? { output: { ...output, index: at } } : {}),
    },
    against: against.map((edge) => edge.input),
  };
}

export function adjacency(
  count: number,
  edges: readonly Edge[],
): { into: number[][]; out: number[][] } {
  const into: number[][] = Array.from({ length: count }, () => []);
  const out: number[][] = Array.from({ length: count }, () => []);
  edges.forEach((edge, i) => {
    into[edge.target]!.push(i);
    out[edge.source]!.push(i);
  });
  for (const list of into)
    list.sort((a, b) => edges[a]!.input.slot - edges[b]!.input.slot || a - b);
  return { into, out };
}

/** Kahn's order; where a cycle leaves no free node, the waiting node with the fewest open inputs goes first. */
function ordered(count: number, edges: readonly Edge[]): number[] {
  const open = new Int32Array(count);
  const { out } = adjacency(count, edges);
  for (const edge of edges) open[edge.target]!++;
  const done = new Uint8Array(count);
  const order: number[] = [];
  const ready: number[] = [];
  for (let v = 0; v < count; v++) if (open[v] === 0) ready.push(v);
  for (let head = 0; order.length < count;) {
    if (head === ready.length) {
      let least = -1;
      for (let v = 0; v < count; v++)
        if (!done[v] && (least < 0 || open[v]! < open[least]!)) least = v;
      open[least] = 0;
      ready.push(least);
    }
    const v = ready[head++]!;
    if (done[v]) continue;
    done[v] = 1;
    order.push(v);
    for (const e of out[v]!) {
      const w = edges[e]!.target;
      open[w]!--;
      if (!done[w] && open[w] === 0) ready.push(w);
    }
  }
  return order;
}

/** The parts of the graph that no edge or group connects, each in the order of its first node. */
export function components(graph: Graph): Graph[] {
  const count = graph.nodes.length;
  const root = Int32Array.from({ length: count }, (_, i) => i);
  const find = (v: number): number => {
    let top = v;
    while (root[top] !== top) top = root[top] = root[root[top]!]!;
    return top;
  };
  const join = (a: number, b: number): void => {
    const [x, y] = [find(a), find(b)];
    root[Math.max(x, y)] = Math.min(x, y);
  };
  const index = new Map(graph.nodes.map((node, i) => [node.id, i]));
  for (const edge of graph.edges) join(edge.source, edge.target);
  for (const group of graph.groups) {
    const members = group.nodes.flatMap((id) => index.get(id) ?? []);
    for (const member of members) join(members[0]!, member);
  }
  const parts = new Map<number, number[]>();
  for (let v = 0; v < count; v++) {
    const part = parts.get(find(v));
    if (part) part.push(v);
    else parts.set(find(v), [v]);
  }
  if (parts.size === 1) return [graph];
  return split(graph, [...parts.values()], index, find);
}

function split(
  graph: Graph,
  parts: readonly number[][],
  index: ReadonlyMap<string, number>,
  find: (v: number) => number,
): Graph[] {
  const local = new Int32Array(graph.nodes.length);
  const edges = new Map<number, Edge[]>();
  for (const part of parts) {
    part.forEach((v, i) => (local[v] = i));
    edges.set(find(part[0]!), []);
  }
  for (const { input, source, target } of graph.edges)
    edges.get(find(source))!.push({ input, source: local[source]!, target: local[target]! });
  const orders = new Map<number, number[]>(parts.map((part) => [find(part[0]!), []]));
  for (const v of graph.order) orders.get(find(v))!.push(local[v]!);
  return parts.map((part) => {
    const key = find(part[0]!);
    const own = edges.get(key)!;
    const output = graph.output;
    return {
      nodes: part.map((v) => graph.nodes[v]!),
      edges: own,
      groups: graph.groups.filter((group) => {
        const member = group.nodes.map((id) => index.get(id)).find((v) => v !== undefined);
        return member !== undefined && find(member) === key;
      }),
      ...adjacency(part.length, own),
      order: orders.get(key)!,
      ...(output && find(output.index) === key
        ? { output: { ...output, index: local[output.index]! } }
        : {}),
    };
  });
}
