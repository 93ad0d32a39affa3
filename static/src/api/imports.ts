/** Files that the server reads as graphs. */
import { get } from "./http.js";
import { ensureTaken } from "./limits.js";
import type { components } from "./schema.js";
import { postForm, type Watch } from "./upload.js";

type Schemas = components["schemas"];
export type Importer = Schemas["ImporterEntry"];
/** A file's graph, what of the file it can't say, and the lengths taken for what the file leaves open. */
export type Imported = Schemas["ImportResponse"];

/** The formats that graphs can be read from here. */
export const importers = async (): Promise<Importer[]> =>
  (await get<Schemas["FormatsResponse"]>("/api/formats")).importers;

/** Has a file read; `axes` are lengths for what it leaves open. */
export async function importFile(
  format: string,
  file: File,
  axes: Readonly<Record<string, number>>,
  watch: Watch,
): Promise<Imported> {
  ensureTaken(file.name, file.size, "file");
  const form = new FormData();
  form.append("file", file);
  form.append("axes", JSON.stringify(axes));
  const path = `/api/import/${encodeURIComponent(format)}`;
  return (await postForm(path, form, watch)) as Imported;
}
