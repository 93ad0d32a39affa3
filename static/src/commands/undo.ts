/** Takes the last change back. */
import type { MakeCommand } from "./command.js";

export const undo: MakeCommand = ({ session }) => ({
  name: "undo",
  label: () => `Undo: ${session.undoName.value ?? ""}`.replace(/: $/, ""),
  icon: "M8 5 4 9l4 4M4 9h8a4 4 0 0 1 0 8H9",
  keys: ["$mod+KeyZ"],
  enabled: () => session.undoName.value !== undefined,
  run: () => {
    session.undo();
  },
});
