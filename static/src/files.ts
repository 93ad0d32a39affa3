/** Files of a person's own disk. */
import type { GraphDocument } from "./api/client.js";

/** Lets a person choose a file. */
export function pickFile(take: (file: File) => void): void {
  const field = document.createElement("input");
  field.type = "file";
  field.hidden = true;
  // In the page, or it may be collected while the dialog is open, and nothing would come of the choice.
  document.body.append(field);
  field.addEventListener("cancel", () => {
    field.remove();
  });
  field.addEventListener("change", () => {
    const file = field.files?.[0];
    field.remove();
    if (file) take(file);
  });
  field.click();
}

/** Saves a graph under its title. */
export function download(graph: GraphDocument): void {
  const content = `${JSON.stringify(graph, null, 2)}\n`;
  saveText(`${titled(graph)}.json`, content, "application/json");
}

/** A graph's title as the beginning of a file's name. */
export function titled(graph: GraphDocument): string {
  const name = (graph.title?.trim().replaceAll(/[^\p{L}\p{N}]+/gu, "-") ?? "").toLowerCase();
  return name || "graph";
}

export const saveText = (name: string, content: string, type = "text/plain"): void => {
  save(new Blob([content], { type }), name);
};

export function save(content: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
