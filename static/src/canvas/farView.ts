/**
 * A large drawing from afar, on a canvas element beneath the SVG: nodes and arrows without their numbers, which nobody could read.
 * Where a picture takes longer than a frame, the last one is moved along while the view moves, and made anew when it rests.
 */
import type { ZoomTransform } from "d3-zoom";
import { enclose, grow, overlap, simplify } from "../layout/geometry.js";
import { PAIR_DISTANCE, THICK } from "../layout/metrics.js";
import type { LayoutResult, Point, Rect, Size } from "../layout/types.js";
import { outlineOf, type Scene, type SceneNode } from "./scene.js";
import { FONT } from "./text.js";
import { seen } from "./view.js";

/** So many lines are drawn in one stroke: fewer take longer to ask for, more longer to fill. */
const BUNDLE = 40;
/** A picture that takes longer, in milliseconds, isn't made anew for every frame. */
const FRAME_MOST = 30;
/** How long the view rests before it is, in milliseconds. */
const REST = 90;
/** Above this zoom a sign can be read; and a group's name is this high on screen. */
const SIGNS_FROM = 0.16;
const TITLE_PIXELS = 12;
/** A line is at least so wide, in pixels; what it gains in width it pays in colour, down to this. */
const THIN = { forward: 0.6, backward: 0.9 } as const;
const PALE = 0.15;
/** Nodes lower than this, in pixels, are dots, and no dot is smaller than that. */
const DOTS_BELOW = 5;
const DOT_LEAST = 1.6;

interface Bundle {
  readonly path: Path2D;
  readonly box: Rect;
}

interface Body {
  readonly node: SceneNode;
  readonly at: Point;
}

export class FarView {
  readonly element = document.createElement("canvas");
  private readonly context = this.element.getContext("2d")!;
  private bundles: readonly Bundle[] = [];
  private bodies: readonly Body[] = [];
  private frames: readonly { readonly title: string; readonly box: Rect }[] = [];
  /** What is on the canvas; undefined for nothing. */
  private painted: { readonly view: ZoomTransform; readonly size: Size } | undefined;
  /** How long the last picture took, in milliseconds. */
  private took = 0;
  private rest: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    this.element.className = "far-view";
    this.element.setAttribute("aria-hidden", "true");
    this.element.hidden = true;
    new MutationObserver(() => {
      if (this.painted) this.paint(this.painted.view, this.painted.size);
    }).observe(document.documentElement, { attributeFilter: ["data-theme"] });
  }

  /** Takes up another drawing. */
  prepare(scene: Scene, layout: LayoutResult): void {
    this.hide();
    this.took = 0;
    this.bodies = scene.nodes.flatMap((node) => {
      const at = layout.nodes[node.id];
      return at ? [{ node, at }] : [];
    });
    this.frames = scene.groups.flatMap(({ id, title }) => {
      const box = layout.groups[id];
      return box ? [{ title, box }] : [];
    });
    this.bundles = bundled(Object.values(layout.edges).map(({ points }) => simplify(points)));
  }

  hide(): void {
    clearTimeout(this.rest);
    this.painted = undefined;
    this.element.hidden = true;
  }

  /** Shows what a view of a host of that size shows. */
  show(view: ZoomTransform, size: Size): void {
    clearTimeout(this.rest);
    const { painted } = this;
    const alike = painted?.size.width === size.width && painted.size.height === size.height;
    if (!painted || !alike || this.took <= FRAME_MOST) {
      this.paint(view, size);
      return;
    }
    const scale = view.k / painted.view.k;
    const [x, y] = [view.x - painted.view.x * scale, view.y - painted.view.y * scale];
    this.element.style.transform = `translate(${x}px, ${y}px) scale(${scale})`;
    this.rest = setTimeout(() => {
      this.paint(view, size);
    }, REST);
  }

  private paint(view: ZoomTransform, size: Size): void {
    const start = performance.now();
    const { element, context } = this;
    const ratio = devicePixelRatio;
    element.hidden = false;
    element.width = Math.round(size.width * ratio);
    element.height = Math.round(size.height * ratio);
    element.style.width = `${size.width}px`;
    element.style.height = `${size.height}px`;
    element.style.transform = "";
    const { x, y, k } = view;
    context.setTransform(ratio * k, 0, 0, ratio * k, ratio * x, ratio * y);
    const colours = coloursOf(element);
    const part = seen(view, size);
    this.paintFrames(colours, k, part);
    this.paintLines(colours, k, part);
    this.paintBodies(colours, k, part);
    this.painted = { view, size };
    // What the browser does to fill it comes after this; a frame later it is done.
    requestAnimationFrame(() => {
      this.took = performance.now() - start;
    });
  }

  private paintFrames(colours: Colours, k: number, part: Rect): void {
    const { context } = this;
    context.lineWidth = 1.25 / k;
    context.strokeStyle = colours.frameLine;
    context.font = `600 ${TITLE_PIXELS / k}px ${FONT}`;
    context.textAlign = "left";
    context.textBaseline = "top";
    for (const { title, box } of this.frames) {
      if (!overlap(box, part)) continue;
      context.fillStyle = colours.frame;
      context.fillRect(box.x, box.y, box.width, box.height);
      context.strokeRect(box.x, box.y, box.width, box.height);
      if (box.height * k < 2 * TITLE_PIXELS) continue;
      context.fillStyle = colours.soft;
      context.fillText(title, box.x + 4 / k, box.y + 4 / k, box.width - 8 / k);
    }
  }

  private paintLines(colours: Colours, k: number, part: Rect): void {
    const visible = this.bundles.filter(({ box }) => overlap(box, part));
    const stroke = (colour: string, width: number, beside: number): void => {
      const { context } = this;
      context.save();
      context.translate(0, beside);
      context.lineWidth = width;
      context.strokeStyle = colour;
      context.globalAlpha = Math.max(PALE, Math.min(1, THICK / width));
      for (const { path } of visible) context.stroke(path);
      context.restore();
    };
    const { forward, backward } = THIN;
    stroke(colours.accent, Math.max(THICK, backward / k), PAIR_DISTANCE / 2);
    // So far away that both would be one line anyway, it is the thick one.
    if (k * PAIR_DISTANCE >= 1)
      stroke(colours.line, Math.max(1.5, forward / k), -PAIR_DISTANCE / 2);
  }

  private paintBodies(colours: Colours, k: number, part: Rect): void {
    const { context } = this;
    const reach = grow(part, 200);
    const visible = this.bodies.filter(({ at }) => overlap({ ...at, width: 0, height: 0 }, reach));
    const ops = new Path2D();
    const names = new Path2D();
    const dots = new Path2D();
    for (const { node, at } of visible) {
      const [left, top] = [at.x - node.width / 2, at.y - node.height / 2];
      const size = Math.max(node.height / 2, DOT_LEAST / k);
      if (node.height * k < DOTS_BELOW) dots.rect(at.x - size / 2, at.y - size / 2, size, size);
      else if (outlineOf(node) === "round")
        ops.roundRect(left, top, node.width, node.height, Math.min(node.width, node.height) / 2);
      // A name that can't be read is a bar.
      else if (k < SIGNS_FROM) names.rect(left + 4, at.y - 5, node.width - 8, 10);
    }
    context.fillStyle = colours.raised;
    context.strokeStyle = colours.line;
    context.lineWidth = Math.max(1.75, 0.7 / k);
    context.fill(ops);
    context.stroke(ops);
    context.fillStyle = colours.line;
    context.fill(dots);
    context.fillStyle = colours.soft;
    context.fill(names);
    if (k < SIGNS_FROM) return;
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.fillStyle = colours.ink;
    for (const { node, at } of visible) {
      context.font = `500 ${node.textSize}px ${FONT}`;
      context.fillText(node.text, at.x, at.y);
    }
  }
}

/** Lines that begin near one another, many to a path. */
function bundled(lines: readonly (readonly Point[])[]): Bundle[] {
  const sorted = lines
    .filter((points) => points.length > 1)
    .sort((a, b) => Math.floor(a[0]!.x / 400) - Math.floor(b[0]!.x / 400) || a[0]!.y - b[0]!.y);
  const bundles: Bundle[] = [];
  for (let i = 0; i < sorted.length; i += BUNDLE) {
    const some = sorted.slice(i, i + BUNDLE);
    const path = new Path2D();
    for (const [first, ...rest] of some) {
      path.moveTo(first!.x, first!.y);
      for (const { x, y } of rest) path.lineTo(x, y);
    }
    const box = enclose(
      some.flatMap((points) => points.map((p) => ({ ...p, width: 0, height: 0 }))),
    );
    bundles.push({ path, box: grow(box, PAIR_DISTANCE) });
  }
  return bundles;
}

type Colours = ReturnType<typeof coloursOf>;

/** The page's colours as they are now. */
function coloursOf(element: Element): {
  line: string;
  accent: string;
  raised: string;
  ink: string;
  soft: string;
  frame: string;
  frameLine: string;
} {
  const style = getComputedStyle(element);
  const of = (name: string): string => style.getPropertyValue(name).trim();
  return {
    line: of("--line"),
    accent: of("--accent"),
    raised: of("--paper-raised"),
    ink: of("--ink"),
    soft: of("--ink-soft"),
    frame: of("--frame"),
    frameLine: of("--frame-line"),
  };
}
