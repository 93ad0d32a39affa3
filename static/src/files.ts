/** Files of a person's own disk. */
import type { GraphDocument } from "./api/client.js";

/** Lets a person choose a graph's file. */
export function pickFile(take: (file: File) => void): void {
  const field = document.createElement("input");
  field.type = "file";
  field.accept = ".json,application/json";
  field.addEventListener("change", () => {
    const file = field.files?.[0];
    if (file) take(file);
  });
  field.click();
}

/** Saves a graph under its title. */
export function download(graph: GraphDocument): void {
  const content = `${JSON.stringify(graph, null, 2)}\n`;
  const name = (graph.title?.trim().replaceAll(/[^\p{L}\p{N}]+/gu, "-") ?? "").toLowerCase();
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([content], { type: "application/json" }));
  link.download = `${name || "graph"}.json`;
  link.click();
  URL.revokeObjectURL(link.href);
}
