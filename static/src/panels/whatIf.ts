/** What if a number were another: the tangent's word against the truth, and the whole curve. */
import { signal } from "@preact/signals-core";
import { html, nothing, type TemplateResult } from "lit-html";
import { live } from "lit-html/directives/live.js";
import { evaluate, type Evaluation, type GraphDocument, type GraphNode } from "../api/client.js";
import { sweep, type Sweep } from "../api/sweep.js";
import { titled, save } from "../files.js";
import { Answer } from "../model/answer.js";
import { svgOf } from "../model/curveSvg.js";
import { computationOf, isConstant, isLeaf, nameIn, nameOf } from "../model/document.js";
import { formatFull, formatNumber, NOTHING, readNumber, shapeOf } from "../model/numbers.js";
import { unpacked } from "../model/packed.js";
import { Pursuit } from "../model/pursuit.js";
import { placeText, sumOf } from "../model/tensors.js";
import {
  csvOf,
  curveOf,
  differenceSentence,
  hereOf,
  inside,
  moved,
  readRange,
  sumText,
  summaryOf,
  tangentAt,
  type Curve,
  type Here,
  type Place,
  type Range,
} from "../model/whatIf.js";
import { Chart, type Columns, type Pen } from "./chart.js";
import { reachOf } from "./leafField.js";
import type { MakePanel, Panel, PanelPage } from "./panel.js";
import { sentence } from "./problems.js";
import { unfinished } from "./unfinished.js";

const POINTS = 201;
/** The slider's steps to each side. */
const NOTCHES = 100;

export const whatIfPanel: MakePanel = (page) => new WhatIfPanel(page);

/** What is typed in the fields of the range. */
type Fields = readonly [from: string, to: string, points: string];

/** What the view is made of, once there are numbers. */
interface Scene {
  readonly graph: GraphDocument;
  readonly node: GraphNode;
  readonly place: Place;
  readonly here: Here;
  /** The moving number's name, and the output's. */
  readonly x: string;
  readonly output: string;
}

class WhatIfPanel implements Panel {
  private readonly swept = new Answer<Sweep>();
  private readonly truth = new Pursuit<Evaluation>();
  private readonly leaf = signal<string | undefined>(undefined);
  private readonly index = signal<readonly number[]>([]);
  private readonly delta = signal(0);
  private readonly fields = signal<Fields | undefined>(undefined);
  private readonly range = signal<Range | undefined>(undefined);
  private readonly hovered = signal<number | undefined>(undefined);
  /** What stands in the field of the move while it is typed: "0." on the way to 0.5. */
  private typed: string | undefined;
  /** The selection that was last followed, and the leaf that the range was made for. */
  private followed: string | undefined;
  private rangeOf: string | undefined;
  private scene: Scene | undefined;
  private curve: { readonly of: Sweep; readonly curve: Curve } | undefined;
  private drawn:
    { readonly curve: Curve; readonly here: Here; readonly columns: Columns } | undefined;
  private slopes: { readonly curve: Curve; readonly columns: Columns } | undefined;

  private readonly chart = new Chart({
    height: 220,
    series: [{ color: "--ink" }, { color: "--accent", dash: [6, 4], guide: true }],
    x: () => this.scene?.x ?? "",
    y: () => this.scene?.output ?? "",
    over: (pen) => {
      this.mark(pen);
    },
    hover: (index) => {
      this.hovered.value = index;
    },
    sync: "what-if",
  });

  private readonly slopeChart = new Chart({
    height: 130,
    series: [{ color: "--accent" }],
    x: () => this.scene?.x ?? "",
    y: () => "gradient",
    over: (pen) => {
      const here = this.scene?.here;
      if (here?.slope !== undefined) pen.dot(here.x, here.slope, "--accent", true);
    },
    sync: "what-if",
  });

  constructor(private readonly page: PanelPage) {}

  leave(): void {
    this.page.session.pointed.value = undefined;
    this.hovered.value = undefined;
  }

  view(): TemplateResult {
    const { session } = this.page;
    const { evaluated, evaluation } = session.run.value;
    const leaves = (evaluated?.nodes ?? []).filter((node) => isLeaf(node) && !isConstant(node));
    const node = this.choose(leaves);
    if (!evaluated || !evaluation || !node) {
      // Whatever failed is asked again once there are numbers.
      this.swept.forget();
      if (this.page.session.waiting.value) return html`<p class="hint">Waiting for the server.</p>`;
      return html`<p class="hint">
        There is no number to move yet. Draw a graph with an input whose numbers can be computed.
      </p>`;
    }
    const hint = unfinished(this.page.look);
    if (hint) return hint;
    const place = { leaf: node.id, index: inside(node, this.index.value) };
    const here = hereOf(evaluated, evaluation, place);
    if (!here) return html`<p class="hint">This element can’t be moved.</p>`;
    this.keepRange(place, here);
    const x = nameOf(node) + placeText(place.index);
    const whole = nameIn(evaluated, evaluation.output);
    const summed = shapeOf(evaluation.nodes[evaluation.output]!.value).length > 0;
    const output = summed ? `sum of ${whole}` : whole;
    const scene = { graph: evaluated, node, place, here, x, output };
    this.scene = scene;
    return html`<div class="what-if" aria-busy=${this.swept.busy.value ? "true" : "false"}>
      ${this.chooser(leaves, scene)} ${this.mover(scene)} ${this.curveView(scene)}
      ${this.rangeView(scene)}
    </div>`;
  }

  /** The chosen leaf; one that is selected in the drawing is chosen too. */
  private choose(leaves: readonly GraphNode[]): GraphNode | undefined {
    const selected = this.page.session.selected.value;
    const chosen = this.leaf.value;
    const by = (id: string | undefined): GraphNode | undefined =>
      leaves.find((node) => node.id === id);
    const fresh = selected !== this.followed ? by(selected) : undefined;
    this.followed = selected;
    if (fresh && fresh.id !== chosen)
      queueMicrotask(() => {
        this.take(fresh.id);
      });
    return fresh ?? by(chosen) ?? leaves[0];
  }

  private take(leaf: string): void {
    this.leaf.value = leaf;
    this.index.value = [];
    this.delta.value = 0;
  }

  /** Another number gets a range of its own; otherwise the range stays. */
  private keepRange({ leaf, index }: Place, { x }: Here): void {
    const key = leaf + placeText(index);
    if (key === this.rangeOf) return;
    this.rangeOf = key;
    const { least, most } = reachOf(x);
    const range = { start: least, stop: most, steps: POINTS };
    queueMicrotask(() => {
      this.use(range);
    });
  }

  private use(range: Range): void {
    this.range.value = range;
    this.fields.value = [range.start, range.stop, range.steps].map(String) as unknown as Fields;
  }

  private chooser(leaves: readonly GraphNode[], { node, place }: Scene): TemplateResult {
    const point = (id: string | undefined) => (): void => {
      this.page.session.pointed.value = id;
    };
    return html`<div
      class="tools"
      @pointerenter=${point(node.id)}
      @pointerleave=${point(undefined)}
      @focusin=${point(node.id)}
      @focusout=${point(undefined)}
    >
      <label
        >What if
        <select
          data-what-if-leaf
          @change=${(event: Event) => {
            this.take((event.target as HTMLSelectElement).value);
          }}
        >
          ${leaves.map(
            (leaf) =>
              html`<option value=${leaf.id} .selected=${live(leaf.id === node.id)}>
                ${nameOf(leaf)}
              </option>`,
          )}
        </select></label
      >
      ${shapeOf(unpacked(node.value!)).map(
        (length, axis) =>
          html`<label
            >${axis === 0 ? "element" : "/"}
            <input
              type="number"
              aria-label="Element, axis ${axis}"
              min="0"
              max=${length - 1}
              .value=${live(String(place.index[axis]))}
              @input=${(event: Event) => {
                const at = (event.target as HTMLInputElement).valueAsNumber;
                if (!Number.isInteger(at)) return;
                this.index.value = place.index.with(axis, at);
                this.delta.value = 0;
              }}
            />
          </label>`,
      )}
      <span>were different?</span>
    </div>`;
  }

  /** How far one notch of the slider moves the number. */
  private get notch(): number {
    const range = this.range.value;
    return range ? (range.stop - range.start) / 2 / NOTCHES : 1;
  }

  private mover({ graph, place, here, x, output }: Scene): TemplateResult {
    const delta = this.delta.value;
    const { notch } = this;
    const actual = this.actual(graph, place, here, delta);
    const predicted = tangentAt(here, here.x + delta);
    const set = (value: number): void => {
      this.delta.value = Number(value.toPrecision(12));
    };
    const fact = (name: string, value: number | null | undefined, key: string): TemplateResult =>
      html`<dt>${name}</dt>
        <dd class="digits" data-what-if=${key} title=${full(value)}>${brief(value)}</dd>`;
    return html`<div class="mover">
        <label for="what-if-delta">Δ${x}</label>
        <input
          type="range"
          aria-label="Move ${x}"
          aria-valuetext="${x} is ${formatNumber(here.x + delta)}"
          min=${-NOTCHES}
          max=${NOTCHES}
          step="1"
          .value=${live(String(Math.round(delta / notch)))}
          @input=${(event: Event) => {
            set((event.target as HTMLInputElement).valueAsNumber * notch);
          }}
        />
        <input
          id="what-if-delta"
          type="text"
          inputmode="decimal"
          autocomplete="off"
          .value=${live(this.typed !== undefined && readNumber(this.typed) === delta ? this.typed : String(delta))}
          @input=${(event: Event) => {
            this.typed = (event.target as HTMLInputElement).value;
            const read = readNumber(this.typed);
            if (read !== undefined) this.delta.value = read;
          }}
          @change=${(event: Event) => {
            this.typed = undefined;
            (event.target as HTMLInputElement).value = String(this.delta.peek());
          }}
        />
      </div>
      <dl class="facts">
        <dt>${x}</dt>
        <dd class="digits" title=${formatFull(here.x + delta)}>
          ${delta === 0 ? formatNumber(here.x) : html`${sumText(here.x, delta)} = ${formatNumber(here.x + delta)}`}
        </dd>
        ${fact(`${output} now`, here.value, "now")} ${fact("gradient now", here.slope, "slope")}
        ${fact("the tangent says", predicted, "predicted")} ${fact("in truth", actual, "actual")}
        ${fact("difference", actual === undefined || predicted === null ? undefined : actual - predicted, "difference")}
      </dl>
      <p role="status" data-what-if-sentence>
        ${actual === undefined ? "…" : differenceSentence(here, delta, actual)}
      </p>
      ${delta === 0 ? nothing : this.truth.faults.value.map((fault) => html`<p class="fault">${sentence(fault)}</p>`)}
      <button
        type="button"
        class="wide"
        ?disabled=${delta === 0}
        title="Gives the leaf this value, as one step that can be undone"
        @click=${() => {
          const now = this.page.session.graph.peek();
          const value = Number((here.x + delta).toPrecision(12));
          this.page.session.apply(`Set ${x}`, moved(now, place, value));
          this.delta.value = 0;
        }}
      >
        ${delta === 0 ? "Set the value" : `Set ${x} to ${formatNumber(here.x + delta)}`}
      </button>`;
  }

  /** The output where the number is moved to; undefined while that is on its way. */
  private actual(
    graph: GraphDocument,
    place: Place,
    here: Here,
    delta: number,
  ): number | undefined {
    if (delta === 0) return here.value;
    const there = moved(graph, place, here.x + delta);
    const key = computationOf(there);
    this.truth.want(key, () => evaluate(there));
    const latest = this.truth.latest.value;
    if (latest?.key !== key) return undefined;
    const output = latest.value.nodes[latest.value.output];
    return output ? sumOf(output.value) : undefined;
  }

  private curveView(scene: Scene): TemplateResult {
    const { graph, place, here, x, output } = scene;
    const range = this.range.value;
    if (!range) return html``;
    // The curve is the same wherever on it the number stands.
    const question = `${computationOf(moved(graph, place, 0))} ${JSON.stringify([place, range])}`;
    this.swept.want(question, () =>
      sweep({ graph, input: place.leaf, index: [...place.index], ...range }),
    );
    const answer = this.swept.value.value;
    const faults = this.swept.faults.value.map(
      (fault) => html`<p class="fault" role="alert">${sentence(fault)}</p>`,
    );
    const fits = answer?.input === place.leaf && placeText(answer.index) === placeText(place.index);
    if (!fits)
      return html`${faults}${this.swept.busy.value ? html`<p class="busy" role="status">Drawing the curve…</p>` : nothing}`;
    const curve = this.curveFor(answer);
    const words = summaryOf(curve, here, x, output);
    const away = here.x < curve.x[0]! || here.x > curve.x.at(-1)!;
    return html`<section>
      <h4>${output} as ${x} moves</h4>
      ${this.chart.view(this.columns(curve, here), question, words)}
      <p class="key">
        <span class="sample curve">${output}</span>
        <span class="sample tangent">tangent</span>
        <span class="sample now">now</span>
        <span class="sample there">moved</span>
      </p>
      <p class="readout" data-what-if-readout>${this.readout(curve, x, output)}</p>
      ${away ? html`<p class="hint">${x} is ${formatNumber(here.x)}, outside of the range. ${this.fitButton(here)}</p>` : nothing}
      ${this.tools(answer)}
      ${
        curve.gradient
          ? html`<h4>Its gradient</h4>
              ${this.slopeChart.view(this.slopeColumns(curve), question, `The gradient of ${output} with respect to ${x}, along the same range.`)}`
          : html`<p class="hint">Nothing flows back to ${x}: there is no gradient to draw.</p>`
      }
      <p class="summary" data-what-if-summary>${words}</p>
    </section>`;
  }

  private fitButton({ x }: Here): TemplateResult {
    return html`<button
      type="button"
      class="link"
      @click=${() => {
        const { least, most } = reachOf(x);
        this.use({ start: least, stop: most, steps: this.range.peek()?.steps ?? POINTS });
      }}
    >
      Move the range
    </button>`;
  }

  private curveFor(answer: Sweep): Curve {
    if (this.curve?.of !== answer) this.curve = { of: answer, curve: curveOf(answer) };
    return this.curve.curve;
  }

  private columns(curve: Curve, here: Here): Columns {
    const { drawn } = this;
    const same =
      drawn?.curve === curve && JSON.stringify(drawn.here) === JSON.stringify(here)
        ? drawn
        : {
            curve,
            here,
            columns: [curve.x, curve.value, curve.x.map((x) => tangentAt(here, x))] as const,
          };
    this.drawn = same;
    return same.columns;
  }

  private slopeColumns(curve: Curve): Columns {
    if (this.slopes?.curve !== curve)
      this.slopes = { curve, columns: [curve.x, curve.gradient ?? []] };
    return this.slopes.columns;
  }

  /** The points on the curve: where the number is, and where it is moved to. */
  private mark(pen: Pen): void {
    if (!this.scene) return;
    const { here, graph, place } = this.scene;
    const delta = this.delta.peek();
    if (delta !== 0) {
      const x = here.x + delta;
      const latest = this.truth.latest.peek();
      const output = latest?.value.nodes[latest.value.output];
      const current = latest?.key === computationOf(moved(graph, place, x));
      const actual = current && output ? sumOf(output.value) : undefined;
      const predicted = tangentAt(here, x);
      const there = actual !== undefined && Number.isFinite(actual) ? actual : null;
      pen.upright(x, "--focus", predicted, there);
      pen.dot(x, predicted, "--accent", false);
      pen.dot(x, there, "--focus", false);
    }
    if (Number.isFinite(here.value)) pen.dot(here.x, here.value, "--ink", true);
  }

  private readout({ x: xs, value, gradient }: Curve, x: string, output: string): string {
    const at = this.hovered.value;
    const point = at === undefined ? undefined : xs[at];
    if (at === undefined || point === undefined)
      return "Point at the curve to read it. Drag to look closer, double-click to see it all.";
    const slope = gradient ? `, gradient ${brief(gradient[at])}` : "";
    return `${x} = ${formatNumber(point)}: ${output} ${brief(value[at], "not finite")}${slope}`;
  }

  private tools(answer: Sweep): TemplateResult {
    const about = (): number => (this.scene ? this.scene.here.x : 0);
    const zoom = (factor: number) => (): void => {
      for (const chart of [this.chart, this.slopeChart]) chart.zoom(factor, about());
    };
    const button = (text: string, title: string, run: () => void): TemplateResult =>
      html`<button type="button" title=${title} aria-label=${title} @click=${run}>${text}</button>`;
    const name = titled(this.page.session.graph.peek());
    return html`<div class="tools" role="group" aria-label="The curve">
      ${button("+", "Look closer", zoom(0.5))} ${button("−", "See more", zoom(2))}
      ${button("All", "See all of the curve", () => {
        for (const chart of [this.chart, this.slopeChart]) chart.reset();
      })}
      ${button("CSV", "Save the points as CSV", () => {
        save(new Blob([csvOf(answer)], { type: "text/csv" }), `${name}-sweep.csv`);
      })}
      ${button("SVG", "Save the curve as SVG, to print", () => {
        const { here, x, output } = this.scene!;
        const picture = svgOf(this.curveFor(answer), here, x, output);
        if (picture === undefined)
          this.page.tell("The curve is finite nowhere: there is nothing to save.");
        else save(new Blob([picture], { type: "image/svg+xml" }), `${name}-sweep.svg`);
      })}
      ${button("PNG", "Save the curve as PNG", () => {
        void this.chart.picture().then((picture) => {
          if (picture) save(picture, `${name}-sweep.png`);
        });
      })}
    </div>`;
  }

  private rangeView({ x }: Scene): TemplateResult | typeof nothing {
    const fields = this.fields.value;
    if (!fields) return nothing;
    const read = readRange(...fields);
    const wrong = "fault" in read;
    const field = (at: 0 | 1 | 2, label: string): TemplateResult =>
      html`<label
        >${label}
        <input
          type="text"
          inputmode="decimal"
          autocomplete="off"
          aria-invalid=${wrong ? "true" : "false"}
          aria-describedby=${wrong ? "what-if-range-fault" : nothing}
          .value=${live(fields[at])}
          @input=${(event: Event) => {
            const typed = fields.with(at, (event.target as HTMLInputElement).value);
            const now = typed as unknown as Fields;
            this.fields.value = now;
            const answer = readRange(...now);
            if ("range" in answer) this.range.value = answer.range;
          }}
        />
      </label>`;
    return html`<fieldset class="range-fields">
      <legend>Range of ${x}</legend>
      ${field(0, "from")} ${field(1, "to")} ${field(2, "points")}
      <button
        type="button"
        class="link"
        title="Computes as many points between the ends that are seen now"
        @click=${() => {
          const seen = this.chart.seen;
          const range = this.range.peek();
          if (seen && range)
            this.use({ start: tidy(seen.min), stop: tidy(seen.max), steps: range.steps });
        }}
      >
        Take what is seen
      </button>
      ${wrong ? html`<p class="fault" id="what-if-range-fault">${read.fault}</p>` : nothing}
    </fieldset>`;
  }
}

const tidy = (value: number): number => Number(value.toPrecision(6));

const wire = (value: number): number | "NaN" | "Infinity" | "-Infinity" =>
  Number.isFinite(value) ? value : (String(value) as "NaN" | "Infinity" | "-Infinity");

const brief = (value: number | null | undefined, none = NOTHING): string =>
  value === null || value === undefined ? none : formatNumber(wire(value));

const full = (value: number | null | undefined): string =>
  value === null || value === undefined ? "not computed" : formatFull(wire(value));
