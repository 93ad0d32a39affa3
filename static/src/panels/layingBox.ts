/** Over the drawing: a layout that takes a while. */
import { html, nothing, type TemplateResult } from "lit-html";
import type { Underway } from "../layout/client.js";

export function layingBox(
  underway: Underway | undefined,
  cancel: () => void,
): TemplateResult | typeof nothing {
  if (!underway) return nothing;
  const { nodes, share } = underway;
  const what = `Laying out ${nodes.toLocaleString("en")} nodes…`;
  return html`<div class="reading">
    <p><span role="status">${what}</span> ${Math.round(100 * share)} %</p>
    <progress aria-label=${what} .value=${share}></progress>
    <button type="button" title="Draws them in plain columns" @click=${cancel}>Cancel</button>
  </div>`;
}
