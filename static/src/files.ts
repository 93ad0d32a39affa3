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
  downloadText(
    `${fileName(graph)}.json`,
    `${JSON.stringify(graph, null, 2)}\n`,
    "application/json",
  );
}

/** A file's name, without its ending, of a graph's title. */
export const fileName = ({ title }: GraphDocument): string =>
  (title?.trim().replaceAll(/[^\p{L}\p{N}]+/gu, "-") ?? "").toLowerCase() || "graph";

export function downloadText(name: string, content: string, type = "text/plain"): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([content], { type }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
