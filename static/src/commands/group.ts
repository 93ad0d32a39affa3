/** Draws a box around the selected nodes. */
import { someSelected } from "./selected.js";
import type { MakeCommand } from "./command.js";

export const group: MakeCommand = ({ session, actions }) => ({
  name: "group",
  label: () => "Group",
  keys: ["$mod+KeyG"],
  enabled: someSelected(session),
  run: () => {
    actions.group();
  },
});
