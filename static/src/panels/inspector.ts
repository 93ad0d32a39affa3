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
import { numbersOf, type Numbers, type SceneNumbers } from "../canvas/numbers.js";
import { edgeId, findNode, isConstant, isLeaf, nameIn, nameOf } from "../model/document.js";
import { HOLE } from "../model/edit.js";
import { letterOf } from "../model/letters.js";
import type { Look } from "../model/look.js";
import { formatNumber, formatShape, isScalar, shapeOf } from "../model/numbers.js";
import { lettersAt, renamed, type Rules } from "../model/rules.js";
import type { Session } from "../model/session.js";
import { keptView, shownNumber, sourceView } from "./card.js";
import type { DrillView } from "./drill.js";
import { math } from "./math.js";
import { tensorView } from "./numbers.js";
import type { TensorFigures } from "./tensorFigure.js";

export interface InspectorActions {
  /** Opens a composite node into its pieces. */
  open(node: string): void;
  /** Draws a group as one node. */
  fold(group: string): void;
  /** Replaces a group by the op that equals it. */
  close(group: string): void;
  point(node: string | undefined): void;
  /** Takes elements of gradients apart; undefined until it is loaded. */
  readonly drill: DrillView | undefined;
  /** Tensors as heat maps and tables; undefined until it is loaded. */
  readonly figures?: TensorFigures | undefined;
  /** The nodes' rules in the graph's names; undefined where they aren't known. */
  readonly rules?: Rules | undefined;
}

/** What may be shown of a run: what a step hasn't reached and what the reader is to find is kept back. */
interface Shown {
  readonly graph: GraphDocument;
  readonly evaluation: Evaluation;
  readonly numbers: SceneNumbers;
  /** There are numbers to find, so formulas stand without any. */
  readonly asking: boolean;
}

export function inspector(session: Session, look: Look, actions: InspectorActions): TemplateResult {
  const { graph, evaluation } = session.run.value;
  const id = session.inspected.value;
  const node = id === undefined ? undefined : findNode(graph, id);
  if (!node) return html`<p class="hint">Point at a node to see where its numbers come from.</p>`;
  const op = session.ops.get(node.op);
  const blanks = look.blankKeys.value;
  const numbers = numbersOf(evaluation, { hidden: look.ahead.value, blanks });
  const shown = evaluation && { graph, evaluation, numbers, asking: blanks.size > 0 };
  const result = numbers.nodes.get(node.id);
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
      <dd data-inspector-value>${shownNumber(result, "value")}</dd>
      <dt>gradient</dt>
      <dd data-inspector-gradient>
        ${shownNumber(result, "gradient", actions.drill?.total(node.id))}${isConstant(node) ? html` <small>a constant asks for none</small>` : nothing}
      </dd>
    </dl>
    ${figuresView(node, result, actions.figures)}
    ${
      blanks.size > 0
        ? html`<p class="hint" data-kept-back>
            Some numbers are for you to find (?), so formulas stand here without numbers.
          </p>`
        : nothing
    }
    ${shown ? [sharesView(node, shown, actions), shown.asking ? nothing : actions.drill?.view(node.id), localsView(node, shown, op, actions.rules)] : nothing}
    ${op ? sourceView(op) : nothing}
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
                actions.fold(group);
              }}
            >
              Close “${label?.trim() ? label : group}”
            </button>
            <button
              type="button"
              class="wide"
              title="Where one op computes the same as all of the group"
              @click=${() => {
                actions.close(group);
              }}
            >
              Replace “${label?.trim() ? label : group}” by one op
            </button>`,
      )}
  `;
}

/** A node's value and gradient as heat maps, where they are tensors that may be shown. */
function figuresView(
  node: GraphNode,
  numbers: Numbers | undefined,
  figures: TensorFigures | undefined,
): (TemplateResult | typeof nothing)[] {
  return (["value", "gradient"] as const).map((kind) => {
    const value = numbers?.[kind];
    if (!figures || value === null || value === undefined) return nothing;
    return figures.view({
      key: `node ${node.id} ${kind}`,
      kind,
      name: `the ${kind} of ${nameOf(node)}`,
      value,
      find: (whole) => whole.nodes[node.id]?.[kind],
      leaf: isLeaf(node) ? node : undefined,
    });
  });
}

/** The shares that come back over the node's uses, and their sum. */
function sharesView(
  node: GraphNode,
  shown: Shown,
  actions: InspectorActions,
): TemplateResult | typeof nothing {
  const { evaluation, numbers } = shown;
  const leaving = evaluation.edges.filter(({ source }) => source === node.id);
  const count = leaving.filter(({ gradient }) => gradient !== null).length;
  if (count === 0)
    return html`<section>
      <h4>Where the gradient comes from</h4>
      <p>${whyNoShares(node, shown)}</p>
    </section>`;
  const shares = leaving.flatMap(({ target, input }) => {
    const share = numbers.edges.get(edgeId(target, input))?.gradient;
    return share === null || share === undefined ? [] : [share];
  });
  const total = numbers.nodes.get(node.id)?.gradient;
  const summed = count > 1 && shares.length === count;
  return html`<section>
    <h4>Where the gradient comes from</h4>
    ${shares.every(isScalar) ? nothing : html`<p class="hint">Choose an element to see what made it.</p>`}
    <ul class="shares">
      ${leaving.map((edge) => shareView(edge, shown, actions))}
    </ul>
    ${
      summed && total !== null && total !== undefined && isScalar(total)
        ? html`<p class="gradient-sum" data-inspector-sum>
            ${sumText(shares)} = <strong>${formatNumber(total)}</strong>
          </p>`
        : nothing
    }
  </section>`;
}

/** What is said of a node to which no share comes back. */
function whyNoShares({ id }: GraphNode, { graph, evaluation }: Shown): string {
  const seeded = id === evaluation.output && evaluation.nodes[id]?.gradient !== null;
  const uses = graph.nodes.filter(({ inputs }) => inputs?.includes(id));
  const left = uses.some((use) => !(use.id in evaluation.nodes));
  if (seeded && left)
    return "What it leads to can't be computed yet, so the way back begins here: its gradient is the seed.";
  if (seeded) return "This is the output. Its gradient is the seed of the way back.";
  return left
    ? "What it leads to can't be computed yet, so nothing flows back to here."
    : "Nothing flows back to here.";
}

/** One use's share, and how it is made of what arrives there. */
function shareView(
  { target, input }: Evaluation["edges"][number],
  { graph, evaluation, numbers, asking }: Shown,
  actions: InspectorActions,
): TemplateResult {
  const step = backwardSteps(evaluation, target).find((other) => other.input === input);
  const share = numbers.edges.get(edgeId(target, input));
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
    ${shownNumber(share, "gradient", actions.drill?.share(target, input))}
    ${step && !asking && share?.gradient !== undefined ? html`<small>${math(step.latex)}</small>` : nothing}
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

/** The op's formula, what was kept of it, and for each input the local derivative and the share that it makes. */
function localsView(
  node: GraphNode,
  { graph, evaluation, numbers, asking }: Shown,
  op: Op | undefined,
  rules: Rules | undefined,
): TemplateResult | typeof nothing {
  if (!op || isLeaf(node)) return nothing;
  const letters = rules && lettersAt(node, op, rules);
  const write = (latex: string): string => (letters ? renamed(latex, letters) : latex);
  // Without names the result is called y, as in the partials, unless an input has that letter.
  const ownLetter = op.inputs.names.includes("y") ? "z" : "y";
  const result = letters ? rules.names.get(node.id)! : ownLetter;
  const here = numbers.nodes.get(node.id);
  const forward =
    asking || here?.value === undefined
      ? undefined
      : (evaluation.trace ?? []).find((step) => step.phase === "forward" && step.node === node.id);
  const backward = asking
    ? []
    : backwardSteps(evaluation, node.id).filter(
        ({ input }) => numbers.edges.get(edgeId(node.id, input))?.gradient !== undefined,
      );
  return html`<section>
      <h4>Forward: the rule of ${node.op}</h4>
      ${letters ? nothing : equationView(rules?.equations.get(node.id))}
      <p data-rule>
        ${math(`${op.elementwise || letters ? `${result} = ` : ""}${write(op.latex.value)}`, true)}
      </p>
      ${letters ? nothing : named(node, graph, op)}
      ${
        forward && forward.latex !== op.latex.value
          ? html`<p>${math(forward.latex, true)}</p>`
          : nothing
      }
    </section>
    ${keptView(node, graph, op, forward?.phase === "forward" ? forward.kept : undefined)}
    <section>
      <h4>Backward: local derivatives</h4>
      <dl class="facts">
        <dt>upstream gradient</dt>
        <dd data-inspector-upstream>${shownNumber(here, "gradient")}</dd>
      </dl>
      ${(node.inputs ?? []).map((source, slot) => {
        const name = letterOf(op, slot);
        const partial = op.latex.partials[slot] ?? op.latex.partials.at(-1);
        const step = backward.find(({ input }) => input === slot);
        const left = op.elementwise
          ? `\\frac{\\partial ${result}}{\\partial ${write(name)}} = `
          : "\\text{share} = ";
        return html`<div class="local" data-local=${slot}>
          <p class="to">
            towards ${source === HOLE ? "nothing yet" : nameIn(graph, source)}
            ${placeInRule(node, slot, letters ? undefined : name)}
          </p>
          ${
            partial === undefined
              ? nothing
              : html`<p>${math(left + write(partial) + localNumber(step, partial), true)}</p>`
          }
          ${step ? shareFormula(step, partial, op) : nothing}
        </div>`;
      })}
    </section>`;
}

/** The node's equation in the graph's names. */
const equationView = (latex: string | undefined): TemplateResult | typeof nothing =>
  latex === undefined ? nothing : html`<p data-equation>${math(latex, true)}</p>`;

/** Which of several inputs is meant, and by which letter of the rule it goes where it has no name there. */
function placeInRule(
  { inputs }: GraphNode,
  slot: number,
  letter: string | undefined,
): TemplateResult | typeof nothing {
  const place = (inputs ?? []).length > 1 ? `the ${ordinal(slot)} input` : "";
  if (letter !== undefined) return html`(${place ? `${place}, ` : ""}in the rule ${math(letter)})`;
  return place ? html`(${place})` : nothing;
}

const ORDINALS = ["first", "second", "third", "fourth", "fifth"];
const ordinal = (slot: number): string => ORDINALS[slot] ?? `${slot + 1}th`;

/** Which of the formula's letters is which of the node's inputs: a node may have the name of another one's letter. */
function named(node: GraphNode, graph: GraphDocument, op: Op): TemplateResult {
  const inputs = node.inputs ?? [];
  return html`<p class="letters">
    ${inputs.map((source, slot) => {
      const letter = letterOf(op, slot);
      const name = source === HOLE ? "still empty" : nameIn(graph, source);
      return html`${slot > 0 ? ", " : "In this rule "}${math(letter)} stands for
      ${inputs.length > 1 ? `the ${ordinal(slot)} input, ${name}` : `the input, ${name}`}`;
    })}
  </p>`;
}

/** How the share was computed, with its numbers; the formula alone isn't repeated. */
function shareFormula(step: BackwardStep, partial: string | undefined, op: Op): TemplateResult {
  const { gradient, upstream } = step;
  const numbered = op.elementwise || step.latex !== partial;
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
  ${gradient === null || (isScalar(gradient) && numbered) ? nothing : tensorView(gradient)}`;
}

/** The local derivative's number, to stand behind its formula, unless that is the number already. */
function localNumber(step: BackwardStep | undefined, partial: string): string {
  const local = step?.local;
  if (typeof local !== "number" || Number(partial) === local) return "";
  const text = formatNumber(local).replaceAll("\u2212", "-");
  const [digits, power] = text.split("e");
  return power === undefined ? ` = ${text}` : ` = ${digits} \\times 10^{${power}}`;
}
