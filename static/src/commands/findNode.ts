/** Searches a node by its name. */
import type { MakeCommand } from "./command.js";

export const findNode: MakeCommand = ({ find, session }) => ({
  name: "find",
  label: () => "Find a node…",
  icon: "M8.5 3.5a5 5 0 1 0 0 10 5 5 0 1 0 0-10M12.2 12.2 17 17",
  keys: ["$mod+KeyF"],
  enabled: () => session.graph.value.nodes.length > 0,
  run: () => {
    find.node();
  },
});
