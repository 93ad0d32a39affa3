/** Counting crossings between neighbouring columns in O(s log s) (Barth, Jünger, Mutzel: Simple and efficient bilayer cross counting, 2002). */
import type { Lattice } from "./lattice.js";

/** Crossings right of column `c`; `place` is each element's rank in its column. */
export function crossingsAfter(lattice: Lattice, place: Int32Array, c: number): number {
  const next = lattice.columns[c + 1];
  if (!next) return 0;
  const tree = new Int32Array(next.length + 1);
  let [seen, crossings] = [0, 0];
  const ends: number[] = [];
  for (const element of lattice.columns[c]!) {
    ends.length = 0;
    for (const s of lattice.right[element]!) ends.push(place[lattice.segments[s]!.to]!);
    for (const end of ends) {
      let above = 0;
      for (let i = end + 1; i > 0; i -= i & -i) above += tree[i]!;
      crossings += seen - above;
    }
    for (const end of ends) {
      for (let i = end + 1; i < tree.length; i += i & -i) tree[i]!++;
      seen++;
    }
  }
  return crossings;
}

export function crossings(lattice: Lattice, place: Int32Array): number {
  let sum = 0;
  for (let c = 0; c + 1 < lattice.columns.length; c++) sum += crossingsAfter(lattice, place, c);
  return sum;
}

/** Crossings among the segments of two elements a above b, and those if they changed places: [now, then]. */
export function swapGain(lattice: Lattice, place: Int32Array, a: number, b: number): number {
  let gain = 0;
  const { segments } = lattice;
  for (const s of lattice.left[a]!) {
    const x = place[segments[s]!.from]!;
    for (const t of lattice.left[b]!) gain += Math.sign(x - place[segments[t]!.from]!);
  }
  for (const s of lattice.right[a]!) {
    const x = place[segments[s]!.to]!;
    for (const t of lattice.right[b]!) gain += Math.sign(x - place[segments[t]!.to]!);
  }
  return gain;
}
