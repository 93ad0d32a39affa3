/** A leaf's value to change: a number with a slider, or a tensor as text. */
import { html, nothing, type TemplateResult } from "lit-html";
import { live } from "lit-html/directives/live.js";
import type { GraphNode, Tensor } from "../api/client.js";
import { nameOf } from "../model/document.js";
import { readTensor } from "../model/numbers.js";
import type { Session } from "../model/session.js";

/** What a slider can be moved between; kept while it is dragged, so that the knob stays under the pointer. */
interface Reach {
  readonly most: number;
  readonly step: number;
}

const reaches = new Map<string, Reach>();
const faults = new Map<string, { readonly text: string; readonly fault: string }>();

/** From −most to most, a round number at least twice the value away. */
export function reachOf(value: number): Reach {
  const wanted = Math.max(1, 2 * Math.abs(value));
  const power = 10 ** Math.floor(Math.log10(wanted));
  const most = [1, 2, 5, 10].map((m) => m * power).find((m) => m >= wanted)!;
  return { most, step: most / 100 };
}

function reach(id: string, value: number): Reach {
  const known = reaches.get(id);
  if (known && Math.abs(value) <= known.most) return known;
  const fresh = reachOf(value);
  reaches.set(id, fresh);
  return fresh;
}

/** Forgets what is typed and how far sliders go: another graph has been opened. */
export function forgetFields(): void {
  reaches.clear();
  faults.clear();
}

/** `place` tells two fields of one leaf apart. */
export function leafField(
  session: Session,
  node: GraphNode,
  place: string,
  redraw: () => void,
): TemplateResult {
  const { id } = node;
  const value = node.value!;
  const key = `${place}-${id}`;
  const wrong = faults.get(key);
  const shown = wrong?.text ?? (typeof value === "number" ? String(value) : JSON.stringify(value));
  const read = (event: Event): void => {
    const text = (event.target as HTMLInputElement).value;
    const answer = readTensor(text);
    if ("fault" in answer) faults.set(key, { text, fault: answer.fault });
    else {
      faults.delete(key);
      reaches.delete(id);
      session.setValue(id, answer.tensor);
    }
    redraw();
  };
  const number = typeof value === "number";
  return html`<div
    class="leaf-field"
    @focusout=${() => {
      session.settle();
    }}
  >
    <label for=${key}>${nameOf(node)}</label>
    <input
      id=${key}
      data-leaf-field=${place === "panel" ? id : nothing}
      type="text"
      inputmode=${number ? "decimal" : "text"}
      autocomplete="off"
      spellcheck="false"
      class=${number ? "" : "wide"}
      .value=${live(shown)}
      aria-invalid=${wrong ? "true" : "false"}
      aria-describedby=${wrong ? `${key}-fault` : nothing}
      @input=${read}
      @keydown=${(event: KeyboardEvent) => {
        if (number) step(event, session, id, value);
      }}
    />
    ${number ? slider(session, node, value, place) : nothing}
    ${wrong ? html`<p class="fault" id="${key}-fault">${wrong.fault}</p>` : nothing}
  </div>`;
}

/** The field beneath a selected leaf in the drawing. */
export function leafOverlay(
  session: Session,
  node: GraphNode,
  close: () => void,
  redraw: () => void,
): TemplateResult {
  return html`<div
    @keydown=${(event: KeyboardEvent) => {
      if (event.key !== "Escape" && event.key !== "Enter") return;
      event.preventDefault();
      close();
    }}
  >
    ${leafField(session, node, "drawing", redraw)}
    <button type="button" class="icon close" aria-label="Close" title="Close (Esc)" @click=${close}>
      ×
    </button>
  </div>`;
}

function slider(session: Session, node: GraphNode, value: number, place: string): TemplateResult {
  const { most, step: size } = reach(node.id, value);
  const set = (event: Event): void => {
    const moved = (event.target as HTMLInputElement).valueAsNumber;
    session.setValue(node.id, Number(moved.toPrecision(12)));
  };
  return html`<input
    type="range"
    data-leaf-slider=${place === "panel" ? node.id : nothing}
    aria-label="${nameOf(node)}, slider"
    min=${-most}
    max=${most}
    step=${size}
    .value=${live(String(value))}
    @input=${set}
    @change=${() => {
      session.settle();
    }}
  />`;
}

/** Up and down in a number field: one step of the slider, ten with Shift. */
function step(event: KeyboardEvent, session: Session, id: string, value: Tensor): void {
  const way = event.key === "ArrowUp" ? 1 : event.key === "ArrowDown" ? -1 : 0;
  if (way === 0 || typeof value !== "number") return;
  event.preventDefault();
  const size = reach(id, value).step * (event.shiftKey ? 10 : 1);
  session.setValue(id, Number((value + way * size).toPrecision(12)));
}
