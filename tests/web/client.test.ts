import { expect, test, vi } from "vitest";
import * as api from "../../static/src/api/client.ts";
import { ApiError } from "../../static/src/api/client.ts";
import { LayoutClient } from "../../static/src/layout/client.ts";
import { layout } from "../../static/src/layout/layout.ts";
import type { Request } from "../../static/src/layout/worker.ts";
import { apples } from "./graphs.ts";

const answering = (status: number, body: string) =>
  vi.stubGlobal(
    "fetch",
    vi.fn(() => Promise.resolve(new Response(body, { status }))),
  );

test("a problem becomes an error with its faults", async () => {
  const errors = [{ code: "syntax", detail: "here", line: 2, column: 5 }];
  answering(422, JSON.stringify({ type: "t", title: "T", status: 422, detail: "d", errors }));
  const error = await api.parse("(", {}).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ApiError);
  expect((error as ApiError).faults).toEqual(errors);
});

test("an answer that is no JSON, and no answer at all, are told in a sentence", async () => {
  answering(502, "<h1>Bad gateway</h1>");
  await expect(api.ops()).rejects.toThrow("The server answered 502.");
  vi.stubGlobal(
    "fetch",
    vi.fn(() => Promise.reject(new TypeError("Failed to fetch"))),
  );
  await expect(api.ops()).rejects.toThrow("The server can't be reached.");
});

class FakeWorker {
  static last: FakeWorker;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onerror: ((event: { message: string }) => void) | null = null;
  readonly requests: Request[] = [];
  constructor() {
    FakeWorker.last = this;
  }
  postMessage(request: Request): void {
    this.requests.push(request);
  }
  answer(): void {
    const { id, input } = this.requests.at(-1)!;
    this.onmessage!({ data: { id, result: layout(input) } });
  }
}

test("of layouts asked for in a row only the newest is made, and the others end empty", async () => {
  vi.stubGlobal("Worker", FakeWorker);
  const client = new LayoutClient("worker.js");
  const worker = FakeWorker.last;
  const [first, second, third] = [1, 2, 3].map(() => client.layout(apples));
  expect(worker.requests).toHaveLength(1);
  worker.answer();
  expect(worker.requests).toHaveLength(2);
  worker.answer();
  expect(await first).toBeUndefined();
  expect(await second).toBeUndefined();
  expect(await third).toEqual(layout(apples));
});

test("a worker that fails says so", async () => {
  vi.stubGlobal("Worker", FakeWorker);
  const client = new LayoutClient("worker.js");
  const asked = client.layout(apples);
  FakeWorker.last.onmessage!({ data: { id: 1, error: "RangeError: too deep" } });
  await expect(asked).rejects.toThrow("too deep");
});
