/** Backpropagation held against numerical differentiation. */
import type { GraphDocument } from "./client.js";
import { post } from "./http.js";
import { ApiError } from "./problem.js";
import type { components } from "./schema.js";

export type GradientCheck = components["schemas"]["CheckResponse"];
export type LeafCheck = components["schemas"]["LeafCheckResult"];

/** Checks every leaf, and asks for the errors at many steps too, as long as they can be afforded. */
export async function check(graph: GraphDocument, epsilon: number): Promise<GradientCheck> {
  const ask = (curve: boolean): Promise<GradientCheck> =>
    post("/api/check", { graph, epsilon, curve });
  try {
    return await ask(true);
  } catch (error) {
    const costly =
      error instanceof ApiError && error.faults.some(({ pointer }) => pointer === "/curve");
    if (!costly) throw error;
    return ask(false);
  }
}
