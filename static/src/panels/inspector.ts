/** What one node is, and where its gradient comes from. */
import { html, nothing, type TemplateResult } from "lit-html";
import type {
  Evaluation,
  GraphDocument,
  GraphNode,
  Op,
  TraceStep,
  WireTensor,
} from "../api/client.js";
import { findNode, isConstant, isLeaf, nameIn, nameOf } from "../model/document.js";
import { HOLE } from "../model/edit.js";
import { formatNumber, formatShape, isScalar, shapeOf } from "../model/numbers.js";
import type { Session } from "../model/session.js";
import type { DrillView } from "./drill.js";
import { math } from "./math.js";
import { tensorView } from "./numbers.js";

export interface InspectorActions {
  /** Opens a composite node into its pieces. */
  open(node: string): void;
  /** Closes a group into the op that equals it. */
  close(group: string): void;
  point(node: string | undefined): void;
  /** Takes elements of gradients apart. */
  readonly drill: DrillView;
}

export function inspector(session: Session, actions: InspectorActions): TemplateResult {
  const { graph, evaluation } = session.run.value;
  const id = session.inspected.value;
  const node = id === undefined ? undefined : findNode(graph, id);
  if (!node) return html`<p class="hint">Point at a node to see where its numbers come from.</p>`;
  const op = session.ops.get(node.op);
  const result = evaluation?.nodes[node.id];
  return html`
    <h3>
      <span class="badge ${isLeaf(node) ? "leaf" : ""}" aria-hidden="true"
        >${op?.symbol ?? "?"}</span
      >
      <span data-inspected=${node.id}>${nameOf(node)}</span>
      <small>${node.op}</small>
    </h3>
    ${op?.doc ? html`<p class="doc">${op.doc.replaceAll("``", "")}</p>` : nothing}
    <dl class="facts">
      <dt>value</dt>
      <dd data-inspector-value>${tensorView(result?.value)}</dd>
      <dt>gradient</dt>
      <dd data-inspector-gradient>
        ${tensorView(result?.gradient, actions.drill.total(node.id))}${isConstant(node) ? html` <small>a constant asks for none</small>` : nothing}
      </dd>
    </dl>
    ${evaluation ? [sharesView(node, graph, evaluation, actions), actions.drill.view(node.id), localsView(node, graph, evaluation, op)] : nothing}
    ${
      op?.decomposes
        ? html`<button
            type="button"
            class="wide"
            @click=${() => {
              actions.open(node.id);
            }}
          >
            Open into its pieces
          </button>`
        : nothing
    }
    ${(graph.groups ?? [])
      .filter(({ nodes }) => nodes.includes(node.id))
      .map(
        ({ id: group, label }) =>
          html`<button
            type="button"
            class="wide"
            @click=${() => {
              actions.close(group);
            }}
          >
            Close “${label?.trim() ? label : group}” into one node
          </button>`,
      )}
  `;
}

/** The shares that come back over the node's uses, and their sum. */
function sharesView(
  node: GraphNode,
  graph: GraphDocument,
  evaluation: Evaluation,
  actions: InspectorActions,
): TemplateResult | typeof nothing {
  const leaving = evaluation.edges.filter(({ source }) => source === node.id);
  const shares = leaving.flatMap(({ gradient }) => (gradient === null ? [] : [gradient]));
  if (node.id === evaluation.output && shares.length === 0)
    return html`<section>
      <h4>Where the gradient comes from</h4>
      <p>This is the output. Its gradient is the seed of the way back.</p>
    </section>`;
  if (shares.length === 0)
    return html`<section>
      <h4>Where the gradient comes from</h4>
      <p>Nothing flows back to here.</p>
    </section>`;
  const total = evaluation.nodes[node.id]?.gradient;
  return html`<section>
    <h4>Where the gradient comes from</h4>
    <ul class="shares">
      ${leaving.map((edge) => shareView(edge, graph, evaluation, actions))}
    </ul>
    ${
      shares.length > 1 && total !== null && total !== undefined && isScalar(total)
        ? html`<p class="gradient-sum" data-inspector-sum>
            ${sumText(shares)} = <strong>${formatNumber(total)}</strong>
          </p>`
        : nothing
    }
  </section>`;
}

/** One use's share, and how it is made of what arrives there. */
function shareView(
  { target, gradient, input }: Evaluation["edges"][number],
  graph: GraphDocument,
  evaluation: Evaluation,
  actions: InspectorActions,
): TemplateResult {
  const step = backwardSteps(evaluation, target).find((other) => other.input === input);
  return html`<li
    data-share-of="${target}:${input}"
    @pointerenter=${() => {
      actions.point(target);
    }}
    @pointerleave=${() => {
      actions.point(undefined);
    }}
  >
    <span>from ${nameIn(graph, target)}</span>
    ${tensorView(gradient, actions.drill.share(target, input))}
    ${step ? html`<small>${math(step.latex)}</small>` : nothing}
  </li>`;
}

const backwardSteps = (evaluation: Evaluation, node: string): BackwardStep[] =>
  (evaluation.trace ?? []).filter(
    (step): step is BackwardStep => step.phase === "backward" && step.node === node,
  );

const sumText = (shares: readonly WireTensor[]): string =>
  shares
    .map((share) => (isScalar(share) ? formatNumber(share) : "…"))
    .join(" + ")
    .replaceAll("+ \u2212", "\u2212 ");

type BackwardStep = Extract<TraceStep, { phase: "backward" }>;

/** The op's formula, and for each input the local derivative and the share that it makes. */
function localsView(
  node: GraphNode,
  graph: GraphDocument,
  evaluation: Evaluation,
  op: Op | undefined,
): TemplateResult | typeof nothing {
  if (!op || isLeaf(node)) return nothing;
  // The result is called y, as in the partials, unless an input has that name.
  const result = op.inputs.names.includes("y") ? "z" : "y";
  const steps = evaluation.trace ?? [];
  const forward = steps.find((step) => step.phase === "forward" && step.node === node.id);
  const backward = backwardSteps(evaluation, node.id);
  return html`<section>
      <h4>Forward</h4>
      <p>${math(op.elementwise ? `${result} = ${op.latex.value}` : op.latex.value, true)}</p>
      ${named(node, graph, op)}
      ${
        forward && forward.latex !== op.latex.value
          ? html`<p>${math(forward.latex, true)}</p>`
          : nothing
      }
    </section>
    <section>
      <h4>Backward: local derivatives</h4>
      ${(node.inputs ?? []).map((source, slot) => {
        const name = op.inputs.names[slot] ?? op.inputs.names.at(-1) ?? "x";
        const partial = op.latex.partials[slot] ?? op.latex.partials.at(-1);
        const step = backward.find(({ input }) => input === slot);
        const left = op.elementwise
          ? `\\frac{\\partial ${result}}{\\partial ${name}} = `
          : "\\text{share} = ";
        return html`<div class="local" data-local=${slot}>
          <p class="to">
            towards ${source === HOLE ? "nothing yet" : nameIn(graph, source)} (${math(name)})
          </p>
          ${
            partial === undefined
              ? nothing
              : html`<p>${math(left + partial + localNumber(step, partial), true)}</p>`
          }
          ${step ? shareFormula(step, partial, op) : nothing}
        </div>`;
      })}
    </section>`;
}

/** Which of the formula's letters is which of the node's inputs. */
function named(node: GraphNode, graph: GraphDocument, op: Op): TemplateResult {
  const inputs = node.inputs ?? [];
  return html`<p class="where">
    ${inputs.map((source, slot) => {
      const letter = op.inputs.names[slot] ?? op.inputs.names.at(-1) ?? "x";
      const name = source === HOLE ? "still empty" : nameIn(graph, source);
      return html`${slot > 0 ? ", " : "where "}${math(letter)} is ${name}`;
    })}
  </p>`;
}

/** How the share was computed, with its numbers; the formula alone isn't repeated. */
function shareFormula(step: BackwardStep, partial: string | undefined, op: Op): TemplateResult {
  const { gradient, upstream } = step;
  const summed =
    op.elementwise &&
    gradient !== null &&
    !isScalar(upstream) &&
    String(shapeOf(upstream)) !== String(shapeOf(gradient));
  return html`${
    step.latex === partial
      ? nothing
      : html`<p>
          ${op.elementwise ? html`<small>upstream × local = share</small>` : nothing}${math(step.latex, true)}
        </p>`
  }
  ${summed ? html`<small>summed over the uses of each element, to its shape ${formatShape(shapeOf(gradient))}:</small>` : nothing}
  ${gradient === null || isScalar(gradient) ? nothing : tensorView(gradient)}`;
}

/** The local derivative's number, to stand behind its formula, unless that is the number already. */
function localNumber(step: BackwardStep | undefined, partial: string): string {
  const local = step?.local;
  if (typeof local !== "number" || Number(partial) === local) return "";
  const text = formatNumber(local).replaceAll("\u2212", "-");
  const [digits, power] = text.split("e");
  return power === undefined ? ` = ${text}` : ` = ${digits} \\times 10^{${power}}`;
}
