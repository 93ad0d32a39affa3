/** Gradients worked out by hand, and graphs to work them out on. */
import { get, post } from "./http.js";
import type { components } from "./schema.js";

type Schemas = components["schemas"];
export type Verification = Schemas["VerifyResponse"];
export type JudgedClaim = Schemas["JudgedClaim"];
export type Slip = Schemas["SlipResult"];
export type Exercise = Schemas["ExerciseResponse"];
type Claims = Readonly<Record<string, Schemas["Tensor"]>>;

/** Judges gradients by node, and shares by edge (`target:slot`). */
export const verify = (
  graph: Schemas["GraphDocument"],
  claimed: Claims,
  edges: Claims,
): Promise<Verification> => post("/api/verify", { graph, claimed, edges });

/** The exercise of a level and a seed: the same one every time. */
export const exercise = (level: number, seed: number): Promise<Exercise> =>
  get(`/api/exercises?level=${level}&seed=${seed}`);
