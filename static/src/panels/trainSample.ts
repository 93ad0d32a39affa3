/** The rows of the data one by one, and one of them put into the graph. */
import { html, nothing, type TemplateResult } from "lit-html";
import { live } from "lit-html/directives/live.js";
import type { Signal } from "@preact/signals-core";
import type { Tensor } from "../api/client.js";
import type { Sample } from "../api/train.js";
import { nameIn, withValues } from "../model/document.js";
import { formatNumber } from "../model/numbers.js";
import { elementsOf } from "../model/tensors.js";
import { SIDE } from "../model/digit.js";
import type { PanelPage } from "./panel.js";
import { inkCells, SIZE } from "./pixelGrid.js";

/** Of longer rows only the first numbers are shown. */
const MOST_NUMBERS = 12;

/** `row` is the number of the row that is looked at, from 0. */
export function sampleView(
  { session }: PanelPage,
  sample: Sample,
  row: Signal<number>,
): TemplateResult {
  const { count } = sample;
  const go = (to: number): void => {
    row.value = (to + count) % count;
  };
  const arrow = (text: string, label: string, by: number): TemplateResult =>
    html`<button
      type="button"
      aria-label=${label}
      title=${label}
      @click=${() => {
        go(row.peek() + by);
      }}
    >
      ${text}
    </button>`;
  const graph = session.graph.value;
  const leaves = Object.keys(sample.values).map((id) => nameIn(graph, id));
  return html`<section class="sample-view" data-train-sample>
    <h4>One sample</h4>
    <div class="tools">
      ${arrow("‹", "The sample before", -1)}
      <label
        >Row
        <input
          type="number"
          min="1"
          max=${count}
          .value=${live(String(row.value + 1))}
          @change=${(event: Event) => {
            const to = (event.target as HTMLInputElement).valueAsNumber;
            if (Number.isInteger(to) && to >= 1 && to <= count) go(to - 1);
            (event.target as HTMLInputElement).value = String(row.peek() + 1);
          }}
        />
        <span>of ${count.toLocaleString("en")}</span></label
      >
      ${arrow("›", "The next sample", 1)}
      <button
        type="button"
        title="Gives ${leaves.join(" and ")} this row, as one step that can be undone"
        @click=${() => {
          const values = new Map(Object.entries(sample.values as Record<string, Tensor>));
          session.apply(
            `Put sample ${sample.row + 1} in`,
            withValues(session.graph.peek(), values),
          );
        }}
      >
        Put it into the graph
      </button>
    </div>
    <div class="sample-row">
      ${pictureOf(sample)}
      <p data-sample-text>${textOf(sample)}</p>
    </div>
  </section>`;
}

/** The numbers of a row's features, in the order of their columns. */
export const featuresOf = (sample: Sample): number[] =>
  sample.inputs.flatMap((leaf) => elementsOf(sample.values[leaf] as Tensor) ?? []);

function pictureOf(sample: Sample): TemplateResult | typeof nothing {
  const features = featuresOf(sample);
  if (features.length !== SIDE * SIDE || features.some((x) => x < 0 || x > 1)) return nothing;
  return html`<svg class="pixels" viewBox="-1 -1 ${SIZE + 2} ${SIZE + 2}" aria-hidden="true">
    ${inkCells(features)}
  </svg>`;
}

function textOf(sample: Sample): TemplateResult {
  const { classes, answer, target, tested, features } = sample;
  const numbers = featuresOf(sample);
  const shown = numbers
    .slice(0, MOST_NUMBERS)
    .map((number, at) => `${features[at] ?? ""} ${formatNumber(number)}`.trim());
  const meant = classes[answer] ?? formatNumber(answer);
  return html`<strong>${target}: ${meant}</strong>.
    ${tested ? "Kept to test with." : "One of those it is trained on."}
    ${numbers.length === SIDE * SIDE ? nothing : html`${shown.join(", ")}${numbers.length > MOST_NUMBERS ? ", …" : ""}`}`;
}
