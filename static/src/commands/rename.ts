/** Gives the selected node or group another name, where it stands. */
import { oneSelected, withSelected } from "./selected.js";
import type { MakeCommand } from "./command.js";

export const rename: MakeCommand = ({ session, editName }) => ({
  name: "rename",
  label: () => "Rename",
  keys: ["F2"],
  enabled: oneSelected(session),
  run: withSelected(session, editName),
});
