/** The buttons of a training, how far it has come, and how long it will take. */
import { html, nothing, type TemplateResult } from "lit-html";
import { counted, durationText, latestOf, pointText } from "../model/learning.js";
import type { Trainer } from "../model/trainer.js";
import type { ReadSettings } from "../model/trainSettings.js";
import { textField } from "./trainForm.js";

/** How often the run is told to a screen reader, in milliseconds. */
const TELL_EVERY = 3000;

export class TrainRun {
  private spoken = { at: 0, text: "" };

  constructor(
    private readonly trainer: Trainer,
    /** The number of steps is typed. */
    private readonly setSteps: (text: string) => void,
  ) {}

  /** `underWay`: whether there is a training to go on with. */
  view({ steps, method, faults }: ReadSettings, typed: string, underWay: boolean): TemplateResult {
    const { trainer } = this;
    const phase = trainer.phase.value;
    const running = phase === "running";
    const wrong = faults.size > 0;
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
          ?disabled=${!underWay || phase === "done"}
          @click=${() => {
            trainer.stop();
          }}
        >
          Stop
        </button>
      </div>
      <div class="wish">
        ${textField("steps", "Steps", typed, faults.get("steps"), (text) => {
          this.setSteps(text);
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
      ${trainer.undone.value ? nothing : this.progressView(running)}
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
}
