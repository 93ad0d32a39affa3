/** One tensor of those that take part in an element of a gradient, with its cells marked by their terms. */
import { html, nothing, type TemplateResult } from "lit-html";
import type { WireNumber } from "../api/client.js";
import {
  GAP,
  placeKey,
  shownPlaces,
  signOf,
  slabsOf,
  type Parts,
  type Slab,
} from "../model/drill.js";
import { formatFull, formatNumber, formatShape } from "../model/numbers.js";

const MOST_ROWS = 6;
const MOST_COLUMNS = 5;
const MOST_SLABS = 3;
/** A cell of more terms than this isn't given all their letters. */
const MOST_SIGNS = 3;

export interface DrillGrid {
  readonly kind: "input" | "upstream" | "result";
  readonly name: string;
  /** What it is here, in a word or two. */
  readonly note: string;
  readonly shape: readonly number[];
  /** The element at a place; undefined where it isn't known. */
  readonly at: (index: readonly number[]) => WireNumber | undefined;
  readonly parts: Parts;
  /** The term that is pointed at. */
  readonly hot: number | undefined;
}

export function drillGrid(grid: DrillGrid): TemplateResult {
  const slabs = slabsOf(grid.shape, grid.parts.keys(), MOST_SLABS);
  return html`<figure class="drill-grid ${grid.kind}" data-drill-grid=${grid.kind}>
    <figcaption><span class="digits">${grid.name}</span> <small>${grid.note}</small></figcaption>
    ${slabs.map((slab) => slabView(grid, slab))}
  </figure>`;
}

function slabView(grid: DrillGrid, { lead, caption }: Slab): TemplateResult {
  const { shape, name, parts } = grid;
  const matrix = shape.slice(lead.length);
  const [rows, columns] = matrix.length === 2 ? matrix : [1, matrix.length === 1 ? matrix[0]! : 1];
  const index = (row: number, column: number): number[] =>
    matrix.length === 2 ? [...lead, row, column] : matrix.length === 1 ? [column] : [];
  const marked = [...parts.keys()]
    .map((key) => (key === "" ? [] : key.split(",").map(Number)))
    .filter((place) => lead.every((at, axis) => place[axis] === at));
  const wanted = (axis: number): number[] => marked.map((place) => place.at(axis) ?? 0);
  const across = shownPlaces(columns!, wanted(-1), MOST_COLUMNS);
  const down = shownPlaces(rows!, matrix.length === 2 ? wanted(-2) : [0], MOST_ROWS);
  const label = `${name}${caption}, ${formatShape(shape)}`;
  return html`${caption ? html`<small class="digits">${caption}</small>` : nothing}
    <table class="tensor" aria-label=${label}>
      ${down.map(
        (row) =>
          html`<tr>
            ${across.map((column) =>
              row === GAP || column === GAP
                ? html`<td class="gap" aria-hidden="true">${row === GAP ? "⋮" : "…"}</td>`
                : cellView(grid, index(row, column)),
            )}
          </tr>`,
      )}
    </table>`;
}

function cellView(
  { kind, name, at, parts, hot }: DrillGrid,
  index: readonly number[],
): TemplateResult {
  const key = placeKey(index);
  const terms = parts.get(key);
  const value = at(index);
  const text = value === undefined ? "·" : formatNumber(value);
  const title = `${name}${index.length > 0 ? `[${key}]` : ""} = ${value === undefined ? "not sent by the server" : formatFull(value)}`;
  if (!terms) return html`<td title=${title}>${text}</td>`;
  const own = hot !== undefined && terms.includes(hot);
  const tint = own ? hot : terms.length === 1 ? terms[0]! : undefined;
  const state = hot === undefined ? "" : own ? "on" : "off";
  const classes = [
    "part",
    tint === undefined ? "" : `tint-${tint % 6}`,
    kind === "result" ? "chosen" : state,
  ];
  const signs = terms.length > MOST_SIGNS ? "" : terms.map(signOf).join("");
  return html`<td class=${classes.join(" ")} data-part=${key} title=${title}>
    ${signs ? html`<sup aria-hidden="true">${signs}</sup>` : nothing}${text}
  </td>`;
}
