/** Nodes, edges and groups as SVG, with all of their looks in their own attributes. */
import { NO_NUMBERS, type Numbers } from "../canvas/numbers.js";
import type { NumberKind } from "../canvas/numberPlace.js";
import {
  NUMBER_SIZE,
  outlineOf,
  SHAPE_SIZE,
  TITLE_SIZE,
  type Rooms,
  type SceneGroup,
  type SceneNode,
} from "../canvas/scene.js";
import {
  carriedGradient,
  carriedLines,
  carriedValue,
  nodeWords,
  numberWords,
  SHAPED_LINES,
  sideOf,
} from "../canvas/words.js";
import type { WireTensor } from "../api/client.js";
import { THICK, THIN } from "../layout/metrics.js";
import { pair, polygon, single, type Arrow } from "../layout/pair.js";
import type { EdgeRoute, Point, Rect, Size } from "../layout/types.js";
import type { Convention, Manner } from "../model/look.js";
import type { Sides } from "../model/sheets.js";
import { translucent, type Colours } from "./colours.js";
import { element, escaped, label, SIGN_TO_BASELINE, type Attributes } from "./element.js";
import { numberPicture } from "./numbers.js";

const NODE_LINE = 1.75;

export function groupPicture({ title }: SceneGroup, box: Rect, colours: Colours): string {
  const { x, y, width, height } = box;
  return element(
    "g",
    {},
    element("rect", {
      x,
      y,
      width,
      height,
      rx: 14,
      ...translucent(colours.frame),
      stroke: colours["frame-line"],
      "stroke-width": 1.25,
    }),
    label(x + 12, y + TITLE_SIZE / 2 + 7, TITLE_SIZE, title, {
      "text-anchor": "start",
      "font-weight": 600,
      fill: colours["ink-soft"],
    }),
  );
}

export function nodePicture(
  node: SceneNode,
  at: Point,
  numbers: Numbers,
  convention: Convention,
  colours: Colours,
): string {
  const look = bodyLook(node, convention, colours);
  return element(
    "g",
    { transform: `translate(${at.x.toFixed(2)} ${at.y.toFixed(2)})` },
    element("title", {}, escaped(`${nodeWords(node)}; ${numberWords(numbers, "gradient none")}`)),
    look && box(node, 0, look),
    look && node.composite
      ? box(node, 3.5, { fill: "none", stroke: colours.line, "stroke-width": 1 })
      : undefined,
    ...(node.derivative === undefined ? [sign(node, colours)] : carried(node, numbers, colours)),
  );
}

/** How a node's body is drawn; undefined for names that stand without one. */
function bodyLook(
  { kind, derivative }: SceneNode,
  convention: Convention,
  colours: Colours,
): Attributes | undefined {
  const line = { stroke: colours.line, "stroke-width": NODE_LINE };
  if (kind === "operator") return { fill: colours["paper-raised"], ...line };
  if (kind === "group") return { fill: colours["paper-sunk"], ...line };
  if (convention !== "colah" || derivative === undefined) return undefined;
  return { fill: colours["paper-sunk"], ...line, "stroke-width": 1.25 };
}

function box(node: SceneNode, inset: number, look: Attributes): string {
  const { width, height } = node;
  const round = outlineOf(node) === "round" ? Math.min(width, height) / 2 : 6;
  return element("rect", {
    x: inset - width / 2,
    y: inset - height / 2,
    width: width - 2 * inset,
    height: height - 2 * inset,
    rx: Math.max(0, round - inset),
    ...look,
  });
}

/** What is written in a node, with the shape of its tensor beneath. */
function sign({ kind, text, textSize, shape }: SceneNode, colours: Colours): string {
  const look = {
    "font-weight": 500,
    fill: kind === "constant" ? colours.constant : colours.ink,
    "text-decoration": kind === "parameter" ? "underline" : undefined,
  };
  const isOneSign = kind === "operator" && Array.from(text).length === 1;
  const baseline = isOneSign ? SIGN_TO_BASELINE : undefined;
  if (shape === "") return label(0, 0, textSize, text, look, baseline);
  const below = { "font-weight": 500, fill: colours["ink-soft"] };
  return (
    label(0, SHAPED_LINES.sign, textSize, text, look, baseline) +
    label(0, SHAPED_LINES.shape, SHAPE_SIZE, shape, below)
  );
}

/** A node's sign, its value and its gradient, one above the other. */
function carried(node: SceneNode, numbers: Numbers, colours: Colours): string[] {
  const at = carriedLines(node);
  const line = (y: number, text: string, fill: string, weight?: number): string =>
    label(0, y, NUMBER_SIZE, text, { fill, "font-weight": weight });
  return [
    ...(node.text === "" ? [] : [line(at.sign, node.text, colours["ink-soft"])]),
    line(at.value, carriedValue(node, numbers), colours.ink, 500),
    line(at.gradient, carriedGradient(node, numbers), colours["accent-text"], 500),
  ];
}

export interface EdgePicture {
  /** Undefined for the output's arrow. */
  readonly id: string | undefined;
  readonly name: string;
  readonly route: EdgeRoute;
  readonly rooms: Rooms;
  /** The sides of the images that it carries. */
  readonly image?: Sides | undefined;
  readonly numbers: Numbers | undefined;
}

export function edgePicture(
  { id, name, route, rooms, image, numbers = NO_NUMBERS }: EdgePicture,
  manner: Manner,
  colours: Colours,
): string {
  const { value, gradient, local } = numbers;
  const { convention } = manner;
  const both = convention === "book" ? pair(route.points) : undefined;
  const back = gradient === null ? colours["accent-idle"] : colours.accent;
  const number = (
    kind: NumberKind,
    at: Point,
    room: Size,
    shown: WireTensor | null | undefined,
  ): string => {
    const side = sideOf(id, route, at);
    return numberPicture({ kind, at, room, side }, shown, { manner, image, colours });
  };
  return element(
    "g",
    {},
    element("title", {}, escaped(`${name}: ${numberWords(numbers, "no gradient")}`)),
    both && arrow(both.backward, THICK, back),
    arrow(both?.forward ?? single(route.points), THIN, colours.line),
    ...(convention === "colah"
      ? [number("local", route.value, rooms.value, local)]
      : [
          number("value", route.value, rooms.value, (image && numbers.whole) ?? value),
          number("gradient", route.gradient, rooms.gradient, gradient),
        ]),
  );
}

const arrow = ({ line, head }: Arrow, width: number, colour: string): string =>
  element("path", { d: line, fill: "none", stroke: colour, "stroke-width": width }) +
  element("polygon", { points: polygon(head), fill: colour });
