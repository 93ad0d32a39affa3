/** A leaf's value to change: a number with a slider, or a tensor in its own field. */
import { html, nothing, type TemplateResult } from "lit-html";
import { live } from "lit-html/directives/live.js";
import type { GraphNode, Tensor } from "../api/client.js";
import { nameOf } from "../model/document.js";
import { formatRows, formatShape, readNumber, readTensor } from "../model/numbers.js";
import { isPacked } from "../model/packed.js";
import type { Session } from "../model/session.js";
import type { TensorHost } from "./gridState.js";
import { forgetSeed } from "./seedField.js";
import { forgetTensors, shapeControl, tensorField } from "./tensorField.js";

/** What a slider can be moved between; kept while it is dragged, so that the knob stays under the pointer. */
interface Reach {
  readonly least: number;
  readonly most: number;
  readonly step: number;
  /** Whether a person has chosen it. */
  readonly chosen?: boolean;
}

/** Values of this size are amounts, such as prices, rather than coordinates. */
const AMOUNT = 10;

const reaches = new Map<string, Reach>();
/** What is in a field while it is edited, by the field's key. */
const typed = new Map<string, string>();

/** To a round number at least twice the value away; from 0, or, for small values, from as far below it. */
export function reachOf(value: number): Reach {
  const wanted = Math.max(1, 2 * Math.abs(value));
  const power = 10 ** Math.floor(Math.log10(wanted));
  const most = [1, 2, 5, 10].map((m) => m * power).find((m) => m >= wanted)!;
  if (Math.abs(value) < AMOUNT) return { least: -most, most, step: most / 100 };
  return value > 0
    ? { least: 0, most, step: most / 200 }
    : { least: -most, most: 0, step: most / 200 };
}

/** By how much one step changes a leaf's number. */
export const stepOf = (id: string, value: number): number => reach(id, value).step;

function reach(id: string, value: number): Reach {
  const known = reaches.get(id);
  if (known?.chosen || (known && known.least <= value && value <= known.most)) return known;
  const fresh = reachOf(value);
  reaches.set(id, fresh);
  return fresh;
}

/** Forgets what is typed and how far sliders go: another graph has been opened. */
export function forgetFields(): void {
  reaches.clear();
  typed.clear();
  forgetTensors();
  forgetSeed();
}

function forgetTyped(id: string): void {
  for (const place of ["panel", "drawing"]) typed.delete(`${place}-${id}`);
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
  if (isPacked(value))
    return html`<p class="leaf-field">
      <span>${nameOf(node)}</span>
      <small>${formatShape(value.shape)}: too many numbers to be edited one by one</small>
    </p>`;
  const key = `${place}-${id}`;
  const host = hostOf(session, node, place, redraw);
  if (typeof value !== "number")
    return html`<div
      class="leaf-field"
      @focusout=${() => {
        session.settle();
      }}
    >
      ${tensorField({ ...host, value })}
    </div>`;
  const text = typed.get(key);
  const answer = text === undefined ? undefined : readTensor(text);
  const wrong = answer && "fault" in answer ? answer : undefined;
  // What is typed stands as it is ("1." on the way to 1.5) until something else changes the value.
  const current =
    answer && ("fault" in answer || JSON.stringify(answer.tensor) === JSON.stringify(value));
  const shown = current && text !== undefined ? text : formatRows(value);
  const read = (event: Event): void => {
    const field = (event.target as HTMLInputElement).value;
    const answer = readTensor(field);
    typed.set(key, field);
    if (!("fault" in answer)) {
      if (!reaches.get(id)?.chosen) reaches.delete(id);
      session.setValue(id, answer.tensor);
    }
    redraw();
  };
  const field: Field = {
    key,
    leaf: place === "panel" ? id : nothing,
    shown,
    wrong,
    read,
  };
  return html`<div
    class="leaf-field"
    @focusout=${() => {
      session.settle();
      if (!wrong) typed.delete(key);
    }}
  >
    <label
      for=${key}
      class="drags"
      title="Drag sideways to change the value"
      @pointerdown=${(event: PointerEvent) => {
        dragSideways(event, session, id, value);
      }}
      >${nameOf(node)}</label
    >
    ${numberInput(session, id, value, field)} ${slider(session, node, value, place)}
    <div class="extras">
      ${place === "panel" ? range(id, value, redraw) : nothing} ${shapeControl(host, value)}
    </div>
    ${wrong ? html`<p class="fault" id="${key}-fault">${wrong.fault}</p>` : nothing}
  </div>`;
}

/** A leaf, as the editors of tensors change it. */
const hostOf = (
  session: Session,
  node: GraphNode,
  place: string,
  redraw: () => void,
): TensorHost => ({
  key: `${place}-${node.id}`,
  name: nameOf(node),
  leaf: place === "panel" ? node.id : undefined,
  blank: 0,
  fixed: false,
  set: (tensor) => {
    forgetTyped(node.id);
    session.setValue(node.id, tensor);
  },
  settle: () => {
    session.settle();
  },
  cancel: () => {
    session.cancel();
  },
  redraw,
});

interface Field {
  readonly key: string;
  readonly leaf: string | typeof nothing;
  readonly shown: string;
  readonly wrong: { readonly fault: string } | undefined;
  readonly read: (event: Event) => void;
}

function numberInput(session: Session, id: string, value: number, field: Field): TemplateResult {
  return html`<input
    id=${field.key}
    data-leaf-field=${field.leaf}
    type="text"
    inputmode="decimal"
    autocomplete="off"
    spellcheck="false"
    .value=${live(field.shown)}
    aria-invalid=${field.wrong ? "true" : "false"}
    aria-describedby=${field.wrong ? `${field.key}-fault` : nothing}
    @input=${field.read}
    @focus=${(event: Event) => {
      // A finger can't well select what is to be written over.
      const input = event.target as HTMLInputElement;
      if (matchMedia("(pointer: coarse)").matches)
        requestAnimationFrame(() => {
          input.select();
        });
    }}
    @keydown=${(event: KeyboardEvent) => {
      step(event, session, id, value);
    }}
  />`;
}

/** How far the slider goes, and in which steps. */
function range(id: string, value: number, redraw: () => void): TemplateResult {
  const now = reach(id, value);
  const end = (name: "least" | "most" | "step", label: string): TemplateResult =>
    html`<label
      >${label}
      <input
        type="text"
        inputmode="decimal"
        autocomplete="off"
        .value=${live(String(now[name]))}
        @change=${(event: Event) => {
          const typed = readNumber((event.target as HTMLInputElement).value);
          const next = { ...now, chosen: true, ...(typed === undefined ? {} : { [name]: typed }) };
          if (next.least < next.most && next.step > 0) reaches.set(id, next);
          redraw();
        }}
      />
    </label>`;
  return html`<details class="range">
    <summary>Range</summary>
    ${end("least", "from")} ${end("most", "to")} ${end("step", "step")}
  </details>`;
}

/** Changes a number by a step for every two pixels that its name is dragged sideways. */
function dragSideways(event: PointerEvent, session: Session, id: string, value: number): void {
  const label = event.currentTarget as HTMLElement;
  const { step: size } = reach(id, value);
  const from = event.clientX;
  label.setPointerCapture(event.pointerId);
  const move = (moved: PointerEvent): void => {
    const steps = Math.round((moved.clientX - from) / 2);
    session.setValue(id, Number((value + steps * size).toPrecision(12)));
  };
  const end = (): void => {
    label.removeEventListener("pointermove", move);
    session.settle();
  };
  label.addEventListener("pointermove", move);
  label.addEventListener("pointerup", end, { once: true });
  label.addEventListener("pointercancel", end, { once: true });
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
      const wrong = (event.target as Element).getAttribute("aria-invalid") === "true";
      if (event.key === "Enter" && wrong) return;
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
  const { least, most, step: size } = reach(node.id, value);
  const set = (event: Event): void => {
    const moved = (event.target as HTMLInputElement).valueAsNumber;
    forgetTyped(node.id);
    session.setValue(node.id, Number(moved.toPrecision(12)));
  };
  return html`<input
    type="range"
    data-leaf-slider=${place === "panel" ? node.id : nothing}
    aria-label="${nameOf(node)}, slider"
    min=${least}
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
  forgetTyped(id);
  session.setValue(id, Number((value + way * size).toPrecision(12)));
}
