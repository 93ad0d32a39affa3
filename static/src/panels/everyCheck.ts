/** What a large graph's check shows: the few directions that come first, and the check of every element on demand. */
import { html, nothing, type TemplateResult } from "lit-html";
import type { CheckDirection } from "../api/check.js";
import type { WireNumber } from "../api/client.js";
import { progressSentence, VERDICTS } from "../model/check.js";
import type { EveryState } from "../model/everyCheck.js";
import { formatFull, formatNumber } from "../model/numbers.js";

/** The two slopes of each direction, and what they can and can't tell. */
export function directionsView(
  directions: readonly CheckDirection[],
): TemplateResult | typeof nothing {
  if (directions.length === 0) return nothing;
  return html`<table class="directions">
      <caption class="heard">
        Slopes along random directions
      </caption>
      <thead>
        <tr>
          <th scope="col">direction</th>
          <th scope="col">backprop</th>
          <th scope="col">numerical</th>
          <th scope="col">relative error</th>
        </tr>
      </thead>
      <tbody>
        ${directions.map(({ backprop, numerical, relative_error, verdict }, place) => {
          const { sign, word } = VERDICTS[verdict];
          return html`<tr class=${verdict} data-direction=${place + 1}>
            <th scope="row">
              <span class="verdict-sign" aria-hidden="true">${sign}</span>${place + 1}
              <span class="heard">${word}</span>
            </th>
            <td title=${formatFull(backprop)}>${formatNumber(backprop)}</td>
            <td title=${formatFull(numerical)}>${formatNumber(numerical)}</td>
            <td title=${formatFull(relative_error)}>${rough(relative_error)}</td>
          </tr>`;
        })}
      </tbody>
    </table>
    <p class="doc">
      In a direction every number goes up or down at once, so a few passes try them all. A wrong
      gradient shows here, unless it is small beside the rest; which one it is, only a check of
      every element tells.
    </p>`;
}

/** Two digits say how near two slopes are. */
const rough = (error: WireNumber | null): string =>
  formatNumber(typeof error === "number" ? Number(error.toPrecision(2)) : error);

/** The button that checks every element; while that runs, how far it has come and a way to leave off. */
export function everyView(
  state: EveryState | undefined,
  begin: () => void,
  cancel: () => void,
): TemplateResult {
  if (!state?.running)
    return html`<div class="every-check">
      <button type="button" class="primary" data-every="begin" @click=${begin}>
        ${state?.answer ? "Check every element again" : "Check every element"}
      </button>
    </div>`;
  const { progress } = state;
  return html`<div class="every-check">
    <progress
      max=${progress?.size ?? 1}
      .value=${progress?.done ?? 0}
      aria-label="Elements checked"
    ></progress>
    <p data-every-progress>${progress ? progressSentence(progress) : "Beginning…"}</p>
    <button type="button" data-every="cancel" @click=${cancel}>Cancel</button>
  </div>`;
}
