/** The SVG elements of one node, and of one group. They hold no state but what they show. */
import { HOLE_RADIUS } from "../layout/metrics.js";
import type { Place, Point, Rect } from "../layout/types.js";
import type { WireTensor } from "../api/client.js";
import { formatBrief, formatNumber, isScalar } from "../model/numbers.js";
import { type Numbers } from "./numbers.js";
import {
  NUMBER_SIZE,
  outlineOf,
  SHAPE_SIZE,
  TITLE_SIZE,
  type SceneGroup,
  type SceneNode,
} from "./scene.js";
import { setMarks, svg } from "./svg.js";
import { textWidth } from "./text.js";
import {
  carriedGradient,
  carriedLines,
  carriedValue,
  nodeWords,
  numberWords,
  SHAPED_LINES,
  withShape,
} from "./words.js";

const NOTE_SIZE = 12;

/** What stands beside a node whose gradient somebody's work has been judged for. */
const SIGNS: Readonly<Record<string, string>> = { right: "✓", wrong: "✗", follows: "↩" };

/** Around an empty slot's ring: where it takes an edge. */
const HOLE_REACH = 12;

export class NodeMark {
  readonly element: SVGGElement;
  private readonly title = svg("title");
  private readonly sum = svg("g", { class: "gradient-sum" });
  private readonly sign = svg("g", { class: "judgement" });
  private readonly tooltip: string;
  /** Its own numbers, where the convention has nodes carry them. */
  private readonly lines: NumberLines | undefined;

  private readonly note: SVGTextElement;
  /** What it is, with its numbers, in words. */
  private spoken = "";

  constructor(
    readonly node: SceneNode,
    at: Place,
  ) {
    const { width, height, kind, composite } = node;
    const lines = node.derivative === undefined ? undefined : new NumberLines(node);
    this.lines = lines;
    const round = outlineOf(node) === "round" ? Math.min(width, height) / 2 : 6;
    const box = (inset: number, name: string): SVGRectElement =>
      svg("rect", {
        class: name,
        x: -width / 2 + inset,
        y: -height / 2 + inset,
        width: width - 2 * inset,
        height: height - 2 * inset,
        rx: Math.max(0, round - inset),
      });
    this.note = svg("text", { class: "note", "font-size": NOTE_SIZE, y: height / 2 + 16 });
    const named = !lines && outlineOf(node) === "round" && kind !== "group";
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
      box(-9, "focus-ring"),
      box(-4, "ring"),
      box(0, "body"),
      ...(composite ? [box(3.5, "inner")] : []),
      ...(named
        ? [
            svg(
              "text",
              { class: "name-tag", "font-size": NOTE_SIZE, y: -height / 2 - 15 },
              node.name,
            ),
          ]
        : []),
      ...(lines ? lines.elements : signWithShape(node)),
      ...node.holes.flatMap((slot, i) => (at.holes?.[i] ? [holeMark(slot, at.holes[i])] : [])),
      svg("circle", { class: "handle", "data-handle": node.id, cx: width / 2 + 2, cy: 0, r: 6.5 }),
    );
    this.tooltip = nodeWords(node);
  }

  /** A line beneath the node that a view at the side writes there; undefined for none. */
  setNote(text: string | undefined): void {
    this.note.textContent = text ?? "";
    if (text === undefined) this.note.remove();
    else this.element.append(this.note);
    this.speak();
  }

  /** What a node says first is what is written in it. */
  private speak(): void {
    const note = this.note.textContent;
    this.element.setAttribute(
      "aria-label",
      note ? `${withShape(this.node.text, this.node)} ${note}; ${this.spoken}` : this.spoken,
    );
  }

  moveTo({ x, y }: Point): void {
    this.element.setAttribute("transform", `translate(${x} ${y})`);
  }

  show(numbers: Numbers): void {
    this.lines?.show(numbers);
    this.spoken = `${this.tooltip}; ${numberWords(numbers, "gradient none")}`;
    this.title.textContent = this.spoken;
    this.speak();
  }

  /**
   * The gradients of all uses, as the sum that they make; nothing where there is only one. Shares that are still to come
   * (undefined) are points, and the total (undefined until then) is what has come so far.
   */
  showSum(
    shares: readonly (WireTensor | null | undefined)[],
    total: WireTensor | null | undefined,
  ): void {
    const owed = shares.filter((share) => share !== null);
    const known = owed.filter((share) => share !== undefined);
    if (owed.length < 2 || known.length === 0 || total === null || !known.every(isScalar)) {
      this.sum.remove();
      return;
    }
    const text = sumText(known, owed.length - known.length, total);
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

  /** The names of what the node is just now. A judgement has a sign as well. */
  setMarks(names: string | undefined): void {
    setMarks(this.element, names);
    const sign = (names ?? "").split(" ").flatMap((name) => SIGNS[name] ?? [])[0];
    if (sign === undefined) this.sign.remove();
    else if (this.sign.textContent !== sign || !this.sign.isConnected) {
      const { width, height } = this.node;
      this.sign.replaceChildren(
        svg("circle", { cx: -width / 2, cy: -height / 2, r: 10 }),
        svg("text", { x: -width / 2, y: -height / 2, "font-size": 14 }, sign),
      );
      this.element.append(this.sign);
    }
  }
}

/** What is written in a node, with the shape of its tensor beneath. */
function signWithShape({ text, textSize, shape }: SceneNode): SVGTextElement[] {
  const sign = svg("text", { "font-size": textSize, class: "sign" }, text);
  if (shape === "") return [sign];
  const lines = SHAPED_LINES;
  sign.setAttribute("y", String(lines.sign));
  // The space parts the two words for those who read all of the node's text at once; it isn't drawn.
  const look = { "font-size": SHAPE_SIZE, class: "shape", y: lines.shape };
  return [sign, svg("text", look, ` ${shape}`)];
}

/** A node's sign, its value and its gradient, one above the other. */
class NumberLines {
  private readonly value: SVGTextElement;
  private readonly gradient: SVGTextElement;
  readonly elements: readonly SVGElement[];

  constructor(private readonly node: SceneNode) {
    const line = (y: number, name: string, text = ""): SVGTextElement =>
      svg("text", { y, "font-size": NUMBER_SIZE, class: name }, text);
    const { sign, value, gradient } = carriedLines(node);
    this.value = line(value, "carried");
    this.gradient = line(gradient, "carried gradient");
    this.elements = [
      ...(node.text === "" ? [] : [line(sign, "sign small", node.text)]),
      this.value,
      this.gradient,
    ];
  }

  show(numbers: Numbers): void {
    this.value.textContent = carriedValue(this.node, numbers);
    this.gradient.textContent = carriedGradient(this.node, numbers);
  }
}

/** The terms that are known, points for those that aren't, and what they make. */
function sumText(
  known: readonly WireTensor[],
  missing: number,
  total: WireTensor | undefined,
): string {
  const numbers = known.map((share) => Number(share));
  const terms = [...numbers.map(formatNumber), ...Array<string>(missing).fill("…")];
  const sum =
    total === undefined ? formatNumber(numbers.reduce((a, b) => a + b, 0)) : formatBrief(total);
  return `${terms.join(" + ").replaceAll("+ \u2212", "− ")} = ${missing > 0 ? `${sum} so far` : sum}`;
}

/** An empty slot: a ring at the side where its edge will come in. */
function holeMark(slot: number, { x, y }: Point): SVGGElement {
  return svg(
    "g",
    { class: "hole", "data-hole": slot, transform: `translate(${x} ${y})` },
    svg("title", {}, `input ${slot + 1} is empty: pull an edge to it`),
    svg("circle", { class: "reach", r: HOLE_REACH }),
    svg("circle", { r: HOLE_RADIUS }),
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
