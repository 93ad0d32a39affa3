/** Makes backward arrows as thick as their gradients are large, or all alike. */
import type { MakeCommand } from "./command.js";

export const thickness: MakeCommand = ({ look }) => ({
  name: "thickness",
  label: () => "Thickness by the gradient's size, on or off",
  keys: ["$mod+Shift+KeyW"],
  enabled: () => true,
  run: () => {
    look.weighted.value = !look.weighted.value;
  },
});
