/** What the thickness of a backward arrow means, while it means something. */
import { html, nothing, type TemplateResult } from "lit-html";
import { THICKNESS_DECADES, thicknesses, type SceneNumbers } from "../canvas/numbers.js";
import { formatNumber } from "../model/numbers.js";

export function thicknessLegend(
  shown: boolean,
  numbers: SceneNumbers,
): TemplateResult | typeof nothing {
  const { largest } = thicknesses(numbers);
  if (!shown || largest === 0) return nothing;
  const least = formatNumber(largest / 10 ** THICKNESS_DECADES);
  return html`<p class="legend">
    <span aria-hidden="true" class="thin"></span> up to ${least}
    <span aria-hidden="true" class="thick"></span> ${formatNumber(largest)}
    <small>size of the gradient, logarithmic</small>
  </p>`;
}
