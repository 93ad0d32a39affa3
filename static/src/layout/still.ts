/** The layout of a sound graph that is only looked at: nobody has moved a node of it, so the columns hold all its lines. */
import { indexed } from "./graph.js";
import { framed } from "./bounds.js";
import { placed } from "./parts.js";
import type { LayoutInput, LayoutResult } from "./types.js";

/** Places everything as `layout` does where nothing is pinned, held from before, or in a cycle. */
export function still(input: LayoutInput): LayoutResult {
  return framed(placed(indexed(input).graph, input).whole, input);
}
