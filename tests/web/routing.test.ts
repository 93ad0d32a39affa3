/** Drawings in which a person has put nodes somewhere: nothing lands on anything, lines run round nodes. */
import { describe, expect, test } from "vitest";
import { around, enclose, overlap } from "../../static/src/layout/geometry.ts";
import { layout } from "../../static/src/layout/layout.ts";
import { withMoved } from "../../static/src/layout/reroute.ts";
import type { LayoutInput, LayoutResult, Rect } from "../../static/src/layout/types.ts";
import { apples, input, netLike, pinnedSome } from "./graphs.ts";
import { bodies, coveredTexts, lines, stacked, struckTexts, throughNodes } from "./judge.ts";

const pinnedIds = ({ nodes }: LayoutInput): Set<string> =>
  new Set(nodes.flatMap(({ id, pinned }) => (pinned ? [id] : [])));

/** Nodes that lie on one another though the layout could have moved one of them. */
function landed(graph: LayoutInput, result: LayoutResult): [string, string][] {
  const pinned = pinnedIds(graph);
  return stacked(graph, result).filter(([a, b]) => !(pinned.has(a) && pinned.has(b)));
}

/** A graph with nodes put somewhere, but none so near to another one that no text fits between. */
function dragged(count: number, pins: number, far: number, seed: number): LayoutInput {
  const graph = netLike(count, seed);
  const tried = pinnedSome(graph, layout(graph).nodes, pins, far, seed);
  const taken: Rect[] = [];
  const nodes = tried.nodes.map(({ pinned, ...node }) => {
    if (!pinned) return node;
    const room = around(pinned, { width: 130, height: 130 });
    if (taken.some((other) => overlap(room, other))) return node;
    taken.push(room);
    return { ...node, pinned };
  });
  return { ...tried, nodes };
}

describe("nodes put anywhere", () => {
  const cases = [12, 25, 40, 60].flatMap((count) =>
    [200, 600, 1500].flatMap((far) => [1, 2, 3].map((seed) => ({ count, far, seed }))),
  );

  test.each(cases)("$count nodes, a fifth up to $far away, seed $seed", ({ count, far, seed }) => {
    const graph = dragged(count, Math.round(count / 5), far, seed);
    const result = layout(graph);
    for (const { id, pinned } of graph.nodes) if (pinned) expect(result.nodes[id]).toEqual(pinned);
    expect(throughNodes(lines(graph, result), bodies(graph, result))).toEqual([]);
    expect(landed(graph, result)).toEqual([]);
    // The same once more, beginning from its own places: the very same drawing.
    expect(layout({ ...graph, previous: result.nodes })).toEqual(result);
  });

  test(
    "texts lie free where one node in ten was put somewhere, but for one text in a hundred",
    { timeout: 30_000 },
    () => {
      let [texts, faults] = [0, 0];
      for (const count of [12, 25, 40, 60]) {
        for (let seed = 1; seed <= 6; seed++) {
          const graph = dragged(count, Math.round(count / 10), 600, seed);
          const result = layout(graph);
          texts += 2 * graph.edges.length;
          faults += coveredTexts(graph, result).length + struckTexts(graph, result).length;
        }
      }
      expect(texts).toBeGreaterThan(2000);
      expect(faults / texts).toBeLessThan(0.01);
    },
  );
});

test(
  "every single node of a graph of 25 put 150 units up or down leaves no fault at all in 9 of 10 cases",
  { timeout: 30_000 },
  () => {
    const graph = netLike(25, 2);
    const places = layout(graph).nodes;
    let flawless = 0;
    for (const { id } of graph.nodes) {
      for (const by of [-150, 150]) {
        const nodes = graph.nodes.map((node) =>
          node.id === id ? { ...node, pinned: { x: places[id]!.x, y: places[id]!.y + by } } : node,
        );
        const moved = { ...graph, nodes, previous: places };
        const result = layout(moved);
        expect(throughNodes(lines(moved, result), bodies(moved, result))).toEqual([]);
        expect(landed(moved, result)).toEqual([]);
        const bad = [...coveredTexts(moved, result), ...struckTexts(moved, result)];
        if (bad.length === 0) flawless++;
      }
    }
    expect(flawless).toBeGreaterThanOrEqual(45);
  },
);

test("a line that a node is dropped on goes round it, lines elsewhere stay", () => {
  const graph = apples;
  const before = layout(graph);
  const { value } = before.edges["total:1"]!;
  const nodes = [
    ...graph.nodes,
    { ...graph.nodes[3]!, id: "dropped", pinned: { x: value.x, y: value.y + 14 } },
  ];
  const dropped = { ...graph, nodes, previous: before.nodes };
  const after = layout(dropped);
  expect(throughNodes(lines(dropped, after), bodies(dropped, after))).toEqual([]);
  expect([...coveredTexts(dropped, after), ...struckTexts(dropped, after)]).toEqual([]);
  expect(after.edges["subtotal:0"]).toEqual(before.edges["subtotal:0"]);
  expect(after.nodes.total).toEqual(before.nodes.total);
});

test("edges of a cycle and of a node that takes itself run round nodes", () => {
  const graph = input([
    { id: "a" },
    { id: "b", inputs: ["a", "d"] },
    { id: "c", inputs: ["b"] },
    { id: "d", inputs: ["c", "d"] },
  ]);
  const result = layout(graph);
  expect(throughNodes(lines(graph, result), bodies(graph, result))).toEqual([]);
  expect([...coveredTexts(graph, result), ...struckTexts(graph, result)]).toEqual([]);
  // The node's own edge leaves it and comes back.
  const { points } = result.edges["d:1"]!;
  expect(points.length).toBeGreaterThan(3);
});

test("the output's arrow turns away from a node beside it", () => {
  const before = layout(apples);
  const end = before.output!.points.at(-1)!;
  const nodes = [...apples.nodes, { ...apples.nodes[3]!, id: "n", pinned: { x: end.x, y: end.y } }];
  const graph = { ...apples, nodes, previous: before.nodes };
  const result = layout(graph);
  const line = { source: "total", target: "", points: result.output!.points };
  expect(throughNodes([line], bodies(graph, result))).toEqual([]);
});

describe("unconnected parts", () => {
  /** Boxes around the nodes of each part, by the first letter of their names. */
  function boxes(graph: LayoutInput, result: LayoutResult): Rect[] {
    const parts = new Map<string, Rect[]>();
    for (const [id, box] of bodies(graph, result))
      parts.set(id[0]!, [...(parts.get(id[0]!) ?? []), box]);
    return [...parts.values()].map((part) => enclose(part));
  }

  const part = (name: string): { id: string; inputs?: string[] }[] => [
    { id: `${name}1` },
    { id: `${name}2` },
    { id: `${name}3`, inputs: [`${name}1`, `${name}2`] },
    { id: `${name}4`, inputs: [`${name}3`] },
  ];

  test("a duplicate comes beneath, wherever the older parts stand", () => {
    for (const order of [
      ["a", "b"],
      ["b", "a"],
    ]) {
      const first = input(part("a"));
      const before = layout(first);
      const places = Object.fromEntries(
        Object.entries(before.nodes).map(([id, at]) => [id, { x: at.x + 300, y: at.y + 120 }]),
      );
      for (const previous of [before.nodes, places]) {
        const graph = input(order.flatMap(part), { previous });
        const result = layout(graph);
        const [one, other] = boxes(graph, result) as [Rect, Rect];
        expect(overlap(one, other)).toBe(false);
        for (const { id } of first.nodes) expect(result.nodes[id]).toMatchObject(previous[id]!);
      }
    }
  });

  test("new parts keep clear of pinned nodes", () => {
    const base = input(["a", "b", "c"].flatMap(part));
    const nodes = base.nodes.map((node, i) =>
      node.id.startsWith("a")
        ? { ...node, pinned: { x: 60 * (i % 4), y: 90 + 70 * (i % 3) } }
        : node,
    );
    const graph = { ...base, nodes };
    const result = layout(graph);
    const all = boxes(graph, result);
    all.forEach((a, i) => {
      for (const b of all.slice(i + 1)) expect(overlap(a, b)).toBe(false);
    });
  });

  test("a part that grows pushes the part beneath it down", () => {
    const small = input([...part("a"), ...part("b")]);
    const before = layout(small);
    const more = Array.from({ length: 6 }, (_, i) => ({ id: `a${i + 5}`, inputs: ["a3"] }));
    const graph = input([...part("a"), ...more, ...part("b")], { previous: before.nodes });
    const result = layout(graph);
    const [a, b] = boxes(graph, result) as [Rect, Rect];
    expect(overlap(a, b)).toBe(false);
    expect([...coveredTexts(graph, result), ...struckTexts(graph, result)]).toEqual([]);
  });
});

describe("groups around pinned nodes", () => {
  const title = { width: 50, height: 16 };
  const graph = input(
    [
      { id: "x" },
      { id: "y" },
      { id: "p", inputs: ["x"] },
      { id: "q", inputs: ["p"] },
      { id: "r", inputs: ["q", "y"] },
      { id: "s", inputs: ["r"] },
      { id: "t", inputs: ["s", "x"] },
    ],
    {
      groups: [
        { id: "outer", title, nodes: ["p", "q", "r"] },
        { id: "inner", title, nodes: ["p", "q"] },
      ],
    },
  );
  const inside = (inner: Rect, outer: Rect): boolean =>
    inner.x >= outer.x &&
    inner.y >= outer.y &&
    inner.x + inner.width <= outer.x + outer.width &&
    inner.y + inner.height <= outer.y + outer.height;

  test.each([
    ["p", 0, 150],
    ["p", -30, -200],
    ["q", 60, 90],
    ["q", 10, -160],
    ["r", 80, 140],
    ["r", 40, -90],
    ["s", 0, 60],
  ])("%s moved by %i, %i", (id, dx, dy) => {
    const places = layout(graph).nodes;
    const nodes = graph.nodes.map((node) =>
      node.id === id ? { ...node, pinned: { x: places[id]!.x + dx, y: places[id]!.y + dy } } : node,
    );
    const moved = { ...graph, nodes };
    const result = layout(moved);
    const [outer, inner] = [result.groups.outer!, result.groups.inner!];
    expect(inside(inner, outer)).toBe(true);
    for (const [name, body] of bodies(moved, result)) {
      if (["p", "q"].includes(name)) expect(inside(body, inner), name).toBe(true);
      else expect(overlap(body, inner), name).toBe(false);
      if (["p", "q", "r"].includes(name)) expect(inside(body, outer), name).toBe(true);
      else expect(overlap(body, outer), name).toBe(false);
    }
    expect(landed(moved, result)).toEqual([]);
    expect(throughNodes(lines(moved, result), bodies(moved, result))).toEqual([]);
    expect(layout({ ...moved, previous: result.nodes })).toEqual(result);
  });
});

test("places far out, on one another, or all alike are drawn all the same", () => {
  for (const place of [
    { x: 1e9, y: -1e9 },
    { x: 1e15, y: 0 },
    { x: 0, y: 0 },
  ]) {
    const nodes = apples.nodes.map((node, i) => (i % 2 ? { ...node, pinned: place } : node));
    const result = layout({ ...apples, nodes });
    for (const { points } of Object.values(result.edges))
      for (const p of points) expect(Number.isNaN(p.x + p.y)).toBe(false);
  }
});

test("a preview leads the lines of one moved node round all others, and leaves the rest", () => {
  const graph = netLike(40, 3);
  const before = layout(graph);
  const { id } = graph.nodes[20]!;
  const place = { x: before.nodes[id]!.x + 90, y: before.nodes[id]!.y - 140 };
  const after = withMoved(graph, before, new Map([[id, place]]));
  expect(after.nodes[id]).toEqual(place);
  const own = lines(graph, after).filter(({ source, target }) => source === id || target === id);
  expect(throughNodes(own, bodies(graph, after))).toEqual([]);
  expect(throughNodes(lines(graph, after), bodies(graph, after))).toEqual([]);
  const same = graph.edges.filter((edge) => after.edges[edge.id] === before.edges[edge.id]);
  expect(same.length).toBeGreaterThan(graph.edges.length / 2);
});
