/** Opens the dialog in which a program becomes a graph. */
import type { MakeCommand } from "./command.js";

export const fromCode: MakeCommand = ({ code }) => ({
  name: "from-code",
  label: () => "From code…",
  keys: [],
  enabled: () => true,
  run: () => {
    code.open();
  },
});
