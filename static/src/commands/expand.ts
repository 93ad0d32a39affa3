/** Opens a composite op into the primitives that it equals. */
import { findNode } from "../model/document.js";
import { withSelected } from "./selected.js";
import type { MakeCommand } from "./command.js";

export const expand: MakeCommand = ({ session, actions }) => ({
  name: "expand",
  label: () => "Open into its pieces",
  keys: ["$mod+Shift+KeyX"],
  enabled: () => {
    const id = session.selected.value;
    const node = id === undefined ? undefined : findNode(session.graph.value, id);
    return node !== undefined && session.ops.get(node.op)?.decomposes === true;
  },
  run: withSelected(session, (id) => void actions.expand(id)),
});
