/** The seed to change: the gradient that is handed to the output. */
import { html, nothing, type TemplateResult } from "lit-html";
import { live } from "lit-html/directives/live.js";
import type { Tensor } from "../api/client.js";
import type { Actions } from "../commands/actions.js";
import { GRID_MOST } from "../model/grid.js";
import { formatRows, formatShape, readNumber, shapeOf } from "../model/numbers.js";
import type { Session } from "../model/session.js";
import { tensorField, type TensorEditor } from "./tensorField.js";

/** What is typed for a number and isn't one, by the field's key. */
const typed = new Map<string, string>();

/** `place` tells two fields of the seed apart. */
export function seedField(
  session: Session,
  actions: Actions,
  place: string,
  redraw: () => void,
): TemplateResult {
  const seed = session.graph.value.upstream ?? undefined;
  const { output, evaluation } = session.run.value;
  const shape = evaluation?.nodes[output ?? ""]?.shape;
  const key = `${place}-seed`;
  const name = place === "panel" ? "Seed (upstream gradient)" : "Seed";
  return html`<div
    class="leaf-field seed-field"
    @focusout=${() => {
      session.settle();
    }}
  >
    ${shape ? field({ session, actions, key, name, redraw, seed, shape }) : html`<span>${name}</span>`}
    ${
      seed === undefined
        ? nothing
        : html`<button
            type="button"
            class="ones"
            @click=${() => {
              typed.delete(key);
              actions.useOnes();
            }}
          >
            Use ones
          </button>`
    }
  </div>`;
}

interface Place {
  readonly session: Session;
  readonly actions: Actions;
  readonly key: string;
  readonly name: string;
  readonly redraw: () => void;
  readonly seed: Tensor | undefined;
  /** The output's. */
  readonly shape: readonly number[];
}

function field(at: Place): TemplateResult {
  const { name, seed, shape } = at;
  const fault = seed === undefined ? undefined : misfit(seed, shape);
  if (fault)
    return html`<span>${name}</span>
      <p class="fault">${fault} Until it does, gradients start from ones.</p>`;
  return shape.length === 0 ? numberField(at) : tensorField(editor(at));
}

/** Why a seed can't be the output's. What a file holds may be anything. */
function misfit(seed: Tensor, shape: readonly number[]): string | undefined {
  if (typeof seed !== "number" && !Array.isArray(seed)) return "The seed is no tensor.";
  const own = shapeOf(seed);
  if (String(own) === String(shape)) return undefined;
  const is = own.length === 0 ? "is a number" : `has the shape ${formatShape(own)}`;
  return shape.length === 0
    ? `The seed ${is} and must be a number, as the output is.`
    : `The seed ${is} and must have the shape ${formatShape(shape)}, as the output has.`;
}

function editor({ session, actions, key, name, redraw, seed, shape }: Place): TensorEditor {
  const small = shape.reduce((a, b) => a * b, 1) <= GRID_MOST;
  return {
    key,
    name,
    blank: 1,
    fixed: true,
    // A large one is text, and not there until somebody writes it.
    value: seed ?? (small ? ones(shape) : 1),
    empty: {
      text: "ones",
      now: seed === undefined,
      clear: () => {
        actions.setSeed(undefined);
      },
    },
    refuse: (tensor) => misfit(tensor, shape),
    set: (tensor) => {
      actions.setSeed(tensor);
    },
    settle: () => {
      session.settle();
    },
    cancel: () => {
      session.cancel();
    },
    redraw,
  };
}

const ones = (shape: readonly number[]): Tensor =>
  shape.reduceRight<Tensor>((inner, length) => Array.from({ length }, () => inner), 1);

/** An empty field is a seed of one. */
function numberField({ actions, key, name, redraw, seed }: Place): TemplateResult {
  const text = typed.get(key);
  const number = text === undefined ? undefined : readNumber(text);
  const wrong = text !== undefined && text.trim() !== "" && number === undefined;
  const current = wrong || (text !== undefined && number === seed);
  return html`<label for=${key}>${name}</label>
    <input
      id=${key}
      type="text"
      inputmode="decimal"
      autocomplete="off"
      spellcheck="false"
      placeholder="1"
      .value=${live(current ? text : seed === undefined ? "" : formatRows(seed))}
      aria-invalid=${wrong ? "true" : "false"}
      aria-describedby=${wrong ? `${key}-fault` : nothing}
      @input=${(event: Event) => {
        const written = (event.target as HTMLInputElement).value;
        const read = readNumber(written);
        typed.set(key, written);
        if (read !== undefined || written.trim() === "") actions.setSeed(read);
        redraw();
      }}
      @focusout=${() => {
        if (!wrong) typed.delete(key);
      }}
    />
    ${wrong ? html`<p class="fault" id="${key}-fault">Write a number; nothing for 1.</p>` : nothing}`;
}

export const forgetSeed = (): void => {
  typed.clear();
};
