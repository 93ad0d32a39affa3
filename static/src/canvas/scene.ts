/** What is to be drawn of a graph, with the sizes of its texts; and the numbers to write beside it. */
import type { Evaluation, GraphDocument, GraphNode, Op, WireTensor } from "../api/client.js";
import {
  edgeId,
  inOrder,
  isConstant,
  isLeaf,
  isParameter,
  nameOf,
  outputOf,
} from "../model/document.js";
import { formatBrief, isScalar } from "../model/numbers.js";
import { CIRCLE, PILL_HEIGHT } from "../layout/metrics.js";
import type { LayoutInput, Size } from "../layout/types.js";
import { fitted, textWidth } from "./text.js";

export const NAME_SIZE = 15;
export const NUMBER_SIZE = 13;
export const TITLE_SIZE = 12;
const LINE = 16;
const NAME_MOST = 180;
/** Room kept for a number, so that none makes the drawing move while a slider does. */
const USUAL_NUMBER = "−0.8888";

export interface SceneNode extends Size {
  readonly id: string;
  readonly name: string;
  /** What is written in it. */
  readonly text: string;
  readonly textSize: number;
  readonly kind: "operator" | "input" | "parameter" | "constant";
  /** Whether it can be opened into simpler ops. */
  readonly composite: boolean;
  /** The op's name, and the names of the nodes that it takes. */
  readonly op: string;
  readonly inputs: readonly string[];
  /** How many edges leave it. */
  readonly uses: number;
}

export interface SceneEdge {
  readonly id: string;
  readonly source: string;
  readonly target: string;
  readonly slot: number;
}

export interface SceneGroup {
  readonly id: string;
  readonly title: string;
}

export interface Scene {
  /** In topological order, which is the order of the keyboard too. */
  readonly nodes: readonly SceneNode[];
  readonly edges: readonly SceneEdge[];
  readonly groups: readonly SceneGroup[];
  readonly output: string | undefined;
  readonly layoutInput: LayoutInput;
}

/** Both numbers of an edge, or of a node. Undefined: not computed yet. */
export interface Numbers {
  readonly value: WireTensor | null | undefined;
  readonly gradient: WireTensor | null | undefined;
}

export const NO_NUMBERS: Numbers = { value: undefined, gradient: undefined };

export interface SceneNumbers {
  readonly nodes: ReadonlyMap<string, Numbers>;
  readonly edges: ReadonlyMap<string, Numbers>;
}

export function numbersOf(evaluation: Evaluation | undefined): SceneNumbers {
  if (!evaluation) return { nodes: new Map(), edges: new Map() };
  return {
    nodes: new Map(Object.entries(evaluation.nodes)),
    edges: new Map(evaluation.edges.map((edge) => [edgeId(edge.target, edge.input), edge])),
  };
}

export function buildScene(
  graph: GraphDocument,
  ops: ReadonlyMap<string, Op>,
  numbers: SceneNumbers,
): Scene {
  const named = new Map(graph.nodes.map((node) => [node.id, node]));
  const edges = graph.nodes.flatMap(({ id, inputs }) =>
    (inputs ?? []).flatMap((source, slot): SceneEdge[] =>
      named.has(source) ? [{ id: edgeId(id, slot), source, target: id, slot }] : [],
    ),
  );
  const uses = new Map<string, number>();
  for (const { source } of edges) uses.set(source, (uses.get(source) ?? 0) + 1);
  const nodes = inOrder(graph).map((node) => sceneNode(node, named, ops, uses.get(node.id) ?? 0));
  const groups = (graph.groups ?? []).map(({ id, label }) => ({
    id,
    title: label?.trim() ? label : id,
  }));
  const output = outputOf(graph);
  const members = new Map((graph.groups ?? []).map((group) => [group.id, group.nodes]));
  const layoutInput: LayoutInput = {
    nodes: nodes.map(({ id, width, height, kind }) => {
      const position = named.get(id)?.position;
      return {
        id,
        width,
        height,
        column: kind === "operator" ? "free" : kind === "constant" ? "near" : "first",
        outline: kind === "operator" ? "round" : "box",
        ...(position ? { pinned: { x: position[0], y: position[1] } } : {}),
      };
    }),
    edges: edges.map((edge) => ({ ...edge, ...sizes(numbers.edges.get(edge.id)) })),
    groups: groups.map(({ id, title }) => ({
      id,
      title: { width: textWidth(title, TITLE_SIZE), height: TITLE_SIZE + 4 },
      nodes: members.get(id) ?? [],
    })),
    ...(output && named.has(output)
      ? { output: { node: output, ...sizes(numbers.nodes.get(output)) } }
      : {}),
  };
  return { nodes, edges, groups, output, layoutInput };
}

function sceneNode(
  node: GraphNode,
  named: ReadonlyMap<string, GraphNode>,
  ops: ReadonlyMap<string, Op>,
  uses: number,
): SceneNode {
  const op = ops.get(node.op);
  const inputs = (node.inputs ?? []).map((id) => {
    const source = named.get(id);
    return source ? nameOf(source) : id;
  });
  const shared = { id: node.id, name: nameOf(node), op: node.op, inputs, uses };
  if (isLeaf(node)) {
    const text = fitted(leafText(node), NAME_SIZE, NAME_MOST);
    return {
      ...shared,
      text,
      textSize: NAME_SIZE,
      kind: isConstant(node) ? "constant" : isParameter(node) ? "parameter" : "input",
      composite: false,
      width: textWidth(text, NAME_SIZE) + 14,
      height: 30,
    };
  }
  const text = op?.symbol ?? node.op;
  const single = Array.from(text).length === 1;
  const textSize = single ? 24 : 16;
  return {
    ...shared,
    text,
    textSize,
    kind: "operator",
    composite: op?.decomposes ?? false,
    width: single ? CIRCLE : Math.max(CIRCLE, textWidth(text, textSize, 500) + 26),
    height: single ? CIRCLE : PILL_HEIGHT,
  };
}

/** A constant nobody has named goes by its number. */
function leafText(node: GraphNode): string {
  const value = node.value;
  if (isConstant(node) && !node.label && typeof value === "number") return formatBrief(value);
  return nameOf(node);
}

function sizes(numbers: Numbers | undefined): { value: Size; gradient: Size } {
  return { value: sizeOf(numbers?.value), gradient: sizeOf(numbers?.gradient) };
}

function sizeOf(value: WireTensor | null | undefined): Size {
  const text = formatBrief(value);
  const scalar = value === null || value === undefined || isScalar(value);
  const least = scalar ? textWidth(USUAL_NUMBER, NUMBER_SIZE, 500) : 0;
  return { width: Math.max(least, textWidth(text, NUMBER_SIZE, 500)), height: LINE };
}
