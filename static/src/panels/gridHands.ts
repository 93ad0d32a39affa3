/** What a person does in a table of fields: choosing, typing, erasing, copying and pasting, by a spreadsheet's keys. */
import type { Tensor } from "../api/client.js";
import {
  isIn,
  mapCells,
  pasted,
  sizeOf,
  tensorOf,
  toText,
  type Cell,
  type Grid,
} from "../model/grid.js";
import { readNumber } from "../model/numbers.js";
import { cellAt, cellNamed, focusOn, named, same } from "./gridCells.js";
import { FIRST, stateOf, type State, type TensorHost } from "./gridState.js";

/** Keys that with Control are the page's and not the table's. */
const PAGE_KEYS = new Set(["z", "y", "k", "s", "o", "b"]);
/** The events of one rendering of a table. */
export class GridHands {
  readonly state: State;
  private readonly rows: number;
  private readonly columns: number;

  constructor(
    private readonly host: TensorHost,
    private readonly grid: Grid,
  ) {
    this.state = stateOf(host.key);
    ({ rows: this.rows, columns: this.columns } = sizeOf(grid));
    this.state.at = this.inside(this.state.at);
    this.state.to = this.inside(this.state.to);
    for (const name of this.state.typed.keys())
      if (!same(this.inside(cellNamed(name)), cellNamed(name))) this.state.typed.delete(name);
  }

  readonly entered = (event: Event): void => {
    const cell = cellAt(event);
    if (!cell || same(cell, this.state.at)) return;
    this.state.at = this.state.to = cell;
    this.state.editing = false;
    this.host.redraw();
  };

  readonly left = (event: Event): void => {
    const { state, host } = this;
    const cell = cellAt(event);
    const text = cell && state.typed.get(named(cell));
    if (cell && text !== undefined && (text.trim() === "" || readNumber(text) !== undefined))
      state.typed.delete(named(cell));
    state.editing = false;
    state.notice = "";
    host.settle();
    // Not now: a table that is being taken off the page loses the focus too.
    queueMicrotask(() => {
      host.redraw();
    });
  };

  readonly wrote = (event: Event): void => {
    const { state, host } = this;
    const cell = cellAt(event);
    if (!cell) return;
    const text = (event.target as HTMLInputElement).value;
    if (!state.editing) host.settle();
    state.at = state.to = cell;
    state.editing = true;
    state.notice = "";
    state.typed.set(named(cell), text);
    const number = text.trim() === "" ? host.blank : readNumber(text);
    if (number !== undefined) this.write(number, cell);
    host.redraw();
  };

  private write(number: number, ...cells: readonly [Cell, Cell?]): void {
    const range = { from: cells[0], to: cells[1] ?? cells[0] };
    const written = mapCells(this.grid, (before, cell) => (isIn(cell, range) ? number : before));
    this.set(tensorOf(written));
  }

  /** What is there already is no change. */
  private set(tensor: Tensor): void {
    if (JSON.stringify(tensor) !== JSON.stringify(tensorOf(this.grid))) this.host.set(tensor);
  }

  private go(table: Element, to: Cell): void {
    this.state.at = this.state.to = this.inside(to);
    this.state.editing = false;
    this.host.redraw();
    focusOn(table, this.state.at);
  }

  private select(from: Cell, to: Cell): void {
    this.state.at = from;
    this.state.to = this.inside(to);
    this.host.redraw();
  }

  readonly edit = (event: Event): void => {
    const cell = cellAt(event);
    if (!cell || this.state.editing) return;
    this.state.editing = true;
    this.host.settle();
    this.host.redraw();
    const input = event.target as HTMLInputElement;
    input.setSelectionRange(input.value.length, input.value.length);
  };

  readonly pressed = (event: MouseEvent): void => {
    const cell = cellAt(event);
    if (!cell || event.button !== 0) return;
    const { at, editing } = this.state;
    if (editing && same(cell, at)) return;
    event.preventDefault(); // which would put the caret between the digits
    if (event.shiftKey) this.select(at, cell);
    else this.go(event.currentTarget as Element, cell);
    this.state.dragging = true;
    const up = (): void => {
      this.state.dragging = false;
    };
    addEventListener("mouseup", up, { once: true });
  };

  readonly dragged = (event: MouseEvent): void => {
    const cell = cellAt(event);
    if (cell && this.state.dragging && !same(cell, this.state.to)) this.select(this.state.at, cell);
  };

  readonly key = (event: KeyboardEvent): void => {
    const cell = cellAt(event);
    if (!cell || event.isComposing) return;
    const modified = event.ctrlKey || event.metaKey;
    if (modified && PAGE_KEYS.has(event.key.toLowerCase())) return;
    if (event.key === "Escape" && !this.state.editing && !this.state.typed.has(named(cell))) return;
    event.stopPropagation();
    if (!event.altKey && this.act(event, cell, modified)) event.preventDefault();
  };

  /** Whether a key meant the table. */
  private act(event: KeyboardEvent, cell: Cell, modified: boolean): boolean {
    const { state, host } = this;
    const table = event.currentTarget as Element;
    const input = event.target as HTMLInputElement;
    switch (event.key) {
      case "Enter":
        this.go(table, { ...cell, row: cell.row + (event.shiftKey ? -1 : 1) });
        return true;
      case "Tab": {
        const to = cell.row * this.columns + cell.column + (event.shiftKey ? -1 : 1);
        // At the ends the key leaves the table.
        if (to < 0 || to >= this.rows * this.columns) return false;
        this.go(table, { row: Math.floor(to / this.columns), column: to % this.columns });
        return true;
      }
      case "Escape":
        host.cancel();
        state.typed.delete(named(cell));
        this.go(table, cell);
        return true;
      case "F2":
        this.edit(event);
        return true;
    }
    if (state.editing && !leaves(event.key, input)) return false;
    if (!state.editing && (event.key === "Delete" || event.key === "Backspace")) {
      this.erase(table);
      return true;
    }
    if (!state.editing && modified && event.key.toLowerCase() === "a") {
      this.select(FIRST, { row: this.rows - 1, column: this.columns - 1 });
      focusOn(table, FIRST);
      return true;
    }
    const extend = event.shiftKey && !state.editing;
    const to = this.next(event.key, extend ? state.to : cell, modified);
    if (!to) return false;
    if (extend) this.select(state.at, to);
    else this.go(table, to);
    return true;
  }

  /** Where a key leads from a cell; to the table's end with Control. */
  private next(key: string, { row, column }: Cell, far: boolean): Cell | undefined {
    const by = far ? Infinity : 1;
    switch (key) {
      case "ArrowUp":
        return { row: row - by, column };
      case "ArrowDown":
        return { row: row + by, column };
      case "ArrowLeft":
        return { row, column: column - by };
      case "ArrowRight":
        return { row, column: column + by };
      case "Home":
        return { row: far ? 0 : row, column: 0 };
      case "End":
        return { row: far ? Infinity : row, column: Infinity };
      default:
        return undefined;
    }
  }

  private erase(table: Element): void {
    const { state, host } = this;
    for (const name of state.typed.keys())
      if (isIn(cellNamed(name), { from: state.at, to: state.to })) state.typed.delete(name);
    host.settle();
    this.write(host.blank, state.at, state.to);
    host.settle();
    host.redraw();
    focusOn(table, state.at);
  }

  readonly copy = (event: ClipboardEvent): void => {
    const { state, grid } = this;
    event.stopPropagation();
    if (state.editing) return;
    event.clipboardData?.setData("text/plain", toText(grid, { from: state.at, to: state.to }));
    event.preventDefault();
    if (event.type === "cut") this.erase(event.currentTarget as Element);
  };

  readonly paste = (event: ClipboardEvent): void => {
    const { state, host, grid } = this;
    const text = event.clipboardData?.getData("text/plain") ?? "";
    event.stopPropagation();
    // One number goes where the caret is, as if it were typed.
    if (readNumber(text) !== undefined || (state.editing && !/[\t\n,;[]/.test(text))) return;
    event.preventDefault();
    const at = {
      row: Math.min(state.at.row, state.to.row),
      column: Math.min(state.at.column, state.to.column),
    };
    const result = pasted(grid, at, text, host.blank, host.fixed);
    if ("fault" in result) state.notice = `Nothing was pasted. ${result.fault}`;
    else {
      state.typed.clear();
      state.editing = false;
      state.notice = "";
      host.settle();
      this.set(result.tensor);
      host.settle();
    }
    host.redraw();
    focusOn(event.currentTarget as Element, state.at);
  };

  private inside({ row, column }: Cell): Cell {
    return {
      row: Math.max(0, Math.min(row, this.rows - 1)),
      column: Math.max(0, Math.min(column, this.columns - 1)),
    };
  }
}

/** Whether an arrow key leaves a cell that is edited: at the end of its text. */
function leaves(key: string, { value, selectionStart, selectionEnd }: HTMLInputElement): boolean {
  if (key === "ArrowUp" || key === "ArrowDown") return true;
  if (selectionStart !== selectionEnd) return false;
  return key === "ArrowLeft"
    ? selectionStart === 0
    : key === "ArrowRight" && selectionStart === value.length;
}
