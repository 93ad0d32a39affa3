/** A whole graph as one still picture that scales with its place. */
import type { LayoutResult } from "../layout/types.js";
import { EdgeMark } from "./edgeMark.js";
import { groupMark, NodeMark } from "./nodeMark.js";
import { NO_NUMBERS, type SceneNumbers } from "./numbers.js";
import { roomsOf, type Scene } from "./scene.js";
import { svg } from "./svg.js";

/** The picture; `most` is how many pixels a drawing unit may be at the largest. */
export function thumbnail(
  scene: Scene,
  layout: LayoutResult,
  numbers: SceneNumbers,
): SVGSVGElement {
  const { bounds } = layout;
  const picture = svg("svg", {
    class: "drawing still",
    viewBox: `${bounds.x} ${bounds.y} ${bounds.width} ${bounds.height}`,
    "aria-hidden": "true",
  });
  for (const group of scene.groups) {
    const box = layout.groups[group.id];
    if (box) picture.append(groupMark(group, box));
  }
  const draw = (id: string | undefined, mark: EdgeMark): void => {
    const from = id === undefined ? numbers.nodes.get(scene.output ?? "") : numbers.edges.get(id);
    mark.show(from ?? NO_NUMBERS);
    mark.setNear(true);
    picture.append(mark.element);
  };
  const rooms = roomsOf(scene);
  for (const { id, name, image } of scene.edges) {
    const route = layout.edges[id];
    if (route) draw(id, new EdgeMark({ id, name, route, rooms: rooms(id), image }));
  }
  const { output } = layout;
  if (output) {
    const at = { name: "the output", route: output, rooms: rooms() };
    draw(undefined, new EdgeMark({ id: undefined, ...at }));
  }
  for (const node of scene.nodes) {
    const mark = new NodeMark(node, layout.nodes[node.id]!);
    mark.element.removeAttribute("role");
    mark.element.removeAttribute("tabindex");
    picture.append(mark.element);
  }
  return picture;
}
