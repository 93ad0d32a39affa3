/** Backpropagation held against numerical differentiation. */
import type { GraphDocument } from "./client.js";
import { post } from "./http.js";
import { postForLines } from "./lines.js";
import { ApiError, brokenOff } from "./problem.js";
import type { components } from "./schema.js";

type Schemas = components["schemas"];
export type GradientCheck = Schemas["CheckResponse"];
export type LeafCheck = Schemas["LeafCheckResult"];
export type CheckDirection = Schemas["CheckDirection"];
export type CheckProgress = Schemas["CheckProgress"];

/** Checks every leaf, and computed nodes too with `nodes`. */
export const check = (
  graph: GraphDocument,
  epsilon: number,
  nodes: boolean,
): Promise<GradientCheck> =>
  withCurve((curve) => post("/api/check", { graph, epsilon, nodes, curve }));

/** Checks a few directions in which all leaves move at once: quick, however many numbers there are. */
export const checkDirections = (graph: GraphDocument, epsilon: number): Promise<GradientCheck> =>
  post("/api/check", { graph, epsilon, method: "directional" });

/** Checks every leaf with a larger budget, and tells how far that has come. Once aborted, the server stops too. */
export const checkEvery = (
  graph: GraphDocument,
  epsilon: number,
  nodes: boolean,
  signal: AbortSignal,
  tell: (progress: CheckProgress) => void,
): Promise<GradientCheck> =>
  withCurve(async (curve) => {
    let last: unknown;
    await postForLines("/api/check/progress", { graph, epsilon, nodes, curve }, signal, (line) => {
      last = line;
      if (isProgress(line)) tell(line);
    });
    if (last === undefined || isProgress(last)) throw brokenOff("Check every element once more.");
    return last as GradientCheck;
  });

const isProgress = (line: unknown): line is CheckProgress =>
  typeof line === "object" && line !== null && "done" in line;

/** Asks for the errors at many steps too, as long as they can be afforded. */
async function withCurve<T>(ask: (curve: boolean) => Promise<T>): Promise<T> {
  try {
    return await ask(true);
  } catch (error) {
    const costly =
      error instanceof ApiError && error.faults.some(({ pointer }) => pointer === "/curve");
    if (!costly) throw error;
    return ask(false);
  }
}
