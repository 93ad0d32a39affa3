/** Draws a group as one node, or as a box again. */
import { groupSelected, withGroup } from "./selected.js";
import type { MakeCommand } from "./command.js";

export const fold: MakeCommand = ({ session, actions }) => ({
  name: "fold",
  label: () => "Close or open the group",
  keys: ["$mod+KeyE"],
  enabled: groupSelected(session),
  run: withGroup(session, (id) => {
    actions.fold(id);
  }),
});
