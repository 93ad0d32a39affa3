/** The HTTP contract, called. */
import type { components } from "./schema.js";

type Schemas = components["schemas"];
export type GraphDocument = Schemas["GraphDocument"];
export type GraphNode = GraphDocument["nodes"][number];
export type Tensor = Schemas["Tensor"];
export type WireTensor = Schemas["WireTensor"];
export type WireNumber = number | "NaN" | "Infinity" | "-Infinity";
export type TensorSummary = Schemas["TensorSummary"];
export type Evaluation = Schemas["EvaluateResponse"];
export type NodeResult = Schemas["NodeResult"];
export type TraceStep = NonNullable<Evaluation["trace"]>[number];
export type Op = Schemas["OpEntry"];
export type Example = Schemas["Example"];
export type Problem = Schemas["Problem"];
export type Fault = Schemas["ProblemError"];

/** The server's answer that it can't do what was asked, and why. */
export class ApiError extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail);
    this.name = "ApiError";
  }

  /** What is wrong, at least one. */
  get faults(): readonly Fault[] {
    const { errors, detail, type } = this.problem;
    return errors?.length ? errors : [{ code: type, detail }];
  }
}

export const ops = (): Promise<Op[]> => get("/api/ops");

export const example = (name: string): Promise<Example> =>
  get(`/api/examples/${encodeURIComponent(name)}`);

/** Forward and backward; with every step's formula when `trace` is asked for. */
export const evaluate = (graph: GraphDocument, trace = false): Promise<Evaluation> =>
  post("/api/evaluate", { graph, trace });

/** The graph of a formula; `inputs` are values for its free names. */
export async function parse(
  source: string,
  inputs: Readonly<Record<string, Tensor>>,
): Promise<GraphDocument> {
  const answer = await post<Schemas["GraphResponse"]>("/api/parse", {
    language: "formula",
    source,
    inputs,
  });
  return answer.graph;
}

/** The graph with one composite node opened into its primitives. */
export async function expand(graph: GraphDocument, node: string): Promise<GraphDocument> {
  return (await post<Schemas["GraphResponse"]>("/api/expand", { graph, node })).graph;
}

/** The graph with one group closed into the op that equals it. */
export async function collapse(graph: GraphDocument, group: string): Promise<GraphDocument> {
  return (await post<Schemas["GraphResponse"]>("/api/collapse", { graph, group })).graph;
}

const get = <T>(path: string): Promise<T> => call(path, {});

const post = <T>(path: string, body: unknown): Promise<T> =>
  call(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });

async function call<T>(path: string, init: RequestInit): Promise<T> {
  let response: Response;
  try {
    response = await fetch(path, init);
  } catch {
    throw new ApiError(
      away(
        0,
        "The server can't be reached. Your changes are kept; numbers come when it answers again.",
      ),
    );
  }
  const body = (await response.json().catch(() => undefined)) as unknown;
  if (response.ok && body !== undefined) return body as T;
  throw new ApiError(
    isProblem(body) ? body : away(response.status, `The server answered ${response.status}.`),
  );
}

/** The code of the fault that there is no answer. */
export const UNREACHABLE = "urn:backarrow:problem:unreachable";

const away = (status: number, detail: string): Problem => ({
  type: UNREACHABLE,
  title: "Unreachable",
  status,
  detail,
});

export const isProblem = (body: unknown): body is Problem =>
  typeof body === "object" && body !== null && "detail" in body && typeof body.detail === "string";
