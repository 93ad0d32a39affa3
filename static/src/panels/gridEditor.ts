/**
 * A vector or a matrix as a table of fields, with a spreadsheet's keys. A cell is chosen or edited: what is typed into a chosen cell
 * takes the place of its number, and arrow keys leave it; F2 or a double click edits within.
 */
import { html, nothing, type TemplateResult } from "lit-html";
import { live } from "lit-html/directives/live.js";
import { isIn, sizeOf, type Cell, type Grid } from "../model/grid.js";
import { readNumber } from "../model/numbers.js";
import { faultsIn, faultSentence, named, same, spoken } from "./gridCells.js";
import { GridHands } from "./gridHands.js";
import { FIXED_HINT, PASTE_HINT, type State, type TensorHost } from "./gridState.js";

const WIDTH = { least: 3, most: 10 };

/** What the cells of one rendering share. */
interface Rendering {
  readonly host: TensorHost;
  readonly state: State;
  /** How many characters the longest number of each column has. */
  readonly widths: readonly number[];
  readonly faults: ReadonlyMap<string, string>;
}

export function gridEditor(host: TensorHost, grid: Grid): TemplateResult {
  const hands = new GridHands(host, grid);
  const { state } = hands;
  const { rows, columns } = sizeOf(grid);
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...grid.rows.map((row) => String(row[column]).length)),
  );
  const faults = faultsIn(state);
  const rendering = { host, state, widths, faults };
  const indices = grid.rows[0]!.map((_, column) => html`<td class="index">${column}</td>`);
  return html`<div class="grid-box">
      <table
        class="grid"
        role="grid"
        aria-label="${host.name}, ${rows} by ${columns}"
        aria-multiselectable="true"
        data-leaf-field=${host.leaf ?? nothing}
        title=${host.fixed ? FIXED_HINT : PASTE_HINT}
        @focusin=${hands.entered}
        @focusout=${hands.left}
        @input=${hands.wrote}
        @keydown=${hands.key}
        @mousedown=${hands.pressed}
        @mouseover=${hands.dragged}
        @dblclick=${hands.edit}
        @copy=${hands.copy}
        @cut=${hands.copy}
        @paste=${hands.paste}
      >
        <thead aria-hidden="true">
          <tr>
            ${grid.vector ? nothing : html`<td class="index corner"></td>`}${indices}
          </tr>
        </thead>
        <tbody>
          ${grid.rows.map(
            (numbers, row) =>
              html`<tr role="row">
                ${grid.vector ? nothing : html`<td class="index" aria-hidden="true">${row}</td>`}
                ${numbers.map((number, column) => cellView({ row, column }, number, rendering))}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    <div aria-live="polite" id="${host.key}-fault">
      ${faults.size > 0 || state.notice ? html`<p class="fault">${faultSentence(faults, state)}</p>` : nothing}
    </div>`;
}

function cellView(cell: Cell, number: number, rendering: Rendering): TemplateResult {
  const { host, state, widths, faults } = rendering;
  const wrong = faults.has(named(cell));
  const chosen = isIn(cell, { from: state.at, to: state.to });
  const active = same(cell, state.at);
  return html`<td role="gridcell" aria-selected=${chosen ? "true" : "false"}>
    <input
      type="text"
      inputmode="decimal"
      autocomplete="off"
      spellcheck="false"
      size=${Math.min(WIDTH.most, Math.max(WIDTH.least, widths[cell.column]!))}
      class=${active && state.editing ? "editing" : ""}
      data-cell=${named(cell)}
      aria-label=${spoken(cell)}
      aria-invalid=${wrong ? "true" : "false"}
      aria-describedby=${wrong ? `${host.key}-fault` : nothing}
      tabindex=${active ? 0 : -1}
      .value=${live(shown(cell, number, rendering))}
    />
  </td>`;
}

/** What is typed stands as it is ("1." on the way to 1.5) until something else changes the number. */
function shown(cell: Cell, number: number, { host, state }: Rendering): string {
  const text = state.typed.get(named(cell));
  if (text === undefined) return String(number);
  const typed = text.trim() === "" ? host.blank : readNumber(text);
  return typed === undefined || typed === number ? text : String(number);
}
