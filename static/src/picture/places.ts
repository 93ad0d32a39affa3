/** Where everything of a picture stands, as JSON, for formats that draw in a language of their own. */
import type { Numbers } from "../canvas/numbers.js";
import { numberAt, tensorAt, type NumberKind, type NumberRoom } from "../canvas/numberPlace.js";
import { roomsOf, type Rooms } from "../canvas/scene.js";
import { formOf } from "../canvas/tensorForm.js";
import { sideOf } from "../canvas/words.js";
import type { WireTensor } from "../api/client.js";
import { pair, type Arrow } from "../layout/pair.js";
import type { EdgeRoute, Point, Rect, Size } from "../layout/types.js";
import { formatNumber, isScalar } from "../model/numbers.js";
import type { Drawn } from "./drawn.js";

type Pair = readonly [number, number];

interface NumberPlace {
  readonly text: string;
  /** It is a tensor's shape and range. */
  readonly caption: boolean;
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
    /** The shape of its tensor; nothing for a number. */
    readonly shape: string;
  })[];
  readonly edges: readonly EdgePlace[];
  readonly groups: readonly (Rect & { readonly title: string })[];
}

export function places({ scene, layout, numbers }: Drawn): Places {
  const rooms = roomsOf(scene);
  const edges = scene.edges.flatMap(({ id }) => {
    const route = layout.edges[id];
    return route ? [edgePlace(id, route, rooms(id), numbers.edges.get(id))] : [];
  });
  if (layout.output) {
    const shown = numbers.nodes.get(scene.output ?? "");
    edges.push(edgePlace(undefined, layout.output, rooms(), shown));
  }
  return {
    bounds: layout.bounds,
    nodes: scene.nodes.map(({ id, text, kind, composite, shape, width, height }) => {
      const { x, y } = layout.nodes[id]!;
      return { id, text, kind, composite, shape, x: rounded(x), y: rounded(y), width, height };
    }),
    edges,
    groups: scene.groups.flatMap(({ id, title }) => {
      const box = layout.groups[id];
      return box ? [{ ...box, title }] : [];
    }),
  };
}

function edgePlace(
  id: string | undefined,
  route: EdgeRoute,
  rooms: Rooms,
  numbers?: Numbers,
): EdgePlace {
  const { forward, backward } = pair(route.points);
  const number = (
    kind: NumberKind,
    at: Point,
    room: Size,
    shown: WireTensor | null | undefined,
  ): NumberPlace => numberPlace({ kind, at, room, side: sideOf(id, route, at) }, shown);
  return {
    forward: line(forward),
    backward: line(backward),
    value: number("value", route.value, rooms.value, numbers?.value),
    gradient: number("gradient", route.gradient, rooms.gradient, numbers?.gradient),
    flows: numbers?.gradient !== null && numbers?.gradient !== undefined,
  };
}

function numberPlace(place: NumberRoom, shown: WireTensor | null | undefined): NumberPlace {
  if (shown === null || shown === undefined || isScalar(shown)) {
    const text = formatNumber(shown);
    return { text, caption: false, at: pairOf(numberAt(place, text)) };
  }
  const { caption } = tensorAt(place, shown, formOf(shown, "captions"));
  return { text: caption.text, caption: true, at: pairOf(caption) };
}

const pairOf = ({ x, y }: Point): Pair => [rounded(x), rounded(y)];

const line = ({ trace }: Arrow): Pair[] => trace.map(pairOf);

const rounded = (value: number): number => Math.round(value * 100) / 100;
