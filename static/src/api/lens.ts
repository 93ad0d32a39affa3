/** Calls that look into the gradients of a graph: their health, and what one element is made of. */
import { post } from "./http.js";
import type { components } from "./schema.js";
import type { GraphDocument } from "./client.js";

type Schemas = components["schemas"];
export type Diagnosis = Schemas["DiagnoseResponse"];
export type Finding = Schemas["FindingResult"];
export type Drill = Schemas["DrillResponse"];
export type DrillTerm = Schemas["DrillTerm"];

/** Whether gradients vanish, explode, stop, or stop being numbers. */
export const diagnose = (graph: GraphDocument): Promise<Diagnosis> =>
  post("/api/diagnose", { graph });

/** The products that add up to one element of what a node sends to one of its inputs, those of 0 among them. */
export const drill = (
  graph: GraphDocument,
  node: string,
  input: number,
  index: readonly number[],
): Promise<Drill> => post("/api/drill", { graph, node, input, index, zeros: true });
