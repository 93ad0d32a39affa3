/** Makes a group the one op that equals it. */
import { groupSelected, withGroup } from "./selected.js";
import type { MakeCommand } from "./command.js";

export const collapse: MakeCommand = ({ session, actions }) => ({
  name: "collapse",
  label: () => "Replace the group by one op",
  keys: ["$mod+Shift+KeyM"],
  enabled: groupSelected(session),
  run: withGroup(session, (id) => void actions.collapse(id)),
});
