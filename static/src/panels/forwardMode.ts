/** The other order: the derivative of every node with respect to one, from that one on. */
import { html, nothing, type TemplateResult } from "lit-html";
import type { ForwardStep } from "../api/derivation.js";
import type { Found } from "../model/derivation.js";
import { nameIn } from "../model/document.js";
import { formatFull, formatNumber, isNonFinite } from "../model/numbers.js";
import { alongStops } from "./linked.js";
import { math } from "./math.js";
import type { PanelPage } from "./panel.js";

/** So many steps are listed. */
const MOST = 100;

export function forwardView(page: PanelPage, { graph, derivation }: Found): TemplateResult {
  const { forward, wrt, output, counts } = derivation;
  const [from, to] = [nameIn(graph, wrt), nameIn(graph, output)];
  const pointed = page.session.pointed.value;
  const kept = page.look.keepsBack.value;
  return html`
    <p class="how">
      Forward mode begins at ${from}, where the derivative is 1, and goes with the values: each
      node's derivative with respect to ${from} is the sum of local derivative × what arrives. One
      pass gives this for every node, but with respect to ${from} alone.
    </p>
    <ol class="tangents" @keydown=${alongStops}>
      ${forward.slice(0, MOST).map((step, i) => stepView(page, graph, step, { first: i === 0, here: step.node === pointed, kept }))}
    </ol>
    ${
      forward.length > MOST
        ? html`<p class="shown">
            The first ${MOST} of ${forward.length} nodes.
            ${kept ? nothing : html`At ${to} arrives ${formatNumber(forward.at(-1)!.tangent)}.`}
          </p>`
        : nothing
    }
    <p class="verdict" data-winner=${counts.winner}>${counts.sentence}</p>
  `;
}

function stepView(
  page: PanelPage,
  graph: Found["graph"],
  { node, tangent, terms, latex }: ForwardStep,
  {
    first,
    here,
    kept,
  }: { readonly first: boolean; readonly here: boolean; readonly kept: boolean },
): TemplateResult {
  return html`<li
    class=${here ? "here" : ""}
    data-tangent=${node}
    data-point=${node}
    data-edges=${terms.map(({ edge }) => edge).join(" ")}
  >
    <button
      type="button"
      class="path-name"
      data-stop
      tabindex=${first ? 0 : -1}
      title="Select ${nameIn(graph, node)}"
      @click=${() => {
        page.go(node);
      }}
    >
      <span class="named">
        ${nameIn(graph, node)}
        ${
          kept
            ? nothing
            : html`<strong
                class=${isNonFinite(tangent) ? "digits bad" : "digits"}
                data-tangent-number
                title=${formatFull(tangent)}
                >${formatNumber(tangent)}</strong
              >`
        }
      </span>
      ${kept ? nothing : math(latex)}
    </button>
  </li>`;
}
