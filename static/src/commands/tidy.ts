/** Leaves all places to the program again. */
import type { MakeCommand } from "./command.js";

export const tidy: MakeCommand = ({ session, actions }) => ({
  name: "tidy",
  label: () => "Tidy up",
  icon: "M4 5h5v4H4ZM4 12h5v4H4ZM12 8h5v4h-5M9 7h1.500v7H9M10.500 10H12",
  keys: ["$mod+Shift+KeyT"],
  enabled: () => session.graph.value.nodes.some(({ position }) => position),
  run: () => {
    actions.tidy();
  },
});
