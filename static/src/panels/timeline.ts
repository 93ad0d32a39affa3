/** The two passes as a line of steps, to go through one at a time or to play; and how the graph is drawn. */
import type { Signal } from "@preact/signals-core";
import { html, nothing, type TemplateResult } from "lit-html";
import { live } from "lit-html/directives/live.js";
import { TENSORS_AS, type Convention, type Look, type TensorsAs } from "../model/look.js";
import { SPEEDS, type Playback } from "../model/playback.js";

const ICONS = {
  first: "M5 4v12M16 4l-8 6 8 6Z",
  back: "M14 4l-8 6 8 6Z",
  play: "M6 4l10 6-10 6Z",
  pause: "M6 4v12M13 4v12",
  on: "M6 4l8 6-8 6Z",
  last: "M4 4l8 6-8 6ZM15 4v12",
  loop: "M5 8a5 5 0 0 1 9-2l2 2M16 4v4h-4M15 12a5 5 0 0 1-9 2l-2-2M4 16v-4h4",
} as const;

const LABELS: Readonly<Record<Convention, string>> = {
  book: "Arrows in pairs (the book)",
  cs231n: "One line (CS231n)",
  colah: "Local derivatives (colah)",
};
export const CONVENTIONS = Object.keys(LABELS) as Convention[];

const TENSORS: Readonly<Record<TensorsAs, string>> = {
  few: "Either",
  numbers: "Numbers",
  heat: "Heat maps",
};

const TENSORS_TITLE = "Either: up to six numbers are written out, more of them are a heat map";

/** `tensors`: the graph has some, so that there is a choice of how they are drawn. */
export function timeline(playback: Playback, look: Look, tensors: boolean): TemplateResult {
  const steps = playback.steps.value.length;
  const done = playback.done.value;
  const turn = playback.turn;
  const playing = playback.playing.value;
  const place =
    done <= turn
      ? `forward, step ${done} of ${turn}`
      : `backward, step ${done - turn} of ${steps - turn}`;
  return html`<div class="timeline" role="group" aria-label="Step through both passes">
    <fieldset class="transport" ?disabled=${steps === 0}>
      ${button("To the beginning", ICONS.first, () => {
        playback.go(0);
      })}
      ${button("One step back (,)", ICONS.back, () => {
        playback.by(-1);
      })}
      ${button(
        playing ? "Pause (Alt+P)" : "Play both passes (Alt+P)",
        playing ? ICONS.pause : ICONS.play,
        () => {
          playback.toggle();
        },
      )}
      ${button(
        "One step on (.)",
        ICONS.on,
        () => {
          playback.by(1);
        },
        done === steps && !playback.atEnd.value,
      )}
      ${button(
        "Show everything",
        ICONS.last,
        () => {
          playback.end();
        },
        playback.atEnd.value,
      )}
      <div class="scrub" style="--turn:${steps > 0 ? (100 * turn) / steps : 50}%">
        <input
          type="range"
          aria-label="Step"
          aria-valuetext=${place}
          min="0"
          max=${steps}
          step="1"
          .value=${live(String(done))}
          @input=${(event: Event) => {
            playback.go((event.target as HTMLInputElement).valueAsNumber);
          }}
        />
        <span class="halves" aria-hidden="true"><span>forward</span><span>backward</span></span>
      </div>
      <label
        >Speed
        <select
          @change=${(event: Event) => {
            playback.speed.value = Number((event.target as HTMLSelectElement).value);
          }}
        >
          ${SPEEDS.map(
            (speed) =>
              html`<option value=${speed} .selected=${live(playback.speed.value === speed)}>
                ${speed}×
              </option>`,
          )}
        </select></label
      >
      <button
        type="button"
        class="icon"
        aria-label="Again and again"
        title="Again and again"
        aria-pressed=${playback.loop.value ? "true" : "false"}
        @click=${() => {
          playback.loop.value = !playback.loop.value;
        }}
      >
        <svg viewBox="0 0 20 20" aria-hidden="true"><path d=${ICONS.loop} /></svg>
      </button>
    </fieldset>
    ${chooser("Drawn with", CONVENTIONS, LABELS, look.convention)}
    ${tensors ? chooser("Tensors as", TENSORS_AS, TENSORS, look.tensors, TENSORS_TITLE) : nothing}
    <p class="sentence" role="status" aria-live="polite">${told(playback, look)}</p>
  </div>`;
}

/** One of a few ways of drawing. */
const chooser = <T extends string>(
  label: string,
  all: readonly T[],
  labels: Readonly<Record<T, string>>,
  chosen: Signal<T>,
  title = "",
): TemplateResult =>
  html`<label class="convention" title=${title}
    >${label}
    <select
      @change=${(event: Event) => {
        chosen.value = (event.target as HTMLSelectElement).value as T;
      }}
    >
      ${all.map(
        (name) =>
          html`<option value=${name} .selected=${live(chosen.value === name)}>
            ${labels[name]}
          </option>`,
      )}
    </select></label
  >`;

/** The step as a sentence; it keeps back what the drawing does. */
const told = (playback: Playback, look: Look): string =>
  playback.sentence.value !== "" && look.blankKeys.value.size > 0
    ? "What this step computes is for you to find."
    : playback.sentence.value;

const button = (label: string, icon: string, run: () => void, disabled = false): TemplateResult =>
  html`<button
    type="button"
    class="icon"
    aria-label=${label.replace(/ \(.*/, "")}
    title=${label}
    ?disabled=${disabled}
    @click=${run}
  >
    <svg viewBox="0 0 20 20" aria-hidden="true"><path d=${icon} /></svg>
  </button>`;
