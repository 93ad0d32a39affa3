/** How a node and an edge are drawn. */
import { BaseEdge, Handle, Position, type EdgeProps, type NodeProps } from "@xyflow/react";
import { memo } from "react";
import type { Point } from "../../../../static/src/layout/types.js";
import { formatNumber } from "../../../../static/src/model/numbers.js";
import { useNumbers, type EdgeNumbers } from "./numbers.js";
import type { Line, OpNode, PairEdge } from "./scene.js";

export const OpMark = memo(function OpMark({ data }: NodeProps<OpNode>) {
  return (
    <div className={data.round ? "op round" : "op"}>
      <Handle type="target" position={Position.Left} />
      {data.text}
      <Handle type="source" position={Position.Right} />
    </div>
  );
});

export const PairMark = memo(function PairMark({ id, data }: EdgeProps<PairEdge>) {
  const { forward, backward, value, gradient, numbers } = data!;
  return (
    <>
      <ArrowMark kind="backward" line={backward} />
      <ArrowMark kind="forward" line={forward} />
      {numbers ? (
        <Numbers at={[value, gradient]} numbers={numbers} />
      ) : (
        <StoredNumbers edge={id} at={[value, gradient]} />
      )}
    </>
  );
});

function ArrowMark({ kind, line }: { kind: string; line: Line }) {
  return (
    <g className={kind}>
      <BaseEdge path={line.path} />
      <polygon points={line.head} />
    </g>
  );
}

/** Where the value and the gradient stand. */
type Places = readonly [Point, Point];

function StoredNumbers({ edge, at }: { edge: string; at: Places }) {
  return <Numbers at={at} numbers={useNumbers(edge)} />;
}

function Numbers({ at, numbers }: { at: Places; numbers: EdgeNumbers | undefined }) {
  const [value, gradient] = at;
  return (
    <>
      <text className="number" x={value.x} y={value.y}>
        {formatNumber(numbers?.value)}
      </text>
      <text className="number gradient" x={gradient.x} y={gradient.y}>
        {formatNumber(numbers?.gradient)}
      </text>
    </>
  );
}
