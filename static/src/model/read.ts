/** Documents that come from outside: files, links, the clipboard. */
import type { GraphDocument } from "../api/client.js";

/** A graph document that somebody's text holds, or undefined. References and numbers are the evaluation's to judge. */
export function readDocument(text: string): GraphDocument | undefined {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof data !== "object" || data === null || !("nodes" in data)) return undefined;
  const document = data as GraphDocument;
  const isText = (value: unknown): boolean =>
    value === undefined || value === null || typeof value === "string";
  const sound =
    isText(document.title) &&
    Array.isArray(document.nodes) &&
    document.nodes.every(
      (node: unknown) =>
        typeof node === "object" &&
        node !== null &&
        "id" in node &&
        /^[A-Za-z_]\w{0,63}$/.test(String(node.id)) &&
        "op" in node &&
        typeof node.op === "string" &&
        (!("inputs" in node) || (Array.isArray(node.inputs) && node.inputs.every(isText))) &&
        (!("label" in node) || isText(node.label)),
    ) &&
    (document.groups === undefined ||
      (Array.isArray(document.groups) &&
        document.groups.every(
          ({ id, nodes }) => isText(id) && Array.isArray(nodes) && nodes.every(isText),
        )));
  return sound ? document : undefined;
}
