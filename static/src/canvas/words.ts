/** What a drawing says of nodes and edges: the texts in it, and the same in words. */
import { lean } from "../layout/lean.js";
import type { EdgeRoute, Point } from "../layout/types.js";
import type { WireTensor } from "../api/client.js";
import { formatBrief, formatLong, isScalar } from "../model/numbers.js";
import type { Numbers } from "./numbers.js";
import { NUMBER_SIZE, USUAL_NUMBER, type SceneNode } from "./scene.js";
import { fitted, textWidth } from "./text.js";

/** What stands for a number that the reader is to find. */
export const ASKED = "?";

/** A node's name and its op, with what it takes. */
export function nodeWords({ name, text, op, inputs }: SceneNode): string {
  const called = text === name ? name : `${name}, ${text}`;
  return `${called}: ${op}${inputs.length > 0 ? ` of ${inputs.join(" and ")}` : ""}`;
}

/** Value and gradient of a node, or of an edge's two arrows. */
export function numberWords({ value, gradient, asked }: Numbers, none: string): string {
  const forth = asked?.value ? "value to be found" : `value ${formatLong(value, 80)}`;
  const back = asked?.gradient
    ? "gradient to be found"
    : gradient === null
      ? none
      : `gradient ${formatLong(gradient, 80)}`;
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

/** Where across a number is written: flush with the side of its room that faces its line. */
export function acrossOf(
  at: Point,
  side: number,
  brief: string,
  value: WireTensor | null | undefined,
): number {
  const tensor = value !== null && value !== undefined && !isScalar(value);
  if (side === 0 || tensor) return at.x;
  const spare = textWidth(USUAL_NUMBER, NUMBER_SIZE, 500) - textWidth(brief, NUMBER_SIZE, 500);
  return at.x - (side * Math.max(0, spare)) / 2;
}
