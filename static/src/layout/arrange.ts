/** Sorting one column: each group's elements together between its borders, each node's inputs by slot. */
import { goal } from "./order.js";
import { BOTTOM, TOP } from "./kinds.js";
import type { Lattice } from "./lattice.js";

interface Item {
  key: number;
  readonly group: number;
  readonly elements: number[];
}

/** The column's elements sorted by `key`; groups that stand side by side in the order of `groups`. */
export function arrange(
  lattice: Lattice,
  c: number,
  key: Float64Array,
  groups: Float64Array,
): number[] {
  const column = lattice.columns[c]!;
  const { nests } = lattice.nesting;
  if (nests.length === 0) {
    const sorted = [...column].sort((a, b) => key[a]! - key[b]!);
    return c % 2 ? bySlot(lattice, sorted) : sorted;
  }
  const inside = new Map<number, Item[]>();
  const ends = new Map<number, [number, number]>();
  const put = (group: number, item: Item): void => {
    const list = inside.get(group);
    if (list) list.push(item);
    else inside.set(group, [item]);
  };
  for (const e of column) {
    const { kind, group, ref } = lattice.elements[e]!;
    if (kind !== TOP && kind !== BOTTOM) {
      put(group, { key: key[e]!, group: -1, elements: [e] });
      continue;
    }
    const pair = ends.get(ref) ?? [-1, -1];
    pair[kind === TOP ? 0 : 1] = e;
    ends.set(ref, pair);
  }
  const deepest = [...ends.keys()].sort((a, b) => nests[b]!.depth - nests[a]!.depth);
  for (const g of deepest) {
    const items = sortItems(inside.get(g) ?? [], groups);
    const [top, bottom] = ends.get(g)!;
    const sum = items.reduce((s, item) => s + item.key * item.elements.length, 0);
    const size = items.reduce((s, item) => s + item.elements.length, 0);
    const content = bySlot(
      lattice,
      items.flatMap((item) => item.elements),
    );
    put(nests[g]!.parent, {
      key: size > 0 ? sum / size : (key[top]! + key[bottom]!) / 2,
      group: g,
      elements: [top, ...content, bottom],
    });
  }
  const all = sortItems(inside.get(-1) ?? [], groups).flatMap((item) => item.elements);
  return c % 2 ? bySlot(lattice, all) : all;
}

function sortItems(items: Item[], groups: Float64Array): Item[] {
  const boxes = items.filter((item) => item.group >= 0);
  if (boxes.length > 1) {
    const keys = boxes.map((item) => item.key).sort((a, b) => a - b);
    boxes.sort((a, b) => groups[a.group]! - groups[b.group]! || a.group - b.group);
    boxes.forEach((item, i) => (item.key = keys[i]!));
  }
  const rank = new Map(boxes.map((item, i) => [item, i]));
  return items.sort((a, b) => a.key - b.key || (rank.get(a) ?? 0) - (rank.get(b) ?? 0));
}

/** Lets the elements that lead into one node change places among themselves until they are in the order of its slots. */
function bySlot(lattice: Lattice, column: number[]): number[] {
  const places = new Map<number, number[]>();
  column.forEach((e, i) => {
    const node = goal(lattice, e);
    if (node < 0) return;
    const list = places.get(node);
    if (list) list.push(i);
    else places.set(node, [i]);
  });
  for (const [node, list] of places) {
    if (list.length < 2) continue;
    const own = new Set(list.map((i) => column[i]!));
    const sorted = lattice.left[node]!.map((s) => lattice.segments[s]!.from).filter((e) =>
      own.has(e),
    );
    list.forEach((place, i) => (column[place] = sorted[i]!));
  }
  return column;
}
