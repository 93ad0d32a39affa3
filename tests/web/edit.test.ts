import { describe, expect, test } from "vitest";
import type { GraphDocument, Op } from "../../static/src/api/client.ts";
import * as edit from "../../static/src/model/edit.ts";
import { HOLE } from "../../static/src/model/edit.ts";
import { op } from "./ops.ts";

const OPS = new Map(
  [
    op("input", []),
    op("constant", []),
    op("times", ["x", "y"]),
    op("root", ["x"]),
    op("total", ["x"], { inputs: { names: ["x"], variadic: true } }),
  ].map((entry) => [entry.name, entry]),
);
const [INPUT, TIMES, ROOT] = ["input", "times", "root"].map((name) => OPS.get(name)!) as [
  Op,
  Op,
  Op,
];

const apples: GraphDocument = {
  nodes: [
    { id: "apple", op: "input", value: 100 },
    { id: "count", op: "input", value: 2 },
    { id: "subtotal", op: "times", inputs: ["apple", "count"] },
    { id: "end", op: "root", inputs: ["subtotal"] },
  ],
  groups: [{ id: "g", label: "shop", nodes: ["subtotal", "end"], collapsed: false }],
};
const inputsOf = (graph: GraphDocument | undefined, id: string): string[] | undefined =>
  graph?.nodes.find((node) => node.id === id)?.inputs;

test("names are fresh and fit", () => {
  expect(edit.freshId(new Set(["x", "x_2"]), "x")).toBe("x_3");
  expect(edit.freshId(new Set(), "3 apples & é")).toMatch(/^[A-Za-z_]\w*$/);
  expect(edit.freshId(new Set(), "y".repeat(99)).length).toBeLessThanOrEqual(64);
});

describe("building", () => {
  test("the apples from nothing", () => {
    const first = edit.addNode({ nodes: [] }, INPUT);
    const price = first.id;
    let { graph } = first;
    let added = edit.addNode(graph, TIMES, { source: price });
    graph = added.graph;
    expect(inputsOf(graph, added.id)).toEqual([price, HOLE]);
    expect(edit.holes(graph, OPS)).toEqual([{ target: added.id, slot: 1 }]);
    const times = added.id;
    added = edit.addNode(graph, INPUT);
    graph = edit.connect(added.graph, added.id, { target: times, slot: 1 }, OPS)!;
    expect(inputsOf(graph, times)).toEqual(["x", "y"]);
    expect(edit.holes(graph, OPS)).toEqual([]);
    expect(apples.nodes).toHaveLength(4);
  });

  test("no edge closes a cycle or leads into a leaf", () => {
    expect(edit.connect(apples, "end", { target: "subtotal", slot: 0 }, OPS)).toBeUndefined();
    expect(edit.connect(apples, "end", { target: "end", slot: 0 }, OPS)).toBeUndefined();
    expect(edit.connect(apples, "count", { target: "apple", slot: 0 }, OPS)).toBeUndefined();
    const twice = edit.connect(apples, "apple", { target: "subtotal", slot: 1 }, OPS);
    expect(inputsOf(twice, "subtotal")).toEqual(["apple", "apple"]);
  });

  test("a variadic op grows a slot with each edge, and loses it again", () => {
    let graph = edit.addNode(apples, OPS.get("total")!, { source: "apple" }).graph;
    const node = () => graph.nodes.at(-1)!;
    expect(edit.freeSlot(node(), OPS)).toBe(1);
    graph = edit.connect(graph, "count", { target: node().id, slot: 1 }, OPS)!;
    expect(node().inputs).toEqual(["apple", "count"]);
    expect(edit.freeSlot(node(), OPS)).toBe(2);
    graph = edit.disconnect(graph, { target: node().id, slot: 0 }, OPS);
    expect(node().inputs).toEqual(["count"]);
  });

  test("a variadic op closes up where an input is deleted, and shows a slot where none is left", () => {
    let graph = edit.addNode(apples, OPS.get("total")!, { source: "apple" }).graph;
    const { id } = graph.nodes.at(-1)!;
    graph = edit.connect(graph, "count", { target: id, slot: 1 }, OPS)!;
    graph = edit.remove(graph, new Set(["apple"]), false, OPS);
    expect(inputsOf(graph, id)).toEqual(["count"]);
    expect(edit.holes(graph, OPS)).toEqual([{ target: "subtotal", slot: 0 }]);
    graph = edit.remove(graph, new Set(["count"]), false, OPS);
    expect(edit.holes(graph, OPS)).toContainEqual({ target: id, slot: 0 });
    expect(edit.evaluable(graph, OPS).nodes).toEqual([]);
    graph = edit.addNode(graph, INPUT).graph;
    graph = edit.connect(graph, graph.nodes.at(-1)!.id, { target: id, slot: 0 }, OPS)!;
    expect(edit.evaluable(graph, OPS).nodes.map((node) => node.id)).toContain(id);
  });

  test("the slots that a node can lead into: the empty ones first, none that closes a cycle", () => {
    const open = edit.disconnect(apples, { target: "subtotal", slot: 1 }, OPS);
    expect(edit.openSlots(open, "apple", OPS)).toEqual([
      { target: "subtotal", slot: 1, taken: undefined },
      { target: "end", slot: 0, taken: "subtotal" },
    ]);
    expect(edit.openSlots(apples, "end", OPS)).toEqual([]);
  });

  test("an op goes between an edge's ends", () => {
    const added = edit.insertOn(apples, { target: "subtotal", slot: 1 }, ROOT, OPS)!;
    expect(inputsOf(added.graph, "subtotal")).toEqual(["apple", added.id]);
    expect(inputsOf(added.graph, added.id)).toEqual(["count"]);
    expect(edit.insertOn(apples, { target: "subtotal", slot: 1 }, INPUT, OPS)).toBeUndefined();
  });
});

describe("changing", () => {
  test("removing leaves holes, or leads on", () => {
    const gone = new Set(["subtotal"]);
    expect(inputsOf(edit.remove(apples, gone, false, OPS), "end")).toEqual([HOLE]);
    expect(inputsOf(edit.remove(apples, gone, true, OPS), "end")).toEqual(["apple"]);
    expect(edit.remove(apples, new Set(["subtotal", "end"]), true, OPS).groups).toEqual([]);
    expect(
      edit.remove({ ...apples, output: "end" }, new Set(["end"]), false, OPS).output,
    ).toBeUndefined();
  });

  test("another op keeps the inputs that it has slots for", () => {
    expect(inputsOf(edit.replaceOp(apples, "subtotal", ROOT), "subtotal")).toEqual(["apple"]);
    expect(inputsOf(edit.replaceOp(apples, "end", TIMES), "end")).toEqual(["subtotal", HOLE]);
    const leaf = edit.replaceOp(apples, "end", INPUT).nodes[3]!;
    expect(leaf).toEqual({ id: "end", op: "input", value: 1 });
  });

  test("swap, rename, settings, output", () => {
    expect(inputsOf(edit.swapInputs(apples, "subtotal"), "subtotal")).toEqual(["count", "apple"]);
    expect(edit.rename(apples, "apple", "  apple price ").nodes[0]!.label).toBe("apple price");
    expect(edit.rename(edit.rename(apples, "apple", "p"), "apple", "").nodes[0]).not.toHaveProperty(
      "label",
    );
    const set = edit.setParam(apples, "end", "axis", 1);
    expect(set.nodes[3]!.params).toEqual({ axis: 1 });
    expect(edit.setParam(set, "end", "axis", undefined).nodes[3]).not.toHaveProperty("params");
    expect(edit.setOutput(apples, "subtotal").output).toBe("subtotal");
  });

  test("moving pins nodes, tidying frees them", () => {
    const moved = edit.moveTo(apples, new Map([["end", { x: 10.4, y: -3 }]]));
    expect(moved.nodes[3]!.position).toEqual([10, -3]);
    expect(edit.tidy(moved)).toEqual(apples);
  });
});

describe("copying", () => {
  test("a copy has fresh names, inner edges follow, outer ones stay", () => {
    const piece = edit.cut(apples, new Set(["subtotal", "end"]));
    const { graph, added } = edit.paste(apples, piece);
    expect(added).toEqual(["subtotal_2", "end_2"]);
    expect(inputsOf(graph, "end_2")).toEqual(["subtotal_2"]);
    expect(inputsOf(graph, "subtotal_2")).toEqual(["apple", "count"]);
    expect(graph.groups).toHaveLength(2);
    expect(graph.groups![1]).toMatchObject({ label: "shop", nodes: added });
    expect(inputsOf(edit.paste({ nodes: [] }, piece).graph, "subtotal")).toEqual([HOLE, HOLE]);
  });

  test("a formula's leaves are the ones that are there", () => {
    const formula: GraphDocument = {
      nodes: [
        { id: "apple", op: "input", value: 1 },
        { id: "root", op: "root", inputs: ["apple"] },
      ],
    };
    const { graph, added } = edit.merge(apples, formula);
    expect(added).toEqual(["root"]);
    expect(inputsOf(graph, "root")).toEqual(["apple"]);
    expect(graph.nodes[0]!.value).toBe(100);
  });
});

describe("what can be evaluated", () => {
  test("is the whole, where it is whole", () => {
    expect(edit.evaluable(apples, OPS)).toBe(apples);
  });

  test("leaves out unfinished nodes and what depends on them", () => {
    const open = edit.disconnect(apples, { target: "subtotal", slot: 1 }, OPS);
    expect(edit.evaluable(open, OPS).nodes.map(({ id }) => id)).toEqual(["apple", "count"]);
    expect(edit.evaluable(open, OPS).groups).toEqual([]);
    const faulty = edit.evaluable(apples, OPS, new Set(["end"]));
    expect(faulty.nodes.map(({ id }) => id)).toEqual(["apple", "count", "subtotal"]);
  });

  test("takes gradients of the chosen output, else of the last op that nothing uses", () => {
    expect(edit.likelyOutput(apples)).toBe("end");
    expect(edit.likelyOutput({ ...apples, output: "subtotal" })).toBe("subtotal");
    expect(edit.likelyOutput(edit.addNode(apples, INPUT).graph)).toBe("end");
    expect(edit.likelyOutput({ nodes: [] })).toBeUndefined();
    const branch = edit.addNode(apples, ROOT, { source: "apple" });
    expect(edit.likelyOutput(branch.graph)).toBe(branch.id);
    expect(edit.likelyOutput(branch.graph, "end")).toBe("end");
    expect(edit.likelyOutput(branch.graph, "subtotal")).toBe("end");
    expect(edit.likelyOutput(branch.graph, "gone")).toBe(branch.id);
  });
});

test("groups", () => {
  const { graph, id } = edit.group(apples, ["apple", "count"], "fruit");
  expect(graph.groups![1]).toEqual({
    id,
    label: "fruit",
    nodes: ["apple", "count"],
    collapsed: false,
  });
  expect(edit.renameGroup(graph, id, "pears").groups![1]!.label).toBe("pears");
  expect(edit.ungroup(graph, id)).toEqual(apples);
});
