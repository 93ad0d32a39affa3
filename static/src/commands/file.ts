/** Commands for whole graphs. */
import type { Command } from "./command.js";
import type { Context } from "./context.js";

export function fileCommands({ session, newGraph, openFile, saveFile, share }: Context): Command[] {
  const some = (): boolean => session.graph.value.nodes.length > 0;
  return [
    {
      name: "new",
      label: () => "New graph",
      keys: [],
      enabled: some,
      run: newGraph,
    },
    {
      name: "open",
      label: () => "Open a file…",
      icon: "M3 16V5h5l2 2h7v9ZM3 16l3-6h13l-3 6",
      keys: ["$mod+KeyO"],
      enabled: () => true,
      run: openFile,
    },
    {
      name: "save",
      label: () => "Save as a file",
      icon: "M10 3v10M6 9l4 4 4-4M4 16h12",
      keys: ["$mod+KeyS"],
      enabled: some,
      run: saveFile,
    },
    {
      name: "share",
      label: () => "Copy a link to this graph",
      icon: "M8 12a3.500 3.500 0 0 0 5 0l3-3a3.500 3.500 0 0 0-5-5l-1 1M12 8a3.500 3.500 0 0 0-5 0l-3 3a3.500 3.500 0 0 0 5 5l1-1",
      keys: ["$mod+Shift+KeyL"],
      enabled: some,
      run: share,
    },
  ];
}
