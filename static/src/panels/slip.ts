/** What a verification comes to: the first wrong gradient on the way back, and the slip that it looks like. */
import { html, nothing, type TemplateResult } from "lit-html";
import type { GraphDocument } from "../api/client.js";
import type { Slip, Verification } from "../api/practice.js";
import { nameIn, slotOf } from "../model/document.js";

export interface SlipPage {
  readonly graph: GraphDocument;
  readonly result: Verification;
  /** Gradients that were not entered. */
  readonly missing: number;
  /** Whether the explanation is shown, and not the hint alone. */
  readonly full: boolean;
  readonly unfold: () => void;
  readonly go: (node: string) => void;
}

export function slipView(page: SlipPage): TemplateResult {
  const { result, missing } = page;
  if (result.correct) {
    const judged = [...Object.values(result.judged), ...Object.values(result.judged_edges)];
    const right = judged.filter(({ verdict }) => verdict === "right").length;
    const all = right === judged.length;
    return html`<div class="outcome right">
      <p>
        <span aria-hidden="true">✓</span>
        <strong
          >${right === 0 ? "Nothing here can be judged." : all ? "All of these are right." : "Those that can be judged are right."}</strong
        >
        ${missing > 0 && right > 0 ? `${missing} more ${missing === 1 ? "is" : "are"} open.` : nothing}
      </p>
    </div>`;
  }
  return html`<div class="outcome wrong">
    <p><span aria-hidden="true">✗</span> ${firstWrong(page)}</p>
    ${result.slip ? likely(page, result.slip) : html`<p>It fits none of the usual slips. Check what arrives there, and the local derivative.</p>`}
  </div>`;
}

function firstWrong({ graph, result, go }: SlipPage): TemplateResult {
  const { first_wrong: node, first_wrong_edge: edge } = result;
  const place = edge === null ? node! : slotOf(edge).target;
  const what =
    edge === null
      ? html`the gradient of <strong>${nameIn(graph, node!)}</strong>`
      : html`what <strong>${nameIn(graph, place)}</strong> sends back to its input
          ${slotOf(edge).slot + 1}, ${nameIn(graph, node!)}`;
  return html`The first wrong one on the way back is ${what}.
    <button
      type="button"
      class="link"
      @click=${() => {
        go(place);
      }}
    >
      Show ${nameIn(graph, place)}
    </button>`;
}

function likely({ graph, result, full, unfold }: SlipPage, slip: Slip): TemplateResult {
  return html`<p class="slip-hint"><strong>Hint:</strong> ${stressed(slip.hint)}</p>
    ${
      full
        ? html`<div class="slip" data-slip=${slip.code}>
            <h3>${slip.title}</h3>
            <p>${slip.detail}</p>
            ${explains(slip, graph)}
            ${
              result.others.length > 0
                ? html`<h4>Or</h4>
                    <ul>
                      ${result.others.map(({ title, detail }) => html`<li><strong>${title}.</strong> ${detail}</li>`)}
                    </ul>`
                : nothing
            }
          </div>`
        : html`<button type="button" class="link" @click=${unfold}>What probably happened?</button>`
    }`;
}

/** Words between asterisks are stressed. */
const stressed = (text: string): (string | TemplateResult)[] =>
  text.split("*").map((part, i) => (i % 2 === 1 ? html`<em>${part}</em>` : part));

function explains(slip: Slip, graph: GraphDocument): TemplateResult | typeof nothing {
  const names = slip.explains.map((id) => nameIn(graph, id));
  return names.length > 1 ? html`<p>This alone explains ${listed(names)}.</p>` : nothing;
}

const listed = (names: readonly string[]): string =>
  `${names.slice(0, -1).join(", ")} and ${names.at(-1)!}`;
