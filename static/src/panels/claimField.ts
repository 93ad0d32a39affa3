/** A field for one gradient that somebody worked out, and how it was judged. */
import { html, nothing, type TemplateResult } from "lit-html";
import type { JudgedClaim } from "../api/practice.js";
import { formatShape } from "../model/numbers.js";
import { markOf, type Mark } from "../model/work.js";
import { answerField } from "./answerField.js";

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
  const { key, name, shape, text, fault, judged } = claim;
  return html`<div class="claim ${markOf(judged) ?? ""}" data-claim=${key}>
    <label for="claim-${key}"
      >${name}${shape.length > 0 ? html` <small>${formatShape(shape)}</small>` : nothing}</label
    >
    ${answerField({
      id: `claim-${key}`,
      said: `verdict-${key}`,
      shape,
      text,
      wrong: Boolean(fault),
      type: (typed) => {
        on.type(key, typed);
      },
      submit: () => {
        on.submit();
      },
      focus: () => {
        on.focus(key);
      },
      paste: (pasted) => /[:=]/.test(pasted) && on.paste(pasted),
    })}
    <p class="verdict" id="verdict-${key}">
      ${fault ? html`<span class="fault">${fault}</span>` : verdictText(judged)}
    </p>
  </div>`;
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
