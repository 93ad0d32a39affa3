/** The SVG elements of one edge. They hold no state but what they show. */
import { pair, polygon, single, type Arrow } from "../layout/pair.js";
import type { EdgeRoute, Point, Size } from "../layout/types.js";
import { USUAL_MANNER, type Manner } from "../model/look.js";
import type { Sides } from "../model/sheets.js";
import { GLIDE, still } from "./glide.js";
import { NumberMark } from "./numberMark.js";
import type { NumberKind } from "./numberPlace.js";
import { NO_NUMBERS, type Numbers } from "./numbers.js";
import type { Rooms } from "./scene.js";
import { setMarks, svg, type Attributes } from "./svg.js";
import { numberWords, sideOf } from "./words.js";

export interface EdgeMarkInput {
  /** The edge's id; undefined for the output's arrow. */
  readonly id: string | undefined;
  /** Where it leads, in words. */
  readonly name: string;
  readonly route: EdgeRoute;
  /** The leaf whose own value it carries, to be dragged sideways. */
  readonly leaf?: string | undefined;
  readonly rooms: Rooms;
  /** The sides of the images that it carries. */
  readonly image?: Sides | undefined;
  readonly manner?: Manner;
}

/** One edge, or the output's arrow, with its numbers: a pair of arrows, or one line where the convention draws one. */
export class EdgeMark {
  readonly element: SVGGElement;
  private readonly numbers: readonly NumberMark[];
  private readonly value: NumberMark | undefined;
  private readonly gradient: NumberMark | undefined;
  private readonly local: NumberMark | undefined;
  private near = false;
  private latest: Numbers = NO_NUMBERS;
  private thickness: number | undefined;
  private readonly forward: SVGPathElement;
  private readonly backward: SVGPathElement | undefined;

  constructor(private readonly input: EdgeMarkInput) {
    const { id, route, rooms, image, manner = USUAL_MANNER } = input;
    const { convention, tensors } = manner;
    const of = (kind: string): Attributes =>
      id === undefined ? { [`data-output-${kind}`]: "" } : { [`data-${kind}-of-edge`]: id };
    const mark = (kind: NumberKind, at: Point, room: Size): NumberMark =>
      new NumberMark({
        kind,
        at,
        room,
        side: sideOf(id, route, at),
        marker: of(kind),
        tensors,
        image,
      });
    if (convention === "colah") this.local = mark("local", route.value, rooms.value);
    else {
      this.value = mark("value", route.value, rooms.value);
      this.gradient = mark("gradient", route.gradient, rooms.gradient);
    }
    if (id === undefined) this.gradient?.element.prepend(seedMark(route.gradient, rooms.gradient));
    this.numbers = [this.value, this.gradient, this.local].filter((mark) => mark !== undefined);
    const both = convention === "book" ? pair(route.points) : undefined;
    const forward = both?.forward ?? single(route.points);
    this.forward = svg("path", { d: forward.line });
    this.backward = both && svg("path", { d: both.backward.line });
    this.element = svg(
      "g",
      {
        class: "edge",
        role: "img",
        ...(id === undefined
          ? {}
          : { "data-edge": id, tabindex: -1, "aria-roledescription": "edge" }),
        ...(input.leaf === undefined ? {} : { "data-leaf": input.leaf }),
      },
      svg("path", { class: "reach", d: forward.line }),
      ...(both ? [svg("path", { class: "reach", d: both.backward.line })] : []),
      ...(both ? [arrow(this.backward!, both.backward, "backward")] : []),
      arrow(this.forward, forward, "forward"),
    );
  }

  /** Numbers are part of the drawing only where they can be read. */
  setNear(near: boolean): void {
    this.near = near;
    this.write();
    for (const { element } of this.numbers)
      if (near) this.element.append(element);
      else element.remove();
  }

  /** Writes its numbers, where anybody sees them. */
  private write(): void {
    if (!this.near) return;
    const { value, gradient, local, asked, whole } = this.latest;
    this.value?.show(value, asked?.value, this.input.image && whole);
    this.gradient?.show(gradient, asked?.gradient);
    this.local?.show(local);
  }

  show(numbers: Numbers): void {
    this.latest = numbers;
    this.write();
    const { value, gradient, asked } = numbers;
    const { id, name, leaf } = this.input;
    // Before anything is computed there is no seed to change.
    if (id === undefined) this.gradient?.element.toggleAttribute("data-seed", asked !== undefined);
    if (this.value && leaf !== undefined) {
      const { dataset } = this.value.element;
      if (typeof value === "number") dataset.scrub = leaf;
      else delete dataset.scrub;
    }
    this.element.setAttribute("aria-label", `${name}: ${numberWords(numbers, "no gradient")}`);
    const none = gradient === null || gradient === undefined;
    this.element.classList.toggle("no-gradient", none && !asked?.gradient);
  }

  /** The thickness of the backward line; undefined for the usual one. */
  setThickness(thickness: number | undefined): void {
    if (thickness === this.thickness) return;
    this.thickness = thickness;
    this.element.style.setProperty("--thick", thickness === undefined ? null : String(thickness));
  }

  setSelected(selected: boolean): void {
    this.element.classList.toggle("selected", selected);
  }

  setLit(lit: boolean): void {
    this.element.classList.toggle("lit", lit);
  }

  /** Something elsewhere on the page speaks of this edge, both ways. */
  setMeant(meant: boolean): void {
    this.element.classList.toggle("meant", meant);
  }

  /** The names of what the edge is just now. One that begins to carry something shows it moving. */
  setMarks(names: string | undefined): void {
    const before = this.element.dataset.marks ?? "";
    if (before === (names ?? "")) return;
    setMarks(this.element, names);
    const begins = (name: string): boolean =>
      (names ?? "").split(" ").includes(name) && !before.split(" ").includes(name);
    if (still()) return;
    if (begins("carrying")) this.runDot();
    if (begins("sending")) fill(this.backward ?? this.forward);
  }

  /** A dot that runs along the thin arrow. */
  private runDot(): void {
    const dot = svg("circle", { class: "dot", r: 5 });
    dot.style.offsetPath = `path("${this.forward.getAttribute("d")!}")`;
    this.element.append(dot);
    const run = dot.animate({ offsetDistance: ["0%", "100%"] }, { duration: MOTION });
    run.onfinish = run.oncancel = (): void => {
      dot.remove();
    };
  }
}

/** Around the number that gradients start from: a place to click. */
function seedMark({ x, y }: Point, room: Size): SVGRectElement {
  const [width, height] = [Math.max(48, room.width + 8), Math.max(24, room.height + 8)];
  return svg("rect", { class: "seed", x: x - width / 2, y: y - height / 2, width, height, rx: 6 });
}

/** How long a number takes along an arrow, in milliseconds. */
const MOTION = GLIDE + 40;

/** Draws a line from its tail to its head. */
function fill(line: SVGPathElement): void {
  const length = line.getTotalLength();
  line.animate(
    {
      strokeDasharray: [`${length} ${length}`, `${length} ${length}`],
      strokeDashoffset: [length, 0],
    },
    { duration: MOTION },
  );
}

const arrow = (line: SVGPathElement, { head }: Arrow, kind: "forward" | "backward"): SVGGElement =>
  svg("g", { class: kind }, line, svg("polygon", { points: polygon(head) }));
