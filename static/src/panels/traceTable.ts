/** The steps of both passes as a table, linked to the drawing and to the playback. */
import { html, type TemplateResult } from "lit-html";
import type { Op } from "../api/client.js";
import { edgeId, findNode, nameIn } from "../model/document.js";
import { formatBrief, formatLong } from "../model/numbers.js";
import type { Playback, PlayStep } from "../model/playback.js";
import type { Run } from "../model/session.js";
import { alongStops } from "./linked.js";
import { math } from "./math.js";
import type { PanelPage } from "./panel.js";

/** So many steps are listed. */
const MOST = 300;

export function traceTable(
  { session, look }: PanelPage,
  run: Run,
  playback: Playback,
  at: string | undefined,
): TemplateResult {
  const steps = playback.steps.value;
  if (steps.length === 0)
    return html`<p class="hint">
      ${
        run.evaluation
          ? "There are no steps to list: the graph is too large, or has no node that computes."
          : "The steps show here once the graph has numbers."
      }
    </p>`;
  const now = playback.atEnd.value ? 0 : playback.done.value;
  const lit = session.pointedEdge.value ?? session.selectedEdge.value;
  // What isn't to be told yet: numbers that are asked for, and what the step that is shown hasn't reached.
  const asking = look.blankKeys.value.size > 0;
  const telling = (step: PlayStep, place: number): Told =>
    asking || (look.ahead.value !== undefined && place >= now)
      ? planned(run, step, session.ops)
      : told(run, step);
  return html`<div class="scroller steps">
      <table class="trace" @keydown=${alongStops}>
        <thead>
          <tr>
            <th scope="col">step</th>
            <th scope="col">node</th>
            <th scope="col">computes</th>
          </tr>
        </thead>
        <tbody>
          ${steps.slice(0, MOST).map((step, i) => row(telling(step, i), step, i, { playback, now, at, lit }))}
        </tbody>
      </table>
    </div>
    ${steps.length > MOST ? html`<p class="hint">The first ${MOST} of ${steps.length} steps.</p>` : ""}`;
}

interface RowContext {
  readonly playback: Playback;
  /** The step that is played, counted from 1. */
  readonly now: number;
  readonly at: string | undefined;
  readonly lit: string | undefined;
}

function row(
  { edges, name, text, latex, title }: Told,
  step: PlayStep,
  place: number,
  { playback, now, at, lit }: RowContext,
): TemplateResult {
  const here = step.node === at || (lit !== undefined && edges.includes(lit));
  return html`<tr
    class="${step.phase === "forward" ? "forward" : "backward"} ${here ? "here" : ""}"
    data-step=${place + 1}
    data-point=${step.node}
    data-edges=${edges.join(" ")}
    aria-current=${now === place + 1 ? "step" : "false"}
    @click=${() => {
      playback.go(place + 1);
    }}
  >
    <td>
      <button
        type="button"
        class="link"
        data-stop
        tabindex=${place === 0 ? 0 : -1}
        aria-label="Go to step ${place + 1}, ${name}"
        title="Go to this step of the playback"
      >
        ${place + 1}
      </button>
    </td>
    <th scope="row">${name}</th>
    <td title=${title}>${latex === undefined ? text : math(latex)}</td>
  </tr>`;
}

interface Told {
  readonly edges: readonly string[];
  readonly name: string;
  readonly text: string;
  readonly latex: string | undefined;
  readonly title: string;
}

/** What a step is going to compute, without a number. */
function planned({ graph }: Run, step: PlayStep, ops: ReadonlyMap<string, Op>): Told {
  const { phase, node } = step;
  const name = nameIn(graph, node);
  const { op, inputs = [] } = findNode(graph, node) ?? { op: "" };
  const { latex, elementwise } = ops.get(op) ?? {};
  if (phase === "seed") return { edges: [], name, text: "seed", latex: undefined, title: "" };
  if (phase === "forward")
    return {
      edges: inputs.map((_, slot) => edgeId(node, slot)),
      name,
      text: op,
      latex: latex?.value,
      title: "",
    };
  const partial = latex?.partials[step.input] ?? latex?.partials.at(-1);
  return {
    edges: [edgeId(node, step.input)],
    name: `${name} ⇠ ${nameIn(graph, inputs[step.input] ?? "")}`,
    text: "upstream × local",
    latex: partial && (elementwise ? `\\text{upstream} \\cdot ${asFactor(partial)}` : partial),
    title: "",
  };
}

/** A formula to be multiplied: a sum stands in parentheses. */
const asFactor = (latex: string): string =>
  /[+-]/.test(latex) ? `\\left(${latex}\\right)` : latex;

/** What a step says of itself. */
function told({ graph, evaluation }: Run, step: PlayStep): Told {
  const { phase, node } = step;
  const name = nameIn(graph, node);
  const inputs = findNode(graph, node)?.inputs ?? [];
  const result = evaluation?.nodes[node];
  const trace = evaluation?.trace ?? [];
  if (phase === "seed")
    return {
      edges: [],
      name,
      text: `seed ${formatBrief(result?.gradient)}`,
      latex: undefined,
      title: `The way back begins: ${formatLong(result?.gradient)}`,
    };
  if (phase === "forward")
    return {
      edges: inputs.map((_, slot) => edgeId(node, slot)),
      name,
      text: formatBrief(result?.value),
      latex: trace.find((other) => other.phase === phase && other.node === node)?.latex,
      title: formatLong(result?.value),
    };
  const back = trace.find(
    (other) => other.phase === "backward" && other.node === node && other.input === step.input,
  );
  const share = back?.phase === "backward" ? back.gradient : undefined;
  return {
    edges: [edgeId(node, step.input)],
    name: `${name} ⇠ ${nameIn(graph, inputs[step.input] ?? "")}`,
    text: share === null ? "sends nothing" : formatBrief(share),
    latex: share === null ? undefined : back?.latex,
    title: formatLong(share),
  };
}
