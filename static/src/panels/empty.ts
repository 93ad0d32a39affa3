/** What an empty drawing offers. */
import { html, type TemplateResult } from "lit-html";
import type { Draft } from "../model/drafts.js";

const FORMULAS = [
  "(x+y)^2",
  "x*x + x",
  "1 / (1 + exp(-x))",
  "price = 100\ncount = 2\ntax = 1.1\nprice * count * tax",
];

export interface Beginnings {
  formula(source: string): void;
  addOp(): void;
  openFile(): void;
  tour(): void;
}

export function emptyState(begin: Beginnings, drafts: readonly Draft[]): TemplateResult {
  return html`<div class="empty-state">
    <h2>Nothing to draw yet</h2>
    <p>Type a formula above and press Enter, or begin with one of these:</p>
    <ul>
      ${FORMULAS.map(
        (source) =>
          html`<li>
            <button
              type="button"
              class="code"
              .textContent=${source}
              @click=${() => {
                begin.formula(source);
              }}
            ></button>
          </li>`,
      )}
    </ul>
    <p>
      <button
        type="button"
        @click=${() => {
          begin.addOp();
        }}
      >
        Add the first node
      </button>
      <button
        type="button"
        @click=${() => {
          begin.openFile();
        }}
      >
        Open a file
      </button>
      <a class="button" href="/">Open a graph of the gallery</a>
      <button
        type="button"
        @click=${() => {
          begin.tour();
        }}
      >
        Take the tour
      </button>
    </p>
    ${
      drafts.length > 0
        ? html`<p>You worked on:</p>
            <ul>
              ${drafts
                .slice(0, 4)
                .map(
                  (draft) =>
                    html`<li><a href="/graph?draft=${draft.id}">${titleOf(draft)}</a></li>`,
                )}
            </ul>`
        : ""
    }
  </div>`;
}

function titleOf({ history, changed }: Draft): string {
  const { title, nodes } = history.now.state;
  const day = new Date(changed).toLocaleString(undefined, {
    dateStyle: "medium",
    timeStyle: "short",
  });
  return `${title?.trim() ? title : `${nodes.length} nodes`}, ${day}`;
}
