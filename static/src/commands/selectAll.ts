/** Selects every node. */
import type { MakeCommand } from "./command.js";

export const selectAll: MakeCommand = ({ session, actions }) => ({
  name: "select-all",
  label: () => "Select all",
  keys: ["$mod+KeyA"],
  enabled: () => session.graph.value.nodes.length > 0,
  run: () => {
    actions.selectAll();
  },
});
