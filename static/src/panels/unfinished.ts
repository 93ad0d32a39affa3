/** What stands in place of a view that would tell numbers which somebody is about to find. */
import { html, type TemplateResult } from "lit-html";
import type { Look } from "../model/look.js";

/** The hint while an exercise is under way; undefined where none is. */
export function unfinished(look: Look): TemplateResult | undefined {
  if (look.exercise.value.length === 0) return undefined;
  return html`<div class="note" role="status" data-unfinished>
    <p>This would show numbers that are for you to find. Finish the exercise first, or end it.</p>
    <button
      type="button"
      title="Shows the numbers that are left"
      @click=${() => {
        look.endExercise();
      }}
    >
      End the exercise
    </button>
  </div>`;
}

/** Why formulas stand without their numbers; undefined where they needn't. */
export function keptBackHint({ blankKeys, keepsBack }: Look): TemplateResult | undefined {
  if (!keepsBack.value) return undefined;
  return html`<p class="hint" data-kept-back>
    ${
      blankKeys.value.size > 0
        ? "Some numbers are for you to find (?), so formulas stand here without numbers."
        : "The step that is shown hasn\u2019t reached all numbers, so formulas stand here without them."
    }
  </p>`;
}
