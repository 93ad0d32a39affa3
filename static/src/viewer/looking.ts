/** What a drawing that can't be changed does with hands: it tells what is pointed at. */
import type { Signal } from "@preact/signals-core";
import type { CanvasEvents } from "../canvas/canvas.js";

const nothing = (): void => undefined;

export const looking = (pointed: Signal<string | undefined>): CanvasEvents => ({
  point: (node) => {
    // What was pointed at last is what one reads about.
    if (node !== undefined) pointed.value = node;
  },
  select: (node) => {
    pointed.value = node;
  },
  fillNext: () => false,
  fill: nothing,
  ask: nothing,
  selectEdge: nothing,
  search: nothing,
  edit: nothing,
  openGroup: nothing,
  move: nothing,
  connect: nothing,
  connectToNew: nothing,
  enclose: nothing,
  scrub: nothing,
  scrubbed: nothing,
  viewChanged: nothing,
});
