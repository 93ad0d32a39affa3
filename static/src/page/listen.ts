/** What the page hears as a whole: dropped ops and files, copying and pasting, letters that begin a search. */
import type { Canvas } from "../canvas/canvas.js";
import type { Actions } from "../commands/actions.js";
import { slotOf } from "../model/document.js";
import type { Session } from "../model/session.js";
import { OP_TYPE } from "../panels/palette.js";
import { isField, place } from "./place.js";

export interface Listeners {
  readonly session: Session;
  readonly canvas: Canvas;
  readonly actions: Actions;
  /** A file was dropped on the drawing. */
  readFile(file: File): void;
  /** A letter was typed while nothing is being typed into. */
  searchOps(letter: string): void;
  /** What can be done at the pointer. */
  menu(event: MouseEvent): void;
}

export function listen(page: Listeners): void {
  const stage = place("stage");
  stage.addEventListener("dragover", (event) => {
    event.preventDefault();
  });
  stage.addEventListener("drop", (event) => {
    event.preventDefault();
    drop(page, event);
  });
  document.addEventListener("copy", (event) => {
    copy(page, event);
  });
  document.addEventListener("cut", (event) => {
    if (copy(page, event)) page.actions.remove(false);
  });
  document.addEventListener("paste", (event) => {
    if (isField(event.target)) return;
    if (page.actions.paste(event.clipboardData?.getData("text/plain") ?? ""))
      event.preventDefault();
  });
  document.addEventListener("keydown", (event) => {
    if (!beginsSearch(event)) return;
    event.preventDefault();
    page.searchOps(event.key);
  });
  place("canvas").addEventListener("contextmenu", (event) => {
    event.preventDefault();
    page.menu(event);
  });
  addEventListener("online", () => {
    page.session.retry();
  });
}

const beginsSearch = (event: KeyboardEvent): boolean =>
  /^[\p{L}1-9*^×σΣ√]$/u.test(event.key) &&
  !event.ctrlKey &&
  !event.metaKey &&
  !event.altKey &&
  !event.defaultPrevented &&
  !isField(event.target) &&
  document.querySelector("dialog[open]") === null;

/** Whether something was copied. */
function copy({ actions }: Listeners, event: ClipboardEvent): boolean {
  if (isField(event.target) || getSelection()?.isCollapsed === false) return false;
  const text = actions.copy();
  if (text === undefined) return false;
  event.clipboardData?.setData("text/plain", text);
  event.preventDefault();
  return true;
}

function drop(page: Listeners, event: DragEvent): void {
  const file = event.dataTransfer?.files[0];
  if (file) {
    page.readFile(file);
    return;
  }
  const { session, canvas, actions } = page;
  const op = session.ops.get(event.dataTransfer?.getData(OP_TYPE) ?? "");
  if (!op) return;
  const edge = (event.target as Element).closest<SVGElement>("[data-edge]")?.dataset.edge;
  if (edge !== undefined && op.inputs.names.length > 0) actions.insert(op, slotOf(edge));
  else {
    canvas.hold();
    actions.add(op, { at: canvas.toWorld(canvas.placeOf(event)) });
  }
}
