/** Programs and formulas as graphs. */
import { post } from "./http.js";
import type { components } from "./schema.js";

type Schemas = components["schemas"];
export type Language = Schemas["ParseRequest"]["language"];
export type ReadText = Schemas["ParseResponse"];

/** The graph of a text, and what the graph can't say of it. The text isn't run. */
export const readText = (language: Language, source: string): Promise<ReadText> =>
  post("/api/parse", { language, source });
