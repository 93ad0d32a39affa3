/** What hands do on the canvas: dragging nodes, pulling edges out of them, drawing a rectangle around them. */
import { drag, type D3DragEvent } from "d3-drag";
import { select } from "d3-selection";
import type { Point, Rect } from "../layout/types.js";
import { svg } from "./svg.js";

export interface GestureEvents {
  /** Nodes were dragged to new centres. */
  move(places: ReadonlyMap<string, Point>): void;
  /** An edge was pulled from a node onto another, at one of its empty slots or anywhere on it. */
  connect(source: string, target: string, slot: number | undefined): void;
  /** An edge was pulled from a node into empty space. */
  connectToNew(source: string, at: Point): void;
  /** A rectangle was drawn around nodes. */
  enclose(nodes: readonly string[]): void;
  /** A leaf's number was dragged sideways, so many steps further. */
  scrub(leaf: string, steps: number): void;
  scrubbed(): void;
}

/** The canvas, as gestures need it. */
export interface Ground {
  readonly element: SVGSVGElement;
  readonly overlay: SVGGElement;
  /** What a place in the svg, in pixels, is in the drawing. */
  toWorld(place: Point): Point;
  centre(id: string): Point | undefined;
  /** The nodes that move along with one: the selection that it belongs to. */
  movedWith(id: string): readonly string[];
  /** Shows nodes at other places for as long as they are dragged. */
  preview(places: ReadonlyMap<string, Point>): void;
  inside(rect: Rect): string[];
}

type Subject =
  | { readonly kind: "move"; readonly id: string }
  | { readonly kind: "wire"; readonly id: string; readonly slot?: number }
  | { readonly kind: "scrub"; readonly id: string }
  | { readonly kind: "rectangle" };

type Event = D3DragEvent<SVGSVGElement, unknown, Subject>;

const CLICK_DISTANCE = 4;
/** An edge that is dropped so near to a node's middle, in pixels, is not meant for one of its sides. */
const MIDDLE = 8;
/** So many pixels are one step of a number that is dragged. */
const SCRUB_PIXELS = 2;

/** What a press would drag; undefined where it would move the view. */
export function subjectOf(event: UIEvent): Subject | undefined {
  const target = event.target as Element;
  const handle = target.closest<SVGElement>("[data-handle]")?.dataset.handle;
  if (handle !== undefined) return { kind: "wire", id: handle };
  const scrub = target.closest<SVGElement>("[data-scrub]")?.dataset.scrub;
  if (scrub !== undefined) return { kind: "scrub", id: scrub };
  const node = target.closest<SVGElement>("[data-node]")?.dataset.node;
  const hole = target.closest<SVGElement>("[data-hole]")?.dataset.hole;
  if (node !== undefined && hole !== undefined)
    return { kind: "wire", id: node, slot: Number(hole) };
  if (node !== undefined) return { kind: "move", id: node };
  return "shiftKey" in event && event.shiftKey ? { kind: "rectangle" } : undefined;
}

export function gestures(ground: Ground, events: GestureEvents): void {
  const behaviour = drag<SVGSVGElement, unknown, Subject>()
    .filter(
      (event: MouseEvent) => !event.button && !event.ctrlKey && subjectOf(event) !== undefined,
    )
    .container(ground.element)
    .subject((event: Event) => subjectOf(event.sourceEvent as UIEvent)!)
    .clickDistance(CLICK_DISTANCE)
    .on("start", (event: Event) => {
      const { subject } = event;
      if (subject.kind === "move") moving(ground, events, event, subject.id);
      else if (subject.kind === "scrub") scrubbing(events, event, subject.id);
      else if (subject.kind === "wire") wiring(ground, events, event, subject.id, subject.slot);
      else framing(ground, events, event);
    });
  select(ground.element).call(behaviour);
}

function moving(ground: Ground, events: GestureEvents, start: Event, id: string): void {
  const from = ground.toWorld(start);
  const places = ground.movedWith(id).flatMap((node) => {
    const at = ground.centre(node);
    return at ? [[node, at] as const] : [];
  });
  const moved = (event: Event): Map<string, Point> => {
    const to = ground.toWorld(event);
    return new Map(
      places.map(([node, at]) => [node, { x: at.x + to.x - from.x, y: at.y + to.y - from.y }]),
    );
  };
  let far = false;
  start
    .on("drag", (event: Event) => {
      far ||= Math.hypot(event.x - start.x, event.y - start.y) > CLICK_DISTANCE;
      if (far) ground.preview(moved(event));
    })
    .on("end", (event: Event) => {
      if (far) events.move(moved(event));
    });
}

/** Changes a number by a step for every two pixels that it is dragged sideways. */
function scrubbing(events: GestureEvents, start: Event, leaf: string): void {
  let done = 0;
  start
    .on("drag", (event: Event) => {
      const steps = Math.round((event.x - start.x) / SCRUB_PIXELS);
      if (steps !== done) events.scrub(leaf, steps - done);
      done = steps;
    })
    .on("end", () => {
      events.scrubbed();
    });
}

/** Pulls an edge out of a node, or, with a slot, out of one of its empty slots backwards. */
function wiring(
  ground: Ground,
  events: GestureEvents,
  start: Event,
  source: string,
  slot?: number,
): void {
  const at = ground.centre(source);
  if (!at) return;
  const line = svg("line", { class: "wire", x1: at.x, y1: at.y, x2: at.x, y2: at.y });
  ground.overlay.append(line);
  let target: Element | undefined;
  start
    .on("drag", (event: Event) => {
      const to = ground.toWorld(event);
      line.setAttribute("x2", String(to.x));
      line.setAttribute("y2", String(to.y));
      target?.classList.remove("target");
      target = under(event)?.closest("[data-hole], [data-node]") ?? undefined;
      target?.classList.add("target");
    })
    .on("end", (event: Event) => {
      line.remove();
      target?.classList.remove("target");
      const hit = under(event);
      const node = hit?.closest<SVGElement>("[data-node]")?.dataset.node;
      const hole = hit?.closest<SVGElement>("[data-hole]")?.dataset.hole;
      if (node === source) return;
      if (slot !== undefined) {
        if (node !== undefined) events.connect(node, source, slot);
        return;
      }
      if (node !== undefined)
        events.connect(source, node, hole === undefined ? nearestHole(event, hit!) : Number(hole));
      else if (hit && ground.element.contains(hit))
        events.connectToNew(source, ground.toWorld(event));
    });
}

/** The empty slot of a node that is nearest to where an edge was dropped on it; undefined where it has none. */
function nearestHole(event: Event, hit: Element): number | undefined {
  const at = pointer(event);
  if (!at) return undefined;
  const holes = hit.closest("[data-node]")?.querySelectorAll<SVGElement>("[data-hole]") ?? [];
  const ranked = Array.from(holes, (hole) => {
    const { top, height } = hole.getBoundingClientRect();
    return { slot: Number(hole.dataset.hole), far: Math.abs(top + height / 2 - at.clientY) };
  });
  // In the middle the first one is meant.
  ranked.sort((a, b) => (Math.abs(a.far - b.far) < MIDDLE ? a.slot - b.slot : a.far - b.far));
  return ranked[0]?.slot;
}

/** Where in the window the mouse or the finger is. */
function pointer({ sourceEvent }: Event): MouseEvent | Touch | undefined {
  const source = sourceEvent as MouseEvent | TouchEvent;
  return "changedTouches" in source ? source.changedTouches[0] : source;
}

/** What lies under the pointer; for touches the event's own target stays where it began. */
function under(event: Event): Element | null {
  const at = pointer(event);
  return at ? document.elementFromPoint(at.clientX, at.clientY) : null;
}

function framing(ground: Ground, events: GestureEvents, start: Event): void {
  const from = ground.toWorld(start);
  const frame = svg("rect", { class: "marquee" });
  ground.overlay.append(frame);
  const rectTo = (event: Event): Rect => {
    const to = ground.toWorld(event);
    return {
      x: Math.min(from.x, to.x),
      y: Math.min(from.y, to.y),
      width: Math.abs(to.x - from.x),
      height: Math.abs(to.y - from.y),
    };
  };
  start
    .on("drag", (event: Event) => {
      for (const [key, value] of Object.entries(rectTo(event)))
        frame.setAttribute(key, String(value));
    })
    .on("end", (event: Event) => {
      frame.remove();
      events.enclose(ground.inside(rectTo(event)));
    });
}
