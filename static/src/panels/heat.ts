/** A leaf's errors element by element: darker is worse, and every cell says its power of ten. */
import { signal } from "@preact/signals-core";
import { html, nothing, type TemplateResult } from "lit-html";
import type { LeafCheck } from "../api/check.js";
import { heatMap, type Cell } from "../model/check.js";
import { formatFull, formatNumber, MINUS } from "../model/numbers.js";
import { placeText } from "../model/tensors.js";
import { WAYS } from "./ways.js";

/** How strong the colour of the largest error is, in percent; text stays readable on it. */
const STRONGEST = 55;

export class HeatTable {
  /** The element that is looked at, by row and column. */
  private readonly at = signal<readonly [number, number]>([0, 0]);
  private readonly looking = signal(false);

  view(leaf: LeafCheck, name: string): TemplateResult | typeof nothing {
    const map = heatMap(leaf);
    if (!map || map.rows.length === 0) return nothing;
    const { rows, cut } = map;
    const [row, column] = this.at.value;
    const top = Math.min(row, rows.length - 1);
    const left = Math.min(column, rows[top]!.length - 1);
    return html`<div class="heat-place">
        <table
          class="heat"
          role="grid"
          aria-label="Relative errors of ${name}, element by element"
          @keydown=${(event: KeyboardEvent) => {
            this.walk(event, rows, top, left);
          }}
          @pointerleave=${() => {
            this.looking.value = false;
          }}
        >
          ${rows.map(
            (cells, i) =>
              html`<tr role="row">
                ${cells.map((cell, j) => this.cell(cell, i, j, i === top && j === left, name))}
              </tr>`,
          )}
        </table>
      </div>
      <p class="readout" data-heat-readout>
        ${this.looking.value ? told(rows[top]![left]!, name) : "Each cell is the power of ten of an element’s error, = where there is none. Point at one, or walk with the arrow keys."}
      </p>
      ${cut ? html`<p class="hint">The first elements only; the verdict looked at them all.</p>` : nothing}`;
  }

  private cell(cell: Cell, i: number, j: number, here: boolean, name: string): TemplateResult {
    const look = (): void => {
      this.at.value = [i, j];
      this.looking.value = true;
    };
    const strength = Math.round(STRONGEST * (cell.level ?? 1));
    return html`<td
      role="gridcell"
      tabindex=${here ? 0 : -1}
      class=${cell.level === undefined ? "bad" : ""}
      style="--strength:${strength}%"
      aria-label=${told(cell, name)}
      @pointerenter=${look}
      @focus=${look}
      @click=${look}
    >
      ${power(cell)}
    </td>`;
  }

  private walk(
    event: KeyboardEvent,
    rows: readonly (readonly Cell[])[],
    top: number,
    left: number,
  ): void {
    const way = WAYS[event.key];
    if (!way) return;
    event.preventDefault();
    event.stopPropagation();
    const i = Math.min(rows.length - 1, Math.max(0, top + way[0]));
    const j = Math.min(rows[i]!.length - 1, Math.max(0, left + way[1]));
    const table = event.currentTarget as HTMLTableElement;
    table.rows[i]?.cells[j]?.focus();
  }
}

/** −12 for an error of about 1e−12; = where there is none. */
function power({ error, level }: Cell): string {
  if (level === undefined) return "!";
  if (error === 0) return "=";
  return String(Math.floor(Math.log10(error))).replace("-", MINUS);
}

function told({ index, backprop, numerical, error }: Cell, name: string): string {
  const numbers = `backprop ${formatFull(backprop)}, numerical ${formatFull(numerical)}`;
  const off = Number.isFinite(error) ? formatNumber(error) : "not finite";
  return `${name}${placeText(index)}: ${numbers}, relative error ${off}`;
}
