/** Training over HTTP, and the data to train on. */
import type { GraphDocument } from "./client.js";
import { get, post } from "./http.js";
import { postForLines } from "./lines.js";
import { brokenOff } from "./problem.js";
import type { components } from "./schema.js";

type Schemas = components["schemas"];
export type Dataset = Schemas["DatasetEntry"];
export type Optimizer = Schemas["OptimizerEntry"];
export type DataBatches = Schemas["DataBatches"];
export type TrainRequest = Schemas["TrainRequest"];
export type TrainLine = Schemas["TrainLine"];
export type TrainEnd = Schemas["TrainEnd"];
export type TrainState = Schemas["TrainState"];
export type Sample = Schemas["SampleResponse"];

/** What a stretch of training gave: a line for every step that was reported, and the end. */
export interface Stretch {
  readonly lines: readonly TrainLine[];
  readonly end: TrainEnd;
}

export const datasets = (): Promise<Dataset[]> => get("/api/datasets");

export const optimizers = (): Promise<Optimizer[]> => get("/api/optimizers");

/** A row of the data as values of the graph's leaves. */
export const sample = (graph: GraphDocument, batches: DataBatches, row: number): Promise<Sample> =>
  post("/api/samples", { graph, batches, row });

/** Trains for as many steps as are asked for. Once aborted, the server stops too. */
export async function train(request: TrainRequest, signal: AbortSignal): Promise<Stretch> {
  const lines: TrainLine[] = [];
  await postForLines("/api/train", request, signal, (line) => lines.push(line as TrainLine));
  const end = lines.pop();
  if (!end || !("graph" in end))
    throw brokenOff("Resume goes on from the last steps that arrived.");
  return { lines, end: end as TrainEnd };
}
