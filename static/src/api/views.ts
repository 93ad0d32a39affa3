/** A graph in several languages, each place linked to its node; and as files. */
import type { GraphDocument } from "./client.js";
import { get, post, postForText } from "./http.js";
import type { components } from "./schema.js";

type Schemas = components["schemas"];
export type Views = Schemas["ViewsResponse"];
export type View = Schemas["View"];
export type ViewSpan = Schemas["ViewSpan"];
export type ViewEquation = Schemas["ViewEquation"];

export type Format = Schemas["FormatEntry"];

/** The formats that graphs are written in. */
export const exporters = async (): Promise<readonly Format[]> =>
  (await get<Schemas["FormatsResponse"]>("/api/formats")).exporters;

export const views = (graph: GraphDocument): Promise<Views> => post("/api/views", { graph });

/** The graph as a text of that format. */
export const exported = (graph: GraphDocument, format: string): Promise<string> =>
  postForText(`/api/export/${encodeURIComponent(format)}`, { graph });
