/** Shows or hides the panel at the right. */
import type { MakeCommand } from "./command.js";

export const togglePanel: MakeCommand = () => ({
  name: "panel",
  label: () => "Show or hide the panel",
  icon: "M3 4h14v12H3ZM12 4v12",
  keys: ["$mod+KeyB"],
  enabled: () => true,
  run: () => document.body.classList.toggle("panel-closed"),
});
