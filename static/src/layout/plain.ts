/** A drawing that takes no time: columns of nodes as they come, and straight lines. For who doesn't want to wait for a better one. */
import { indexed } from "./graph.js";
import { around, enclose, grow, point } from "./geometry.js";
import { COLUMN_GAP_MAX, GROUP_PAD, NODE_GAP } from "./metrics.js";
import type { Placed } from "./outline.js";
import { framed } from "./bounds.js";
import { direct, outlet } from "./routes.js";
import type { LayoutInput, LayoutResult, Rect } from "./types.js";

/** Places every node right of all that lead to it; pinned ones stay. */
export function plain(input: LayoutInput): LayoutResult {
  const { graph } = indexed(input);
  const column = new Int32Array(graph.nodes.length);
  for (const v of graph.order)
    for (const e of graph.into[v]!)
      column[v] = Math.max(column[v]!, column[graph.edges[e]!.source]! + 1);
  // What nothing leads to stands just before its first use.
  for (let v = 0; v < column.length; v++)
    if (graph.into[v]!.length === 0 && graph.out[v]!.length > 0)
      column[v] = Math.min(...graph.out[v]!.map((e) => column[graph.edges[e]!.target]!)) - 1;
  const widest = graph.nodes.reduce((most, { width }) => Math.max(most, width), 0);
  const step = widest + COLUMN_GAP_MAX;
  const filled: number[] = [];
  const placed = new Map<string, Placed>();
  for (const v of graph.order) {
    const node = graph.nodes[v]!;
    const top = filled[column[v]!] ?? 0;
    filled[column[v]!] = top + node.height + 2 * NODE_GAP;
    const centre = node.pinned ?? point(column[v]! * step, top + node.height / 2);
    placed.set(node.id, { ...node, centre });
  }
  const frame = (nodes: readonly string[]): Rect =>
    grow(
      enclose(
        nodes.flatMap((id) => {
          const node = placed.get(id);
          return node ? [around(node.centre, node)] : [];
        }),
      ),
      GROUP_PAD,
    );
  const { output } = input;
  const exit = output && placed.get(output.node);
  const edges = input.edges.flatMap((edge) => {
    const [source, target] = [placed.get(edge.source), placed.get(edge.target)];
    return source && target ? [[edge.id, direct(source, target, edge)] as const] : [];
  });
  return framed(
    {
      nodes: Object.fromEntries([...placed].map(([id, { centre }]) => [id, centre])),
      edges: Object.fromEntries(edges),
      groups: Object.fromEntries(input.groups.map(({ id, nodes }) => [id, frame(nodes)])),
      ...(exit ? { output: outlet(exit, output) } : {}),
    },
    input,
  );
}
