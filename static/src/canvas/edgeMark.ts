/** The SVG elements of one edge. They hold no state but what they show. */
import { pair, polygon, single, type Arrow } from "../layout/pair.js";
import type { EdgeRoute, Point } from "../layout/types.js";
import type { WireTensor } from "../api/client.js";
import type { Convention } from "../model/look.js";
import { formatBrief, formatLong, isNonFinite, NOTHING } from "../model/numbers.js";
import { GLIDE, still } from "./glide.js";
import { type Numbers } from "./numbers.js";
import { NUMBER_SIZE } from "./scene.js";
import { setMarks, svg, type Attributes } from "./svg.js";
import { acrossOf, ASKED, numberWords, sideOf } from "./words.js";

type Kind = "value" | "gradient" | "local";

/** One number beside an arrow: short, with all its digits on hover. */
class NumberMark {
  readonly element: SVGGElement;
  private readonly title = svg("title");
  private readonly text: SVGTextElement;

  constructor(
    private readonly kind: Kind,
    private readonly at: Point,
    /** To which side of its line it stands. */
    private readonly side: number,
    marker: Attributes,
  ) {
    this.text = svg("text", { x: at.x, y: at.y, "font-size": NUMBER_SIZE, ...marker });
    this.element = svg("g", { class: `number ${kind}` }, this.title, this.text);
  }

  /** `asked`: it is for the reader to find. */
  show(value: WireTensor | null | undefined, asked = false): void {
    const brief = asked ? ASKED : formatBrief(value);
    this.text.textContent = brief;
    this.text.setAttribute("x", String(acrossOf(this.at, this.side, brief, value)));
    this.title.textContent = asked
      ? `What is this ${this.kind}?`
      : value === null && this.kind === "gradient"
        ? "no gradient: nothing flows here"
        : `${this.kind === "local" ? "local derivative" : this.kind} ${formatLong(value)}`;
    this.element.classList.toggle("idle", brief === NOTHING);
    this.element.classList.toggle("bad", !asked && isNonFinite(value));
    this.element.classList.toggle("asked", asked);
  }
}

export interface EdgeMarkInput {
  /** The edge's id; undefined for the output's arrow. */
  readonly id: string | undefined;
  /** Where it leads, in words. */
  readonly name: string;
  readonly route: EdgeRoute;
  /** The leaf whose own value it carries, to be dragged sideways. */
  readonly leaf?: string | undefined;
  readonly convention?: Convention;
}

/** One edge, or the output's arrow, with its numbers: a pair of arrows, or one line where the convention draws one. */
export class EdgeMark {
  readonly element: SVGGElement;
  private readonly numbers: readonly NumberMark[];
  private readonly value: NumberMark | undefined;
  private readonly gradient: NumberMark | undefined;
  private readonly local: NumberMark | undefined;
  private readonly forward: SVGPathElement;
  private readonly backward: SVGPathElement | undefined;

  constructor(private readonly input: EdgeMarkInput) {
    const { id, route, convention = "book" } = input;
    const of = (kind: string): Attributes =>
      id === undefined ? { [`data-output-${kind}`]: "" } : { [`data-${kind}-of-edge`]: id };
    const mark = (kind: Kind, at: Point): NumberMark =>
      new NumberMark(kind, at, sideOf(id, route, at), of(kind));
    if (convention === "colah") this.local = mark("local", route.value);
    else {
      this.value = mark("value", route.value);
      this.gradient = mark("gradient", route.gradient);
    }
    if (id === undefined) this.gradient?.element.prepend(seedMark(route.gradient));
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
    for (const { element } of this.numbers)
      if (near) this.element.append(element);
      else element.remove();
  }

  show(numbers: Numbers): void {
    const { value, gradient, local, asked } = numbers;
    this.value?.show(value, asked?.value);
    this.gradient?.show(gradient, asked?.gradient);
    this.local?.show(local);
    const { id, name, leaf } = this.input;
    // Before anything is computed there is no seed to change.
    if (id === undefined) this.gradient?.element.toggleAttribute("data-seed", asked !== undefined);
    if (this.value) {
      const { dataset } = this.value.element;
      if (leaf !== undefined && typeof value === "number") dataset.scrub = leaf;
      else delete dataset.scrub;
    }
    this.element.setAttribute("aria-label", `${name}: ${numberWords(numbers, "no gradient")}`);
    const none = gradient === null || gradient === undefined;
    this.element.classList.toggle("no-gradient", none && !asked?.gradient);
  }

  /** The thickness of the backward line; undefined for the usual one. */
  setThickness(thickness: number | undefined): void {
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
const seedMark = ({ x, y }: Point): SVGRectElement =>
  svg("rect", { class: "seed", x: x - 24, y: y - 12, width: 48, height: 24, rx: 6 });

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
