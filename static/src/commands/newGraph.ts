/** Begins an empty graph; this one is kept. */
import type { MakeCommand } from "./command.js";

export const newGraph: MakeCommand = ({ session, filing }) => ({
  name: "new",
  label: () => "New graph",
  keys: [],
  enabled: () => session.graph.value.nodes.length > 0,
  run: () => {
    filing.begin();
  },
});
