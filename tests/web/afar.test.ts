import { expect, test } from "vitest";
import type { GraphDocument } from "../../static/src/api/client.ts";
import { overlap, around } from "../../static/src/layout/geometry.ts";
import { layout } from "../../static/src/layout/layout.ts";
import { plain } from "../../static/src/layout/plain.ts";
import { folded } from "../../static/src/model/folding.ts";
import { sameStructure } from "../../static/src/model/session.ts";
import { input, netLike } from "./graphs.ts";

test("plain columns place everything, no node on another, sources left of their uses", () => {
  const graph = netLike(400, 3);
  const { nodes, edges, bounds } = plain(graph);
  const boxes = graph.nodes.map((node) => around(nodes[node.id]!, node));
  boxes.forEach((box, i) => {
    expect(boxes.slice(i + 1).some((other) => overlap(box, other))).toBe(false);
    expect(overlap(box, bounds)).toBe(true);
  });
  expect(Object.keys(edges)).toHaveLength(graph.edges.length);
  for (const { source, target } of graph.edges)
    expect(nodes[source]!.x).toBeLessThan(nodes[target]!.x);
});

test("plain columns leave what is pinned where it is, and draw cycles too", () => {
  const graph = input([{ id: "a", inputs: ["b"] }, { id: "b", inputs: ["a"] }, { id: "c" }]);
  const [first, ...rest] = graph.nodes;
  const { nodes, edges } = plain({
    ...graph,
    nodes: [{ ...first!, pinned: { x: 7, y: 9 } }, ...rest],
  });
  expect(nodes.a).toEqual({ x: 7, y: 9 });
  expect(Object.keys(edges)).toEqual(["a:0", "b:0"]);
});

test("a layout says how far it is, ever farther, and is the same for that", () => {
  const graph = netLike(600, 1);
  const told: number[] = [];
  const result = layout(graph, (share) => told.push(share));
  expect(told.length).toBeGreaterThan(5);
  expect(told).toEqual([...told].sort((a, b) => a - b));
  expect(Math.max(...told)).toBeLessThanOrEqual(1);
  expect(result).toEqual(layout(graph));
});

test("one leaf that a thousand ops use, and one node put elsewhere among thousands, are laid out", () => {
  const chain = input([
    { id: "x" },
    ...Array.from({ length: 1000 }, (_, i) => ({
      id: `a${i}`,
      inputs: [i === 0 ? "x" : `a${i - 1}`, "x"],
    })),
  ]);
  const fan = layout(chain);
  expect(Object.keys(fan.edges)).toHaveLength(chain.edges.length);
  const net = netLike(2000, 2);
  const pinned = net.nodes.map((node, i) =>
    i === 1500 ? { ...node, pinned: { x: 900, y: 700 } } : node,
  );
  expect(layout({ ...net, nodes: pinned }).nodes.x1500).toMatchObject({ x: 900, y: 700 });
});

test("the groups of a large graph are closed, but for one that holds most of it", () => {
  const nodes = Array.from({ length: 301 }, (_, i) => ({ id: `n${i}`, op: "input", value: 1 }));
  const ids = nodes.map(({ id }) => id);
  const large: GraphDocument = {
    nodes,
    groups: [
      { id: "all", nodes: ids },
      { id: "part", nodes: ids.slice(0, 100) },
    ],
  };
  expect(folded(large).groups!.map(({ collapsed }) => collapsed)).toEqual([false, true]);
  const small = { ...large, nodes: nodes.slice(0, 300) };
  expect(folded(small)).toBe(small);
});

test("another title or other numbers are the same drawing, another op or label isn't", () => {
  const graph: GraphDocument = {
    title: "one",
    nodes: [
      { id: "x", op: "input", value: 1 },
      { id: "y", op: "exp", inputs: ["x"] },
    ],
  };
  const [x, y] = graph.nodes as [GraphDocument["nodes"][number], GraphDocument["nodes"][number]];
  expect(sameStructure(graph, { ...graph, title: "two" })).toBe(true);
  expect(sameStructure(graph, { ...graph, nodes: [{ ...x, value: 2 }, y] })).toBe(true);
  expect(sameStructure(graph, { ...graph, nodes: [x, { ...y, op: "log" }] })).toBe(false);
  expect(sameStructure(graph, { ...graph, nodes: [{ ...x, label: "z" }, y] })).toBe(false);
  expect(sameStructure(graph, { ...graph, nodes: [x] })).toBe(false);
  expect(sameStructure(graph, { ...graph, output: "x" })).toBe(false);
});
