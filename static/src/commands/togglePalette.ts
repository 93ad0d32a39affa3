/** Shows or hides the ops at the left. */
import type { MakeCommand } from "./command.js";

export const togglePalette: MakeCommand = () => ({
  name: "palette",
  label: () => "Show or hide the ops",
  icon: "M3 4h14v12H3ZM8 4v12",
  keys: ["$mod+Shift+KeyB"],
  enabled: () => true,
  run: () => document.body.classList.toggle("palette-open"),
});
