/** Draws a box around the selected nodes, to be named at once. */
import type { MakeCommand } from "./command.js";
import { someSelected } from "./selected.js";

export const group: MakeCommand = ({ session, groupAndName }) => ({
  name: "group",
  label: () => "Group",
  keys: ["$mod+KeyG"],
  enabled: someSelected(session),
  run: groupAndName,
});
