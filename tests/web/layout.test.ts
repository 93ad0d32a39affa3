import { Graphviz } from "@hpcc-js/wasm-graphviz";
import { describe, expect, test } from "vitest";
import { overlap } from "../../static/src/layout/geometry.ts";
import { layout } from "../../static/src/layout/layout.ts";
import { still } from "../../static/src/layout/still.ts";
import type { LayoutInput, LayoutResult, Point } from "../../static/src/layout/types.ts";
import { apples, input, netLike } from "./graphs.ts";
import {
  bodies,
  coveredTexts,
  crossings,
  lines,
  stacked,
  struckTexts,
  throughNodes,
  totalLength,
  type Line,
} from "./judge.ts";

function faults(graph: LayoutInput, result: LayoutResult): string[] {
  return [
    ...stacked(graph, result).map(([a, b]) => `${a} on ${b}`),
    ...throughNodes(lines(graph, result), bodies(graph, result)),
    ...coveredTexts(graph, result),
    ...struckTexts(graph, result),
  ];
}

test("the apples stand as in the book", () => {
  const { nodes, edges, output } = layout(apples);
  expect(faults(apples, layout(apples))).toEqual([]);
  const { apple, count, tax, subtotal, total } = nodes as Record<string, Point>;
  expect(apple!.y).toBeLessThan(count!.y);
  expect(count!.y).toBeLessThan(tax!.y);
  expect(subtotal!.x).toBeLessThan(total!.x);
  // The main way is one level line, and the names are flush at the side that their arrows leave.
  expect(subtotal!.y).toBe(apple!.y);
  expect(total!.y).toBe(subtotal!.y);
  const right = (id: string): number =>
    nodes[id]!.x + apples.nodes.find((n) => n.id === id)!.width / 2;
  expect(right("apple")).toBeCloseTo(right("tax"));
  expect(edges["subtotal:0"]!.value.y).toBeLessThan(edges["subtotal:0"]!.gradient.y);
  expect(output!.points.at(-1)!.x).toBeGreaterThan(total!.x);
});

test.each([apples, netLike(40, 3), input([{ id: "x" }, { id: "y", inputs: ["x"] }, { id: "z" }])])(
  "what is only looked at stands as in the editor",
  (graph) => {
    expect(still(graph)).toEqual(layout(graph));
  },
);

test("a node used twice by one node has two lines apart", () => {
  const graph = input([{ id: "x" }, { id: "square", inputs: ["x", "x"] }]);
  const result = layout(graph);
  expect(faults(graph, result)).toEqual([]);
  expect(result.edges["square:0"]!.value.y).toBeLessThan(result.edges["square:1"]!.value.y);
});

test("an empty graph, a single leaf, parts without a link", () => {
  expect(layout(input([])).bounds).toEqual({ x: 0, y: 0, width: 0, height: 0 });
  const parts = input([{ id: "a" }, { id: "b" }, { id: "c", inputs: ["b"] }]);
  expect(faults(parts, layout(parts))).toEqual([]);
});

test("a cycle, an unknown source and a node that takes itself are drawn all the same", () => {
  const graph = input([
    { id: "a", inputs: ["b"] },
    { id: "b", inputs: ["a", "missing"] },
    { id: "c", inputs: ["c"] },
  ]);
  const result = layout(graph);
  expect(Object.keys(result.edges).sort()).toEqual(["a:0", "b:0", "c:0"]);
  for (const { points } of Object.values(result.edges))
    for (const p of points) expect(Number.isFinite(p.x + p.y)).toBe(true);
});

test("a pinned node stays where it was put", () => {
  const at = { x: 400, y: 333 };
  const nodes = apples.nodes.map((node) =>
    node.id === "subtotal" ? { ...node, pinned: at } : node,
  );
  expect(layout({ ...apples, nodes }).nodes.subtotal).toEqual(at);
  const far = apples.nodes.map((node, i) => ({ ...node, pinned: { x: 300 * i, y: 90 * (i % 3) } }));
  const result = layout({ ...apples, nodes: far });
  for (const node of far) expect(result.nodes[node.id]).toEqual(node.pinned);
});

test("a group is a box around its nodes and no others", () => {
  const group = { id: "g", title: { width: 60, height: 16 }, nodes: ["p", "q"] };
  const graph = input(
    [
      { id: "x" },
      { id: "y" },
      { id: "p", inputs: ["x"] },
      { id: "q", inputs: ["p"] },
      { id: "r", inputs: ["y"] },
      { id: "z", inputs: ["q", "r"] },
    ],
    { groups: [group] },
  );
  const result = layout(graph);
  expect(faults(graph, result)).toEqual([]);
  const box = result.groups.g!;
  for (const [id, body] of bodies(graph, result))
    expect(overlap(body, box), id).toBe(group.nodes.includes(id));
});

test("nodes of an earlier drawing keep their order when one is added", () => {
  const before = layout(netLike(30, 5));
  const graph = netLike(30, 5);
  const last = graph.nodes.at(-1)!.id;
  const grown: LayoutInput = {
    ...graph,
    nodes: [...graph.nodes, { id: "new", width: 44, height: 44, column: "free", outline: "round" }],
    edges: [
      ...graph.edges,
      {
        id: "new:0",
        source: last,
        target: "new",
        slot: 0,
        value: { width: 30, height: 15 },
        gradient: { width: 30, height: 15 },
      },
    ],
    previous: before.nodes,
  };
  const after = layout(grown);
  const kept: string[] = [];
  const turned: string[] = [];
  const side = (result: LayoutResult, a: string, b: string): number =>
    Math.sign(result.nodes[a]!.y - result.nodes[b]!.y);
  for (const { id: a } of graph.nodes) {
    for (const { id: b } of graph.nodes) {
      if (a >= b || before.nodes[a]!.x !== before.nodes[b]!.x) continue;
      (side(before, a, b) === side(after, a, b) ? kept : turned).push(`${a}, ${b}`);
    }
  }
  expect(kept.length).toBeGreaterThan(20);
  expect(turned).toEqual([]);
});

describe("against Graphviz's dot", async () => {
  const graphviz = await Graphviz.load();

  interface Dot {
    readonly objects: readonly { readonly name: string }[];
    readonly edges: readonly {
      readonly tail: number;
      readonly head: number;
      readonly pos: string;
    }[];
  }

  /** The same nodes, text sizes and port order, drawn by dot. */
  function drawn(graph: LayoutInput): Line[] {
    const inch = (size: number): string => (size / 72).toFixed(4);
    const text = (edge: LayoutInput["edges"][number]): string =>
      `<<table border="0" fixedsize="true" width="${edge.value.width}" height="${edge.value.height * 2 + 30}"><tr><td></td></tr></table>>`;
    const source = [
      'digraph { rankdir=LR; ordering=in; node [shape=box fixedsize=true label=""]; nodesep=0.3; ranksep=0.3; splines=polyline;',
      ...graph.nodes.map(
        ({ id, width, height }) => `${id} [width=${inch(width)} height=${inch(height)}];`,
      ),
      // The slots of a node from top to bottom, which is what ours keeps too.
      ...graph.edges.map(
        (edge) => `${edge.source} -> ${edge.target} [label=${text(edge)} headport=w tailport=e];`,
      ),
      "}",
    ].join("\n");
    const dot = JSON.parse(graphviz.layout(source, "json", "dot")) as Dot;
    return dot.edges.map(({ tail, head, pos }) => ({
      source: dot.objects[tail]!.name,
      target: dot.objects[head]!.name,
      points: pos
        .replace(/^e,\S+ /, "")
        .split(" ")
        .map((at) => at.split(",").map(Number))
        .map(([x, y]) => ({ x: x!, y: y! })),
    }));
  }

  test.each([
    [12, 1],
    [25, 2],
    [50, 3],
    [50, 4],
    [120, 5],
  ])("%i nodes, seed %i", (count, seed) => {
    const graph = netLike(count, seed);
    const result = layout(graph);
    const [ours, theirs] = [lines(graph, result), drawn(graph)];
    const report = `crossings ${crossings(ours)} (dot ${crossings(theirs)}), length ${totalLength(ours).toFixed(0)} (dot ${totalLength(theirs).toFixed(0)})`;
    expect(faults(graph, result)).toEqual([]);
    expect(crossings(ours), report).toBeLessThanOrEqual(1.25 * crossings(theirs) + 1);
    expect(totalLength(ours), report).toBeLessThanOrEqual(2.4 * totalLength(theirs));
  });
});
