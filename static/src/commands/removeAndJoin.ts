/** Deletes nodes and leads on what led into them. */
import { someSelected } from "./selected.js";
import type { MakeCommand } from "./command.js";

export const removeAndJoin: MakeCommand = ({ session, actions }) => ({
  name: "delete-reconnect",
  label: () => "Delete and join what it was between",
  keys: ["$mod+Delete", "$mod+Backspace"],
  enabled: someSelected(session),
  run: () => {
    actions.remove(true);
  },
});
