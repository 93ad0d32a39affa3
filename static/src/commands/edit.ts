/** Commands that change the graph. */
import type { Command } from "./command.js";
import type { Context } from "./context.js";

export function editCommands({ session, actions, chooseOp, rename }: Context): Command[] {
  const some = (): boolean => session.selection.value.length > 0;
  const one = (): boolean => session.selected.value !== undefined;
  const only = (act: (id: string) => void) => (): void => {
    const id = session.selected.value;
    if (id !== undefined) act(id);
  };
  const groupAt = (): string | undefined => {
    const chosen = new Set(actions.chosen);
    return session.graph.value.groups?.find(
      ({ nodes }) => chosen.size > 0 && nodes.some((id) => chosen.has(id)),
    )?.id;
  };
  const group = (act: (id: string) => void) => (): void => {
    const id = groupAt();
    if (id !== undefined) act(id);
  };
  const inGroup = (): boolean => some() && groupAt() !== undefined;
  return [
    {
      name: "undo",
      label: () => `Undo: ${session.undoName.value ?? ""}`.replace(/: $/, ""),
      icon: "M8 5 4 9l4 4M4 9h8a4 4 0 0 1 0 8H9",
      keys: ["$mod+KeyZ"],
      enabled: () => session.undoName.value !== undefined,
      run: () => {
        session.undo();
      },
    },
    {
      name: "redo",
      label: () => `Redo: ${session.redoName.value ?? ""}`.replace(/: $/, ""),
      icon: "m12 5 4 4-4 4M16 9H8a4 4 0 0 0 0 8h3",
      keys: ["$mod+Shift+KeyZ", "$mod+KeyY"],
      enabled: () => session.redoName.value !== undefined,
      run: () => {
        session.redo();
      },
    },
    {
      name: "add-op",
      label: () => "Add an op",
      icon: "M10 4v12M4 10h12M10 1a9 9 0 1 0 0 18 9 9 0 0 0 0-18",
      keys: ["Insert"],
      enabled: () => true,
      run: chooseOp,
    },
    {
      name: "delete",
      label: () => "Delete",
      icon: "M4 6h12M8 6V4h4v2M6 6l1 11h6l1-11",
      keys: ["Delete", "Backspace"],
      enabled: () => some() || session.selectedEdge.value !== undefined,
      run: () => {
        actions.remove(false);
      },
    },
    {
      name: "delete-reconnect",
      label: () => "Delete and join what it was between",
      keys: ["$mod+Delete", "$mod+Backspace"],
      enabled: some,
      run: () => {
        actions.remove(true);
      },
    },
    {
      name: "duplicate",
      label: () => "Duplicate",
      keys: ["$mod+KeyD"],
      enabled: some,
      run: () => {
        actions.duplicate();
      },
    },
    {
      name: "rename",
      label: () => "Rename",
      keys: ["F2"],
      enabled: one,
      run: rename,
    },
    {
      name: "swap",
      label: () => "Swap the inputs",
      keys: ["$mod+Shift+KeyS"],
      enabled: one,
      run: only((id) => {
        actions.swap(id);
      }),
    },
    {
      name: "output",
      label: () => "Take the gradients of this node",
      keys: ["$mod+Enter"],
      enabled: one,
      run: only((id) => {
        actions.setOutput(id);
      }),
    },
    {
      name: "group",
      label: () => "Group",
      keys: ["$mod+KeyG"],
      enabled: some,
      run: () => {
        actions.group();
      },
    },
    {
      name: "ungroup",
      label: () => "Ungroup",
      keys: ["$mod+Shift+KeyG"],
      enabled: inGroup,
      run: group((id) => {
        actions.ungroup(id);
      }),
    },
    {
      name: "fold",
      label: () => "Close or open the group",
      keys: ["$mod+KeyE"],
      enabled: inGroup,
      run: group((id) => {
        actions.fold(id);
      }),
    },
    {
      name: "select-all",
      label: () => "Select all",
      keys: ["$mod+KeyA"],
      enabled: () => session.graph.value.nodes.length > 0,
      run: () => {
        actions.selectAll();
      },
    },
    {
      name: "select-none",
      label: () => "Select nothing",
      keys: ["Escape"],
      enabled: some,
      run: () => {
        session.selection.value = [];
      },
    },
    {
      name: "tidy",
      label: () => "Tidy up",
      icon: "M4 5h5v4H4ZM4 12h5v4H4ZM12 8h5v4h-5M9 7h1.500v7H9M10.500 10H12",
      keys: ["$mod+Shift+KeyT"],
      enabled: () => session.graph.value.nodes.some(({ position }) => position),
      run: () => {
        actions.tidy();
      },
    },
  ];
}
