/** A large drawing while nodes of it are dragged. */
import type { Placed } from "../layout/outline.js";
import { direct, outlet } from "../layout/routes.js";
import type { LayoutResult, Point } from "../layout/types.js";
import { outlineOf, type Scene } from "./scene.js";

/** The same drawing with nodes elsewhere and straight edges to them. */
export function straightened(
  scene: Scene,
  layout: LayoutResult,
  places: ReadonlyMap<string, Point>,
): LayoutResult {
  const nodes = { ...layout.nodes, ...Object.fromEntries(places) };
  const shown = new Map(scene.nodes.map((node) => [node.id, node]));
  const placed = (id: string): Placed => {
    const node = shown.get(id)!;
    return { ...node, outline: outlineOf(node), centre: nodes[id]! };
  };
  const edges = { ...layout.edges };
  for (const edge of scene.layoutInput.edges)
    if (places.has(edge.source) || places.has(edge.target))
      edges[edge.id] = direct(placed(edge.source), placed(edge.target), edge);
  const { output } = scene.layoutInput;
  return {
    ...layout,
    nodes,
    edges,
    ...(output && places.has(output.node) ? { output: outlet(placed(output.node), output) } : {}),
  };
}
