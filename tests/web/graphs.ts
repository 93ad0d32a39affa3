/** Graphs to lay out in tests, as the canvas would hand them over. */
import type { LayoutEdge, LayoutInput, LayoutNode, Point } from "../../static/src/layout/types.ts";

const TEXT = { width: 34, height: 15 };

export function input(
  nodes: readonly { readonly id: string; readonly inputs?: readonly string[] }[],
  more: Partial<LayoutInput> = {},
  leaves: LayoutNode["column"] = "first",
): LayoutInput {
  return {
    nodes: nodes.map(({ id, inputs }): LayoutNode =>
      inputs
        ? { id, width: 44, height: 44, column: "free", outline: "round" }
        : { id, width: 20 + 7 * id.length, height: 28, column: leaves, outline: "box" },
    ),
    edges: nodes.flatMap(({ id, inputs }) =>
      (inputs ?? []).map((source, slot): LayoutEdge => ({
        id: `${id}:${slot}`,
        source,
        target: id,
        slot,
        value: TEXT,
        gradient: TEXT,
      })),
    ),
    groups: [],
    ...more,
  };
}

export const apples = input(
  [
    { id: "apple" },
    { id: "count" },
    { id: "tax" },
    { id: "subtotal", inputs: ["apple", "count"] },
    { id: "total", inputs: ["subtotal", "tax"] },
  ],
  { output: { node: "total", value: TEXT, gradient: TEXT } },
);

/** A generator of the numbers that a seed gives: mulberry32. */
export function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** A graph like those that formulas give: a node uses what was made a little before it. */
export function netLike(count: number, seed: number): LayoutInput {
  const next = random(seed);
  const leaves = Math.max(2, Math.round(count / 5));
  const nodes: { id: string; inputs?: string[] }[] = [];
  for (let i = 0; i < count; i++) {
    if (i < leaves) {
      nodes.push({ id: `x${i}` });
      continue;
    }
    const near = (): string => `x${Math.max(0, i - 1 - Math.floor(next() ** 2 * (leaves + 4)))}`;
    nodes.push({ id: `x${i}`, inputs: next() < 0.35 ? [near()] : [near(), near()] });
  }
  return input(nodes, {}, "free");
}

/** The graph with `count` of its nodes put somewhere up to `far` away from where the layout has them. */
export function pinnedSome(
  graph: LayoutInput,
  places: Readonly<Record<string, Point>>,
  count: number,
  far: number,
  seed: number,
): LayoutInput {
  const next = random(seed);
  const chosen = new Set<string>();
  while (chosen.size < count) chosen.add(graph.nodes[Math.floor(next() * graph.nodes.length)]!.id);
  const off = (): number => (2 * next() - 1) * far;
  const nodes = graph.nodes.map((node): LayoutNode => {
    if (!chosen.has(node.id)) return node;
    const at = places[node.id]!;
    return { ...node, pinned: { x: at.x + off(), y: at.y + off() } };
  });
  return { ...graph, nodes };
}

/** The graph with an op more: on one of its edges, or taking one of its nodes. */
export function withOneMore(graph: LayoutInput, on: "edge" | "node", seed: number): LayoutInput {
  const next = random(seed);
  const pick = <T>(all: readonly T[]): T => all[Math.floor(next() * all.length)]!;
  const node: LayoutNode = { id: "new", width: 44, height: 44, column: "free", outline: "round" };
  const edge = pick(graph.edges);
  const source = on === "edge" ? edge.source : pick(graph.nodes).id;
  const first: LayoutEdge = {
    id: "new:0",
    source,
    target: "new",
    slot: 0,
    value: TEXT,
    gradient: TEXT,
  };
  const edges = graph.edges.map((old) =>
    on === "edge" && old === edge ? { ...old, source: "new" } : old,
  );
  return { ...graph, nodes: [...graph.nodes, node], edges: [...edges, first] };
}
