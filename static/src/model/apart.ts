/** Large values of a history, kept apart from it: they seldom change, and a history is written after every edit. */
import type { GraphDocument, GraphNode, LeafValue, PackedTensor } from "../api/client.js";
import type { Saved } from "./history.js";
import { shapeOf } from "./numbers.js";
import { isPacked } from "./packed.js";
import { sizeOf } from "./tensors.js";

/** Tensors of more elements than this are large; packed ones are anyway. */
const LARGE = 256;

export interface Apart {
  /** With the place of each large value among `large` instead of it. */
  readonly history: Saved<GraphDocument>;
  readonly large: readonly LeafValue[];
}

export function takenApart(history: Saved<GraphDocument>): Apart {
  const places = new Map<LeafValue, number>();
  const stand = standingIn((value) => {
    if (!isLarge(value)) return undefined;
    const place = places.get(value) ?? places.size;
    places.set(value, place);
    return reference(place);
  });
  return { history: inEach(history, stand), large: [...places.keys()] };
}

export function putTogether({ history, large }: Apart): Saved<GraphDocument> {
  const stand = standingIn((value) => (isPacked(value) ? large[Number(value.data)] : undefined));
  return inEach(history, stand);
}

const isLarge = (value: LeafValue): boolean =>
  isPacked(value) || (Array.isArray(value) && sizeOf(shapeOf(value)) > LARGE);

/** Where values are kept apart, all that looks packed is a place. */
const reference = (place: number): PackedTensor => ({
  shape: [],
  dtype: "float64",
  data: String(place),
});

/** Nodes with other values; one that many states share stays one. */
function standingIn(
  other: (value: LeafValue) => LeafValue | undefined,
): (node: GraphNode) => GraphNode {
  const done = new Map<GraphNode, GraphNode>();
  return (node) => {
    const known = done.get(node);
    if (known) return known;
    const { value } = node;
    const stand = value === undefined || value === null ? undefined : other(value);
    const result = stand === undefined ? node : { ...node, value: stand };
    done.set(node, result);
    return result;
  };
}

function inEach(
  { past, now, future }: Saved<GraphDocument>,
  change: (node: GraphNode) => GraphNode,
): Saved<GraphDocument> {
  const entry = <E extends { readonly state: GraphDocument }>(one: E): E => ({
    ...one,
    state: { ...one.state, nodes: one.state.nodes.map(change) },
  });
  return { past: past.map(entry), now: entry(now), future: future.map(entry) };
}
