/**
 * How high each element stands: every segment as level as the order within the columns and the sizes allow. Small drawings get
 * the least sum of pull × climb by network simplex (Gansner et al. 1993, section 4.2); large ones a few sweeps of isotonic
 * regression, column by column.
 */
import { BOTTOM, LANE, NODE, TOP } from "./kinds.js";
import type { Lattice } from "./lattice.js";
import { GROUP_PAD, LABEL_GAP, LANE_GAP, NODE_GAP } from "./metrics.js";
import { quarter } from "./geometry.js";
import type { Hold } from "./memory.js";
import { settle } from "./settle.js";
import { NetBuilder, shorten } from "./simplex.js";

/** Up to so many elements and segments the simplex is worth its time. */
const SIMPLEX_LIMIT = 1600;
const SWEEPS = 12;
/** Simplex ranks are whole numbers: so many of them to one drawing unit. */
const GRAIN = 2;
/** How much staying where it stood weighs, for nodes and for the pieces of lines. */
const STAY = { node: 48, line: 6 } as const;
/** Heights are whole quarters, so that sums of them are exact; that much nearer than its distance a thing may come. */
const ROUNDING = 0.3;
const SNAP = 0.75;

/**
 * The height of each element's line. The topmost edge of all of them is at 0; where some stood before, they stay as far as the
 * distances let them.
 */
export function heights(lattice: Lattice, held?: Hold): Float64Array {
  if (held && feasible(lattice, held)) return held.wish;
  const y = stacked(lattice);
  sweeps(lattice, y, held);
  const size = lattice.elements.length + lattice.segments.length;
  if (size <= SIMPLEX_LIMIT) {
    level(lattice, y, held);
    balance(lattice, y, held);
  }
  if (held) {
    snap(lattice, y, held);
    return y.map(quarter);
  }
  let top = Infinity;
  lattice.elements.forEach((element, e) => (top = Math.min(top, y[e]! - element.up)));
  return y.map((value) => quarter(value - top));
}

/** Whether everything can stand where it stood. */
function feasible(lattice: Lattice, { wish, known }: Hold): boolean {
  if (known.includes(0)) return false;
  return lattice.columns.every((column) =>
    column.every(
      (e, i) =>
        i === 0 ||
        wish[e]! - wish[column[i - 1]!]! >= distance(lattice, column[i - 1]!, e) - ROUNDING,
    ),
  );
}

/** Puts what came out all but where it stood before exactly there. */
function snap(lattice: Lattice, y: Float64Array, { wish, known }: Hold): void {
  for (const column of lattice.columns) {
    const offsets = column.map(() => 0);
    for (let i = 1; i < column.length; i++)
      offsets[i] = offsets[i - 1]! + distance(lattice, column[i - 1]!, column[i]!) - ROUNDING;
    const near = column.map((e) => known[e] === 1 && Math.abs(wish[e]! - y[e]!) <= SNAP);
    if (!near.includes(true)) continue;
    const places = settle(
      column.map((e, i) => (near[i] ? wish[e]! : y[e]!)),
      near.map((yes) => (yes ? 1e6 : 1)),
      offsets,
    );
    column.forEach((e, i) => {
      y[e] = near[i] && Math.abs(places[i]! - wish[e]!) < ROUNDING ? wish[e]! : places[i]!;
    });
  }
}

/** The least distance between the lines of two elements, the first right above the second. */
function distance(lattice: Lattice, above: number, below: number): number {
  const [a, b] = [lattice.elements[above]!, lattice.elements[below]!];
  return a.down + gap(a.kind, b.kind) + b.up;
}

function gap(above: number, below: number): number {
  if (above === TOP && below === BOTTOM) return NODE_GAP;
  if (above === TOP || below === BOTTOM) return GROUP_PAD;
  if (above === BOTTOM || below === TOP) return LABEL_GAP;
  if (above === NODE || below === NODE) return above === below ? NODE_GAP : NODE_GAP / 2;
  return above === LANE && below === LANE ? LANE_GAP : LABEL_GAP;
}

function stacked(lattice: Lattice): Float64Array {
  const y = new Float64Array(lattice.elements.length);
  for (const column of lattice.columns)
    for (let i = 1; i < column.length; i++)
      y[column[i]!] = y[column[i - 1]!]! + distance(lattice, column[i - 1]!, column[i]!);
  return y;
}

function sweeps(lattice: Lattice, y: Float64Array, held?: Hold): void {
  const { columns, segments, left, right } = lattice;
  const offsets = columns.map((column) => {
    const sums = [0];
    for (let i = 1; i < column.length; i++)
      sums.push(sums[i - 1]! + distance(lattice, column[i - 1]!, column[i]!));
    return sums;
  });
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    for (let i = 0; i < columns.length; i++) {
      const c = sweep % 2 ? i : columns.length - 1 - i;
      const column = columns[c]!;
      const wanted: number[] = [];
      const weights: number[] = [];
      for (const e of column) {
        let [sum, weight] = [0, 0];
        const pull = (at: number, by: number): void => {
          sum += at * by;
          weight += by;
        };
        for (const s of left[e]!) pull(y[segments[s]!.from]!, segments[s]!.pull);
        for (const s of right[e]!) pull(y[segments[s]!.to]!, segments[s]!.pull);
        if (held?.known[e]) pull(held.wish[e]!, stay(lattice, e));
        wanted.push(weight > 0 ? sum / weight : y[e]!);
        weights.push(Math.max(weight, 0.01));
      }
      const places = settle(wanted, weights, offsets[c]!);
      column.forEach((e, k) => (y[e] = places[k]!));
    }
  }
}

const stay = (lattice: Lattice, e: number): number =>
  lattice.elements[e]!.kind === NODE ? STAY.node : STAY.line;

/** The exact answer, from heights that keep all distances. */
function level(lattice: Lattice, y: Float64Array, held?: Hold): void {
  const { columns, elements, segments } = lattice;
  const count = elements.length;
  const stays = held ? elements.flatMap((_, e) => (held.known[e] ? [e] : [])) : [];
  const size = count + segments.length + (stays.length > 0 ? stays.length + 1 : 0);
  const net = new NetBuilder(size);
  const rank = new Int32Array(size);
  for (const column of columns) {
    for (let i = 0; i < column.length; i++) {
      const e = column[i]!;
      rank[e] = Math.round(y[e]! * GRAIN);
      if (i === 0) continue;
      const above = column[i - 1]!;
      const least = Math.ceil(distance(lattice, above, e) * GRAIN);
      rank[e] = Math.max(rank[e], rank[above]! + least);
      net.add(above, e, 0, least);
    }
  }
  segments.forEach(({ from, to, pull }, s) => {
    const knot = count + s;
    rank[knot] = Math.min(rank[from]!, rank[to]!);
    net.add(knot, from, pull, 0);
    net.add(knot, to, pull, 0);
  });
  // One vertex more is where heights are counted from; each thing that stood somewhere is tied to its height above it.
  stays.forEach((e, i) => {
    const [knot, before] = [count + segments.length + i, Math.round(held!.wish[e]! * GRAIN)];
    rank[knot] = Math.min(rank[e]!, before);
    net.add(knot, e, stay(lattice, e), 0);
    net.add(knot, size - 1, stay(lattice, e), -before);
  });
  if (!shorten(net.build(), rank)) return;
  const base = stays.length > 0 ? rank[size - 1]! : 0;
  for (let e = 0; e < count; e++) y[e] = (rank[e]! - base) / GRAIN;
}

/** Moves each node that would cost as much at other heights to the middle of them, as far as its neighbours in the column let it. */
function balance(lattice: Lattice, y: Float64Array, held?: Hold): void {
  const { columns, segments, left, right } = lattice;
  for (const column of columns) {
    column.forEach((e, i) => {
      if (lattice.elements[e]!.kind !== NODE || held?.known[e]) return;
      const ends = [
        ...left[e]!.map((s) => ({ at: y[segments[s]!.from]!, pull: segments[s]!.pull })),
        ...right[e]!.map((s) => ({ at: y[segments[s]!.to]!, pull: segments[s]!.pull })),
      ].sort((a, b) => a.at - b.at);
      const half = ends.reduce((sum, { pull }) => sum + pull, 0) / 2;
      let below = 0;
      for (let k = 0; k + 1 < ends.length; k++) {
        below += ends[k]!.pull;
        if (Math.abs(below - half) > 1e-9) continue;
        const [above, next] = [column[i - 1], column[i + 1]];
        const low = above === undefined ? -Infinity : y[above]! + distance(lattice, above, e);
        const high = next === undefined ? Infinity : y[next]! - distance(lattice, e, next);
        y[e] = Math.min(high, Math.max(low, (ends[k]!.at + ends[k + 1]!.at) / 2));
        return;
      }
    });
  }
}
