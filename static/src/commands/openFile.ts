/** Opens a graph from a file. */
import type { MakeCommand } from "./command.js";

export const openFile: MakeCommand = ({ filing }) => ({
  name: "open",
  label: () => "Open a file…",
  icon: "M3 16V5h5l2 2h7v9ZM3 16l3-6h13l-3 6",
  keys: ["$mod+KeyO"],
  enabled: () => true,
  run: () => {
    filing.open();
  },
});
