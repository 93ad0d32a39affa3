import { describe, expect, test, vi } from "vitest";
import { ApiError, type Evaluation, type GraphDocument } from "../../static/src/api/client.ts";
import { linesOf } from "../../static/src/api/lines.ts";
import { train, type Stretch, type TrainRequest } from "../../static/src/api/train.ts";
import { findNode, withValue } from "../../static/src/model/document.ts";
import { replaceOp, rename } from "../../static/src/model/edit.ts";
import {
  durationText,
  latestOf,
  pointText,
  positive,
  withPoints,
  type Point,
} from "../../static/src/model/learning.ts";
import { Session } from "../../static/src/model/session.ts";
import { nextStretch, Trainer, type Method } from "../../static/src/model/trainer.ts";
import {
  fittingData,
  HELD,
  labelsOf,
  likelyData,
  likelyParameters,
  readSettings,
  scoresOf,
  TABLE,
  USUAL,
  withLeavesOf,
} from "../../static/src/model/trainSettings.ts";
import { op } from "./ops.ts";

const streamOf = (chunks: readonly string[]): ReadableStream<Uint8Array> =>
  new ReadableStream({
    start(controller) {
      for (const chunk of chunks)
        controller.enqueue(Uint8Array.from(chunk, (c) => c.charCodeAt(0)));
      controller.close();
    },
  });

describe("lines of a stream", () => {
  // A letter of two bytes, as the wire has it.
  const text = '{"a":1}\n{"b":"\u00c3\u00a9"}\n\n{"c":3}';
  test("are the same wherever its chunks are cut", async () => {
    for (let cut = 0; cut <= text.length; cut++) {
      const read = [];
      for await (const line of linesOf(streamOf([text.slice(0, cut), text.slice(cut)])))
        read.push(JSON.parse(line) as unknown);
      expect(read).toEqual([{ a: 1 }, { b: "é" }, { c: 3 }]);
    }
  });

  test("close the stream when nobody reads on", async () => {
    const cancel = vi.fn();
    const stream = new ReadableStream<Uint8Array>({
      pull(controller) {
        controller.enqueue(new TextEncoder().encode("1\n"));
      },
      cancel,
    });
    for await (const line of linesOf(stream)) {
      expect(line).toBe("1");
      break;
    }
    expect(cancel).toHaveBeenCalledOnce();
  });
});

describe("the answer to /api/train", () => {
  const request = {
    graph: { nodes: [] },
    steps: 1,
    optimizer: "sgd",
    test_every: 1,
    gradients: false,
  };
  const answering = (answer: () => Promise<Response>): void => {
    vi.stubGlobal("fetch", vi.fn(answer));
  };
  const ask = (signal = new AbortController().signal): Promise<unknown> =>
    train(request, signal).catch((error: unknown) => error);

  test("is its lines and its end", async () => {
    answering(() =>
      Promise.resolve(new Response(streamOf(['{"step":1}\n{"step":1,', '"graph":{}}\n']))),
    );
    expect(await ask()).toEqual({ lines: [{ step: 1 }], end: { step: 1, graph: {} } });
  });

  test("that breaks off is a fault", async () => {
    answering(() => Promise.resolve(new Response(streamOf(['{"step":1}\n']))));
    expect(((await ask()) as ApiError).message).toContain("broke off");
    answering(() => Promise.resolve(new Response(streamOf(['{"step":1}\n{"st']))));
    expect(((await ask()) as ApiError).message).toContain("can't be reached");
  });

  test("is refused with faults", async () => {
    const problem = {
      type: "t",
      title: "T",
      status: 422,
      detail: "d",
      errors: [{ code: "x", detail: "y" }],
    };
    answering(() => Promise.resolve(new Response(JSON.stringify(problem), { status: 422 })));
    expect(((await ask()) as ApiError).faults).toEqual(problem.errors);
  });

  test("is nothing at all once it is aborted", async () => {
    const aborting = new AbortController();
    answering(() => {
      aborting.abort();
      return Promise.resolve(new Response(streamOf(['{"step":1,"graph":{}}\n'])));
    });
    expect(((await ask(aborting.signal)) as Error).name).toBe("AbortError");
  });
});

const LINE: GraphDocument = {
  nodes: [
    { id: "x", op: "input", value: 2 },
    { id: "t", op: "input", value: 5 },
    { id: "w", op: "parameter", value: 0 },
    { id: "y", op: "mul", inputs: ["w", "x"] },
    { id: "loss", op: "judge", inputs: ["y", "t"] },
  ],
};
const OPS = [
  op("input", []),
  op("parameter", []),
  op("mul", ["a", "b"]),
  op("judge", ["s", "t"], { labels: ["t"], scores: "s" }),
];
const METHOD: Method = { optimizer: "sgd", test_every: 20, gradients: false, initialise: "he" };

/** A server at which every step adds 1 to the parameter. It answers when it is let. */
class FakeServer {
  readonly requests: TrainRequest[] = [];
  private answer: (() => void) | undefined;
  fault: ApiError | undefined;
  stopped: Stretch["end"]["stopped"] = null;

  readonly train = (request: TrainRequest, signal: AbortSignal): Promise<Stretch> => {
    this.requests.push(request);
    return new Promise((resolve, reject) => {
      signal.addEventListener("abort", () => {
        reject(signal.reason as Error);
      });
      this.answer = (): void => {
        if (this.fault) reject(this.fault);
        else resolve(this.stretch(request));
      };
    });
  };

  private stretch({ graph, steps, state }: TrainRequest): Stretch {
    const from = state?.step ?? 0;
    const value = findNode(graph, "w")!.value as number;
    const line = (step: number): Stretch["lines"][number] => ({
      step,
      loss: 1 / step,
      metrics: {},
      gradients: null,
      elapsed: 0.01 * (step - from),
      remaining: 0,
    });
    const lines = Array.from({ length: steps }, (_, n) => line(from + n + 1));
    return {
      lines,
      end: {
        ...lines.at(-1)!,
        graph: withValue(graph, "w", value + steps),
        state: { step: from + steps, optimizer: "sgd", moments: {} },
        scores: null,
        stopped: this.stopped,
      },
    };
  }

  /** Lets the next question be answered. */
  async next(times = 1): Promise<void> {
    for (let n = 0; n < times; n++) {
      await settled();
      this.answer?.();
      this.answer = undefined;
      await settled();
    }
  }
}

const settled = (): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, 0);
  });

function training(graph = LINE): { session: Session; server: FakeServer; trainer: Trainer } {
  const session = new Session(graph, OPS, () => Promise.reject(new Error("not evaluated here")));
  const server = new FakeServer();
  return { session, server, trainer: new Trainer(session, server.train) };
}

const weight = (session: Session): unknown => findNode(session.graph.peek(), "w")!.value;
const stepsOf = (server: FakeServer): number[] => server.requests.map(({ steps }) => steps);

test("a stretch is as long as the server works on it for a fifth of a second", () => {
  expect(nextStretch(100, 0.1)).toBe(200);
  expect(nextStretch(100, 1)).toBe(20);
  expect(nextStretch(1, 30)).toBe(1);
  expect(nextStretch(4, 0)).toBe(32);
});

describe("a training", () => {
  test("goes stretch after stretch to its goal, and is one step of undo", async () => {
    const { session, server, trainer } = training();
    void trainer.run(60, METHOD);
    await settled();
    expect(trainer.phase.value).toBe("running");
    await server.next(4);
    expect(stepsOf(server)).toEqual([4, 20, 20, 16]);
    expect(server.requests.map(({ state }) => state?.step)).toEqual([undefined, 4, 24, 44]);
    expect(server.requests.map(({ initialise }) => initialise)).toEqual([
      "he",
      undefined,
      undefined,
      undefined,
    ]);
    expect(server.requests[0]).toMatchObject({ output: "loss", optimizer: "sgd", every: 1 });
    expect(trainer.phase.value).toBe("done");
    expect(trainer.progress.value).toMatchObject({ step: 60, goal: 60 });
    expect(trainer.points.value.map(({ step }) => step)).toEqual(
      Array.from({ length: 60 }, (_, n) => n + 1),
    );
    expect(weight(session)).toBe(60);
    expect(session.undoName.value).toBe("Train 60 steps");
    session.undo();
    expect(weight(session)).toBe(0);
    expect(session.undoName.value).toBeUndefined();
  });

  test("pauses at once, and resumes with what the last whole stretch left", async () => {
    const { session, server, trainer } = training();
    void trainer.run(60, METHOD);
    await server.next();
    await settled();
    trainer.pause();
    expect(trainer.phase.value).toBe("paused");
    await server.next();
    expect(weight(session)).toBe(4);
    void trainer.run(1000, METHOD);
    await server.next(3);
    expect(stepsOf(server)).toEqual([4, 20, 20, 20, 16]);
    expect(trainer.phase.value).toBe("done");
    expect(weight(session)).toBe(60);
    session.undo();
    expect(weight(session)).toBe(0);
  });

  test("can be paused before its first step, and begins with its weights all the same", async () => {
    const { server, trainer } = training();
    void trainer.run(3, METHOD);
    await settled();
    trainer.pause();
    void trainer.run(3, METHOD);
    await server.next();
    expect(server.requests.map(({ initialise }) => initialise)).toEqual(["he", "he"]);
    expect(trainer.progress.value.step).toBe(3);
  });

  test("takes single steps on the way to its goal", async () => {
    const { server, trainer } = training();
    void trainer.step(10, METHOD);
    await server.next();
    expect(trainer.progress.value).toMatchObject({ step: 1, goal: 10 });
    expect(trainer.phase.value).toBe("paused");
    void trainer.step(10, METHOD);
    await server.next();
    void trainer.run(10, METHOD);
    await server.next(2);
    expect(stepsOf(server)).toEqual([1, 1, 4, 4]);
    expect(trainer.progress.value.step).toBe(10);
    expect(trainer.phase.value).toBe("done");
  });

  test("goes on beyond its goal, as the same step of undo", async () => {
    const { session, server, trainer } = training();
    void trainer.run(4, METHOD);
    await server.next();
    void trainer.run(4, METHOD);
    await server.next();
    expect(trainer.progress.value).toMatchObject({ step: 8, goal: 8 });
    expect(session.undoName.value).toBe("Train 8 steps");
  });

  test("that is stopped keeps what was learnt; the next one begins anew", async () => {
    const { session, server, trainer } = training();
    void trainer.run(60, METHOD);
    await server.next();
    await settled();
    trainer.stop();
    await server.next();
    expect(trainer.phase.value).toBe("idle");
    expect(weight(session)).toBe(4);
    void trainer.run(4, METHOD);
    await server.next();
    expect(server.requests.at(-1)!.state).toBeUndefined();
    expect(trainer.points.value).toHaveLength(4);
    expect(weight(session)).toBe(8);
  });

  test("is taken back", async () => {
    const { session, server, trainer } = training();
    void trainer.run(4, METHOD);
    await server.next();
    expect(trainer.undoable.value).toBe(true);
    trainer.takeBack();
    expect(weight(session)).toBe(0);
    expect(trainer.phase.value).toBe("idle");
    expect(trainer.points.value).toEqual([]);
    expect(trainer.undoable.value).toBe(false);
  });

  test("pauses when what it trains is changed, and doesn't overwrite the change", async () => {
    for (const change of [
      (graph: GraphDocument) => withValue(graph, "w", 7),
      (graph: GraphDocument) => replaceOp(graph, "loss", OPS[2]!),
    ]) {
      const { session, server, trainer } = training();
      void trainer.run(60, METHOD);
      await server.next();
      const changed = change(session.graph.peek());
      session.apply("Change", changed);
      expect(trainer.phase.value).toBe("paused");
      expect(trainer.note.value).toContain("was changed");
      await server.next();
      expect(session.graph.peek()).toBe(changed);
      expect(trainer.goesOn.value).toBe(false);
      session.undo();
      expect(trainer.goesOn.value).toBe(true);
    }
  });

  test("pauses when that happens before the first stretch is there", async () => {
    const { session, trainer } = training();
    void trainer.run(60, METHOD);
    await settled();
    session.apply("Change", withValue(LINE, "w", 7));
    expect(trainer.phase.value).toBe("paused");
  });

  test("goes on while inputs and names change", async () => {
    const { session, server, trainer } = training();
    void trainer.run(24, METHOD);
    await server.next();
    session.setValue("x", 9);
    session.apply("Rename", rename(session.graph.peek(), "w", "slope"));
    await server.next();
    expect(trainer.phase.value).toBe("done");
    expect(findNode(session.graph.peek(), "x")!.value).toBe(9);
    expect(findNode(session.graph.peek(), "w")).toMatchObject({ value: 24, label: "slope" });
    session.undo();
    expect(findNode(session.graph.peek(), "w")).toMatchObject({ value: 4, label: "slope" });
  });

  test("begins anew when its parameters are others than it left", async () => {
    const { session, server, trainer } = training();
    void trainer.run(4, METHOD);
    await server.next();
    session.undo();
    expect(trainer.goesOn.value).toBe(false);
    void trainer.run(4, METHOD);
    await server.next();
    expect(server.requests.at(-1)!.state).toBeUndefined();
  });

  test("that is refused says why", async () => {
    const { server, trainer } = training();
    const errors = [{ code: "no-parameter", detail: "nothing to train" }];
    server.fault = new ApiError({ type: "t", title: "T", status: 422, detail: "d", errors });
    void trainer.run(4, METHOD);
    await server.next();
    expect(trainer.phase.value).toBe("idle");
    expect(trainer.faults.value).toEqual(errors);
    server.fault = undefined;
    void trainer.run(4, METHOD);
    await server.next();
    expect(trainer.faults.value).toEqual([]);
    expect(trainer.phase.value).toBe("done");
  });

  test("that ends early keeps its steps and says why", async () => {
    const { session, server, trainer } = training();
    server.stopped = { code: "not-finite", detail: "step 5: too large" };
    void trainer.run(60, METHOD);
    await server.next();
    expect(trainer.phase.value).toBe("paused");
    expect(trainer.faults.value).toMatchObject([{ code: "not-finite" }]);
    expect(weight(session)).toBe(4);
  });
});

describe("what a training tells", () => {
  const point = (step: number, more: Partial<Point> = {}): Point => ({
    step,
    loss: 0.5,
    accuracy: undefined,
    testLoss: undefined,
    testAccuracy: undefined,
    ...more,
  });

  test("is thinned out, and so is what it tells of the test data", () => {
    const points = Array.from({ length: 4000 }, (_, n) =>
      point(n, n % 20 === 1 ? { testLoss: 1 } : {}),
    );
    const thin = withPoints(points, [point(4000)]);
    expect(thin).toHaveLength(1901 + 100);
    expect(thin.filter(({ testLoss }) => testLoss !== undefined)).toHaveLength(100);
    expect(thin.at(-1)!.step).toBe(4000);
  });

  test("is put in words", () => {
    const points = [
      point(1, { testLoss: 2, testAccuracy: 0.25 }),
      point(1200, { accuracy: 0.98765 }),
    ];
    expect(pointText(latestOf(points)!)).toBe(
      "Step 1,200: loss 0.5, 98.8 % right; on the test data 2, 25 % right",
    );
    expect(pointText(point(2, { loss: null }))).toBe("Step 2: loss not finite");
    expect(latestOf([])).toBeUndefined();
  });

  test("has no place on a logarithmic axis at 0", () => {
    expect(positive([1, 0, -1, null, undefined])).toEqual([1, null, null, null, undefined]);
  });

  test("takes its time", () => {
    expect([0.2, 1, 42, 600, 7200].map(durationText)).toEqual([
      "less than a second",
      "1 second",
      "42 seconds",
      "10 minutes",
      "2 hours",
    ]);
  });
});

const RULES = [
  {
    name: "sgd",
    title: "SGD",
    doc: "",
    latex: "",
    params: [{ name: "rate", kind: "number" as const, default: 0.01 }],
  },
];

describe("settings", () => {
  const settings = { ...USUAL, optimizer: "sgd" };

  test("become a request", () => {
    const read = readSettings(
      {
        ...settings,
        data: "iris",
        tuned: { "sgd.rate": "0.5", "adam.rate": "?" },
        start: "normal",
        seed: "3",
        test: "25",
        targets: "t",
      },
      RULES,
    );
    expect(read).toEqual({
      steps: 1000,
      faults: new Map(),
      method: {
        optimizer: { name: "sgd", rate: 0.5 },
        initialise: { method: "normal", seed: 3, std: 0.01 },
        batches: {
          data: "iris",
          targets: "t",
          test: 0.25,
          size: 100,
          seed: 3,
          shuffle: true,
          standardise: false,
        },
        test_every: 20,
        gradients: false,
      },
    });
  });

  test("may take the numbers in the graph, or a table", () => {
    expect(readSettings({ ...settings, data: HELD }, RULES).method).not.toHaveProperty("batches");
    const table = readSettings({ ...settings, data: TABLE, csv: "1,2", column: " b " }, RULES);
    expect(table.method.batches).toMatchObject({ csv: "1,2", target: "b" });
    expect(table.method.batches).not.toHaveProperty("data");
  });

  test("forget leaves that are gone", () => {
    const chosen = { ...settings, inputs: "x", targets: "gone" };
    expect(withLeavesOf(chosen, LINE)).toEqual({ ...settings, inputs: "x" });
  });

  test("say which field can't be read", () => {
    const bad = {
      steps: "0",
      size: "1.5",
      test: "100",
      seed: "-1",
      deviation: "0",
      start: "normal",
      tuned: { "sgd.rate": "fast" },
    } as const;
    const { faults } = readSettings({ ...settings, data: "iris", ...bad }, RULES);
    expect([...faults.keys()].sort()).toEqual([
      "deviation",
      "seed",
      "sgd.rate",
      "size",
      "steps",
      "test",
    ]);
    expect(faults.get("steps")).toBe("A whole number, from 1 to 1,000,000.");
  });
});

describe("what a graph tells of its data", () => {
  const ops = new Map(OPS.map((one) => [one.name, one]));
  const net: GraphDocument = {
    nodes: LINE.nodes.map((node) => (node.id === "x" ? { ...node, value: [[1, 2]] } : node)),
  };
  const set = (
    name: string,
    shape: number[],
    classes: string[],
    missing: string | null = null,
  ) => ({
    name,
    title: name,
    doc: "",
    count: 9,
    features: [],
    classes,
    shape,
    missing,
  });
  const all = [
    set("wide", [4], ["a"]),
    set("gone", [2], ["a", "b"], "install it"),
    set("three", [2], ["a", "b", "c"]),
    set("two", [2], ["a", "b"]),
  ];
  const scoring = (width: number): Evaluation =>
    ({ output: "loss", nodes: { y: { shape: [1, width] } } }) as unknown as Evaluation;

  test("its labels and its scores", () => {
    expect([...labelsOf(net, ops)]).toEqual(["t"]);
    expect(scoresOf(net, ops, "loss")).toBe("y");
    expect(scoresOf(net, ops, "y")).toBeUndefined();
  });

  test("the set that fits its leaf and its classes", () => {
    const fitting = fittingData(net, ops, all);
    expect(fitting.map(({ name }) => name)).toEqual(["three", "two"]);
    expect(likelyData(fitting, net, ops, scoring(2))?.name).toBe("two");
    expect(likelyData(fitting, net, ops, scoring(3))?.name).toBe("three");
    expect(likelyData(fitting, net, ops, undefined)?.name).toBe("three");
    expect(fittingData(LINE, ops, all)).toEqual([]);
  });

  test("the inputs that could be parameters", () => {
    expect(likelyParameters(net, ops, []).map(({ id }) => id)).toEqual(["x"]);
    expect(likelyParameters(net, ops, ["x"])).toEqual([]);
  });
});
