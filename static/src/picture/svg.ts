/** A graph as one SVG: no styles or fonts from elsewhere, nothing that runs. */
import { NO_NUMBERS } from "../canvas/numbers.js";
import { roomsOf } from "../canvas/scene.js";
import { nameIn } from "../model/document.js";
import { formatBrief } from "../model/numbers.js";
import { colours, type Colours } from "./colours.js";
import type { Drawn } from "./drawn.js";
import { element, escaped } from "./element.js";
import { edgePicture, groupPicture, nodePicture } from "./marks.js";

/** The font that texts are measured in (`widths.ts`), then those that are about as wide. */
const FONT = "Inter, 'Noto Sans', 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif";

export function svgPicture(drawing: Drawn, dark: boolean): string {
  const { bounds } = drawing.layout;
  const [x, y] = [Math.floor(bounds.x), Math.floor(bounds.y)];
  const [width, height] = [Math.ceil(bounds.width) + 1, Math.ceil(bounds.height) + 1];
  const palette = colours(dark);
  const title = drawing.graph.title ?? "";
  return element(
    "svg",
    {
      xmlns: "http://www.w3.org/2000/svg",
      width,
      height,
      viewBox: `${x} ${y} ${width} ${height}`,
      role: "img",
      "font-family": FONT,
    },
    element("title", {}, escaped(title === "" ? "Computational graph" : title)),
    element("desc", {}, escaped(described(drawing))),
    element("rect", { x, y, width, height, fill: palette.ground }),
    ...marks(drawing, palette),
  );
}

function marks({ scene, layout, numbers }: Drawn, palette: Colours): string[] {
  const { manner, output } = scene;
  const rooms = roomsOf(scene);
  const groups = scene.groups.flatMap((group) => {
    const box = layout.groups[group.id];
    return box ? [groupPicture(group, box, palette)] : [];
  });
  const edges = scene.edges.flatMap(({ id, name, image }) => {
    const route = layout.edges[id];
    if (!route) return [];
    const edge = { id, name, route, rooms: rooms(id), image, numbers: numbers.edges.get(id) };
    return [edgePicture(edge, manner, palette)];
  });
  if (layout.output) {
    const shown = numbers.nodes.get(output ?? "");
    const at = { route: layout.output, rooms: rooms() };
    const end = { id: undefined, name: "the output", ...at, numbers: shown };
    edges.push(edgePicture(end, manner, palette));
  }
  const nodes = scene.nodes.map((node) =>
    nodePicture(
      node,
      layout.nodes[node.id]!,
      numbers.nodes.get(node.id) ?? NO_NUMBERS,
      manner.convention,
      palette,
    ),
  );
  return [...groups, ...edges, ...nodes];
}

/** What is seen, in words. */
function described({ graph, scene, numbers }: Drawn): string {
  const { output } = numbers;
  const size = `A computational graph of ${graph.nodes.length} nodes and ${scene.edges.length} edges.`;
  if (output === undefined) return size;
  const value = formatBrief(numbers.nodes.get(output)?.value);
  return `${size} Its output, ${nameIn(graph, output)}, is ${value}.`;
}
