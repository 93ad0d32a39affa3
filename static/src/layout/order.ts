/**
 * The order within each column: few crossings, and the pairs that enter a node in the order of its slots. Sweeps by
 * barycentres (Sugiyama, Tagawa, Toda 1981), then exchanges of neighbours (Gansner et al. 1993), from several beginnings.
 */
import { LABEL, LANE, NODE, BOTTOM, TOP } from "./kinds.js";
import type { Lattice } from "./lattice.js";
import { arrange } from "./arrange.js";
import { crossings, swapGain } from "./crossings.js";
import type { Hold } from "./memory.js";
import type { Tell } from "./types.js";

const SWEEPS = 32;
/** Up to so many elements columns are tried from several beginnings, and neighbours exchanged after every sweep. */
const THOROUGH = 6000;
/** Beginnings in random order: at most so many, and together of at most so many elements. */
const SHUFFLES = 24;
const SHUFFLED = 24_000;
/** An earlier order is only left for one with fewer crossings than this share of its own, and so many fewer. */
const STICKY = 0.5;
const STICKY_LEAST = 8;

/** Orders the lattice's columns in place; answers the number of crossings between segments. */
export function order(lattice: Lattice, held?: Hold, tell: Tell = () => undefined): number {
  const thorough = lattice.elements.length <= THOROUGH;
  const starts = [discovery(lattice)];
  if (thorough && !held) {
    starts.push(lattice.columns.map((column) => [...column]));
    const more = Math.min(SHUFFLES, Math.floor(SHUFFLED / lattice.elements.length));
    for (let k = 0; k < more; k++) starts.push(shuffled(lattice, k));
  }
  let [best, least] = [starts[0]!, Infinity];
  if (held) {
    const state = State.held(lattice, held);
    best = state.snapshot();
    const count = state.count();
    least = Math.min(count * STICKY, count - STICKY_LEAST);
  }
  for (const [done, start] of starts.entries()) {
    const state = new State(lattice, start, new Float64Array(lattice.elements.length));
    let idle = 0;
    for (let sweep = 0; sweep < SWEEPS && idle < 9 && least > 0; sweep++) {
      tell((done + sweep / SWEEPS) / starts.length);
      state.sweep(sweep % 2 === 0);
      if (thorough) state.exchange(sweep % 4 > 1);
      const count = state.count();
      idle++;
      if (count < least) [least, best, idle] = [count, state.snapshot(), 0];
    }
  }
  best.forEach((column, c) => (lattice.columns[c] = column));
  return new State(lattice, best, new Float64Array(0)).count();
}

class State {
  readonly place: Int32Array;
  private readonly groups: Float64Array;

  constructor(
    readonly lattice: Lattice,
    start: readonly (readonly number[])[],
    readonly key: Float64Array,
  ) {
    this.place = new Int32Array(lattice.elements.length);
    this.groups = new Float64Array(lattice.nesting.nests.length);
    start.forEach((column, c) => {
      this.set(c, [...column]);
    });
    if (key.length > 0) {
      this.rankGroups();
      for (let c = 0; c < start.length; c++) {
        for (const e of lattice.columns[c]!) key[e] = this.place[e]!;
        this.apply(c);
      }
    }
  }

  /** The earlier order, with what is new where it crosses least. */
  static held(lattice: Lattice, { wish, known }: Hold): State {
    const columns = lattice.columns.map((column) =>
      [...column].sort((a, b) => wish[a]! - wish[b]!),
    );
    const state = new State(lattice, columns, new Float64Array(0));
    const counts = new Float64Array(state.groups.length);
    lattice.elements.forEach(({ group }, e) => {
      if (group < 0) return;
      state.groups[group]! += wish[e]!;
      counts[group]!++;
    });
    counts.forEach((count, g) => (state.groups[g]! /= Math.max(1, count)));
    for (let c = 0; c < columns.length; c++) state.set(c, arrange(lattice, c, wish, state.groups));
    if (known.includes(0)) state.exchange(false, (a, b) => known[a] === 0 || known[b] === 0);
    return state;
  }

  private set(c: number, column: number[]): void {
    this.lattice.columns[c] = column;
    for (let i = 0; i < column.length; i++) this.place[column[i]!] = i;
  }

  /** Sorts a column by its elements' keys. */
  apply(c: number): void {
    this.set(c, arrange(this.lattice, c, this.key, this.groups));
  }

  count(): number {
    return crossings(this.lattice, this.place);
  }

  snapshot(): number[][] {
    return this.lattice.columns.map((column) => [...column]);
  }

  /** Groups beside one another keep one order in all columns: that of their mean places. */
  private rankGroups(): void {
    if (this.groups.length === 0) return;
    const { elements, columns } = this.lattice;
    const counts = new Float64Array(this.groups.length);
    this.groups.fill(0);
    for (const column of columns) {
      for (const e of column) {
        const { group, kind } = elements[e]!;
        if (group < 0 || kind === TOP || kind === BOTTOM) continue;
        this.groups[group]! += this.place[e]! / Math.max(1, column.length - 1);
        counts[group]!++;
      }
    }
    for (let g = 0; g < counts.length; g++) this.groups[g]! /= Math.max(1, counts[g]!);
  }

  /** Once over all columns: each sorted by the mean places of its neighbours in the column before. */
  sweep(rightward: boolean): void {
    this.rankGroups();
    const { columns } = this.lattice;
    for (let i = 0; i < columns.length; i++) {
      const c = rightward ? i : columns.length - 1 - i;
      this.keys(c, rightward);
      this.apply(c);
    }
  }

  private keys(c: number, rightward: boolean): void {
    const { left, right, segments } = this.lattice;
    const { key, place } = this;
    const column = this.lattice.columns[c]!;
    let last = -1;
    const waiting: number[] = [];
    for (const e of column) {
      const near = rightward ? left[e]! : right[e]!;
      if (near.length === 0) {
        waiting.push(e);
        continue;
      }
      let sum = 0;
      for (const s of near)
        sum += rightward ? place[segments[s]!.from]! : place[segments[s]!.to]! + this.slot(s);
      key[e] = sum / near.length;
      // What has no neighbour on that side stays between those that it stood between.
      for (const w of waiting) key[w] = last < 0 ? key[e] - 0.5 : (last + key[e]) / 2;
      waiting.length = 0;
      last = key[e]!;
    }
    for (const w of waiting) key[w] = last < 0 ? place[w]! : last + 0.5;
  }

  /** Where among its node's inputs a segment ends, from -0.5 to 0.5. */
  private slot(s: number): number {
    const list = this.lattice.left[this.lattice.segments[s]!.to]!;
    if (list.length < 2) return 0;
    return (list.indexOf(s) + 1) / (list.length + 1) - 0.5;
  }

  /** Exchanges neighbours while that saves crossings; `restless` also where it saves none, to get out of a dead end. */
  exchange(restless: boolean, may: (a: number, b: number) => boolean = () => true): void {
    const { columns } = this.lattice;
    for (let round = 0; round < 6; round++) {
      let gained = 0;
      for (const column of columns) {
        for (let i = 0; i + 1 < column.length; i++) {
          const [a, b] = [column[i]!, column[i + 1]!];
          if (!this.free(a, b) || !may(a, b)) continue;
          const gain = swapGain(this.lattice, this.place, a, b);
          if (gain < 0 || (gain === 0 && (!restless || round > 0))) continue;
          [column[i], column[i + 1]] = [b, a];
          [this.place[a], this.place[b]] = [i + 1, i];
          gained += gain;
        }
      }
      if (gained === 0 && round > 0) return;
    }
  }

  /** Whether neighbours may change places: in one group, and not two inputs of one node. */
  private free(a: number, b: number): boolean {
    const { elements } = this.lattice;
    const [x, y] = [elements[a]!, elements[b]!];
    if (x.group !== y.group || border(x.kind) || border(y.kind)) return false;
    return goal(this.lattice, a) < 0 || goal(this.lattice, a) !== goal(this.lattice, b);
  }
}

/** Columns in a random order, the same ones each time. */
function shuffled({ columns }: Lattice, seed: number): number[][] {
  let state = 2 * seed + 1;
  const next = (): number => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
  return columns.map((column) => {
    const mixed = [...column];
    for (let i = mixed.length - 1; i > 0; i--) {
      const j = Math.floor(next() * (i + 1));
      [mixed[i], mixed[j]] = [mixed[j]!, mixed[i]!];
    }
    return mixed;
  });
}

const border = (kind: number): boolean => kind === TOP || kind === BOTTOM;

/** The node that an element in the column just before it leads into; -1 for any other element. */
export function goal(lattice: Lattice, element: number): number {
  const { kind } = lattice.elements[element]!;
  if (kind !== LABEL && kind !== LANE) return -1;
  const { to } = lattice.segments[lattice.right[element]![0]!]!;
  return lattice.elements[to]!.kind === NODE ? to : -1;
}

/**
 * A first order: walk from the nodes that nothing uses towards the inputs, slot by slot, and let each element stand below
 * those found before. An expression's tree comes out without a crossing.
 */
function discovery(lattice: Lattice): number[][] {
  const columns: number[][] = lattice.columns.map(() => []);
  const seen = new Uint8Array(lattice.elements.length);
  const visit = (start: number): void => {
    const stack = [start];
    while (stack.length) {
      const e = stack.pop()!;
      if (seen[e]) continue;
      seen[e] = 1;
      columns[lattice.elements[e]!.column]!.push(e);
      const near = lattice.left[e]!;
      for (let i = near.length - 1; i >= 0; i--) stack.push(lattice.segments[near[i]!]!.from);
    }
  };
  lattice.elements.forEach((_, e) => {
    if (lattice.right[e]!.length === 0) visit(e);
  });
  return columns;
}
