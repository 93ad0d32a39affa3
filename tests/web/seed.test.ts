import { afterEach, describe, expect, test, vi } from "vitest";
import { ApiError, type Evaluation, type GraphDocument } from "../../static/src/api/client.ts";
import * as edit from "../../static/src/model/edit.ts";
import { History } from "../../static/src/model/history.ts";
import { Live } from "../../static/src/model/live.ts";
import { sameStructure, Session } from "../../static/src/model/session.ts";
import { Actions } from "../../static/src/commands/actions.ts";
import { op } from "./ops.ts";

const OPS = [op("input", []), op("times", ["x", "y"])];
const BY_NAME = new Map(OPS.map((entry) => [entry.name, entry]));

const product: GraphDocument = {
  nodes: [
    { id: "x", op: "input", value: 3 },
    { id: "y", op: "input", value: 2 },
    { id: "z", op: "times", inputs: ["x", "y"] },
  ],
};
const seeded: GraphDocument = { ...product, upstream: 5 };

const answer = (graph: GraphDocument): Evaluation => ({
  output: graph.output ?? "z",
  order: [],
  nodes: {},
  edges: [],
  trace: null,
  warnings: [],
});

describe("the document", () => {
  test("carries a seed, or says nothing of it", () => {
    expect(edit.setUpstream(product, [1, 2])).toEqual({ ...product, upstream: [1, 2] });
    expect(edit.setUpstream(seeded, undefined)).toEqual(product);
    expect(edit.setUpstream(seeded, undefined)).not.toHaveProperty("upstream");
    expect(edit.setUpstream(product, undefined)).toBe(product);
    expect(seeded.upstream).toBe(5);
  });

  test("is drawn the same whatever the seed", () => {
    expect(sameStructure(product, seeded)).toBe(true);
    expect(sameStructure(seeded, edit.setUpstream(seeded, [[1]]))).toBe(true);
  });
});

describe("what is evaluated", () => {
  const unfinished = edit.addNode(seeded, BY_NAME.get("times")!, { source: "z" });

  test("takes the seed along where its output is the document's own", () => {
    expect(edit.evaluable(seeded, BY_NAME)).toBe(seeded);
    const loose = edit.addNode(seeded, BY_NAME.get("times")!).graph;
    const named = edit.setOutput(loose, "z");
    expect(edit.evaluable(named, BY_NAME).upstream).toBe(5);
  });

  test("leaves it where only a part can be, that ends before the output", () => {
    const part = edit.evaluable(unfinished.graph, BY_NAME, new Set(), "z");
    expect(part.nodes.map(({ id }) => id)).toEqual(["x", "y", "z"]);
    expect(part).not.toHaveProperty("upstream");
    const chosen = edit.setOutput(unfinished.graph, "z");
    expect(edit.evaluable(chosen, BY_NAME).upstream).toBe(5);
    const gone = edit.setOutput(unfinished.graph, unfinished.id);
    expect(edit.evaluable(gone, BY_NAME)).not.toHaveProperty("upstream");
  });
});

test("a seed that doesn't fit is told, and the numbers are those for ones", async () => {
  const fault = { code: "shape-mismatch", detail: "it doesn't fit", pointer: "/graph/upstream" };
  const runs: GraphDocument[] = [];
  const session = new Session(seeded, OPS, (graph) => {
    runs.push(graph);
    return graph.upstream === undefined
      ? Promise.resolve(answer(graph))
      : Promise.reject(
          new ApiError({ type: "t", title: "T", status: 422, detail: "no", errors: [fault] }),
        );
  });
  await vi.waitFor(() => {
    expect(session.run.value.evaluation).toBeDefined();
  });
  expect(runs.map(({ upstream }) => upstream)).toEqual([5, undefined]);
  expect(session.run.value.faults).toEqual([fault]);
  expect(session.graph.value).toBe(seeded);
});

describe("the action", () => {
  const open = async (graph: GraphDocument): Promise<[Session, Actions]> => {
    const session = new Session(graph, OPS, (other) => Promise.resolve(answer(other)));
    await vi.waitFor(() => {
      expect(session.run.value.output).toBeDefined();
    });
    return [session, new Actions(session, () => undefined)];
  };

  test("is one step of undo by its name", async () => {
    const [session, actions] = await open(product);
    for (const seed of [1, 12, 125]) actions.setSeed(seed);
    session.settle();
    expect(session.undoName.value).toBe("Change the seed");
    expect(session.graph.value.upstream).toBe(125);
    actions.useOnes();
    expect(session.graph.value).toEqual(product);
    session.undo();
    expect(session.graph.value.upstream).toBe(125);
    session.undo();
    expect(session.graph.value).toBe(product);
  });

  test("names the output where the document leaves it open", async () => {
    const loose = edit.addNode(product, BY_NAME.get("input")!).graph;
    const [session, actions] = await open(loose);
    actions.setSeed(2);
    expect(session.graph.value).toMatchObject({ output: "z", upstream: 2 });
    actions.setSeed(undefined);
    expect(session.graph.value.output).toBe("z");
  });
});

test("what is not settled can be taken back without a trace", () => {
  const history = new History(0);
  history.push(1, "One", "a");
  history.settle();
  history.cancel();
  expect(history.now.value).toBe(1);
  for (const state of [2, 3]) history.push(state, "More", "b");
  history.cancel();
  expect(history.now.value).toBe(1);
  expect(history.undoName.value).toBe("One");
  expect(history.redoName.value).toBeUndefined();
});

describe("the socket", () => {
  afterEach(() => {
    vi.unstubAllGlobals();
  });

  test("is left for a request where the seed has changed, which it can't be told", async () => {
    const sent: unknown[] = [];
    class Socket {
      static readonly OPEN = 1;
      readonly readyState = 1;
      onopen?: () => void;
      onmessage?: (event: { data: string }) => void;
      constructor() {
        queueMicrotask(() => this.onopen?.());
      }
      send(text: string): void {
        sent.push(["socket", JSON.parse(text)]);
        queueMicrotask(() => this.onmessage?.({ data: JSON.stringify(answer(product)) }));
      }
      close(): void {
        sent.push("closed");
      }
    }
    vi.stubGlobal("WebSocket", Socket);
    vi.stubGlobal("fetch", (path: string, { body }: { body: string }) => {
      sent.push([path, JSON.parse(body)]);
      return Promise.resolve(new Response(JSON.stringify(answer(product))));
    });
    const live = new Live("ws://here");
    const moved = {
      ...seeded,
      nodes: [{ ...seeded.nodes[0]!, value: 4 }, ...seeded.nodes.slice(1)],
    };
    const other = { ...moved, upstream: 7 };
    for (const graph of [seeded, moved, other, edit.setUpstream(other, undefined)])
      await live.evaluate(graph, false);
    expect(sent).toEqual([
      ["/api/evaluate", { graph: seeded, trace: false }],
      ["socket", { graph: moved, trace: false }],
      "closed",
      ["/api/evaluate", { graph: other, trace: false }],
      ["/api/evaluate", { graph: edit.setUpstream(other, undefined), trace: false }],
    ]);
  });
});
