/** What an earlier drawing shows holds still. */
import { describe, expect, test } from "vitest";
import { layout } from "../../static/src/layout/layout.ts";
import { apples, input, netLike, withOneMore } from "./graphs.ts";
import {
  bodies,
  coveredTexts,
  crossings,
  lines,
  moved,
  stacked,
  struckTexts,
  throughNodes,
} from "./judge.ts";

const COUNTS = [12, 20, 30, 45, 60];
const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8];

test("the same graph again is the very same drawing", { timeout: 30_000 }, () => {
  for (const count of [...COUNTS, 120, 300])
    for (const seed of SEEDS.slice(0, count > 60 ? 1 : 4)) {
      const graph = netLike(count, seed);
      const first = layout(graph);
      expect(layout({ ...graph, previous: first.nodes })).toEqual(first);
    }
  const first = layout(apples);
  expect(layout({ ...apples, previous: first.nodes })).toEqual(first);
  const group = { id: "g", title: { width: 60, height: 16 }, nodes: ["p", "q"] };
  const grouped = input(
    [
      { id: "x" },
      { id: "p", inputs: ["x"] },
      { id: "q", inputs: ["p"] },
      { id: "z", inputs: ["q"] },
    ],
    { groups: [group] },
  );
  const boxed = layout(grouped);
  expect(layout({ ...grouped, previous: boxed.nodes })).toEqual(boxed);
});

describe.each(["edge", "node"] as const)("one op more, on a random %s", (on) => {
  const runs = COUNTS.flatMap((count) =>
    SEEDS.map((seed) => {
      const graph = netLike(count, seed);
      const before = layout(graph);
      const grown = { ...withOneMore(graph, on, 100 + seed), previous: before.nodes };
      return { grown, before, after: layout(grown) };
    }),
  );

  test("moves few others", () => {
    const shares = runs.map(({ before, after }) => moved(before, after)).sort((a, b) => a - b);
    expect(shares[shares.length >> 1]).toBeLessThanOrEqual(0.06);
    expect(shares[Math.floor(0.9 * shares.length)]).toBeLessThanOrEqual(0.41);
    expect(shares.at(-1)).toBeLessThanOrEqual(0.51);
  });

  test("leaves no fault", () => {
    for (const { grown, after } of runs) {
      expect(stacked(grown, after)).toEqual([]);
      expect(throughNodes(lines(grown, after), bodies(grown, after))).toEqual([]);
      expect(coveredTexts(grown, after)).toEqual([]);
      expect(struckTexts(grown, after)).toEqual([]);
    }
  });
});

test(
  "ten ops more, one after the other, cost hardly more crossings than a new drawing",
  { timeout: 30_000 },
  () => {
    for (const seed of SEEDS.slice(0, 4)) {
      let graph = netLike(25, seed);
      let drawing = layout(graph);
      for (let k = 0; k < 10; k++) {
        const more = withOneMore(graph, k % 2 ? "edge" : "node", 10 * seed + k);
        const named = JSON.parse(JSON.stringify(more).replaceAll('"new', `"n${k}x`)) as typeof more;
        graph = named;
        drawing = layout({ ...named, previous: drawing.nodes });
      }
      expect(throughNodes(lines(graph, drawing), bodies(graph, drawing))).toEqual([]);
      expect(stacked(graph, drawing)).toEqual([]);
      const anew = crossings(lines(graph, layout(graph)));
      expect(crossings(lines(graph, drawing))).toBeLessThanOrEqual(2 * anew + 8);
    }
  },
);

test("parts that are joined come together, though nothing would have to move", () => {
  const leaves = ["x", "y", "z", "a", "b"].map((id) => ({ id }));
  const grown: { id: string; inputs?: string[] }[] = [...leaves];
  let drawing = layout(input(grown));
  for (const [id, ...inputs] of [
    ["p", "x", "y"],
    ["q", "z", "a"],
    ["s", "p", "q"],
    ["t", "s", "b"],
  ] as const) {
    grown.push({ id, inputs: [] });
    for (let k = 1; k <= inputs.length; k++) {
      grown[grown.length - 1] = { id, inputs: inputs.slice(0, k) };
      drawing = layout(input(grown, { previous: drawing.nodes }));
    }
  }
  const anew = layout(input(grown));
  expect(drawing.bounds.height).toBeLessThanOrEqual(1.5 * anew.bounds.height);
  expect(drawing.bounds.width).toBeLessThanOrEqual(1.5 * anew.bounds.width);
});

test("a node taken away moves no other", () => {
  for (const seed of SEEDS) {
    const graph = netLike(30, seed);
    const before = layout(graph);
    const gone = graph.nodes.at(-1)!.id;
    const nodes = graph.nodes.filter(({ id }) => id !== gone);
    const edges = graph.edges.filter(({ source, target }) => source !== gone && target !== gone);
    const after = layout({ ...graph, nodes, edges, previous: before.nodes });
    for (const { id } of nodes)
      expect(after.nodes[id]).toMatchObject({ x: before.nodes[id]!.x, y: before.nodes[id]!.y });
  }
});

test("parts that an edge joins come together, the larger one holds still", () => {
  const part = (name: string): { id: string; inputs?: string[] }[] => [
    { id: `${name}1` },
    { id: `${name}2` },
    { id: `${name}3`, inputs: [`${name}1`, `${name}2`] },
  ];
  const apart = [...part("a"), { id: "a4", inputs: ["a3"] }, ...part("b"), ...part("c")];
  const before = layout(input(apart));
  const nodes = apart.map((node) => (node.id === "a4" ? { id: "a4", inputs: ["a3", "c3"] } : node));
  const joined = input(nodes, { previous: before.nodes });
  const after = layout(joined);
  for (const { id } of part("a"))
    expect(after.nodes[id]).toMatchObject({ x: before.nodes[id]!.x, y: before.nodes[id]!.y });
  expect(stacked(joined, after)).toEqual([]);
  const two = input([...part("a"), ...part("b")]);
  const first = layout(two);
  const sum = input([...part("a"), ...part("b"), { id: "s", inputs: ["a3", "b3"] }]);
  const anew = layout(sum).bounds;
  expect(layout({ ...sum, previous: first.nodes }).bounds.height).toBeLessThan(1.2 * anew.height);
});
