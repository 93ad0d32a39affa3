/** Shows all of the graph. */
import type { MakeCommand } from "./command.js";

export const fit: MakeCommand = ({ canvas }) => ({
  name: "fit",
  label: () => "Show the whole graph",
  icon: "M4 8V4h4M12 4h4v4M16 12v4h-4M8 16H4v-4",
  keys: ["0"],
  enabled: () => true,
  run: () => {
    canvas.fit();
  },
});
