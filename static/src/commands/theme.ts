/** Switches between light and dark. */
import { switchTheme } from "../theme.js";
import type { MakeCommand } from "./command.js";

export const theme: MakeCommand = () => ({
  name: "theme",
  label: () => "Switch between light and dark",
  keys: [],
  enabled: () => true,
  run: switchTheme,
});
