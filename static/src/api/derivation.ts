/** The chain rule written out. */
import type { GraphDocument } from "./client.js";
import { post } from "./http.js";
import type { components } from "./schema.js";

type Schemas = components["schemas"];
export type Derivation = Schemas["DerivationResponse"];
export type DerivationPath = Schemas["DerivationPath"];
export type DerivationFactor = Schemas["DerivationFactor"];
export type DerivationCounts = Schemas["DerivationCounts"];
export type ForwardStep = Schemas["ForwardStep"];

/** The gradient of a node as a sum over paths of products along them, of which `limit` are listed. */
export const derivation = (graph: GraphDocument, wrt: string, limit: number): Promise<Derivation> =>
  post("/api/derivation", { graph, wrt, limit });
