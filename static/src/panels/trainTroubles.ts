/** Why a training doesn't go on, and what helps. */
import type { Signal } from "@preact/signals-core";
import { html, nothing, type TemplateResult } from "lit-html";
import type { Fault, GraphDocument } from "../api/client.js";
import type { Optimizer } from "../api/train.js";
import { nameOf } from "../model/document.js";
import { replaceOp } from "../model/edit.js";
import { formatNumber } from "../model/numbers.js";
import type { Session } from "../model/session.js";
import type { Trainer } from "../model/trainer.js";
import { adviceOn, likelyParameters, type Settings } from "../model/trainSettings.js";
import { sentence } from "./problems.js";

/** Up to so many inputs are offered to be made parameters. */
const OFFERED = 6;
/** The setting by which every optimizer goes faster or slower, and how much slower one goes when numbers grow too large. */
const RATE = "rate";
const SLOWER = 10;

const UNDONE = html`<p class="hint" role="status" data-train-undone>
  The training is undone: Run begins anew. Redo brings it back with its curves, to go on instead.
</p>`;

/** The graph was changed after a training; `undoable`: undo leads back to it. */
const leftView = (undoable: boolean): TemplateResult =>
  html`<p class="hint" data-train-left>
    The graph isn’t as this training left it: Run begins anew.
    ${undoable ? "Undo what was changed to go on instead." : ""}
  </p>`;

export class TrainTroubles {
  constructor(
    private readonly session: Session,
    private readonly trainer: Trainer,
    private readonly settings: Signal<Settings>,
    private readonly optimizers: () => readonly Optimizer[],
    /** The leaves that take data. */
    private readonly taken: () => readonly string[],
  ) {}

  view(graph: GraphDocument): TemplateResult {
    const { trainer } = this;
    const phase = trainer.phase.value;
    const left = phase !== "running" && phase !== "idle" && !trainer.goesOn.value;
    const note = trainer.note.value;
    return html`${note ? html`<p class="note" role="status" data-train-note>${note}</p>` : nothing}
    ${trainer.undone.value ? UNDONE : left ? leftView(trainer.wayBack.value === "undo") : nothing}
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
    const { session } = this;
    const taken = this.taken();
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
    const chosen = this.optimizers().find(({ name }) => name === optimizer);
    const rate = chosen?.params.find(({ name }) => name === RATE);
    if (!rate) return nothing;
    const key = `${optimizer}.${RATE}`;
    const now = Number(tuned[key] ?? rate.default);
    const slower = Number((now / SLOWER).toPrecision(6));
    return html`<div class="buttons">
      <button
        type="button"
        @click=${() => {
          const settings = this.settings.peek();
          const slowed = { ...settings.tuned, [key]: String(slower) };
          this.settings.value = { ...settings, tuned: slowed };
          this.trainer.takeBack();
          this.trainer.stop();
        }}
      >
        Go back, with a rate of ${formatNumber(slower)}
      </button>
    </div>`;
  }
}
