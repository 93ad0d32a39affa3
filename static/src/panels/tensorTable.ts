/** All numbers of one sheet of a tensor, a window of them at a time, and as text to take away. */
import { html, nothing, type TemplateResult } from "lit-html";
import { formatFull, formatNumber } from "../model/numbers.js";
import type { Sheet } from "../model/sheets.js";
import { copyButton } from "./linked.js";

/** So many rows and columns are in the page at once. */
const WINDOW = 50;

/** Where the window begins. */
export interface Corner {
  readonly row: number;
  readonly column: number;
}

export interface TableInput {
  readonly sheet: Sheet;
  /** What the numbers are, in words. */
  readonly name: string;
  readonly corner: Corner;
  readonly move: (corner: Corner) => void;
  readonly tell: (notice: string) => void;
}

export function tensorTable({ sheet, name, corner, move, tell }: TableInput): TemplateResult {
  const { rows, columns, numbers } = sheet;
  const shown = (from: number, count: number): number[] =>
    Array.from({ length: Math.min(WINDOW, count - from) }, (_, i) => from + i);
  const [down, across] = [shown(corner.row, rows), shown(corner.column, columns)];
  const copy = (kind: string, separator: string): TemplateResult =>
    copyButton({ tell }, kind, name, () => textOf(sheet, separator));
  return html`<div class="grid-box" tabindex="0" role="group" aria-label="Table of ${name}">
      <table class="grid numbers">
        <thead>
          <tr>
            <td class="index corner"></td>
            ${across.map((column) => html`<th class="index" scope="col">${column}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${down.map(
            (row) =>
              html`<tr>
                <th class="index" scope="row">${row}</th>
                ${across.map((column) => {
                  const number = numbers[row * columns + column]!;
                  return html`<td
                    title=${formatFull(number)}
                    class=${Number.isFinite(number) ? "" : "bad"}
                  >
                    ${formatNumber(number)}
                  </td>`;
                })}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    <div class="buttons">
      ${from("row", corner.row, rows, (row) => {
        move({ ...corner, row });
      })}
      ${from("column", corner.column, columns, (column) => {
        move({ ...corner, column });
      })}
      ${copy("CSV", ",")} ${copy("TSV", "\t")}
    </div>`;
}

/** A field for the first row or column of the window, where not all are shown. */
function from(
  kind: string,
  first: number,
  count: number,
  set: (first: number) => void,
): TemplateResult | typeof nothing {
  if (count <= WINDOW) return nothing;
  return html`<label
    >from ${kind}
    <input
      type="number"
      min="0"
      max=${count - 1}
      step=${WINDOW}
      .value=${String(first)}
      @change=${(event: Event) => {
        const wanted = Math.floor((event.target as HTMLInputElement).valueAsNumber) || 0;
        set(Math.max(0, Math.min(count - 1, wanted)));
      }}
    />
    of ${count}</label
  >`;
}

/** The numbers with all their digits, a row a line. */
export function textOf({ rows, columns, numbers }: Sheet, separator: string): string {
  const lines = [];
  for (let row = 0; row < rows; row++)
    lines.push(numbers.slice(row * columns, (row + 1) * columns).join(separator));
  return lines.join("\n");
}
