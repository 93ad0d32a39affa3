/** Training: the data, the optimizer, the run with its curves, a sample, and a digit drawn by hand. */
import { effect, signal, untracked } from "@preact/signals-core";
import { html, nothing, type TemplateResult } from "lit-html";
import { ApiError, type Fault, type GraphDocument } from "../api/client.js";
import {
  datasets,
  optimizers,
  sample,
  train,
  type DataBatches,
  type Dataset,
  type Optimizer,
  type Sample,
} from "../api/train.js";
import { Answer } from "../model/answer.js";
import { BLANK, readerOf } from "../model/digit.js";
import { structureOf } from "../model/document.js";
import { evaluable } from "../model/edit.js";
import { Pursuit } from "../model/pursuit.js";
import { Trainer } from "../model/trainer.js";
import {
  fittingData,
  HELD,
  likelyData,
  readBatches,
  readSettings,
  USUAL,
  withLeavesOf,
  type Settings,
} from "../model/trainSettings.js";
import { DigitPad } from "./digitPad.js";
import type { MakePanel, Panel, PanelPage } from "./panel.js";
import { sentence } from "./problems.js";
import { TrainCurves } from "./trainCurves.js";
import { TrainForm } from "./trainForm.js";
import { TrainRun } from "./trainRun.js";
import { featuresOf, sampleView } from "./trainSample.js";
import { TrainTroubles } from "./trainTroubles.js";
import { unfinished } from "./unfinished.js";

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
  private readonly controls: TrainRun;
  private readonly troubles: TrainTroubles;
  private readonly curves = new TrainCurves();
  private readonly pad: DigitPad;
  /** The structure for which data was chosen that fits. */
  private guessedFor: string | undefined;
  private run = 0;

  constructor(private readonly page: PanelPage) {
    this.trainer = new Trainer(page.session, train);
    this.form = new TrainForm(this.settings, (notice) => {
      page.tell(notice);
    });
    this.controls = new TrainRun(this.trainer, (steps) => {
      this.form.set({ steps });
    });
    this.troubles = new TrainTroubles(
      page.session,
      this.trainer,
      this.settings,
      () => this.catalogue.value.value?.optimizers ?? [],
      () => this.fits.latest.value?.value.sample.inputs ?? [],
    );
    this.pad = new DigitPad(
      page,
      () => this.fits.latest.value?.value.sample.classes ?? [],
      () => this.sampleTaker(),
    );
    effect(() => {
      if (this.trainer.points.value.length === 0) this.run += 1;
    });
    // It may be another view that is shown.
    effect(() => {
      if (this.trainer.note.value) page.tell(this.trainer.note.value);
    });
    effect(() => {
      if (page.look.exercise.value.length > 0)
        untracked(() => {
          this.trainer.pause();
        });
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
    if (this.settings.value.optimizer === "") return this.waitingView();
    const settings = withLeavesOf(this.settings.value, graph);
    const read = readSettings(settings, known.optimizers);
    const fit = this.wantSample(graph, readBatches(settings));
    return html`<div class="train">
      <p class="doc">
        Step after step, the parameters follow their gradients down, and the drawing follows them.
      </p>
      ${this.form.view({
        settings,
        graph,
        ...known,
        faults: read.faults,
        ...fit,
        fixed: this.underWay,
      })}
      ${this.controls.view(read, settings.steps, this.underWay)} ${this.troubles.view(graph)}
      ${this.trainer.undone.value ? nothing : this.curves.view(this.trainer.points.value, this.run)}
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

  /** The last optimizer, and data that fits: anew for another graph, unless somebody has chosen what still fits. */
  private choose(graph: GraphDocument, { datasets: all, optimizers: rules }: Catalogue): void {
    const { session } = this.page;
    const run = session.run.value;
    const { optimizer, data, picked } = this.settings.value;
    const structure = structureOf(graph);
    if (run.graph !== graph || structure === this.guessedFor || this.underWay) return;
    this.guessedFor = structure;
    const fitting = fittingData(graph, session.ops, all);
    const stays =
      !all.some(({ name }) => name === data) || fitting.some(({ name }) => name === data);
    const likely = likelyData(fitting, graph, session.ops, run.evaluation)?.name ?? HELD;
    queueMicrotask(() => {
      this.form.set({
        optimizer: optimizer === "" ? (rules.at(-1)?.name ?? "") : optimizer,
        ...(picked && stays ? {} : { data: likely }),
      });
    });
  }

  /** The row of the data that is looked at, as it fits the graph, or why it doesn't; neither where there is no data. */
  private wantSample(graph: GraphDocument, batches: DataBatches | undefined): Fit {
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

  private padView(graph: GraphDocument): TemplateResult | typeof nothing {
    const { session } = this.page;
    const whole = evaluable(graph, session.ops);
    const reader = readerOf(whole, session.ops, session.run.value.output);
    if (!reader) return nothing;
    return this.pad.view(whole, reader, this.settings.value.standardise);
  }

  /** Takes any row of the data for the paper; undefined where the data holds no such rows. */
  private sampleTaker(): (() => Promise<readonly number[] | undefined>) | undefined {
    const now = this.fits.latest.value?.value.sample;
    const batches = readBatches({ ...this.settings.value, standardise: false });
    if (!now || !batches || now.features.length !== BLANK.length) return undefined;
    return async () => {
      const row = Math.floor(Math.random() * now.count);
      try {
        return featuresOf(await sample(this.page.session.graph.peek(), batches, row));
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        this.page.tell(error.faults.map(sentence).join(" "));
        return undefined;
      }
    };
  }
}
