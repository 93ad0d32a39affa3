import { describe, expect, test, vi } from "vitest";
import { ApiError, type Evaluation, type GraphDocument } from "../../static/src/api/client.ts";
import {
  inOrder,
  leafValues,
  outputOf,
  structureOf,
  withValue,
} from "../../static/src/model/document.ts";
import { History } from "../../static/src/model/history.ts";
import { sameStructure, Session } from "../../static/src/model/session.ts";
import { op } from "./ops.ts";

const OPS = [op("times", ["x", "y"]), op("input", []), op("constant", [])];

const apples: GraphDocument = {
  format: "backarrow/1",
  nodes: [
    { id: "total", op: "times", inputs: ["subtotal", "tax"] },
    { id: "subtotal", op: "times", inputs: ["apple", "count"] },
    { id: "apple", op: "input", value: 100 },
    { id: "count", op: "input", value: 2 },
    { id: "tax", op: "constant", value: 1.1 },
  ],
};

describe("documents", () => {
  test("nodes come after their sources; those in a cycle last", () => {
    expect(inOrder(apples).map(({ id }) => id)).toEqual([
      "apple",
      "count",
      "tax",
      "subtotal",
      "total",
    ]);
    const cycle: GraphDocument = {
      nodes: [
        { id: "a", op: "neg", inputs: ["b"] },
        { id: "b", op: "neg", inputs: ["a"] },
        { id: "c", op: "input", value: 1 },
      ],
    };
    expect(inOrder(cycle).map(({ id }) => id)).toEqual(["c", "a", "b"]);
  });

  test("the output is the one that nothing uses, or the one that is named", () => {
    expect(outputOf(apples)).toBe("total");
    expect(outputOf({ ...apples, output: "subtotal" })).toBe("subtotal");
    expect(
      outputOf({ nodes: [...apples.nodes, { id: "x", op: "input", value: 1 }] }),
    ).toBeUndefined();
  });

  test("a value's change makes a new document and leaves the old one", () => {
    const changed = withValue(apples, "count", 3);
    expect(leafValues(changed)).toEqual({ apple: 100, count: 3 });
    expect(leafValues(apples)).toEqual({ apple: 100, count: 2 });
    expect(sameStructure(apples, changed)).toBe(true);
    expect(sameStructure(apples, withValue(apples, "count", [1, 2]))).toBe(false);
    expect(structureOf(apples)).not.toBe(structureOf({ ...apples, output: "subtotal" }));
  });
});

describe("history", () => {
  test("undo and redo", () => {
    const history = new History("a");
    history.push("b", "Type b");
    history.push("c", "Type c");
    history.undo();
    expect(history.now.value).toBe("b");
    expect(history.undoName.value).toBe("Type b");
    expect(history.redoName.value).toBe("Type c");
    const again = new History(history.saved());
    again.undo();
    expect(again.now.value).toBe("a");
    history.redo();
    expect(history.now.value).toBe("c");
    history.undo();
    history.push("d", "Type d");
    expect(history.redoName.value).toBeUndefined();
    history.undo();
    history.undo();
    expect(history.now.value).toBe("a");
    expect(history.undoName.value).toBeUndefined();
    history.undo();
    expect(history.now.value).toBe("a");
  });

  test("one drag is one entry", () => {
    const history = new History(0);
    for (const value of [1, 2, 3]) history.push(value, "Move x", "drag of x");
    history.settle();
    for (const value of [4, 5]) history.push(value, "Move x", "drag of x");
    history.undo();
    expect(history.now.value).toBe(3);
    history.undo();
    expect(history.now.value).toBe(0);
  });
});

describe("session", () => {
  const answer = (graph: GraphDocument): Evaluation => ({
    output: "total",
    order: graph.nodes.map(({ id }) => id),
    nodes: {},
    edges: [],
    trace: null,
    warnings: [],
  });

  test("changes that come while a run is on its way are run together", async () => {
    const runs: GraphDocument[] = [];
    const waiting: (() => void)[] = [];
    const session = new Session(apples, OPS, (graph) => {
      runs.push(graph);
      return new Promise((resolve) =>
        waiting.push(() => {
          resolve(answer(graph));
        }),
      );
    });
    for (const value of [3, 4, 5]) session.setValue("count", value);
    waiting.shift()!();
    await vi.waitFor(() => {
      expect(runs).toHaveLength(2);
    });
    waiting.shift()!();
    await vi.waitFor(() => {
      expect(session.run.value.graph).toBe(session.graph.value);
    });
    expect(runs.map((graph) => leafValues(graph).count)).toEqual([2, 5]);
    expect(session.undoName.value).toBe("Change count");
    session.undo();
    expect(leafValues(session.graph.value).count).toBe(2);
  });

  test("a graph that can't run keeps its document and tells its faults", async () => {
    const faults = [{ code: "cycle", detail: "a and b make a cycle" }];
    const session = new Session(apples, OPS, () =>
      Promise.reject(
        new ApiError({ type: "t", title: "T", status: 422, detail: "no", errors: faults }),
      ),
    );
    await vi.waitFor(() => {
      expect(session.run.value.faults).toEqual(faults);
    });
    expect(session.run.value.evaluation).toBeUndefined();
    expect(session.graph.value).toBe(apples);
  });

  test("of an unfinished graph what is whole is run, and faulty nodes are set aside", async () => {
    const runs: GraphDocument[] = [];
    const draft: GraphDocument = {
      nodes: [
        ...apples.nodes,
        { id: "open", op: "times", inputs: ["total", ""] },
        { id: "bad", op: "times", inputs: ["count", "count"] },
      ],
    };
    const faults = [{ code: "shapes", detail: "bad: shapes don't fit", node: "bad" }];
    const session = new Session(draft, OPS, (graph) => {
      runs.push(graph);
      if (graph.nodes.every(({ id }) => id !== "bad")) return Promise.resolve(answer(graph));
      return Promise.reject(
        new ApiError({ type: "t", title: "T", status: 422, detail: "no", errors: faults }),
      );
    });
    await vi.waitFor(() => {
      expect(session.run.value.graph).toBe(draft);
    });
    expect(runs.map((graph) => graph.nodes.length)).toEqual([6, 5]);
    expect(session.run.value).toMatchObject({ output: "total", faults });
    expect(session.run.value.evaluation).toBeDefined();
  });

  test("the inspected node is the pointed one, else the selected one, else the output", async () => {
    const session = new Session(apples, OPS, (graph) => Promise.resolve(answer(graph)));
    await vi.waitFor(() => {
      expect(session.inspected.value).toBe("total");
    });
    session.selection.value = ["count"];
    expect(session.inspected.value).toBe("count");
    session.pointed.value = "tax";
    expect(session.inspected.value).toBe("tax");
    session.pointed.value = "gone";
    expect(session.inspected.value).toBe("count");
  });

  test("an empty graph asks the server nothing", () => {
    const evaluate = vi.fn();
    new Session({ nodes: [] }, OPS, evaluate);
    expect(evaluate).not.toHaveBeenCalled();
  });
});
