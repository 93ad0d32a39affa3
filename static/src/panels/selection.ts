/** What can be done with several nodes at once. */
import { html, nothing, type TemplateResult } from "lit-html";
import type { Actions } from "../commands/actions.js";
import { groupSelected, withGroup } from "../commands/selected.js";
import { selectedNodes, type Session } from "../model/session.js";

export function selectionPanel(
  session: Session,
  actions: Actions,
  group: () => void,
): TemplateResult | typeof nothing {
  if (session.selection.value.length < 2) return nothing;
  const button = (label: string, run: () => void, kind = ""): TemplateResult =>
    html`<button type="button" class=${kind} @click=${run}>${label}</button>`;
  return html`<section class="selection" role="group" aria-label="The selected nodes">
    <h3>${selectedNodes(session).length} nodes selected</h3>
    <div class="buttons">
      ${button("Group", group)}
      ${
        groupSelected(session)()
          ? [
              button(
                "Close the group",
                withGroup(session, (id) => {
                  actions.fold(id);
                }),
              ),
              button(
                "Ungroup",
                withGroup(session, (id) => {
                  actions.ungroup(id);
                }),
              ),
            ]
          : nothing
      }
      ${button("Duplicate", () => {
        actions.duplicate();
      })}
      ${button(
        "Delete",
        () => {
          actions.remove(false);
        },
        "danger",
      )}
      ${button("Select nothing", () => {
        session.selection.value = [];
      })}
    </div>
  </section>`;
}
