/** Where everything of a picture stands, as JSON, for formats that draw in a language of their own. */
import type { Numbers } from "../canvas/numbers.js";
import { acrossOf, sideOf } from "../canvas/words.js";
import type { WireTensor } from "../api/client.js";
import { pair, type Arrow } from "../layout/pair.js";
import type { EdgeRoute, Point, Rect } from "../layout/types.js";
import { formatBrief } from "../model/numbers.js";
import type { Drawn } from "./drawn.js";

type Pair = readonly [number, number];

interface NumberPlace {
  readonly text: string;
  readonly at: Pair;
}

interface EdgePlace {
  /** Each arrow's line, bends cut into short pieces, from its tail to its tip. */
  readonly forward: readonly Pair[];
  readonly backward: readonly Pair[];
  readonly value: NumberPlace;
  readonly gradient: NumberPlace;
  /** Whether a gradient flows. */
  readonly flows: boolean;
}

export interface Places {
  readonly bounds: Rect;
  readonly nodes: readonly (Rect & {
    readonly id: string;
    readonly text: string;
    readonly kind: string;
    readonly composite: boolean;
  })[];
  readonly edges: readonly EdgePlace[];
  readonly groups: readonly (Rect & { readonly title: string })[];
}

export function places({ scene, layout, numbers }: Drawn): Places {
  const edges = scene.edges.flatMap(({ id }) => {
    const route = layout.edges[id];
    return route ? [edgePlace(id, route, numbers.edges.get(id))] : [];
  });
  if (layout.output)
    edges.push(edgePlace(undefined, layout.output, numbers.nodes.get(scene.output ?? "")));
  return {
    bounds: layout.bounds,
    nodes: scene.nodes.map(({ id, text, kind, composite, width, height }) => {
      const { x, y } = layout.nodes[id]!;
      return { id, text, kind, composite, x: rounded(x), y: rounded(y), width, height };
    }),
    edges,
    groups: scene.groups.flatMap(({ id, title }) => {
      const box = layout.groups[id];
      return box ? [{ ...box, title }] : [];
    }),
  };
}

function edgePlace(id: string | undefined, route: EdgeRoute, numbers?: Numbers): EdgePlace {
  const { forward, backward } = pair(route.points);
  const number = (at: Point, shown: WireTensor | null | undefined): NumberPlace => {
    const text = formatBrief(shown);
    return { text, at: [rounded(acrossOf(at, sideOf(id, route, at), text, shown)), rounded(at.y)] };
  };
  return {
    forward: line(forward),
    backward: line(backward),
    value: number(route.value, numbers?.value),
    gradient: number(route.gradient, numbers?.gradient),
    flows: numbers?.gradient !== null && numbers?.gradient !== undefined,
  };
}

const line = ({ trace }: Arrow): Pair[] => trace.map(({ x, y }) => [rounded(x), rounded(y)]);

const rounded = (value: number): number => Math.round(value * 100) / 100;
