/** Where keys lead in a drawing: along its edges, to what stands above or below, on in topological order. */
import type { Point } from "../layout/types.js";
import type { Scene, SceneEdge } from "./scene.js";

type Centre = (id: string) => Point | undefined;

/** The node to which a key leads from a node; undefined for a key that leads nowhere. */
export function nextNode(
  scene: Scene,
  centre: Centre,
  node: string,
  key: string,
): string | undefined {
  const order = scene.nodes.map(({ id }) => id);
  const at = order.indexOf(node);
  const last = order.length - 1;
  const inOrder: Record<string, number> = {
    PageDown: Math.min(last, at + 1),
    PageUp: Math.max(0, at - 1),
    Home: 0,
    End: last,
  };
  const place = inOrder[key];
  if (place !== undefined) return order[place];
  const here = centre(node)!;
  const rows: Record<string, 1 | -1> = { ArrowDown: 1, ArrowUp: -1 };
  const row = rows[key];
  if (row !== undefined)
    return nearest(order, centre, ({ x, y }) =>
      (y - here.y) * row > 8 ? Math.abs(y - here.y) + 2 * Math.abs(x - here.x) : Infinity,
    );
  if (key !== "ArrowRight" && key !== "ArrowLeft") return undefined;
  const forward = key === "ArrowRight";
  const ends = edgesAt(scene, node, forward).map((edge) => (forward ? edge.target : edge.source));
  return nearest(ends, centre, ({ x, y }) => Math.hypot(x - here.x, y - here.y)) ?? node;
}

/** The first edge that leaves a node, or that leads into it. */
export const firstEdge = (scene: Scene, node: string, forward: boolean): string | undefined =>
  edgesAt(scene, node, forward)[0]?.id;

/** Where a key leads from an edge: to one of its ends, or to the next edge at its source. */
export function fromEdge(
  scene: Scene,
  edge: string,
  key: string,
): { readonly node: string } | { readonly edge: string } | undefined {
  const here = scene.edges.find(({ id }) => id === edge);
  if (!here) return undefined;
  if (key === "ArrowRight") return { node: here.target };
  if (key === "ArrowLeft") return { node: here.source };
  const way = key === "ArrowDown" ? 1 : key === "ArrowUp" ? -1 : 0;
  if (way === 0) return undefined;
  const beside = [
    ...edgesAt(scene, here.source, true),
    ...edgesAt(scene, here.target, false).filter(({ source }) => source !== here.source),
  ];
  const at = beside.indexOf(here);
  return { edge: beside[(at + way + beside.length) % beside.length]!.id };
}

const edgesAt = (scene: Scene, node: string, leaving: boolean): SceneEdge[] =>
  scene.edges.filter(({ source, target }) => (leaving ? source : target) === node);

function nearest(
  ids: readonly string[],
  centre: Centre,
  far: (at: Point) => number,
): string | undefined {
  const ranked = ids
    .map((id) => ({ id, distance: far(centre(id)!) }))
    .filter(({ distance }) => distance < Infinity)
    .sort((a, b) => a.distance - b.distance);
  return ranked[0]?.id;
}
