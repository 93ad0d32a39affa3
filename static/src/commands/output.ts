/** Makes the selected node the output. */
import { oneSelected, withSelected } from "./selected.js";
import type { MakeCommand } from "./command.js";

export const output: MakeCommand = ({ session, actions }) => ({
  name: "output",
  label: () => "Take the gradients of this node",
  keys: ["$mod+Enter"],
  enabled: oneSelected(session),
  run: withSelected(session, (id) => {
    actions.setOutput(id);
  }),
});
