/** A graph in several languages, each place linked to its node; and as files. */
import type { GraphDocument } from "./client.js";
import { get, post, postForFile } from "./http.js";
import type { components } from "./schema.js";

type Schemas = components["schemas"];
export type Views = Schemas["ViewsResponse"];
export type View = Schemas["View"];
export type ViewSpan = Schemas["ViewSpan"];
export type ViewEquation = Schemas["ViewEquation"];

export const views = (graph: GraphDocument): Promise<Views> => post("/api/views", { graph });

export type Exporter = Schemas["ExporterEntry"];
export type ExportOptions = Partial<Schemas["ExportOptions"]>;

/** The formats that graphs can be written in here. */
export const exporters = async (): Promise<Exporter[]> =>
  (await get<Schemas["FormatsResponse"]>("/api/formats")).exporters;

/** The graph as a file of that format. */
export const exported = (
  graph: GraphDocument,
  format: string,
  options: ExportOptions = {},
): Promise<Blob> => postForFile(`/api/export/${encodeURIComponent(format)}`, { graph, options });
