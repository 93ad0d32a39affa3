/** What an empty drawing offers. */
import { html, nothing, type TemplateResult } from "lit-html";
import type { Draft } from "../model/drafts.js";

const FORMULAS = [
  "(x+y)^2",
  "x*x + x",
  "1 / (1 + exp(-x))",
  "price = 100\ncount = 2\ntax = 1.1\nprice * count * tax",
];

const DRAFTS_SHOWN = 4;

export interface Beginnings {
  formula(source: string): void;
  code(): void;
  addOp(): void;
  openFile(): void;
  tour(): void;
}

export function emptyState(begin: Beginnings, drafts: readonly Draft[]): TemplateResult {
  const button = (label: string, run: () => void): TemplateResult =>
    html`<button type="button" @click=${run}>${label}</button>`;
  return html`<div class="empty-state">
    <h2>Nothing to draw yet</h2>
    <div class="ways">
      <section>
        <h3>Write a formula, or code</h3>
        <p>Type one above and press Enter, or take one of these:</p>
        ${FORMULAS.map(
          (source) =>
            html`<button
              type="button"
              class="code"
              .textContent=${source}
              @click=${() => {
                begin.formula(source);
              }}
            ></button>`,
        )}
        ${button("Paste code", () => {
          begin.code();
        })}
      </section>
      <section>
        <h3>Build by hand</h3>
        <p>Press a letter or double-click here to search an op; pull its dot to connect it.</p>
        ${button("Add the first node", () => {
          begin.addOp();
        })}
        ${button("Take the tour", () => {
          begin.tour();
        })}
      </section>
      <section>
        <h3>Open a graph</h3>
        <p>From the gallery, or a file that was saved; a file can also be dropped here.</p>
        <a class="button" href="/">Open a graph of the gallery</a>
        ${button("Open a file", () => {
          begin.openFile();
        })}
        ${drafts.length > 0 ? html`<h4>You worked on</h4>` : nothing}
        ${drafts
          .slice(0, DRAFTS_SHOWN)
          .map((draft) => html`<a href="/graph?draft=${draft.id}">${titleOf(draft)}</a>`)}
      </section>
    </div>
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
