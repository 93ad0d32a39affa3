/** Copies the selected nodes beside them. */
import { someSelected } from "./selected.js";
import type { MakeCommand } from "./command.js";

export const duplicate: MakeCommand = ({ session, actions }) => ({
  name: "duplicate",
  label: () => "Duplicate",
  keys: ["$mod+KeyD"],
  enabled: someSelected(session),
  run: () => {
    actions.duplicate();
  },
});
