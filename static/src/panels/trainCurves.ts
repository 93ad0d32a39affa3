/** How a training goes: curves of its loss and of how often it is right, and the latest numbers. */
import { signal } from "@preact/signals-core";
import { html, nothing, type TemplateResult } from "lit-html";
import { latestOf, percentText, pointText, positive, type Point } from "../model/learning.js";
import { formatNumber } from "../model/numbers.js";
import { Chart, type ChartSpec, type Columns, type Line } from "./chart.js";
import { switchView } from "./linked.js";

const LINES: readonly Line[] = [
  { color: "--ink-soft", width: 1.25 },
  { color: "--accent", width: 2.25 },
];
const SCALES = [
  { value: "linear", label: "Linear", title: "Equal distances are equal differences" },
  { value: "logarithmic", label: "Log", title: "Equal distances are equal ratios" },
] as const;
type Scale = (typeof SCALES)[number]["value"];

interface Drawn {
  readonly points: readonly Point[];
  readonly loss: Columns;
  readonly logLoss: Columns;
  readonly accuracy: Columns;
}

export class TrainCurves {
  private readonly scale = signal<Scale>("linear");
  private readonly hovered = signal<number | undefined>(undefined);
  private drawn: Drawn | undefined;
  private readonly charts: Readonly<Record<Scale | "accuracy", Chart>>;

  constructor() {
    const shared = {
      series: LINES,
      x: () => "step",
      sync: "train",
      hover: (index: number | undefined) => {
        this.hovered.value = index;
      },
    };
    const chart = (more: Pick<ChartSpec, "height" | "y"> & Partial<ChartSpec>): Chart =>
      new Chart({ ...shared, ...more });
    this.charts = {
      linear: chart({ height: 190, y: () => "loss" }),
      logarithmic: chart({ height: 190, y: () => "loss", logY: true }),
      accuracy: chart({ height: 150, y: () => "part that is right" }),
    };
  }

  view(points: readonly Point[], run: number): TemplateResult {
    const latest = latestOf(points);
    if (!latest) return html``;
    const { loss, logLoss, accuracy } = this.columns(points);
    const scale = this.scale.value;
    const judged = latest.accuracy !== undefined;
    const tested = latest.testLoss !== undefined;
    const words = pointText(latest);
    const at = this.hovered.value;
    const pointed = at === undefined ? undefined : points[at];
    const key = `${run} ${points.at(-1)!.step}`;
    return html`<section class="curves" data-train-curves>
      <div class="chart-head">
        <h4>Loss</h4>
        ${switchView("Axis of the loss", SCALES, scale, (chosen) => {
          this.scale.value = chosen;
        })}
      </div>
      ${
        scale === "logarithmic"
          ? this.charts.logarithmic.view(
              logLoss,
              key,
              `Loss against step, on a logarithmic axis. ${words}`,
            )
          : this.charts.linear.view(loss, key, `Loss against step. ${words}`)
      }
      ${
        judged
          ? html`<h4>Accuracy</h4>
              ${this.charts.accuracy.view(accuracy, key, `Accuracy against step. ${words}`)}`
          : nothing
      }
      <p class="key">
        <span class="sample batch">this step’s batch</span>
        ${tested ? html`<span class="sample test">test data</span>` : nothing}
      </p>
      <p class="readout" data-train-readout>
        ${pointed ? pointText(pointed) : "Point at a curve to read it."}
      </p>
      ${this.facts(latest)}
    </section>`;
  }

  private facts({ loss, accuracy, testLoss, testAccuracy }: Point): TemplateResult {
    const fact = (name: string, key: string, text: string): TemplateResult =>
      html`<div>
        <dt>${name}</dt>
        <dd class="digits" data-train-number=${key}>${text}</dd>
      </div>`;
    const number = (value: number | null | undefined): string =>
      value === null ? "not finite" : formatNumber(value);
    return html`<dl class="figures">
      ${fact("Loss", "loss", number(loss))}
      ${testLoss === undefined ? nothing : fact("Test loss", "test-loss", number(testLoss))}
      ${typeof accuracy === "number" ? fact("Right", "accuracy", percentText(accuracy)) : nothing}
      ${typeof testAccuracy === "number" ? fact("Test right", "test-accuracy", percentText(testAccuracy)) : nothing}
    </dl>`;
  }

  private columns(points: readonly Point[]): Drawn {
    if (this.drawn?.points !== points) {
      const steps = points.map(({ step }) => step);
      const loss = points.map((point) => point.loss);
      const testLoss = points.map((point) => point.testLoss);
      this.drawn = {
        points,
        loss: [steps, loss, testLoss],
        logLoss: [steps, positive(loss), positive(testLoss)],
        accuracy: [
          steps,
          points.map((point) => point.accuracy),
          points.map((point) => point.testAccuracy),
        ],
      };
    }
    return this.drawn;
  }
}
