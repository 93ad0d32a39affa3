/** Backpropagation held against numerical differentiation: every leaf, the step, and the time. */
import { signal } from "@preact/signals-core";
import { html, nothing, type TemplateResult } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import { live } from "lit-html/directives/live.js";
import {
  check,
  checkDirections,
  checkEvery,
  type GradientCheck,
  type LeafCheck,
} from "../api/check.js";
import type { WireTensor } from "../api/client.js";
import { Answer } from "../model/answer.js";
import {
  armsOf,
  curveOf,
  curveSentence,
  directionsSentence,
  headline,
  isLarge,
  isStuck,
  levelOf,
  ranked,
  timeSentence,
  VERDICTS,
  type ErrorCurve,
} from "../model/check.js";
import { computationOf, nameIn } from "../model/document.js";
import { EveryCheck } from "../model/everyCheck.js";
import {
  formatBrief,
  formatFull,
  formatLong,
  formatNumber,
  formatShape,
  isScalar,
  shapeOf,
} from "../model/numbers.js";
import { Chart, type Columns } from "./chart.js";
import { directionsView, everyView } from "./everyCheck.js";
import { HeatTable } from "./heat.js";
import type { MakePanel, Panel, PanelPage } from "./panel.js";
import { sentence } from "./problems.js";
import { unfinished } from "./unfinished.js";

const STEPS = [1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9, 1e-10];
const USUAL_STEP = 1e-5;
/** Up to so many leaves are listed at first. */
const MOST = 30;
/** Errors below one rounding, 0 among them, are drawn here. */
const FLOOR = 1e-17;

export const checkPanel: MakePanel = (page) => new CheckPanel(page);

class CheckPanel implements Panel {
  private readonly answer = new Answer<GradientCheck>();
  private readonly every = new EveryCheck();
  private readonly nodes = signal(false);
  private readonly again = signal(0);
  private readonly epsilon = signal(USUAL_STEP);
  private readonly chosen = signal<string | undefined>(undefined);
  private readonly all = signal(false);
  private readonly heat = new HeatTable();
  private drawn: { readonly answer: GradientCheck; leaf: string; columns: Columns } | undefined;
  private readonly chart = new Chart({
    height: 190,
    log: true,
    series: [
      { color: "--focus", dots: true },
      { color: "--accent", dash: [6, 4], dots: true },
      { color: "--ink", dots: true },
    ],
    x: () => "step",
    y: () => "relative error",
    over: (pen) => {
      const used = this.drawn?.answer.epsilon;
      if (used !== undefined) pen.upright(used, "--ink-soft");
    },
  });

  constructor(private readonly page: PanelPage) {}

  leave(): void {
    this.page.session.pointed.value = undefined;
  }

  view(): TemplateResult {
    const graph = this.page.session.run.value.evaluated;
    if (!graph) {
      // Whatever failed is asked again once there are numbers.
      this.answer.forget();
      if (this.page.session.waiting.value) return html`<p class="hint">Waiting for the server.</p>`;
      return html`<p class="hint">
        There is nothing to check yet. Draw a graph whose numbers can be computed: type a formula,
        or choose an op.
      </p>`;
    }
    const hint = unfinished(this.page.look);
    if (hint) return hint;
    const [epsilon, nodes, large] = [this.epsilon.value, this.nodes.value, isLarge(graph)];
    const key = `${this.again.value} ${epsilon} ${nodes} ${computationOf(graph)}`;
    this.answer.want(key, () =>
      large ? checkDirections(graph, epsilon) : check(graph, epsilon, nodes),
    );
    const answer = this.answer.value.value;
    const every = this.every.of(key);
    const begin = (): void =>
      void this.every.run(key, (signal, tell) => checkEvery(graph, epsilon, nodes, signal, tell));
    return html`<div class="check-view" aria-busy=${this.answer.busy.value ? "true" : "false"}>
      <p class="doc">
        Each number of a leaf is moved a little both ways. The slope between the two outputs must be
        the gradient that backpropagation gives.
      </p>
      ${this.controls()}
      <div role="status">
        ${[...this.answer.faults.value, ...(every?.faults ?? [])].map(
          (fault) => html`<p class="fault">${sentence(fault)}</p>`,
        )}
        ${answer ? html`<p class="headline" data-headline>${this.said(answer)}</p>` : nothing}
      </div>
      ${answer?.directions ? directionsView(answer.directions) : nothing}
      ${
        large
          ? everyView(every, begin, () => {
              this.every.cancel();
            })
          : nothing
      }
      ${
        every?.answer
          ? html`<p class="headline" role="status" data-every-headline>
              ${headline(every.answer, this.name)}
            </p>`
          : nothing
      }
      ${this.results(large ? every?.answer : answer)}
    </div>`;
  }

  private said(answer: GradientCheck): string {
    return answer.directions ? directionsSentence(answer) : headline(answer, this.name);
  }

  private readonly name = (leaf: string): string => nameIn(this.page.session.graph.peek(), leaf);

  private controls(): TemplateResult {
    return html`<div class="tools">
      <label
        >Step
        <select
          title="How far each number is moved; relative to numbers larger than 1"
          @change=${(event: Event) => {
            this.epsilon.value = Number((event.target as HTMLSelectElement).value);
          }}
        >
          ${STEPS.map(
            (step) =>
              html`<option value=${step} .selected=${live(step === this.epsilon.value)}>
                ${formatNumber(step)}
              </option>`,
          )}
        </select></label
      >
      <label title="Checks what is computed on the way too, each node moved by itself"
        ><input
          type="checkbox"
          .checked=${live(this.nodes.value)}
          @change=${(event: Event) => {
            this.nodes.value = (event.target as HTMLInputElement).checked;
          }}
        />Computed nodes too</label
      >
      <button
        type="button"
        title="Check the same numbers once more"
        @click=${() => {
          this.again.value += 1;
        }}
      >
        Check again
      </button>
      <span role="status"
        >${this.answer.busy.value ? html`<span class="busy">Checking…</span>` : nothing}</span
      >
    </div>`;
  }

  private results(answer: GradientCheck | undefined): TemplateResult | typeof nothing {
    if (!answer || answer.directions) return nothing;
    const leaves = ranked(answer);
    const open = this.opened(leaves);
    return html`<ul class="leaf-checks">
        ${repeat(
          leaves.slice(0, this.all.value ? leaves.length : MOST),
          ([id]) => id,
          ([id, leaf]) => this.row(answer, id, leaf, id === open),
        )}
      </ul>
      ${leaves.length > 0 ? html`<div class="scale-ends" aria-hidden="true"><span>10⁻¹⁶</span><span>relative error</span><span>1</span></div>` : nothing}
      ${
        leaves.length > MOST && !this.all.value
          ? html`<button
              type="button"
              class="wide"
              @click=${() => {
                this.all.value = true;
              }}
            >
              Show all ${leaves.length}
            </button>`
          : nothing
      }
      <section>
        <h4>The time that both took</h4>
        <p data-time>${timeSentence(answer)}</p>
      </section>`;
  }

  /** The leaf that is looked at closely: the chosen one, else the first. */
  private opened(leaves: readonly [string, LeafCheck][]): string | undefined {
    const chosen = this.chosen.value;
    return leaves.some(([id]) => id === chosen) ? chosen : leaves[0]?.[0];
  }

  private row(answer: GradientCheck, id: string, leaf: LeafCheck, open: boolean): TemplateResult {
    const { sign, word } = VERDICTS[leaf.verdict];
    const level = levelOf(leaf.relative_error);
    const point = (node: string | undefined) => (): void => {
      this.page.session.pointed.value = node;
    };
    return html`<li
      class="leaf-check ${leaf.verdict}"
      data-leaf-check=${id}
      @pointerenter=${point(id)}
      @pointerleave=${point(undefined)}
      @focusin=${point(id)}
      @focusout=${point(undefined)}
    >
      <button
        type="button"
        aria-pressed=${open ? "true" : "false"}
        title="Look at this leaf closely"
        @click=${() => {
          this.chosen.value = id;
        }}
      >
        <span class="verdict-sign" aria-hidden="true">${sign}</span>
        <strong>${this.name(id)}</strong>
        <span class="verdict-word">${word}</span>
      </button>
      ${
        leaf.verdict === "no-gradient"
          ? nothing
          : html`<dl class="facts">
                <dt>backprop</dt>
                <dd class="digits">${number(leaf.backprop)}</dd>
                <dt>numerical</dt>
                <dd class="digits">${number(leaf.numerical)}</dd>
                <dt>relative error</dt>
                <dd class="digits" title=${formatFull(leaf.relative_error)}>
                  ${formatNumber(leaf.relative_error)}
                </dd>
              </dl>
              <div class="error-bar" aria-hidden="true">
                ${level === undefined ? nothing : html`<span style="width:${100 * level}%"></span>`}
              </div>`
      }
      ${leaf.notes.map((note) => html`<p class="note">${noteText(note)}</p>`)}
      ${open ? [this.heat.view(leaf, this.name(id)), this.curve(answer, id, leaf)] : nothing}
    </li>`;
  }

  private curve(
    answer: GradientCheck,
    id: string,
    leaf: LeafCheck,
  ): TemplateResult | typeof nothing {
    if (leaf.verdict === "no-gradient") return nothing;
    const heading = html`<h4>How the error depends on the step</h4>`;
    if (answer.curve === null)
      return html`<section>
        ${heading}
        <p class="hint">This graph is too large to draw the curve. The check itself is complete.</p>
      </section>`;
    const curve = curveOf(answer, id);
    if (!curve) return nothing;
    const words = curveSentence(curve, leaf.verdict);
    if (curve.best === undefined)
      return html`<section>
        ${heading}
        <p>${words}</p>
      </section>`;
    return html`<section data-curve=${id}>
      ${heading}
      ${this.chart.view(this.columns(answer, id, curve), id, `Error against step. ${words}`)}
      <p class="key">
        ${
          isStuck(curve)
            ? html`<span class="sample">error</span>`
            : html`<span class="sample rounding">rounding</span>
                <span class="sample truncation">truncation</span>`
        }
        <span class="sample used">the step that was used</span>
      </p>
      <p data-curve-sentence>${words}</p>
    </section>`;
  }

  private columns(answer: GradientCheck, leaf: string, curve: ErrorCurve): Columns {
    if (this.drawn?.answer !== answer || this.drawn.leaf !== leaf) {
      const arms = armsOf(curve);
      const floored = (arm: readonly (number | null)[]): (number | null)[] =>
        arm.map((error) => (error === null ? null : Math.max(error, FLOOR)));
      const lines = [arms.rounding, arms.truncation, arms.neither].map(floored);
      const columns: Columns = [curve.steps, ...lines];
      this.drawn = { answer, leaf, columns };
    }
    return this.drawn.columns;
  }
}

/** A number with its digits; a tensor by its shape, its elements in the heat map. */
function number(value: WireTensor | null): TemplateResult {
  if (value !== null && !isScalar(value))
    return html`<span title=${formatLong(value)}>shape ${formatShape(shapeOf(value))}</span>`;
  return html`<span title=${formatLong(value)}
    >${value === null ? formatBrief(value) : formatFull(value)}</span
  >`;
}

/** A note as a sentence. */
function noteText(note: string): string {
  const text = note.replace(/^kink: /, "A kink: ");
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
