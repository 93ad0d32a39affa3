/** Exchanges the first two inputs. */
import { oneSelected, withSelected } from "./selected.js";
import type { MakeCommand } from "./command.js";

export const swap: MakeCommand = ({ session, actions }) => ({
  name: "swap",
  label: () => "Swap the inputs",
  keys: ["$mod+Shift+KeyS"],
  enabled: oneSelected(session),
  run: withSelected(session, (id) => {
    actions.swap(id);
  }),
});
