/** What commands ask of the selection. */
import { groupOf, selectedNodes, type Session } from "../model/session.js";

export const someSelected = (session: Session) => (): boolean => session.selection.value.length > 0;

export const oneSelected = (session: Session) => (): boolean =>
  session.selected.value !== undefined;

/** Acts on the node that is selected alone. */
export const withSelected = (session: Session, act: (id: string) => void) => (): void => {
  const id = session.selected.value;
  if (id !== undefined) act(id);
};

/** The closed group that is selected, else the smallest group around the selected nodes. */
function groupOfSelection(session: Session): string | undefined {
  const closed = session.selection.value.map(groupOf).find((group) => group !== undefined);
  if (closed !== undefined) return closed;
  const chosen = selectedNodes(session);
  if (chosen.length === 0) return undefined;
  const around = (session.graph.value.groups ?? []).filter(({ nodes }) =>
    chosen.every((id) => nodes.includes(id)),
  );
  return around.sort((a, b) => a.nodes.length - b.nodes.length)[0]?.id;
}

export const groupSelected = (session: Session) => (): boolean =>
  groupOfSelection(session) !== undefined;

/** Acts on that group. */
export const withGroup = (session: Session, act: (group: string) => void) => (): void => {
  const id = groupOfSelection(session);
  if (id !== undefined) act(id);
};
