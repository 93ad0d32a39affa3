/** Pan and zoom of a drawing: which part of it its host shows. */
import { select } from "d3-selection";
import { zoom, zoomIdentity, type D3ZoomEvent, type ZoomTransform } from "d3-zoom";
import type { Point, Rect, Size } from "../layout/types.js";
import { subjectOf } from "./gestures.js";
import { GLIDE, still } from "./glide.js";
import { viewBetween } from "./view.js";

const ZOOM_RANGE: [number, number] = [0.005, 6];
/** By how much one step of zooming in enlarges. */
export const ZOOM_STEP = 1.3;

export interface ViewportEvents {
  /** A gesture moves the view; more of it may follow in this frame. */
  moving(): void;
  /** The view is another one. */
  looked(): void;
}

export class Viewport {
  transform: ZoomTransform = zoomIdentity;
  /** The view shows all of the graph, and goes on to where the graph grows. */
  fitted = true;
  /** Somebody has chosen what part of the drawing is seen. */
  handled = false;
  private readonly zoom = zoom<SVGSVGElement, unknown>().scaleExtent(ZOOM_RANGE);
  private gliding = 0;

  constructor(
    private readonly host: HTMLElement,
    private readonly element: SVGSVGElement,
    private readonly events: ViewportEvents,
  ) {
    this.zoom.on("zoom", (event: D3ZoomEvent<SVGSVGElement, unknown>) => {
      if (event.sourceEvent) this.leave();
      this.transform = event.transform;
      events.moving();
    });
    this.zoom.filter(
      (event: MouseEvent) =>
        event.type === "wheel" ||
        (!event.button && !event.ctrlKey && subjectOf(event) === undefined),
    );
  }

  /** Lets gestures move the view. After those that drag things, which come first. */
  listen(): void {
    select(this.element).call(this.zoom).on("dblclick.zoom", null);
  }

  /** Goes on with a view that somebody has chosen. */
  leave(): void {
    this.fitted = false;
    this.handled = true;
  }

  /** Shows a view that nobody has chosen by hand. */
  settleOn(view: ZoomTransform, { fitted, gliding }: { fitted: boolean; gliding: boolean }): void {
    if (gliding) this.glideTo(view);
    else this.look(view);
    this.fitted = fitted;
    this.handled = false;
  }

  look(view: ZoomTransform): void {
    cancelAnimationFrame(this.gliding);
    select(this.element).call((drawing) => {
      this.zoom.transform(drawing, view);
    });
    this.events.looked();
  }

  /** Moves the view, in the time in which nodes glide. */
  private glideTo(view: ZoomTransform): void {
    if (still()) {
      this.look(view);
      return;
    }
    const [from, start] = [this.transform, performance.now()];
    const step = (now: number): void => {
      const t = Math.min(1, Math.max(0, (now - start) / GLIDE));
      this.look(viewBetween(from, view, 1 - (1 - t) ** 2));
      if (t < 1) this.gliding = requestAnimationFrame(step);
    };
    step(start);
  }

  size(): Size {
    return this.host.getBoundingClientRect();
  }

  zoomBy(factor: number): void {
    this.leave();
    select(this.element).call((s) => {
      this.zoom.scaleBy(s, factor);
    });
  }

  panBy(x: number, y: number): void {
    this.leave();
    select(this.element).call((s) => {
      this.zoom.translateBy(s, x / this.transform.k, y / this.transform.k);
    });
  }

  toWorld(place: Point): Point {
    const [x, y] = this.transform.invert([place.x, place.y]);
    return { x, y };
  }

  /** Where a point of the drawing is in the host, in pixels. */
  toScreen(at: Point): Point {
    const [x, y] = this.transform.apply([at.x, at.y]);
    return { x, y };
  }

  /** Where a box of the drawing is in the host, in pixels. */
  boxToScreen(box: Rect): Rect {
    const { k } = this.transform;
    return { ...this.toScreen(box), width: box.width * k, height: box.height * k };
  }

  /** Where in the host, in pixels, an event of the pointer is. */
  placeOf({ clientX, clientY }: MouseEvent): Point {
    const { x, y } = this.element.getBoundingClientRect();
    return { x: clientX - x, y: clientY - y };
  }

  /** Moves a box of the host, in pixels, into view. */
  reveal(box: Rect): void {
    const { width, height } = this.size();
    const margin = 40;
    const dx = Math.max(0, margin - box.x) - Math.max(0, box.x + box.width + margin - width);
    const dy = Math.max(0, margin - box.y) - Math.max(0, box.y + box.height + margin - height);
    if (dx || dy) this.panBy(dx, dy);
    this.events.looked();
  }
}
