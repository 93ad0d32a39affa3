/** What one layout tells the next: columns, heights and lines of what stood there. */
import type { Graph } from "./graph.js";
import { BOTTOM, NODE, TOP } from "./kinds.js";
import type { Lattice } from "./lattice.js";
import type { Span } from "./horizontal.js";
import type { Laid, LayoutInput } from "./types.js";

/** Where everything stood: for each element its earlier height, or a guess from its neighbours. */
export interface Hold {
  readonly wish: Float64Array;
  /** 1 where the height is remembered rather than guessed. */
  readonly known: Uint8Array;
}

/**
 * What is remembered of each node of the graph; undefined for new ones. Where edges have joined parts that stood apart, the
 * largest one holds still and the others come to it.
 */
export function memories(
  graph: Graph,
  previous: LayoutInput["previous"],
): readonly (Laid | undefined)[] {
  const pinned = new Map<string, Laid>();
  for (const { id } of graph.nodes)
    for (const [ghost, laid] of Object.entries(previous?.[id]?.laid?.pinned ?? {}))
      pinned.set(ghost, laid);
  const laid = graph.nodes.map(({ id }) => previous?.[id]?.laid ?? pinned.get(id));
  const sizes = new Map<string, number>();
  for (const memory of laid) if (memory) sizes.set(memory.part, (sizes.get(memory.part) ?? 0) + 1);
  let [largest, most] = ["", 0];
  for (const [part, size] of sizes) if (size > most) [largest, most] = [part, size];
  return laid.map((memory) => (memory?.part === largest ? memory : undefined));
}

/** The earlier lattice column that each lattice column takes over from; -1 for none. */
export function formerColumns(layer: Int32Array, laid: readonly (Laid | undefined)[]): Int32Array {
  const count = layer.reduce((most, l) => Math.max(most, l), 0) + 1;
  const votes = Array.from({ length: count }, () => new Map<number, number>());
  laid.forEach((memory, v) => {
    if (!memory) return;
    const box = votes[layer[v]!]!;
    box.set(memory.column, (box.get(memory.column) ?? 0) + 1);
  });
  const former = new Int32Array(2 * count).fill(-1);
  votes.forEach((box, l) => {
    let most = 0;
    for (const [column, votesOf] of box)
      if (votesOf > most) [former[2 * l], most] = [2 * column, votesOf];
  });
  for (let l = 0; l < count; l++) {
    // Texts stand where they stood; a new column takes lines over from the texts before it.
    if (former[2 * l]! < 0 && l > 0) former[2 * l] = former[2 * l - 1]!;
    const own = former[2 * l]!;
    former[2 * l + 1] = own < 0 ? -1 : own % 2 ? own : own + 1;
  }
  return former;
}

export function hold(
  lattice: Lattice,
  previous: NonNullable<LayoutInput["previous"]>,
  laid: readonly (Laid | undefined)[],
  former: Int32Array,
): Hold {
  const { graph, elements, chains, exit } = lattice;
  const wish = new Float64Array(elements.length);
  const known = new Uint8Array(elements.length);
  const lane = (memory: Laid | undefined, edge: string, column: number): number | undefined => {
    const lanes = memory?.lanes[edge];
    const old = former[column] ?? -1;
    return lanes && old >= 0 ? lanes.y[old - lanes.first] : undefined;
  };
  const nodes = graph.nodes.map((node, v) => laid[v]?.y ?? previous[node.id]?.y);
  graph.nodes.forEach((_, v) => {
    if (laid[v]) known[v] = 1;
    const column = elements[v]!.column;
    const through = graph.out[v]!.flatMap((e) => {
      const { input, target } = graph.edges[e]!;
      return lane(laid[target], input.id, column) ?? [];
    });
    const near = [
      ...graph.into[v]!.map((e) => nodes[graph.edges[e]!.source]),
      ...graph.out[v]!.map((e) => nodes[graph.edges[e]!.target]),
    ].filter((at) => at !== undefined);
    wish[v] =
      nodes[v] ?? through[0] ?? near.reduce((sum, at) => sum + at, 0) / Math.max(1, near.length);
  });
  graph.edges.forEach(({ input, source, target }, i) => {
    chains[i]!.forEach((e, k) => {
      const share = (k + 1) / (chains[i]!.length + 1);
      const old = lane(laid[target], input.id, elements[e]!.column);
      wish[e] = old ?? wish[source]! * (1 - share) + wish[target]! * share;
      if (old !== undefined) known[e] = 1;
    });
  });
  if (exit >= 0) {
    const v = elements[exit]!.ref;
    const old = laid[v]?.lanes[""]?.y[0];
    wish[exit] = old ?? wish[v]!;
    if (old !== undefined) known[exit] = 1;
  }
  borders(lattice, laid, wish, known);
  return { wish, known };
}

function borders(
  { nesting, elements }: Lattice,
  laid: readonly (Laid | undefined)[],
  wish: Float64Array,
  known: Uint8Array,
): void {
  const old = new Map(laid.flatMap((memory) => Object.entries(memory?.groups ?? {})));
  const sums = nesting.nests.map(() => [0, 0]);
  elements.forEach(({ kind, group }, e) => {
    if (kind !== NODE || group < 0) return;
    sums[group]![0]! += wish[e]!;
    sums[group]![1]!++;
  });
  elements.forEach(({ kind, ref }, e) => {
    if (kind !== TOP && kind !== BOTTOM) return;
    const ends = old.get(nesting.nests[ref]!.group.id);
    wish[e] = ends ? ends[kind === TOP ? 0 : 1] : sums[ref]![0]! / Math.max(1, sums[ref]![1]!);
    if (ends) known[e] = 1;
  });
}

/** What is to be remembered of each node, by index. */
export function remember(lattice: Lattice, y: Float64Array, spans: readonly Span[]): Laid[] {
  const { graph, elements, chains, exit, nesting } = lattice;
  const part = graph.nodes[0]!.id;
  const all = graph.nodes.map((_, v): Laid => {
    const { column } = elements[v]!;
    const lanes = Object.fromEntries(
      graph.into[v]!.map((i) => {
        const chain = chains[i]!;
        const first = elements[chain[0]!]!.column;
        return [graph.edges[i]!.input.id, { first, y: chain.map((e) => y[e]!) }];
      }),
    );
    if (exit >= 0 && elements[exit]!.ref === v)
      lanes[""] = { first: elements[exit]!.column, y: [y[exit]!] };
    return { part, column: column / 2, ...spans[column]!, y: y[v]!, lanes };
  });
  const carrier = graph.nodes.findIndex((node) => !node.pinned);
  if (carrier < 0) return all;
  const pinned = graph.nodes.flatMap((node, v) => (node.pinned ? [[node.id, all[v]!]] : []));
  const ends = nesting.nests.map((): [number, number] => [0, 0]);
  elements.forEach(({ kind, ref }, e) => {
    if (kind === TOP) ends[ref]![0] = y[e]!;
    if (kind === BOTTOM) ends[ref]![1] = y[e]!;
  });
  all[carrier] = {
    ...all[carrier]!,
    ...(pinned.length > 0 ? { pinned: Object.fromEntries(pinned) as Record<string, Laid> } : {}),
    ...(ends.length > 0
      ? { groups: Object.fromEntries(nesting.nests.map(({ group }, g) => [group.id, ends[g]!])) }
      : {}),
  };
  return all;
}
