/** Lists all keys. */
import type { MakeCommand } from "./command.js";

export const shortcuts: MakeCommand = ({ showShortcuts }) => ({
  name: "shortcuts",
  label: () => "Keyboard shortcuts",
  keys: ["Shift+?", "?"],
  enabled: () => true,
  run: showShortcuts,
});
