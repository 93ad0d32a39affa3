/** The leaves with their fields (a constant's opens in the drawing), and all numbers as a table. */
import { html, nothing, type TemplateResult } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import { inOrder, isConstant, isLeaf, nameOf } from "../model/document.js";
import { formatBrief, formatLong } from "../model/numbers.js";
import { numbersOf, type Numbers } from "../canvas/numbers.js";
import { blankKey, type Look } from "../model/look.js";
import type { Session } from "../model/session.js";
import { leafField } from "./leafField.js";

/** Up to so many leaves have their fields in the panel; the others' open where they stand in the drawing. */
const MOST = 40;

export function valuesPanel(session: Session, look: Look, redraw: () => void): TemplateResult {
  const leaves = session.graph.value.nodes.filter((node) => isLeaf(node) && !isConstant(node));
  return html`<div
    class="fields"
    @pointerover=${pointing(session)}
    @pointerleave=${() => {
      session.pointed.value = undefined;
    }}
  >
    ${repeat(
      leaves.slice(0, MOST),
      ({ id }) => id,
      (node) =>
        html`<div data-point=${node.id}>
          ${
            look.blankKeys.value.has(blankKey({ kind: "value", node: node.id }))
              ? html`<p data-leaf-asked=${node.id}>
                  ${nameOf(node)}: ? <small>to be found</small>
                </p>`
              : leafField(session, node, "panel", redraw)
          }
        </div>`,
    )}
    ${
      leaves.length > MOST
        ? html`<p class="hint">${leaves.length - MOST} more: click them in the drawing.</p>`
        : nothing
    }
  </div>`;
}

const pointing =
  (session: Session) =>
  (event: Event): void => {
    session.pointed.value = (event.target as Element).closest<HTMLElement>("[data-point]")?.dataset
      .point;
  };

const ROWS = 500;

/** Every node with its numbers: the drawing for those who can't see it. */
export function numbersTable(session: Session, look: Look): TemplateResult {
  const { graph, evaluation } = session.run.value;
  const numbers = numbersOf(evaluation, {
    hidden: look.ahead.value,
    blanks: look.blankKeys.value,
  });
  const nodes = inOrder(graph);
  return html`<table class="numbers-table">
      <thead>
        <tr>
          <th scope="col">node</th>
          <th scope="col">op</th>
          <th scope="col">value</th>
          <th scope="col">gradient</th>
        </tr>
      </thead>
      <tbody>
        ${nodes.slice(0, ROWS).map((node) => {
          const result = numbers.nodes.get(node.id);
          return html`<tr data-row=${node.id}>
            <th scope="row">${nameOf(node)}</th>
            <td>${node.op}</td>
            ${cell(result, "value")}${cell(result, "gradient")}
          </tr>`;
        })}
      </tbody>
    </table>
    ${nodes.length > ROWS ? html`<p class="hint">The first ${ROWS} of ${nodes.length}.</p>` : nothing}`;
}

const cell = (numbers: Numbers | undefined, kind: "value" | "gradient"): TemplateResult =>
  numbers?.asked?.[kind]
    ? html`<td title="This number is to be found">?</td>`
    : html`<td title=${formatLong(numbers?.[kind])}>${formatBrief(numbers?.[kind])}</td>`;
