/** The HTTP contract, called. */
import { get, post } from "./http.js";
import type { components } from "./schema.js";

export { ApiError, isProblem, UNREACHABLE, type Fault, type Problem } from "./problem.js";

type Schemas = components["schemas"];
export type GraphDocument = Schemas["GraphDocument"];
export type GraphNode = GraphDocument["nodes"][number];
export type Tensor = Schemas["Tensor"];
export type PackedTensor = Schemas["PackedTensor"];
/** What a leaf of a document holds: a tensor, packed where it is large. */
export type LeafValue = Tensor | PackedTensor;
export type WireTensor = Schemas["WireTensor"];
export type WireNumber = number | "NaN" | "Infinity" | "-Infinity";
export type TensorSummary = Schemas["TensorSummary"];
export type Evaluation = Schemas["EvaluateResponse"];
export type NodeResult = Schemas["NodeResult"];
export type TraceStep = NonNullable<Evaluation["trace"]>[number];
export type Op = Schemas["OpEntry"];
export type Example = Schemas["Example"];

export const ops = (): Promise<Op[]> => get("/api/ops");

export const example = (name: string): Promise<Example> =>
  get(`/api/examples/${encodeURIComponent(name)}`);

/** Forward and backward; with every step's formula when `trace` is asked for. */
export const evaluate = (graph: GraphDocument, trace = false): Promise<Evaluation> =>
  post("/api/evaluate", { graph, trace });

/** Forward and backward with all elements of large tensors. */
export const evaluateWhole = (graph: GraphDocument): Promise<Evaluation> =>
  post("/api/evaluate?full=true", { graph });

/** The graph of a formula; `inputs` are values for its free names. */
export async function parse(
  source: string,
  inputs: Readonly<Record<string, LeafValue>>,
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
