/** Backarrow's own drawing of a graph, as nodes and edges of React Flow. */
import { Position, type Edge, type Node, type NodeHandle } from "@xyflow/react";
import { pair, polygon, type Arrow } from "../../../../static/src/layout/pair.js";
import type { LayoutInput, LayoutResult, Point } from "../../../../static/src/layout/types.js";
import type { EdgeNumbers } from "./numbers.js";

/** What Backarrow's page asked its layout, what that answered, and what is written in the nodes. */
export interface Laid {
  readonly input: LayoutInput;
  readonly result: LayoutResult;
  readonly texts: Readonly<Record<string, string>>;
}

export interface Line {
  readonly path: string;
  readonly head: string;
}

export type OpNode = Node<{ text: string; round: boolean }, "op">;
export type PairEdge = Edge<
  {
    forward: Line;
    backward: Line;
    value: Point;
    gradient: Point;
    /** Only where numbers travel in the edges themselves. */
    numbers?: EdgeNumbers;
  },
  "pair"
>;

export function nodesOf({ input, result, texts }: Laid): OpNode[] {
  return input.nodes.map(({ id, width, height, outline }) => {
    const { x, y } = result.nodes[id]!;
    return {
      id,
      type: "op",
      position: { x: x - width / 2, y: y - height / 2 },
      width,
      height,
      handles: [handle("target", 0, height / 2), handle("source", width, height / 2)],
      data: { text: texts[id] ?? id, round: outline === "round" },
    };
  });
}

/** Known beforehand, so that edges needn't wait until nodes have been measured. */
const handle = (type: NodeHandle["type"], x: number, y: number): NodeHandle => ({
  type,
  position: type === "source" ? Position.Right : Position.Left,
  x,
  y,
  width: 1,
  height: 1,
});

export function edgesOf({ input, result }: Laid): PairEdge[] {
  return input.edges.map(({ id, source, target }) => {
    const { points, value, gradient } = result.edges[id]!;
    const { forward, backward } = pair(points);
    return {
      id,
      source,
      target,
      type: "pair",
      data: { forward: line(forward), backward: line(backward), value, gradient },
    };
  });
}

const line = ({ line: path, head }: Arrow): Line => ({ path, head: polygon(head) });
