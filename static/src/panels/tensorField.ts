/** A tensor to change: as a grid of numbers, or as rows of text where it is large, has more axes, or a person wants so. */
import { html, nothing, type TemplateResult } from "lit-html";
import { live } from "lit-html/directives/live.js";
import type { Tensor } from "../api/client.js";
import {
  addColumn,
  addRow,
  asKind,
  GRID_MOST,
  gridOf,
  kindOf,
  removeColumn,
  removeRow,
  resized,
  sizeOf,
  tensorOf,
  type Cell,
  type Grid,
  type Kind,
} from "../model/grid.js";
import { formatRows, readTensor, shapeOf } from "../model/numbers.js";
import { sizeOf as countOf } from "../model/tensors.js";
import { gridEditor } from "./gridEditor.js";
import { activeCell, forgetGrids, PASTE_HINT, setActive, type TensorHost } from "./gridState.js";

export interface TensorEditor extends TensorHost {
  readonly value: Tensor;
  /** What an empty text stands for, and whether the value is that now. */
  readonly empty?: { readonly text: string; readonly now: boolean; clear(): void };
  /** Why a tensor can't be taken. */
  readonly refuse?: (tensor: Tensor) => string | undefined;
}

/** What is in texts while they are edited, and which tensors a person wants as text; by key. */
const typed = new Map<string, string>();
const asTexts = new Set<string>();
/** Which texts of many numbers are open. */
const openTexts = new Set<string>();
/** Whose shape is being chosen: stays open while a number becomes a matrix. */
const openShapes = new Set<string>();

/** Forgets what is typed and chosen: another graph has been opened. */
export function forgetTensors(): void {
  typed.clear();
  asTexts.clear();
  openTexts.clear();
  openShapes.clear();
  forgetGrids();
}

/** The value as a grid, where one would be shown. */
function smallGrid(value: Tensor): Grid | undefined {
  const grid = gridOf(value);
  if (!grid) return undefined;
  const { rows, columns } = sizeOf(grid);
  return rows * columns <= GRID_MOST ? grid : undefined;
}

export function tensorField(host: TensorEditor): TemplateResult {
  const { key, name } = host;
  const grid = smallGrid(host.value);
  const asText = !grid || asTexts.has(key);
  const change = (): void => {
    if (asText) asTexts.delete(key);
    else asTexts.add(key);
    typed.delete(key);
    host.redraw();
  };
  return html`<div class="tensor-field">
    <div class="head">
      ${asText ? html`<label for=${key}>${name}</label>` : html`<span class="name">${name}</span>`}
      ${
        grid
          ? html`<button
              type="button"
              class="link"
              aria-label="Edit ${name} ${asText ? "as a grid" : "as text"}"
              @click=${change}
            >
              ${asText ? "As a grid" : "As text"}
            </button>`
          : nothing
      }
    </div>
    ${asText ? textOrMany(host) : gridEditor(host, grid)}
    ${host.fixed ? nothing : shapeControl(host, host.value)}
  </div>`;
}

/** The text, which is opened where it is so long that it would hide all else. */
function textOrMany(host: TensorEditor): TemplateResult {
  const count = countOf(shapeOf(host.value));
  if (count <= GRID_MOST || host.empty) return textEditor(host);
  const open = openTexts.has(host.key);
  return html`<details
    ?open=${open}
    @toggle=${(event: Event) => {
      if ((event.target as HTMLDetailsElement).open) openTexts.add(host.key);
      else openTexts.delete(host.key);
      host.redraw();
    }}
  >
    <summary>${count.toLocaleString("en")} numbers as text</summary>
    ${open ? textEditor(host) : nothing}
  </details>`;
}

/** Rows in brackets, a row a line. Rows that are pasted from a spreadsheet are understood. */
function textEditor(host: TensorEditor): TemplateResult {
  const { key, value, empty } = host;
  const kept = empty?.now ? "" : formatRows(value);
  const text = typed.get(key);
  const answer = text === undefined ? undefined : read(host, text);
  const fault = answer !== undefined && "fault" in answer ? answer.fault : undefined;
  const current =
    answer !== undefined &&
    ("fault" in answer ||
      ("tensor" in answer
        ? JSON.stringify(answer.tensor) === JSON.stringify(value)
        : empty?.now === true));
  const shown = current && text !== undefined ? text : kept;
  return html`<textarea
      id=${key}
      data-leaf-field=${host.leaf ?? nothing}
      class="wide"
      rows=${Math.max(1, Math.min(8, shown.split("\n").length))}
      spellcheck="false"
      placeholder=${empty?.text ?? nothing}
      title="Rows in brackets, or pasted from a spreadsheet"
      .value=${live(shown)}
      aria-invalid=${fault ? "true" : "false"}
      aria-describedby=${fault ? `${key}-fault` : nothing}
      @input=${(event: Event) => {
        const written = (event.target as HTMLTextAreaElement).value;
        typed.set(key, written);
        const taken = read(host, written);
        if ("tensor" in taken) host.set(taken.tensor);
        else if ("cleared" in taken) empty?.clear();
        host.redraw();
      }}
      @focusout=${() => {
        if (!fault) typed.delete(key);
        host.settle();
      }}
      @keydown=${keepKeys}
    ></textarea>
    ${fault ? html`<p class="fault" id="${key}-fault">${fault}</p>` : nothing}`;
}

/** Enter stays in the field; Escape still closes what the field is in, and undoing undoes. */
const keepKeys = (event: KeyboardEvent): void => {
  if (event.key !== "Escape" && !event.ctrlKey && !event.metaKey) event.stopPropagation();
};

type Answer = { tensor: Tensor } | { fault: string } | { cleared: true };

function read({ empty, refuse }: TensorEditor, text: string): Answer {
  if (empty && text.trim() === "") return { cleared: true };
  const answer = readTensor(text);
  const refused = "tensor" in answer ? refuse?.(answer.tensor) : undefined;
  return refused === undefined ? answer : { fault: refused };
}

const KINDS: readonly Kind[] = ["number", "vector", "matrix"];
const LONGEST = 1000;
const LARGEST = 10_000;

/** How many axes a value has, how long they are, and buttons that add and remove rows and columns where one works. */
export function shapeControl(host: TensorHost, value: Tensor): TemplateResult | typeof nothing {
  const kind = kindOf(value);
  if (kind === undefined) return nothing;
  const grid = gridOf(value);
  const change = (tensor: Tensor): void => {
    host.settle();
    host.set(tensor);
    host.settle();
    host.redraw();
  };
  return html`<details
    class="range shape"
    ?open=${openShapes.has(host.key)}
    @toggle=${(event: Event) => {
      if ((event.target as HTMLDetailsElement).open) openShapes.add(host.key);
      else openShapes.delete(host.key);
    }}
  >
    <summary>Shape: ${grid ? sizeText(grid) : "number"}</summary>
    <select
      aria-label="Kind of value of ${host.name}"
      @change=${(event: Event) => {
        change(asKind(value, (event.target as HTMLSelectElement).value as Kind));
      }}
    >
      ${KINDS.map((other) => html`<option value=${other} .selected=${live(other === kind)}>${other}</option>`)}
    </select>
    ${grid ? [lengths(host, grid, change), buttons(host, grid, change)] : nothing}
  </details>`;
}

const sizeText = (grid: Grid): string => {
  const { rows, columns } = sizeOf(grid);
  return grid.vector ? String(columns) : `${rows} × ${columns}`;
};

type Change = (tensor: Tensor) => void;

function lengths(host: TensorHost, grid: Grid, change: Change): TemplateResult {
  const now = sizeOf(grid);
  const field = (what: "rows" | "columns"): TemplateResult =>
    html`<input
      type="number"
      min="1"
      max=${LONGEST}
      aria-label="${what === "rows" ? "Rows" : "Columns"} of ${host.name}"
      .value=${live(String(now[what]))}
      @change=${(event: Event) => {
        const input = event.target as HTMLInputElement;
        const wanted = { ...now, [what]: input.valueAsNumber };
        const fits = input.validity.valid && wanted.rows * wanted.columns <= LARGEST;
        if (fits && Number.isInteger(wanted[what]))
          change(tensorOf(resized(grid, wanted.rows, wanted.columns, host.blank)));
        else host.redraw();
      }}
      @keydown=${keepKeys}
    />`;
  return html`${grid.vector ? nothing : html`${field("rows")} ×`} ${field("columns")}`;
}

function buttons(host: TensorHost, grid: Grid, change: Change): TemplateResult {
  const { rows, columns } = sizeOf(grid);
  const active = activeCell(host.key);
  const row = Math.min(active.row, rows - 1);
  const column = Math.min(active.column, columns - 1);
  const button = (label: string, title: string, act: () => void, enabled = true): TemplateResult =>
    html`<button type="button" title=${title} ?disabled=${!enabled} @click=${act}>
      ${label}
    </button>`;
  const add = (made: Grid, active: Cell): void => {
    setActive(host.key, active);
    change(tensorOf(made));
  };
  return html`<div class="buttons">
      ${button("Add row", "After the row of the active cell", () => {
        add(addRow(grid, row, host.blank), { row: row + 1, column });
      })}
      ${button(
        "Remove row",
        "The row of the active cell",
        () => {
          change(tensorOf(removeRow(grid, row)));
        },
        rows > 1,
      )}
      ${button("Add column", "After the column of the active cell", () => {
        add(addColumn(grid, column, host.blank), { row, column: column + 1 });
      })}
      ${button(
        "Remove column",
        "The column of the active cell",
        () => {
          change(tensorOf(removeColumn(grid, column)));
        },
        columns > 1,
      )}
    </div>
    <p class="hint">${PASTE_HINT}</p>`;
}
