/** What pointer and keyboard say to the canvas, but for dragging. */
import type { Point } from "../layout/types.js";
import type { Scene } from "./scene.js";
import { firstEdge, fromEdge, nextNode } from "./walk.js";

export interface InputEvents {
  /** The pointer or the keyboard's focus is on a node or an edge, or on none. */
  point(node: string | undefined, edge?: string): void;
  /** A node was clicked, or empty space; `more` with the Shift key, which adds to the selection. */
  select(node: string | undefined, more: boolean): void;
  /** Enter was pressed on a node: searches what fills its next empty slot; false where it has none. */
  fillNext(node: string): boolean;
  /** An empty slot was clicked. */
  fill(node: string, slot: number): void;
  /** A number that is to be found was clicked, or Enter pressed on its edge; `edge` is undefined for the output's arrow. */
  ask(kind: "value" | "gradient", edge: string | undefined): void;
  /** An edge was clicked, or has the keyboard's focus. */
  selectEdge(edge: string): void;
  /** Empty space was double-clicked. */
  search(at: Point): void;
  /** A node was double-clicked. */
  edit(node: string): void;
  /** A group's name was clicked. */
  openGroup(group: string): void;
}

/** The canvas, as its input needs it. */
export interface Surface {
  readonly element: SVGSVGElement;
  /** What is drawn. */
  drawn(): Scene | undefined;
  /** The node that the pointer has come to in a picture, where it is too small to be hit. */
  pictured(): string | undefined;
  centre(id: string): Point | undefined;
  placeOf(event: MouseEvent): Point;
  toWorld(place: Point): Point;
  focus(node: string): void;
  focusEdge(edge: string): void;
}

const closest = (event: Event, selector: string): DOMStringMap | undefined =>
  (event.target as Element).closest<SVGElement>(selector)?.dataset;

const nodeAt = (event: Event): string | undefined => closest(event, "[data-node]")?.node;
const edgeAt = (event: Event): string | undefined => closest(event, "[data-edge]")?.edge;

export function input(surface: Surface, events: InputEvents): void {
  const { element } = surface;
  for (const kind of ["pointerover", "focusin"])
    element.addEventListener(kind, (event) => {
      events.point(nodeAt(event), edgeAt(event));
    });
  for (const kind of ["pointerleave", "focusout"])
    element.addEventListener(kind, () => {
      events.point(undefined);
    });
  element.addEventListener("click", (event) => {
    click(event, surface, events);
  });
  element.addEventListener("dblclick", (event) => {
    const node = nodeAt(event);
    if (node !== undefined) events.edit(node);
    else if (edgeAt(event) === undefined) events.search(surface.toWorld(surface.placeOf(event)));
  });
  element.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (nodeKey(event, surface, events) || edgeKey(event, surface, events)) event.preventDefault();
  });
}

function click(event: MouseEvent, surface: Surface, events: InputEvents): void {
  const title = (event.target as Element).closest("[data-group] text") !== null;
  const group = title ? closest(event, "[data-group]")?.group : undefined;
  const scrubbed = closest(event, "[data-scrub]")?.scrub;
  const hole = closest(event, "[data-hole]")?.hole;
  const [node, edge] = [nodeAt(event), edgeAt(event)];
  const asked = (event.target as Element).closest<SVGElement>(ASKED);
  if (asked) events.ask(kindOf(asked), edge);
  else if (group !== undefined) events.openGroup(group);
  else if (scrubbed !== undefined) events.select(scrubbed, false);
  else if (hole !== undefined && node !== undefined) events.fill(node, Number(hole));
  else if (edge !== undefined) events.selectEdge(edge);
  else events.select(node ?? surface.pictured(), event.shiftKey);
}

const ASKED = ".number.asked";

const kindOf = (number: Element): "value" | "gradient" =>
  number.classList.contains("value") ? "value" : "gradient";

/** Whether a key on a node meant something. */
function nodeKey(event: KeyboardEvent, surface: Surface, events: InputEvents): boolean {
  const [node, scene] = [nodeAt(event), surface.drawn()];
  if (node === undefined || !scene) return false;
  const { key, shiftKey } = event;
  if (shiftKey && (key === "ArrowRight" || key === "ArrowLeft")) {
    const edge = firstEdge(scene, node, key === "ArrowRight");
    if (edge !== undefined) surface.focusEdge(edge);
    return true;
  }
  const to = nextNode(scene, (id) => surface.centre(id), node, key);
  if (to !== undefined) surface.focus(to);
  else if (key === "Enter") {
    if (shiftKey || !events.fillNext(node)) events.select(node, shiftKey);
  } else if (key === " ") events.select(node, true);
  else return false;
  return true;
}

/** Whether a key on an edge meant something. */
function edgeKey(event: KeyboardEvent, surface: Surface, events: InputEvents): boolean {
  const [edge, scene] = [edgeAt(event), surface.drawn()];
  if (edge === undefined || !scene) return false;
  const asked = (event.target as Element).querySelector(ASKED);
  if (event.key === "Enter" && asked) {
    events.ask(kindOf(asked), edge);
    return true;
  }
  const to = fromEdge(scene, edge, event.key);
  if (!to) return false;
  if ("node" in to) surface.focus(to.node);
  else surface.focusEdge(to.edge);
  return true;
}
