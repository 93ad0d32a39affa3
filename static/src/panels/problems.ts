/** What is wrong with the graph, and what is worth knowing about its numbers. */
import { html, nothing, type TemplateResult } from "lit-html";
import type { Fault } from "../api/client.js";
import type { Actions } from "../commands/actions.js";
import { findNode, nameOf } from "../model/document.js";
import { onlyTooMuch, remedy } from "../model/limits.js";
import { isSeedFault, type Session } from "../model/session.js";

export function problemsPanel(
  session: Session,
  actions: Actions,
  go: (node: string) => void,
): TemplateResult | typeof nothing {
  const { graph, evaluation, faults } = session.run.value;
  const warnings = evaluation?.warnings ?? [];
  if (faults.length === 0 && warnings.length === 0) return nothing;
  const link = (id: string | null | undefined): TemplateResult | typeof nothing => {
    const node = id ? findNode(graph, id) : undefined;
    if (!node) return nothing;
    return html`<button
      type="button"
      class="link"
      @click=${() => {
        go(node.id);
      }}
    >
      Show ${nameOf(node)}
    </button>`;
  };
  const ones = html`${evaluation ? "Until it fits, gradients start from ones." : nothing}
    <button
      type="button"
      class="link"
      @click=${() => {
        actions.useOnes();
      }}
    >
      Use ones
    </button>`;
  const calm = onlyTooMuch(faults);
  return html`<section
    class=${calm ? "problems calm" : "problems"}
    role="status"
    aria-live="polite"
  >
    <h3>${heading(session)}</h3>
    <ul>
      ${faults.map((fault) => html`<li class="fault">${sentence(fault)} ${isSeedFault(fault) ? ones : link(fault.node)}</li>`)}
      ${warnings.map(({ node, detail }) => html`<li class="warning">${detail}. ${link(node)}</li>`)}
    </ul>
    ${remedyHint(faults)}
  </section>`;
}

/** What can be done where the server takes less than that. */
export function remedyHint(faults: readonly Fault[]): TemplateResult | typeof nothing {
  const settings = remedy(faults);
  if (settings === undefined) return nothing;
  return html`<p class="remedy">
    That is a limit of this server, which can be started with a higher one:
    <code>${settings}</code>
  </p>`;
}

function heading({ run, waiting }: Session): string {
  if (waiting.value) return "Waiting for the server";
  if (run.value.faults.length === 0) return "Numbers to look at twice";
  if (!run.value.evaluation && onlyTooMuch(run.value.faults)) return "Drawn without numbers";
  if (run.value.evaluation && run.value.faults.every(isSeedFault)) return "The seed doesn't fit";
  return run.value.evaluation
    ? "A part of this graph can't be computed"
    : "This graph can't be computed";
}

/** A fault as a sentence, with its place in a text where it has one. */
export function sentence({ detail, node, line, column }: Fault): string {
  // A sentence that begins with a node's name keeps its spelling.
  const text = `${node && detail.startsWith(node) ? detail : capital(detail)}.`.replace("..", ".");
  return typeof line === "number" ? `Line ${line}, column ${column ?? 1}: ${text}` : text;
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
