/** Tensors as small tables, and numbers that tell all their digits. */
import { html, nothing, type TemplateResult } from "lit-html";
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
import { WAYS } from "./ways.js";

/** The same, but a number with four digits, and all of them on hover. */
export const shortView = (value: WireTensor | null | undefined): TemplateResult =>
  value !== null && value !== undefined && isScalar(value)
    ? html`<span class="digits" title=${formatFull(value)}>${formatNumber(value)}</span>`
    : tensorView(value);

const CELLS = 8;
/** So many columns fit whatever their numbers. */
const NARROW = 3;

/** What elements can be asked, where a tensor's cells are to be chosen from. */
export interface Cells {
  /** What the tensor is, in words. */
  readonly name: string;
  /** The element that is chosen among these. */
  readonly chosen: readonly number[] | undefined;
  choose(index: readonly number[]): void;
}

/** A value in a panel: a number with all its digits, or a table, of which cells can be chosen. */
export function tensorView(value: WireTensor | null | undefined, cells?: Cells): TemplateResult {
  if (cells && value !== null && value !== undefined) return chooser(value, cells);
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
  // Where a table may be too wide for the panel, the arrow keys have to reach its scroll bar.
  return html`<div class="tensor-box" tabindex=${shape.at(-1)! > NARROW ? 0 : nothing}>
    <table class="tensor" aria-label=${formatShape(shape)}>
      ${cut(rows).map(
        (row) =>
          html`<tr>
            ${row === MORE ? html`<td>⋮</td>` : cut(row).map((cell) => cellView(cell))}
          </tr>`,
      )}
    </table>
  </div>`;
}

/** A tensor whose elements can be asked where they come from. */
function chooser(value: WireTensor, cells: Cells): TemplateResult {
  const shape = shapeOf(value);
  const choose = (index: readonly number[]) => (): void => {
    cells.choose(index);
  };
  if (isScalar(value) || isSummary(value) || shape.length > 2)
    return html`${tensorView(value)}
      <button
        type="button"
        class="link"
        aria-pressed=${cells.chosen ? "true" : "false"}
        title="Shows the products that ${isScalar(value) ? "it" : "an element of it"} is the sum of"
        @click=${choose(shape.map(() => 0))}
      >
        ${isScalar(value) ? "Take it apart" : "Take an element apart"}
      </button>`;
  const matrix = shape.length === 2;
  const rows = (matrix ? value : [value]) as WireTensor[][];
  const cell = (element: WireTensor | typeof MORE, row: number, column: number): TemplateResult => {
    if (element === MORE || !isScalar(element)) return html`<td>…</td>`;
    const index = matrix ? [row, column] : [column];
    const chosen = String(cells.chosen) === String(index);
    return html`<td
      role="gridcell"
      data-cell=${index.join(",")}
      tabindex=${chosen || (!cells.chosen && row + column === 0) ? 0 : -1}
      aria-selected=${chosen ? "true" : "false"}
      title="${formatFull(element)}: where does it come from?"
      class=${isNonFinite(element) ? "bad" : ""}
      @click=${choose(index)}
    >
      ${formatNumber(element)}
    </td>`;
  };
  return html`<div class="tensor-box">
    <table
      class="tensor cells"
      role="grid"
      aria-label="${cells.name}, ${formatShape(shape)}: choose an element to see where it comes from"
      @keydown=${(event: KeyboardEvent) => {
        walk(event, cells, matrix);
      }}
    >
      ${cut(rows).map(
        (row, r) =>
          html`<tr>
            ${row === MORE ? html`<td>⋮</td>` : cut(row).map((element, c) => cell(element, r, c))}
          </tr>`,
      )}
    </table>
  </div>`;
}

/** Arrow keys go from cell to cell and, once one is chosen, choose it; Enter and the space bar choose. */
function walk(event: KeyboardEvent, cells: Cells, matrix: boolean): void {
  const table = event.currentTarget as HTMLElement;
  const from = (event.target as HTMLElement).closest<HTMLElement>("[data-cell]");
  if (!from || event.altKey || event.ctrlKey || event.metaKey) return;
  const index = from.dataset.cell!.split(",").map(Number);
  const way = WAYS[event.key];
  if (!way && event.key !== "Enter" && event.key !== " ") return;
  event.preventDefault();
  event.stopPropagation();
  if (!way) {
    cells.choose(index);
    return;
  }
  const to = matrix ? [index[0]! + way[0], index[1]! + way[1]] : [index[0]! + way[1]];
  const next = table.querySelector<HTMLElement>(`[data-cell="${to.join(",")}"]`);
  if (!next) return;
  next.focus();
  if (cells.chosen) cells.choose(to);
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
