/** What one node is, and its numbers. */
import { html, nothing, type TemplateResult } from "lit-html";
import { NO_NUMBERS, type SceneNumbers } from "../canvas/numbers.js";
import { edgeId, findNode, nameIn, nameOf } from "../model/document.js";
import type { Signs } from "../model/edit.js";
import { formatBrief } from "../model/numbers.js";
import type { Run } from "../model/session.js";
import { tensorView } from "../panels/numbers.js";

export function facts(
  run: Run,
  id: string,
  numbers: SceneNumbers,
  ops: Signs,
): TemplateResult | typeof nothing {
  const { graph, evaluation } = run;
  const node = findNode(graph, id);
  if (!node) return nothing;
  const { value, gradient } = numbers.nodes.get(id) ?? NO_NUMBERS;
  const inputs = (node.inputs ?? []).map((source) => nameIn(graph, source));
  const uses = (evaluation?.edges ?? []).filter(({ source }) => source === id);
  return html`<h2>
      <span class="badge" aria-hidden="true">${ops.get(node.op)?.symbol ?? "?"}</span>
      <span data-shown=${id}>${nameOf(node)}</span>
      <small>${node.op}${inputs.length > 0 ? ` of ${inputs.join(", ")}` : ""}</small>
    </h2>
    <dl class="facts">
      <dt>value</dt>
      <dd data-shown-value>${tensorView(value)}</dd>
      <dt>gradient</dt>
      <dd data-shown-gradient>${tensorView(gradient)}</dd>
      ${
        uses.length < 2
          ? nothing
          : uses.map(
              ({ target, input }) =>
                html`<dt>share from ${nameIn(graph, target)}</dt>
                  <dd>${formatBrief(numbers.edges.get(edgeId(target, input))?.gradient)}</dd>`,
            )
      }
    </dl>`;
}
