/** Copies a link that holds the whole graph. */
import type { MakeCommand } from "./command.js";

export const share: MakeCommand = ({ session, filing }) => ({
  name: "share",
  label: () => "Copy a link to this graph",
  icon: "M8 12a3.500 3.500 0 0 0 5 0l3-3a3.500 3.500 0 0 0-5-5l-1 1M12 8a3.500 3.500 0 0 0-5 0l-3 3a3.500 3.500 0 0 0 5 5l1-1",
  keys: ["$mod+Shift+KeyL"],
  enabled: () => session.graph.value.nodes.length > 0,
  run: () => void filing.share(),
});
