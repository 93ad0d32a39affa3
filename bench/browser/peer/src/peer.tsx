/** The same drawing by React Flow, and what the benchmark asks of it. `?visible` renders only what is in view. */
import "@xyflow/react/dist/base.css";
import "./peer.css";
import {
  ReactFlow,
  useEdgesState,
  useNodesState,
  type ReactFlowInstance,
  type Viewport,
} from "@xyflow/react";
import { createRoot } from "react-dom/client";
import { flushSync } from "react-dom";
import { OpMark, PairMark } from "./marks.js";
import { setNumbers, type EdgeNumbers } from "./numbers.js";
import { edgesOf, nodesOf, type Laid, type OpNode, type PairEdge } from "./scene.js";

/** The zooms that Backarrow allows. */
const LEAST_ZOOM = 0.005;
const MOST_ZOOM = 6;
const NODE_TYPES = { op: OpMark };
const EDGE_TYPES = { pair: PairMark };

const board = document.querySelector<HTMLElement>("#board")!;
const onlyVisible = new URLSearchParams(location.search).has("visible");

export class Peer {
  private nodes: OpNode[] = [];
  private edges: PairEdge[] = [];

  constructor(
    private readonly flow: ReactFlowInstance<OpNode, PairEdge>,
    private readonly setNodes: (nodes: OpNode[]) => void,
    private readonly setEdges: (edges: PairEdge[]) => void,
  ) {}

  /** Makes everything ready that is no part of drawing. */
  prepare(laid: Laid): void {
    this.nodes = nodesOf(laid);
    this.edges = edgesOf(laid);
    setNumbers(this.others());
  }

  draw(): void {
    this.setNodes(this.nodes);
    this.setEdges(this.edges);
  }

  look(viewport: Viewport): void {
    void this.flow.setViewport(viewport);
  }

  resize(width: number, height: number): void {
    board.style.width = `${width}px`;
    board.style.height = `${height}px`;
  }

  /** Gives every edge other numbers and renders them; the milliseconds that this takes. */
  writeToStore(): number {
    const numbers = this.others();
    return timed(() => {
      setNumbers(numbers);
    });
  }

  /** The same with the numbers in the data of the edges. */
  writeToEdges(): number {
    const numbers = this.others();
    return timed(() => {
      this.setEdges(
        this.edges.map((edge) => ({
          ...edge,
          data: { ...edge.data!, numbers: numbers.get(edge.id)! },
        })),
      );
    });
  }

  private others(): Map<string, EdgeNumbers> {
    const number = (): number => 4 * Math.random() - 2;
    return new Map(this.edges.map(({ id }) => [id, { value: number(), gradient: number() }]));
  }
}

function timed(change: () => void): number {
  const start = performance.now();
  flushSync(change);
  return performance.now() - start;
}

function Board() {
  const [nodes, setNodes, onNodesChange] = useNodesState<OpNode>([]);
  const [edges, setEdges, onEdgesChange] = useEdgesState<PairEdge>([]);
  return (
    <ReactFlow
      nodes={nodes}
      edges={edges}
      nodeTypes={NODE_TYPES}
      edgeTypes={EDGE_TYPES}
      onNodesChange={onNodesChange}
      onEdgesChange={onEdgesChange}
      onlyRenderVisibleElements={onlyVisible}
      minZoom={LEAST_ZOOM}
      maxZoom={MOST_ZOOM}
      onInit={(flow) => {
        Object.assign(window, { peer: new Peer(flow, setNodes, setEdges) });
      }}
    />
  );
}

createRoot(board).render(<Board />);
