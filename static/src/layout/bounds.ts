/** How far a drawing reaches. */
import { around, enclose, grow } from "./geometry.js";
import { MARGIN, PAIR_DISTANCE } from "./metrics.js";
import type { EdgeRoute, LayoutInput, LayoutResult, Rect } from "./types.js";

/** What the drawing takes up. */
export function boundsOf(placed: Omit<LayoutResult, "bounds">, input: LayoutInput): Rect {
  const sizes = new Map(input.nodes.map((node) => [node.id, node]));
  const texts = new Map(input.edges.map((edge) => [edge.id, edge]));
  const rects = Object.values(placed.groups);
  for (const [id, centre] of Object.entries(placed.nodes))
    rects.push(around(centre, sizes.get(id)!));
  const line = (
    route: EdgeRoute,
    text: Pick<LayoutInput["edges"][number], "value" | "gradient">,
  ): void => {
    rects.push(around(route.value, text.value), around(route.gradient, text.gradient));
    for (const at of route.points) rects.push(grow({ ...at, width: 0, height: 0 }, PAIR_DISTANCE));
  };
  for (const [id, route] of Object.entries(placed.edges)) line(route, texts.get(id)!);
  if (placed.output && input.output) line(placed.output, input.output);
  return enclose(rects);
}

/** The whole with some air around it. */
export function framed(whole: Omit<LayoutResult, "bounds">, input: LayoutInput): LayoutResult {
  const bounds = boundsOf(whole, input);
  return { ...whole, bounds: bounds.width > 0 ? grow(bounds, MARGIN) : bounds };
}
