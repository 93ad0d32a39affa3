/** Deletes what is selected. */
import type { MakeCommand } from "./command.js";

export const remove: MakeCommand = ({ session, actions }) => ({
  name: "delete",
  label: () => "Delete",
  icon: "M4 6h12M8 6V4h4v2M6 6l1 11h6l1-11",
  keys: ["Delete", "Backspace"],
  enabled: () => session.selection.value.length > 0 || session.selectedEdge.value !== undefined,
  run: () => {
    actions.remove(false);
  },
});
