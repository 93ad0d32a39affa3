/** Saves the graph as a file. */
import type { MakeCommand } from "./command.js";

export const saveFile: MakeCommand = ({ session, filing }) => ({
  name: "save",
  label: () => "Save as a file",
  icon: "M10 3v10M6 9l4 4 4-4M4 16h12",
  keys: ["$mod+KeyS"],
  enabled: () => session.graph.value.nodes.length > 0,
  run: () => {
    filing.save();
  },
});
