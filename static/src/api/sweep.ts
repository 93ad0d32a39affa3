/** The output along a range of one leaf. */
import { post } from "./http.js";
import type { components } from "./schema.js";

export type SweepRequest = components["schemas"]["SweepRequest"];
export type Sweep = components["schemas"]["SweepResponse"];

export const sweep = (request: SweepRequest): Promise<Sweep> => post("/api/sweep", request);
