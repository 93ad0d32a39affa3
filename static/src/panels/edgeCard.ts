/** What the selected edge carries. */
import { html, nothing, type TemplateResult } from "lit-html";
import { numbersOf } from "../canvas/numbers.js";
import { edgeId, findNode, isLeaf, nameIn } from "../model/document.js";
import type { Look } from "../model/look.js";
import { formatShape, isScalar, shapeOf } from "../model/numbers.js";
import type { Session } from "../model/session.js";
import { shownNumber } from "./card.js";
import type { TensorFigures } from "./tensorFigure.js";

export function edgeCard(
  session: Session,
  look: Look,
  figures: TensorFigures | undefined,
): TemplateResult {
  const { graph, evaluation } = session.run.value;
  const id = session.inspectedEdge.value;
  const edge = evaluation?.edges.find(({ target, input }) => edgeId(target, input) === id);
  if (!edge) return html`<p class="hint">This edge carries no numbers yet.</p>`;
  const kept = { hidden: look.ahead.value, blanks: look.blankKeys.value };
  const numbers = numbersOf(evaluation, kept).edges.get(id!)!;
  const { value, gradient } = numbers;
  const node = findNode(graph, edge.source);
  const between = `from ${nameIn(graph, edge.source)} to ${nameIn(graph, edge.target)}`;
  const figure = (
    kind: "value" | "gradient",
    tensor: typeof value,
  ): TemplateResult | typeof nothing =>
    !figures || tensor === null || tensor === undefined
      ? nothing
      : figures.view({
          key: `edge ${id!} ${kind}`,
          kind,
          name: `${kind === "value" ? "the value" : "the share"} ${between}`,
          value: tensor,
          find: (whole) =>
            whole.edges.find(({ target, input }) => edgeId(target, input) === id)?.[kind],
          leaf: node && isLeaf(node) ? node : undefined,
        });
  return html`<section data-edge-card=${id!}>
    <h3>
      Edge ${between}
      <small>${isScalar(edge.value) ? nothing : formatShape(shapeOf(edge.value))}</small>
    </h3>
    <dl class="facts">
      <dt>value</dt>
      <dd data-edge-value>${shownNumber(numbers, "value")}</dd>
      <dt>share</dt>
      <dd data-edge-gradient>${shownNumber(numbers, "gradient")}</dd>
    </dl>
    ${figure("value", value)} ${figure("gradient", gradient)}
  </section>`;
}
