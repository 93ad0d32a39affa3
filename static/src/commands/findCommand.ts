/** Searches a command by its name. */
import type { MakeCommand } from "./command.js";

export const findCommand: MakeCommand = ({ find }) => ({
  name: "commands",
  label: () => "All commands",
  icon: "M4 6h12M4 10h12M4 14h12",
  keys: ["$mod+KeyK"],
  enabled: () => true,
  run: () => {
    find.command();
  },
});
