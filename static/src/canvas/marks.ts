/** The SVG elements of one node, one edge, one group. They hold no state but what they show. */
import { pair, polygon, type Arrow } from "../layout/pair.js";
import type { EdgeRoute, Point, Rect } from "../layout/types.js";
import {
  formatBrief,
  formatLong,
  formatNumber,
  isNonFinite,
  isScalar,
  NOTHING,
} from "../model/numbers.js";
import type { WireTensor } from "../api/client.js";
import type { Numbers, SceneGroup, SceneNode } from "./scene.js";
import { NUMBER_SIZE, TITLE_SIZE } from "./scene.js";
import { textWidth } from "./text.js";

const SVG = "http://www.w3.org/2000/svg";

type Attributes = Readonly<Record<string, string | number>>;

export function svg<K extends keyof SVGElementTagNameMap>(
  name: K,
  attributes: Attributes = {},
  ...children: (Element | string)[]
): SVGElementTagNameMap[K] {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  element.append(...children);
  return element;
}

/** One number beside an arrow: short, with all its digits on hover. */
export class NumberMark {
  readonly element: SVGGElement;
  private readonly title = svg("title");
  private readonly text: SVGTextElement;
  private readonly kind: "value" | "gradient";

  constructor(kind: "value" | "gradient", at: Point, marker: Attributes) {
    this.kind = kind;
    this.text = svg("text", { x: at.x, y: at.y, "font-size": NUMBER_SIZE, ...marker });
    this.element = svg("g", { class: `number ${kind}` }, this.title, this.text);
  }

  show(value: WireTensor | null | undefined): void {
    const brief = formatBrief(value);
    this.text.textContent = brief;
    this.title.textContent =
      value === null ? `no ${this.kind}: nothing flows here` : `${this.kind} ${formatLong(value)}`;
    this.element.classList.toggle("idle", brief === NOTHING);
    this.element.classList.toggle("bad", isNonFinite(value));
  }
}

/** The pair of arrows of one edge, or of the output, with its two numbers. */
export class EdgeMark {
  readonly element: SVGGElement;
  private readonly value: NumberMark;
  private readonly gradient: NumberMark;

  /** `name` says in words where it leads; `id` is undefined for the output's arrow. */
  constructor(
    id: string | undefined,
    private readonly name: string,
    route: EdgeRoute,
  ) {
    const { forward, backward } = pair(route.points);
    const [value, gradient] =
      id === undefined
        ? [{ "data-output-value": "" }, { "data-output-gradient": "" }]
        : [{ "data-value-of-edge": id }, { "data-gradient-of-edge": id }];
    this.value = new NumberMark("value", route.value, value);
    this.gradient = new NumberMark("gradient", route.gradient, gradient);
    if (id === undefined) {
      this.gradient.element.setAttribute("data-seed", "");
      this.gradient.element.prepend(seedMark(route.gradient));
    }
    this.element = svg(
      "g",
      { class: "edge", role: "img", ...(id === undefined ? {} : { "data-edge": id }) },
      svg("path", { class: "reach", d: forward.line }),
      svg("path", { class: "reach", d: backward.line }),
      arrow(backward, "backward"),
      arrow(forward, "forward"),
    );
  }

  /** Numbers are part of the drawing only where they can be read. */
  setNear(near: boolean): void {
    if (near) this.element.append(this.value.element, this.gradient.element);
    else {
      this.value.element.remove();
      this.gradient.element.remove();
    }
  }

  show({ value, gradient }: Numbers): void {
    this.value.show(value);
    this.gradient.show(gradient);
    const back = gradient === null ? "no gradient" : `gradient ${formatLong(gradient, 80)}`;
    this.element.setAttribute(
      "aria-label",
      `${this.name}: value ${formatLong(value, 80)}, ${back}`,
    );
    this.element.classList.toggle("no-gradient", gradient === null || gradient === undefined);
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
}

/** Around the number that gradients start from: a place to click. */
const seedMark = ({ x, y }: Point): SVGRectElement =>
  svg("rect", { class: "seed", x: x - 24, y: y - 12, width: 48, height: 24, rx: 6 });

const arrow = ({ line, head }: Arrow, kind: "forward" | "backward"): SVGGElement =>
  svg("g", { class: kind }, svg("path", { d: line }), svg("polygon", { points: polygon(head) }));

export class NodeMark {
  readonly element: SVGGElement;
  private readonly title = svg("title");
  private readonly sum = svg("g", { class: "gradient-sum" });
  private readonly tooltip: string;

  constructor(
    readonly node: SceneNode,
    at: Point,
  ) {
    const { width, height, kind, composite } = node;
    const round = kind === "operator" || kind === "group" ? Math.min(width, height) / 2 : 6;
    const box = (inset: number, name: string): SVGRectElement =>
      svg("rect", {
        class: name,
        x: -width / 2 + inset,
        y: -height / 2 + inset,
        width: width - 2 * inset,
        height: height - 2 * inset,
        rx: Math.max(0, round - inset),
      });
    this.element = svg(
      "g",
      {
        class: `node ${kind}`,
        "data-node": node.id,
        transform: `translate(${at.x} ${at.y})`,
        role: "button",
        tabindex: -1,
      },
      this.title,
      box(-4, "ring"),
      box(0, "body"),
      ...(composite ? [box(3.5, "inner")] : []),
      svg("text", { "font-size": node.textSize, class: "sign" }, node.text),
      ...node.holes.map((slot) => holeMark(node, slot)),
      svg("circle", { class: "handle", "data-handle": node.id, cx: width / 2 + 2, cy: 0, r: 6.5 }),
    );
    const name = node.text === node.name ? node.name : `${node.name}, ${node.text}`;
    const inputs = node.inputs.length > 0 ? ` of ${node.inputs.join(" and ")}` : "";
    this.tooltip = `${name}: ${node.op}${inputs}`;
  }

  moveTo({ x, y }: Point): void {
    this.element.setAttribute("transform", `translate(${x} ${y})`);
  }

  show({ value, gradient }: Numbers): void {
    const numbers = `value ${formatLong(value, 80)}, gradient ${gradient === null ? "none" : formatLong(gradient, 80)}`;
    this.title.textContent = `${this.tooltip}; ${numbers}`;
    this.element.setAttribute("aria-label", `${this.tooltip}; ${numbers}`);
  }

  /** The gradients of all uses, as the sum that they make; nothing where there is only one. */
  showSum(
    shares: readonly (WireTensor | null | undefined)[],
    total: WireTensor | null | undefined,
  ): void {
    const known = shares.filter((share) => share !== null && share !== undefined);
    if (known.length < 2 || total === null || total === undefined || !known.every(isScalar)) {
      this.sum.remove();
      return;
    }
    const terms = known.map((share) => formatNumber(share as number));
    const text = `${terms.join(" + ").replaceAll("+ \u2212", "− ")} = ${formatBrief(total)}`;
    const width = textWidth(text, NUMBER_SIZE, 600) + 16;
    const y = this.node.height / 2 + 20;
    this.sum.replaceChildren(
      svg("rect", { x: -width / 2, y: y - 13, width, height: 26, rx: 6 }),
      svg("text", { y, "font-size": NUMBER_SIZE }, text),
    );
    this.element.append(this.sum);
  }

  hideSum(): void {
    this.sum.remove();
  }
}

/** An empty slot: a ring at the side where its edge will come in. */
function holeMark({ slots, width, height }: SceneNode, slot: number): SVGGElement {
  const place = slot - (slots - 1) / 2;
  const pitch = Math.min(18, height / Math.max(1, slots - 1));
  return svg(
    "g",
    {
      class: "hole",
      "data-hole": slot,
      transform: `translate(${-width / 2 - 12} ${place * pitch})`,
    },
    svg("title", {}, `input ${slot + 1} is empty: pull an edge to it`),
    svg("circle", { class: "reach", r: 11 }),
    svg("circle", { r: 5.5 }),
  );
}

export function groupMark({ id, title }: SceneGroup, box: Rect): SVGGElement {
  return svg(
    "g",
    { class: "group", "data-group": id },
    svg("rect", { x: box.x, y: box.y, width: box.width, height: box.height, rx: 14 }),
    svg("text", { x: box.x + 12, y: box.y + TITLE_SIZE + 3, "font-size": TITLE_SIZE }, title),
  );
}
