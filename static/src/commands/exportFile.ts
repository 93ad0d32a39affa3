/** Saves the graph as a picture, a page, a program or a text. */
import type { MakeCommand } from "./command.js";

export const exportFile: MakeCommand = ({ session, look, showExport }) => ({
  name: "export",
  label: () => "Export as a picture, a page or code…",
  icon: "M3 4h9M3 4v12h9M8 10h9M14 7l3 3-3 3",
  keys: ["$mod+Shift+KeyE"],
  // Every format but the document itself would tell what is to be found.
  enabled: () => session.graph.value.nodes.length > 0 && look.blankKeys.value.size === 0,
  run: () => void showExport(),
});
