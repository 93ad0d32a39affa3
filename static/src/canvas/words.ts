/** What a drawing says of nodes and edges: the texts in it, and the same in words. */
import { lean } from "../layout/lean.js";
import type { EdgeRoute, Point } from "../layout/types.js";
import { formatBrief } from "../model/numbers.js";
import { spokenOf } from "../model/sheets.js";
import type { Numbers } from "./numbers.js";
import type { NumberKind } from "./numberPlace.js";
import { NUMBER_SIZE, type SceneNode } from "./scene.js";
import type { Form } from "./tensorForm.js";
import { fitted } from "./text.js";

/** What stands for a number that the reader is to find. */
export const ASKED = "?";

/** A node's name and its op, with its shape and what it takes. */
export function nodeWords(node: SceneNode): string {
  const { name, text, op, inputs } = node;
  const called = withShape(text === name ? name : `${name}, ${text}`, node);
  return `${called}: ${op}${inputs.length > 0 ? ` of ${inputs.join(" and ")}` : ""}`;
}

/** A text in a node with the shape that stands beneath it. */
export const withShape = (text: string, { shape }: SceneNode): string =>
  shape === "" ? text : `${text} ${shape}`;

/** The heights, from the node's middle, of its sign and of its shape where it has both. */
export const SHAPED_LINES = { sign: -6, shape: 11 } as const;

/** Value and gradient of a node, or of an edge's two arrows. */
export function numberWords({ value, gradient, asked }: Numbers, none: string): string {
  const forth = asked?.value ? "value to be found" : `value ${spokenOf(value)}`;
  const back = asked?.gradient
    ? "gradient to be found"
    : gradient === null
      ? none
      : `gradient ${spokenOf(gradient)}`;
  return `${forth}, ${back}`;
}

/** How a node's value is written where nodes carry their numbers. */
export function carriedValue({ name, width }: SceneNode, { value, asked }: Numbers): string {
  const text = `${name} = ${asked?.value ? ASKED : formatBrief(value)}`;
  return fitted(text, NUMBER_SIZE, width - 16, 500);
}

/** The same of its gradient. */
export const carriedGradient = ({ derivative }: SceneNode, { gradient, asked }: Numbers): string =>
  `${derivative!} = ${asked?.gradient ? ASKED : formatBrief(gradient)}`;

/** The heights, from the node's middle, of its sign, its value and its gradient where it carries all three. */
export const carriedLines = ({
  text,
}: SceneNode): { sign: number; value: number; gradient: number } => {
  const value = text === "" ? -9 : -1;
  return { sign: value - 18, value, gradient: value + 19 };
};

/** To which side of its line a number stands: the output's arrow is level. */
export const sideOf = (id: string | undefined, { points }: EdgeRoute, at: Point): number =>
  id === undefined ? 0 : lean(points, at);

/** What the colours of a tensor's picture mean, as a line of its own; nothing where it has none. `ink`: it is light to dark. */
export function coloursOf(kind: NumberKind, form: Form, ink: boolean): string {
  if (form.kind !== "cells" && form.kind !== "histogram") return "";
  if (ink) return "\nThe stronger the ink, the larger the number.";
  const colours =
    kind === "gradient" ? "Orange above 0, blue below" : "Green above 0, purple below";
  return form.kind === "cells" ? `\n${colours}; the paler, the nearer to 0.` : `\n${colours}.`;
}
