/** Makes the change again that was taken back. */
import type { MakeCommand } from "./command.js";

export const redo: MakeCommand = ({ session }) => ({
  name: "redo",
  label: () => `Redo: ${session.redoName.value ?? ""}`.replace(/: $/, ""),
  icon: "m12 5 4 4-4 4M16 9H8a4 4 0 0 0 0 8h3",
  keys: ["$mod+Shift+KeyZ", "$mod+KeyY"],
  enabled: () => session.redoName.value !== undefined,
  run: () => {
    session.redo();
  },
});
