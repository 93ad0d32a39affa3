/** Takes a box away and leaves what was in it. */
import { groupSelected, withGroup } from "./selected.js";
import type { MakeCommand } from "./command.js";

export const ungroup: MakeCommand = ({ session, actions }) => ({
  name: "ungroup",
  label: () => "Ungroup",
  keys: ["$mod+Shift+KeyG"],
  enabled: groupSelected(session),
  run: withGroup(session, (id) => {
    actions.ungroup(id);
  }),
});
