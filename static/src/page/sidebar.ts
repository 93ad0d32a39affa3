/** The panel at the side, kept in line with the session. */
import { effect } from "@preact/signals-core";
import { html, render } from "lit-html";
import type { Example } from "../api/client.js";
import type { Actions } from "../commands/actions.js";
import type { Session } from "../model/session.js";
import { inspector } from "../panels/inspector.js";
import { problemsPanel } from "../panels/problems.js";
import { settingsPanel } from "../panels/settings.js";
import { numbersTable, valuesPanel } from "../panels/values.js";
import { place } from "./place.js";

export interface SidebarEvents {
  /** A node is pointed at in a list; undefined for none. */
  point(node: string | undefined): void;
  /** A node is to be shown and selected. */
  go(node: string): void;
}

export class Sidebar {
  constructor(
    private readonly session: Session,
    private readonly actions: Actions,
    private readonly example: Example | undefined,
    private readonly events: SidebarEvents,
  ) {
    for (const paint of [this.paintLesson, this.paintValues, this.paintNode]) effect(paint);
  }

  /** The lesson, as long as this is the graph that it speaks of. */
  private readonly paintLesson = (): void => {
    const { example } = this;
    const title = this.session.graph.value.title?.trim();
    place("lesson").hidden = !example || title !== example.graph.title;
    if (example)
      render(
        html`<p>${example.text}</p>
          <p class="question"><strong>Predict:</strong> ${example.question}</p>`,
        place("lesson-text"),
      );
  };

  private readonly paintValues = (): void => {
    const { session } = this;
    const empty = session.graph.value.nodes.length === 0;
    place("values").hidden = empty;
    place("numbers").hidden = empty;
    render(valuesPanel(session, this.paintValues), place("values-fields"));
    render(numbersTable(session), place("numbers-table"));
  };

  private readonly paintNode = (): void => {
    const { session, actions, events } = this;
    const numbers =
      session.graph.value.nodes.length > 0
        ? inspector(session, {
            open: (id) => void actions.expand(id),
            close: (group) => void actions.collapse(group),
            point: (id) => {
              events.point(id);
            },
          })
        : html`<p class="hint">The numbers of a node show here once there is a graph.</p>`;
    render(
      html`${problemsPanel(session, (id) => {
        events.go(id);
      })}
      ${numbers} ${settingsPanel(session, actions)}`,
      place("inspector"),
    );
  };
}
