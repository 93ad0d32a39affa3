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
  return html`
    <p class="how">
      Forward mode begins at ${from}, where the derivative is 1, and goes with the values: each
      node's derivative with respect to ${from} is the sum of local derivative × what arrives. One
      pass gives this for every node, but with respect to ${from} alone.
    </p>
    <ol class="tangents" @keydown=${alongStops}>
      ${forward.slice(0, MOST).map((step, i) => stepView(page, graph, step, i, pointed))}
    </ol>
    ${
      forward.length > MOST
        ? html`<p class="shown">
            The first ${MOST} of ${forward.length} nodes. At ${to} arrives
            ${formatNumber(forward.at(-1)!.tangent)}.
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
  place: number,
  pointed: string | undefined,
): TemplateResult {
  return html`<li
    class=${node === pointed ? "here" : ""}
    data-tangent=${node}
    data-point=${node}
    data-edges=${terms.map(({ edge }) => edge).join(" ")}
  >
    <button
      type="button"
      class="path-name"
      data-stop
      tabindex=${place === 0 ? 0 : -1}
      title="Select ${nameIn(graph, node)}"
      @click=${() => {
        page.go(node);
      }}
    >
      <span class="named">
        ${nameIn(graph, node)}
        <strong
          class=${isNonFinite(tangent) ? "digits bad" : "digits"}
          data-tangent-number
          title=${formatFull(tangent)}
          >${formatNumber(tangent)}</strong
        >
      </span>
      ${math(latex)}
    </button>
  </li>`;
}
