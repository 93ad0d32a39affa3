/** Groups as a forest: a group whose nodes another group holds all of lies within that other group. */
import type { Graph } from "./graph.js";
import type { LayoutGroup } from "./types.js";

export interface Nest {
  readonly group: LayoutGroup;
  /** Index of the group around this one, -1 at the top. */
  readonly parent: number;
  readonly depth: number;
  readonly members: readonly number[];
}

export interface Nesting {
  readonly nests: readonly Nest[];
  /** The innermost group of each node, -1 for none. */
  readonly of: Int32Array;
}

/**
 * Groups that overlap without one holding the other can't both be boxes: the smaller one gives the shared nodes up.
 */
export function nesting(graph: Graph): Nesting {
  const index = new Map(graph.nodes.map((node, i) => [node.id, i]));
  const sets = graph.groups
    .map((group) => ({ group, members: new Set(group.nodes.flatMap((id) => index.get(id) ?? [])) }))
    .filter(({ members }) => members.size > 0)
    .sort((a, b) => b.members.size - a.members.size);
  const of = new Int32Array(graph.nodes.length).fill(-1);
  const nests: Nest[] = [];
  for (const { group, members } of sets) {
    const homes = new Map<number, number[]>();
    for (const v of members) {
      const list = homes.get(of[v]!);
      if (list) list.push(v);
      else homes.set(of[v]!, [v]);
    }
    let [parent, own] = [-1, [] as number[]];
    for (const [home, list] of homes) if (list.length > own.length) [parent, own] = [home, list];
    for (const v of own) of[v] = nests.length;
    const depth = parent < 0 ? 0 : nests[parent]!.depth + 1;
    nests.push({ group, parent, depth, members: own });
  }
  return { nests, of };
}

/** The groups around a node or group, from the innermost out. */
export function* around(nests: readonly Nest[], from: number): Generator<number> {
  for (let g = from; g >= 0; g = nests[g]!.parent) yield g;
}
