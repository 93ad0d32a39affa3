/** Selects nothing. */
import type { MakeCommand } from "./command.js";

export const selectNone: MakeCommand = ({ session }) => ({
  name: "select-none",
  label: () => "Select nothing",
  keys: ["Escape"],
  enabled: () => session.selection.value.length > 0 || session.selectedEdge.value !== undefined,
  run: () => {
    session.selection.value = [];
    session.selectedEdge.value = undefined;
  },
});
