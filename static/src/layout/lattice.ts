/**
 * The elements that the drawing's columns are made of. Columns alternate: nodes in the even ones, texts in the odd ones. An
 * edge becomes a chain of elements, one in each column that it passes, and one of those in the odd columns is as high and
 * wide as its two texts: so nothing can come to lie on a text (edge labels as nodes: Gansner et al. 1993, section 5.3).
 * Groups add a chain of elements along the top and one along the bottom of their box.
 */
import type { Graph } from "./graph.js";
import { BOTTOM, EXIT, LABEL, LANE, NODE, TOP } from "./kinds.js";
import { around, type Nesting } from "./nesting.js";
import * as metrics from "./metrics.js";

export interface Element {
  /** See kinds.ts; `ref` is the index of the node, edge or group. */
  readonly kind: number;
  readonly ref: number;
  readonly column: number;
  /** What it takes above and below its line, and across. */
  readonly up: number;
  readonly down: number;
  readonly width: number;
  /** The innermost group that it lies in; for a group's own border that group. */
  readonly group: number;
}

/** A piece of an edge, or of a group's border, between elements of neighbouring columns. */
export interface Segment {
  readonly from: number;
  readonly to: number;
  /** The edge's index; -1 for a border or the output's arrow. */
  readonly edge: number;
  /** How much it wants to be level. */
  readonly pull: number;
}

export interface Lattice {
  readonly graph: Graph;
  readonly nesting: Nesting;
  readonly elements: readonly Element[];
  readonly segments: readonly Segment[];
  /** Segments at the left and right of each element. At a node's left they are in the order of its slots. */
  readonly left: readonly (readonly number[])[];
  readonly right: readonly (readonly number[])[];
  /** Elements of each column from top to bottom; the first ones are the nodes. */
  readonly columns: number[][];
  /** The elements of each edge between its nodes, from left to right. */
  readonly chains: readonly (readonly number[])[];
  readonly exit: number;
  /** First and last node column of each group. */
  readonly spans: readonly (readonly [number, number])[];
}

export function lattice(graph: Graph, nesting: Nesting, layer: Int32Array): Lattice {
  const build = new Builder(graph, nesting, layer);
  build.borders();
  build.edges();
  build.output();
  return build.finish();
}

class Builder {
  private readonly elements: Element[] = [];
  private readonly segments: Segment[] = [];
  private readonly columns: number[][] = [];
  private readonly chains: number[][] = [];
  private readonly spans: [number, number][];
  private readonly load: number[] = [];
  private exit = -1;

  constructor(
    private readonly graph: Graph,
    private readonly nesting: Nesting,
    private readonly layer: Int32Array,
  ) {
    this.spans = nesting.nests.map(() => [Infinity, -Infinity]);
    graph.nodes.forEach((node, v) => {
      const half = node.height / 2;
      this.add(NODE, v, 2 * layer[v]!, half, half, node.width, nesting.of[v]!);
      for (const g of around(nesting.nests, nesting.of[v]!)) {
        const span = this.spans[g]!;
        span[0] = Math.min(span[0], 2 * layer[v]!);
        span[1] = Math.max(span[1], 2 * layer[v]!);
      }
    });
  }

  private add(
    kind: number,
    ref: number,
    column: number,
    up: number,
    down: number,
    width: number,
    group: number,
  ): number {
    const id = this.elements.length;
    this.elements.push({ kind, ref, column, up, down, width, group });
    (this.columns[column] ??= []).push(id);
    return id;
  }

  borders(): void {
    this.nesting.nests.forEach(({ group }, g) => {
      const [first, last] = this.spans[g]!;
      const title = group.title.height > 0 ? group.title.height + metrics.GROUP_TITLE_PAD : 0;
      let [top, bottom] = [-1, -1];
      for (let column = first; column <= last; column++) {
        const [t, b] = [
          this.add(TOP, g, column, 0, title, 0, g),
          this.add(BOTTOM, g, column, 0, 0, 0, g),
        ];
        if (top >= 0) {
          this.segments.push({ from: top, to: t, edge: -1, pull: 1e6 });
          this.segments.push({ from: bottom, to: b, edge: -1, pull: 1e6 });
        }
        [top, bottom] = [t, b];
      }
    });
  }

  edges(): void {
    const { graph, layer } = this;
    const order = graph.edges.map((_, i) => i);
    const reach = (i: number): number =>
      layer[graph.edges[i]!.target]! - layer[graph.edges[i]!.source]!;
    order.sort((a, b) => reach(a) - reach(b) || a - b);
    for (const i of order) this.edge(i);
  }

  private edge(i: number): void {
    const { source, target, input } = this.graph.edges[i]!;
    const [from, to] = [2 * this.layer[source]!, 2 * this.layer[target]!];
    const band = metrics.textBand(input.value, input.gradient);
    const text = this.textColumn(from, to);
    this.load[text] = (this.load[text] ?? 0) + band.up + band.down;
    const chain: number[] = [];
    for (let column = from + 1; column < to; column++) {
      const group = this.home(source, target, column, to);
      chain.push(
        column === text
          ? this.add(LABEL, i, column, band.up, band.down, band.width, group)
          : this.add(LANE, i, column, metrics.LANE_ABOVE, metrics.LANE_BELOW, 0, group),
      );
    }
    this.chains[i] = chain;
    this.link(i, source, chain, target);
  }

  private link(i: number, source: number, chain: readonly number[], target: number): void {
    const { graph } = this;
    const twins = graph.into[target]!.filter((e) => graph.edges[e]!.source === source).length;
    const leaf = graph.into[source]!.length === 0;
    const fan = graph.out[source]!;
    const near = (list: readonly number[]): number =>
      list.length % 2 && list[(list.length - 1) / 2] === i ? 0.5 : 0;
    const base = (leaf ? 2 : 3) / (1 + 0.2 * (fan.length - 1));
    const slot = graph.into[target]!.indexOf(i) === 0 && graph.into[target]!.length === 2 ? 3 : 0;
    const ends = [source, ...chain, target];
    for (let k = 1; k < ends.length; k++) {
      const inner = k > 1 && k < ends.length - 1;
      const end =
        k === 1
          ? base + near(fan)
          : (twins % 2 === 0 ? 0.1 : base) + near(graph.into[target]!) + slot;
      const pull = inner ? 16 : end;
      this.segments.push({ from: ends[k - 1]!, to: ends[k]!, edge: i, pull });
    }
  }

  /** Of the columns that a long edge passes, the one for its texts: the emptiest, then the one nearest to its middle. */
  private textColumn(from: number, to: number): number {
    const middle = (from + to) / 2;
    let best = from + 1;
    for (let column = from + 3; column < to; column += 2) {
      const gain = (this.load[best] ?? 0) - (this.load[column] ?? 0);
      if (gain > 1 || (gain > -1 && Math.abs(column - middle) <= Math.abs(best - middle)))
        best = column;
    }
    return best;
  }

  /** The group whose box an edge passes through in a column: the target's where it has begun, else the source's. */
  private home(source: number, target: number, column: number, to: number): number {
    const { nests, of } = this.nesting;
    if (nests.length === 0) return -1;
    const covers = (g: number): boolean =>
      this.spans[g]![0] <= column && column <= this.spans[g]![1];
    const inner = (v: number): number => {
      for (const g of around(nests, of[v]!)) if (covers(g)) return g;
      return -1;
    };
    const [own, other] = [inner(target), inner(source)];
    if (column === to - 1) return own;
    const shared = [...around(nests, other)].includes(own);
    return own < 0 || shared ? other : own;
  }

  output(): void {
    const { output } = this.graph;
    if (!output) return;
    const v = output.index;
    const band = metrics.textBand(output.value, output.gradient);
    const column = 2 * this.layer[v]! + 1;
    const covers = (g: number): boolean =>
      this.spans[g]![0] <= column && column <= this.spans[g]![1];
    const home = [...around(this.nesting.nests, this.nesting.of[v]!)].find(covers) ?? -1;
    this.exit = this.add(EXIT, v, column, band.up, band.down, band.width, home);
    this.segments.push({ from: v, to: this.exit, edge: -1, pull: 30 });
  }

  finish(): Lattice {
    const count = this.elements.length;
    const left: number[][] = Array.from({ length: count }, () => []);
    const right: number[][] = Array.from({ length: count }, () => []);
    this.segments.forEach(({ from, to }, s) => {
      left[to]!.push(s);
      right[from]!.push(s);
    });
    const slot = (s: number): number => {
      const { edge } = this.segments[s]!;
      return edge < 0 ? 0 : this.graph.edges[edge]!.input.slot;
    };
    for (let v = 0; v < this.graph.nodes.length; v++)
      left[v]!.sort((a, b) => slot(a) - slot(b) || this.segments[a]!.edge - this.segments[b]!.edge);
    for (let c = 0; c < this.columns.length; c++) this.columns[c] ??= [];
    const { graph, nesting, elements, segments, columns, chains, exit, spans } = this;
    return { graph, nesting, elements, segments, left, right, columns, chains, exit, spans };
  }
}
