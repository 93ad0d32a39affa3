/** A field for one gradient that somebody worked out, and how it was judged. */
import { html, nothing, type TemplateResult } from "lit-html";
import { live } from "lit-html/directives/live.js";
import type { JudgedClaim } from "../api/practice.js";
import { formatShape } from "../model/numbers.js";
import { markOf, type Mark } from "../model/work.js";

const SIGNS: Readonly<Record<Mark, readonly [sign: string, word: string]>> = {
  right: ["✓", "right"],
  wrong: ["✗", "wrong"],
  follows: ["↩", "follows from an earlier slip"],
};

export interface ClaimField {
  /** A node, or an edge for what a layer sends back. */
  readonly key: string;
  readonly name: string;
  readonly shape: readonly number[];
  readonly text: string;
  /** Why the text can't be read. */
  readonly fault: string | undefined;
  readonly judged: JudgedClaim | undefined;
}

export interface ClaimEvents {
  type(key: string, text: string): void;
  submit(): void;
  /** Several claims at once were pasted; whether they were taken over. */
  paste(text: string): boolean;
  focus(key: string): void;
}

export function claimField(claim: ClaimField, on: ClaimEvents): TemplateResult {
  const { key, name, shape, fault, judged } = claim;
  return html`<div class="claim ${markOf(judged) ?? ""}" data-claim=${key}>
    <label for="claim-${key}"
      >${name}${shape.length > 0 ? html` <small>${formatShape(shape)}</small>` : nothing}</label
    >
    ${inputView(claim, {
      input: (event: Event) => {
        on.type(key, (event.target as HTMLInputElement).value);
      },
      key: (event: KeyboardEvent) => {
        if (event.key !== "Enter" || event.shiftKey) return;
        event.preventDefault();
        on.submit();
      },
      paste: (event: ClipboardEvent) => {
        const pasted = event.clipboardData?.getData("text/plain") ?? "";
        if (/[:=]/.test(pasted) && on.paste(pasted)) event.preventDefault();
      },
      focus: () => {
        on.focus(key);
      },
    })}
    <p class="verdict" id="verdict-${key}">
      ${fault ? html`<span class="fault">${fault}</span>` : verdictText(judged)}
    </p>
  </div>`;
}

interface InputEvents {
  readonly input: (event: Event) => void;
  readonly key: (event: KeyboardEvent) => void;
  readonly paste: (event: ClipboardEvent) => void;
  readonly focus: () => void;
}

function inputView({ key, shape, text, fault }: ClaimField, events: InputEvents): TemplateResult {
  if (shape.length > 0)
    return html`<textarea
      id="claim-${key}"
      rows=${Math.max(1, Math.min(6, text.split("\n").length))}
      spellcheck="false"
      placeholder=${shape.length > 1 ? "[[…], […]]" : "[…, …]"}
      title="Rows in brackets, or pasted from a spreadsheet. Enter checks, Shift+Enter makes a new line."
      .value=${live(text)}
      aria-invalid=${fault ? "true" : "false"}
      aria-describedby="verdict-${key}"
      @input=${events.input}
      @keydown=${events.key}
      @paste=${events.paste}
      @focus=${events.focus}
    ></textarea>`;
  return html`<input
    type="text"
    inputmode="text"
    id="claim-${key}"
    autocomplete="off"
    spellcheck="false"
    .value=${live(text)}
    aria-invalid=${fault ? "true" : "false"}
    aria-describedby="verdict-${key}"
    @input=${events.input}
    @keydown=${events.key}
    @paste=${events.paste}
    @focus=${events.focus}
  />`;
}

function verdictText(judged: JudgedClaim | undefined): TemplateResult | typeof nothing {
  if (!judged) return nothing;
  const mark = markOf(judged);
  if (!mark)
    return html`${judged.verdict === "no-gradient" ? "no gradient flows here" : "can't be judged: the true gradient isn't finite"}`;
  const [sign, word] = SIGNS[mark];
  return html`<span class="judged ${mark}"
    ><span aria-hidden="true">${sign}</span>
    ${judged.verdict === "shape" ? "wrong shape" : word}</span
  >`;
}
