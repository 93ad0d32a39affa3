/** Tensors as small tables, and numbers that tell all their digits. */
import { html, type TemplateResult } from "lit-html";
import type { WireTensor } from "../api/client.js";
import {
  formatFull,
  formatNumber,
  formatShape,
  isNonFinite,
  isScalar,
  isSummary,
  NOTHING,
  shapeOf,
} from "../model/numbers.js";

/** The same, but a number with four digits, and all of them on hover. */
export const shortView = (value: WireTensor | null | undefined): TemplateResult =>
  value !== null && value !== undefined && isScalar(value)
    ? html`<span class="digits" title=${formatFull(value)}>${formatNumber(value)}</span>`
    : tensorView(value);

const CELLS = 8;

/** A value in a panel: a number with all its digits, or a table. */
export function tensorView(value: WireTensor | null | undefined): TemplateResult {
  if (value === null || value === undefined) return html`<span class="none">${NOTHING}</span>`;
  if (isScalar(value))
    return html`<span class=${isNonFinite(value) ? "digits bad" : "digits"}
      >${formatFull(value)}</span
    >`;
  if (isSummary(value))
    return html`<span class="digits"
      >${formatShape(value.shape)}, from ${formatNumber(value.min)} to ${formatNumber(value.max)},
      mean ${formatNumber(value.mean)}</span
    >`;
  const shape = shapeOf(value);
  if (shape.length > 2) return html`<span class="digits">${formatShape(shape)}</span>`;
  const rows = (shape.length === 2 ? value : [value]) as WireTensor[][];
  return html`<table class="tensor" aria-label=${formatShape(shape)}>
    ${cut(rows).map(
      (row) =>
        html`<tr>
          ${row === MORE ? html`<td>⋮</td>` : cut(row).map((cell) => cellView(cell))}
        </tr>`,
    )}
  </table>`;
}

const MORE = Symbol("more");

const cut = <T>(all: readonly T[]): (T | typeof MORE)[] =>
  all.length > CELLS ? [...all.slice(0, CELLS - 1), MORE] : [...all];

function cellView(cell: WireTensor | typeof MORE): TemplateResult {
  if (cell === MORE || !isScalar(cell)) return html`<td>…</td>`;
  return html`<td title=${formatFull(cell)} class=${isNonFinite(cell) ? "bad" : ""}>
    ${formatNumber(cell)}
  </td>`;
}
