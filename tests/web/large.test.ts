import { expect, test } from "vitest";
import { ApiError, type Evaluation, type GraphDocument } from "../../static/src/api/client.ts";
import { ensureTaken, most, valuesLength } from "../../static/src/api/limits.ts";
import { unreachable } from "../../static/src/api/problem.ts";
import { putTogether, takenApart } from "../../static/src/model/apart.ts";
import { computationOf, equal, withValue } from "../../static/src/model/document.ts";
import { moveTo } from "../../static/src/model/edit.ts";
import { onlyTooMuch, remedy } from "../../static/src/model/limits.ts";
import { remembering } from "../../static/src/model/remembered.ts";

const packed = (data: string) => ({ shape: [2], dtype: "float32" as const, data });
const weights = packed("AACAPwAAAEA=");
const rows = Array.from({ length: 300 }, (_, at) => at / 7);
const net: GraphDocument = {
  format: "backarrow/1",
  nodes: [
    { id: "w", op: "parameter", value: weights },
    { id: "b", op: "parameter", value: rows },
    { id: "x", op: "input", value: 2 },
    { id: "y", op: "mul", inputs: ["w", "x"] },
  ],
};
const moved = moveTo(net, new Map([["y", { x: 4, y: 5 }]]));

test("large values are kept once, apart from all states of a history", () => {
  const history = {
    past: [{ state: net, name: "" }],
    now: { state: moved, name: "Move", tag: "t" },
    future: [{ state: withValue(net, "x", 3), name: "Change" }],
  };
  const apart = takenApart(history);
  expect(apart.large).toEqual([weights, rows]);
  expect(JSON.stringify(apart.history)).not.toContain(weights.data);
  expect(apart.history.now.state.nodes[0]).toBe(apart.history.past[0]!.state.nodes[0]);
  const copy = structuredClone(apart);
  expect(putTogether(copy)).toEqual(history);
});

test("a graph that is drawn elsewhere isn't evaluated again", async () => {
  const asked: GraphDocument[] = [];
  const evaluate = remembering((graph) => {
    asked.push(graph);
    return Promise.resolve({ output: "y" } as Evaluation);
  });
  await evaluate(net, true);
  expect(await evaluate(moved, true)).toEqual({ output: "y" });
  expect(asked).toEqual([net]);
  await evaluate(withValue(moved, "x", 5), true);
  await evaluate(withValue(moved, "x", 5), false);
  expect(asked).toHaveLength(3);
});

test("a fault is remembered, a server that was away is asked again", async () => {
  let count = 0;
  const failing = (error: Error) =>
    remembering(() => {
      count++;
      return Promise.reject(error);
    });
  const refused = failing(new ApiError({ type: "t", title: "", status: 422, detail: "d" }));
  for (const graph of [net, moved]) await expect(refused(graph, true)).rejects.toThrow("d");
  expect(count).toBe(1);
  const away = failing(unreachable());
  for (const graph of [net, moved]) await expect(away(graph, true)).rejects.toThrow("reached");
  expect(count).toBe(3);
});

test("what is more than the server takes isn't sent, and it is said what would help", () => {
  expect(valuesLength({ graph: net })).toBe(weights.data.length + JSON.stringify(rows).length);
  expect(valuesLength({ source: "x" })).toBe(0);
  most.body = 2_000_000;
  ensureTaken("The graph", 2_000_000, "body");
  let caught: unknown;
  try {
    ensureTaken("The graph", 31_400_000, "body");
  } catch (error) {
    caught = error;
  }
  most.body = Infinity;
  expect(caught).toBeInstanceOf(ApiError);
  const { faults, message } = caught as ApiError;
  expect(message).toBe("The graph has 31 MB, and this server takes 2 MB");
  expect(onlyTooMuch(faults)).toBe(true);
  expect(remedy(faults)).toBe("BACKARROW_MAX_BODY=35000000");
});

test("the budgets that are exceeded are named, each once", () => {
  const fault = (budget: string | null, actual: number) => ({
    code: "budget-exceeded",
    detail: "",
    budget,
    actual,
  });
  const faults = [fault("work", 226_126_220), fault("work", 300), fault("live", 9)];
  expect(remedy(faults)).toBe("BACKARROW_MAX_WORK=250000000 BACKARROW_MAX_LIVE=10");
  expect(onlyTooMuch([...faults, fault(null, 1)])).toBe(false);
  expect(onlyTooMuch([])).toBe(false);
  expect(remedy([])).toBeUndefined();
});

test("documents with large values are told apart by what these hold", () => {
  const copy = structuredClone(net);
  expect(equal(net, copy)).toBe(true);
  expect(computationOf(copy)).toBe(computationOf(net));
  expect(computationOf(net)).not.toContain(weights.data);
  expect(equal(net, moved)).toBe(false);
  expect(computationOf(moved)).toBe(computationOf(net));
  const others: GraphDocument[] = [
    withValue(net, "b", [...rows.slice(1), 0]),
    { ...net, nodes: [{ ...net.nodes[0]!, value: packed("AACAPwAAAEB=") }, ...net.nodes.slice(1)] },
  ];
  for (const other of others) {
    expect(computationOf(other)).not.toBe(computationOf(net));
    expect(equal(other, net)).toBe(false);
  }
});
