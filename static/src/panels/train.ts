/** Training: the data, the optimizer, the run with its curves, a sample, and a digit drawn by hand. */
import { effect, signal } from "@preact/signals-core";
import { html, nothing, type TemplateResult } from "lit-html";
import type { Fault, GraphDocument } from "../api/client.js";
import {
  datasets,
  optimizers,
  sample,
  train,
  type Dataset,
  type Optimizer,
  type Sample,
} from "../api/train.js";
import { Answer } from "../model/answer.js";
import { readerOf } from "../model/digit.js";
import { nameOf, structureOf } from "../model/document.js";
import { evaluable, replaceOp } from "../model/edit.js";
import { counted, durationText, latestOf, pointText } from "../model/learning.js";
import { formatNumber } from "../model/numbers.js";
import { Pursuit } from "../model/pursuit.js";
import { Trainer } from "../model/trainer.js";
import {
  adviceOn,
  likelyData,
  likelyParameters,
  readBatches,
  readSettings,
  TABLE,
  USUAL,
  type ReadSettings,
  type Settings,
} from "../model/trainSettings.js";
import { DigitPad } from "./digitPad.js";
import type { MakePanel, Panel, PanelPage } from "./panel.js";
import { sentence } from "./problems.js";
import { TrainCurves } from "./trainCurves.js";
import { textField, TrainForm } from "./trainForm.js";
import { featuresOf, sampleView } from "./trainSample.js";
import { unfinished } from "./unfinished.js";

/** How often the run is told to a screen reader, in milliseconds. */
const TELL_EVERY = 3000;
/** Up to so many inputs are offered to be made parameters. */
const OFFERED = 6;
/** The setting by which every optimizer goes faster or slower, and how much slower one goes when numbers grow too large. */
const RATE = "rate";
const SLOWER = 10;

export const trainPanel: MakePanel = (page) => new TrainPanel(page);

interface Catalogue {
  readonly datasets: readonly Dataset[];
  readonly optimizers: readonly Optimizer[];
}

/** A row of the data, or why the data doesn't fit the graph. */
interface Fit {
  readonly sample: Sample | undefined;
  readonly misfits: readonly Fault[];
}

const NO_FIT: Fit = { sample: undefined, misfits: [] };

class TrainPanel implements Panel {
  private readonly catalogue = new Answer<Catalogue>();
  private readonly fits = new Pursuit<{ readonly about: string; readonly sample: Sample }>();
  private readonly settings = signal<Settings>(USUAL);
  private readonly row = signal(0);
  private readonly trainer: Trainer;
  private readonly form: TrainForm;
  private readonly curves = new TrainCurves();
  private readonly pad: DigitPad;
  /** The structure for which data was chosen that fits. */
  private guessedFor: string | undefined;
  private run = 0;
  private spoken = { at: 0, text: "" };

  constructor(private readonly page: PanelPage) {
    this.trainer = new Trainer(page.session, train);
    this.form = new TrainForm(this.settings, (notice) => {
      page.tell(notice);
    });
    this.pad = new DigitPad(
      page,
      () => this.fits.latest.value?.value.sample.classes ?? [],
      () => this.sampleTaker(),
    );
    effect(() => {
      if (this.trainer.points.value.length === 0) this.run += 1;
    });
  }

  view(): TemplateResult {
    const { session, look } = this.page;
    const graph = session.graph.value;
    this.catalogue.want("all", async () => {
      const [data, rules] = await Promise.all([datasets(), optimizers()]);
      return { datasets: data, optimizers: rules };
    });
    if (graph.nodes.length === 0)
      return html`<p class="hint">
        There is nothing to train yet. Draw a graph that has parameters and ends in a loss, such as
        the <a href="/graph/digits-net">net that reads digits</a>, or write a formula:
        <code>w = parameter(0.5)</code> makes a parameter.
      </p>`;
    const hint = unfinished(look);
    if (hint) return hint;
    const known = this.catalogue.value.value;
    if (!known) return this.waitingView();
    this.choose(graph, known);
    const settings = readSettings(this.settings.value, known.optimizers);
    const fit = this.wantSample(graph);
    return html`<div class="train">
      <p class="doc">
        Step after step, the parameters follow their gradients down, and the drawing follows them.
      </p>
      ${this.form.view({
        graph,
        ...known,
        faults: settings.faults,
        ...fit,
        fixed: this.underWay,
      })}
      ${this.controls(settings)} ${this.troubles(graph)}
      ${this.curves.view(this.trainer.points.value, this.run)}
      ${fit.sample ? sampleView(this.page, fit.sample, this.row) : nothing} ${this.padView(graph)}
    </div>`;
  }

  private waitingView(): TemplateResult {
    const faults = this.catalogue.faults.value;
    if (faults.length === 0) return html`<p class="hint working" role="status">Loading…</p>`;
    return html`${faults.map((fault) => html`<p class="fault" role="alert">${sentence(fault)}</p>`)}
      <button
        type="button"
        @click=${() => {
          this.catalogue.forget();
          this.catalogue.faults.value = [];
        }}
      >
        Try again
      </button>`;
  }

  /** Whether there is a training to go on with. */
  private get underWay(): boolean {
    const phase = this.trainer.phase.value;
    return phase === "running" || (phase !== "idle" && this.trainer.goesOn.value);
  }

  /** The first optimizer, and data that fits; chosen anew for another graph until somebody has chosen. */
  private choose(graph: GraphDocument, { datasets: all, optimizers: rules }: Catalogue): void {
    const { session } = this.page;
    const run = session.run.value;
    const settings = this.settings.value;
    const structure = structureOf(graph);
    const fresh = run.graph === graph && structure !== this.guessedFor && !this.underWay;
    if (settings.optimizer !== "" && !fresh) return;
    const first = this.guessedFor === undefined;
    this.guessedFor = structure;
    const likely = likelyData(graph, session.ops, run.evaluation, all);
    const kept = !first && (settings.data === TABLE || likely?.name === settings.data);
    const optimizer = settings.optimizer === "" ? (rules.at(-1)?.name ?? "") : settings.optimizer;
    queueMicrotask(() => {
      this.form.set({
        optimizer,
        ...(kept ? {} : { data: likely?.name ?? USUAL.data, inputs: "", targets: "" }),
      });
    });
  }

  /** The row of the data that is looked at, as it fits the graph, or why it doesn't; neither where there is no data. */
  private wantSample(graph: GraphDocument): Fit {
    const batches = readBatches(this.settings.value);
    const { session } = this.page;
    const whole = evaluable(graph, session.ops) === graph;
    if (!whole || !batches || batches.csv === "") return NO_FIT;
    const row = this.row.value;
    // What is asked again: another question, and the same one when the server is back.
    const data = { ...batches, size: 1 };
    const about = `${JSON.stringify(data)} ${structureOf(graph)}`;
    this.fits.want(`${about} ${row} ${session.waiting.value}`, async () => {
      try {
        return { about, sample: await sample(graph, data, row) };
      } catch (error) {
        this.row.value = 0;
        throw error;
      }
    });
    const latest = this.fits.latest.value?.value;
    return {
      sample: latest?.about === about ? latest.sample : undefined,
      misfits: this.fits.faults.value,
    };
  }

  private controls({ steps, method, faults }: ReadSettings): TemplateResult {
    const { trainer } = this;
    const phase = trainer.phase.value;
    const running = phase === "running";
    const wrong = faults.size > 0;
    const { underWay } = this;
    const resumes = phase === "paused" && underWay;
    return html`<div class="train-controls" role="group" aria-label="Training">
      <div class="buttons">
        ${
          running
            ? html`<button
                type="button"
                class="primary"
                data-train="pause"
                title="Stops at once, so that it can be resumed"
                @click=${() => {
                  trainer.pause();
                }}
              >
                Pause
              </button>`
            : html`<button
                type="button"
                class="primary"
                data-train="run"
                ?disabled=${wrong}
                @click=${() => void trainer.run(steps, method)}
              >
                ${resumes ? "Resume" : phase === "done" && underWay ? "Run on" : `Run ${counted(steps, "step")}`}
              </button>`
        }
        <button
          type="button"
          data-train="step"
          title="Takes one step"
          ?disabled=${running || wrong}
          @click=${() => void trainer.step(steps, method)}
        >
          Step
        </button>
        <button
          type="button"
          data-train="stop"
          title="Ends the training at once and keeps what was learnt; Run then begins anew"
          ?disabled=${!underWay}
          @click=${() => {
            trainer.stop();
          }}
        >
          Stop
        </button>
      </div>
      <div class="wish">
        ${textField("steps", "Steps", this.settings.value.steps, faults.get("steps"), (text) => {
          this.form.set({ steps: text });
        })}
        <button
          type="button"
          data-train="back"
          title="Gives the parameters back what they were before, as Undo does"
          ?disabled=${running || !trainer.undoable.value}
          @click=${() => {
            trainer.takeBack();
          }}
        >
          Back to before
        </button>
      </div>
      ${this.progressView(running)}
    </div>`;
  }

  private progressView(running: boolean): TemplateResult | typeof nothing {
    const { step, goal, left } = this.trainer.progress.value;
    if (goal === 0) return nothing;
    const time = running && left !== undefined ? `, about ${durationText(left)} left` : "";
    const text = `Step ${step.toLocaleString("en")} of ${goal.toLocaleString("en")}${time}`;
    return html`<div class="progress">
      <progress max=${goal} .value=${step} aria-label="Steps of this training"></progress>
      <p data-train-progress>${text}</p>
      <p class="heard" role="status" data-train-spoken>${this.said(running)}</p>
    </div>`;
  }

  /** The latest numbers as they are read out: now and then while it runs, and at its end. */
  private said(running: boolean): string {
    const latest = latestOf(this.trainer.points.value);
    const now = performance.now();
    if (latest && (!running || now - this.spoken.at > TELL_EVERY))
      this.spoken = { at: now, text: pointText(latest) };
    return this.spoken.text;
  }

  /** Why it doesn't go on, and what helps. */
  private troubles(graph: GraphDocument): TemplateResult {
    const { trainer } = this;
    const phase = trainer.phase.value;
    const left = phase !== "running" && phase !== "idle" && !trainer.goesOn.value;
    const note = trainer.note.value;
    return html`${note ? html`<p class="note" role="status" data-train-note>${note}</p>` : nothing}
    ${left ? html`<p class="hint" data-train-left>The graph isn’t as this training left it: Run begins anew. Undo what was changed to go on instead.</p>` : nothing}
    ${trainer.faults.value.map((fault) => this.faultView(fault, graph))}`;
  }

  private faultView(fault: Fault, graph: GraphDocument): TemplateResult {
    const advice = adviceOn(fault.code);
    return html`<div class="trouble" role="alert" data-train-fault=${fault.code}>
      <p class="fault">${sentence(fault)}</p>
      ${advice ? html`<p>${advice}</p>` : nothing}
      ${fault.code === "no-parameter" ? this.parameterOffers(graph) : nothing}
      ${fault.code === "not-finite" ? this.slowerOffer() : nothing}
    </div>`;
  }

  private parameterOffers(graph: GraphDocument): TemplateResult {
    const { session } = this.page;
    const taken = this.fits.latest.value?.value.sample.inputs ?? [];
    const parameter = session.ops.get("parameter");
    const offers = likelyParameters(graph, session.ops, taken).slice(0, OFFERED);
    return html`<div class="buttons">
      ${offers.map(
        (node) =>
          html`<button
            type="button"
            @click=${() => {
              if (!parameter) return;
              const name = `Make ${nameOf(node)} a parameter`;
              session.apply(name, replaceOp(session.graph.peek(), node.id, parameter));
              this.trainer.stop();
            }}
          >
            Make ${nameOf(node)} a parameter
          </button>`,
      )}
    </div>`;
  }

  private slowerOffer(): TemplateResult | typeof nothing {
    const { optimizer, tuned } = this.settings.value;
    const rules = this.catalogue.value.value?.optimizers ?? [];
    const rate = rules
      .find(({ name }) => name === optimizer)
      ?.params.find(({ name }) => name === RATE);
    if (!rate) return nothing;
    const key = `${optimizer}.${RATE}`;
    const now = Number(tuned[key] ?? rate.default);
    const slower = Number((now / SLOWER).toPrecision(6));
    return html`<div class="buttons">
      <button
        type="button"
        @click=${() => {
          this.form.set({ tuned: { ...this.settings.peek().tuned, [key]: String(slower) } });
          this.trainer.takeBack();
          this.trainer.stop();
        }}
      >
        Go back, with a rate of ${formatNumber(slower)}
      </button>
    </div>`;
  }

  private padView(graph: GraphDocument): TemplateResult | typeof nothing {
    const { session } = this.page;
    const whole = evaluable(graph, session.ops);
    const reader = readerOf(whole, session.ops, session.run.value.output);
    if (!reader) return nothing;
    return this.pad.view(whole, reader, this.settings.value.standardise);
  }

  /** Takes the next row of the data for the paper; undefined where the data holds no such rows. */
  private sampleTaker(): (() => Promise<readonly number[] | undefined>) | undefined {
    const now = this.fits.latest.value?.value.sample;
    const batches = readBatches({ ...this.settings.value, standardise: false });
    if (!now || !batches || now.features.length !== 64) return undefined;
    return async () => {
      const row = Math.floor(Math.random() * now.count);
      return featuresOf(await sample(this.page.session.graph.peek(), batches, row));
    };
  }
}
