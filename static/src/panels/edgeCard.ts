/** What the selected edge carries, where that is a tensor. */
import { html, nothing, type TemplateResult } from "lit-html";
import { numbersOf } from "../canvas/numbers.js";
import { edgeId, findNode, isLeaf, nameIn } from "../model/document.js";
import type { Look } from "../model/look.js";
import { formatShape, isScalar, shapeOf } from "../model/numbers.js";
import type { Session } from "../model/session.js";
import type { TensorFigures } from "./tensorFigure.js";

export function edgeCard(
  session: Session,
  look: Look,
  figures: TensorFigures | undefined,
): TemplateResult | typeof nothing {
  const { graph, evaluation } = session.run.value;
  const id = session.selectedEdge.value;
  const edge = evaluation?.edges.find(({ target, input }) => edgeId(target, input) === id);
  if (!edge || !figures || isScalar(edge.value)) return nothing;
  const kept = { hidden: look.ahead.value, blanks: look.blankKeys.value };
  const { value, gradient } = numbersOf(evaluation, kept).edges.get(id!)!;
  const node = findNode(graph, edge.source);
  const between = `from ${nameIn(graph, edge.source)} to ${nameIn(graph, edge.target)}`;
  const figure = (
    kind: "value" | "gradient",
    tensor: typeof value,
  ): TemplateResult | typeof nothing =>
    tensor === null || tensor === undefined
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
    <h3>Edge ${between} <small>${formatShape(shapeOf(edge.value))}</small></h3>
    ${figure("value", value)} ${figure("gradient", gradient)}
  </section>`;
}
