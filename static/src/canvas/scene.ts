/** What is to be drawn of a graph, with the sizes of its texts; and the numbers to write beside it. */
import type { GraphDocument, GraphNode, WireTensor } from "../api/client.js";
import {
  edgeId,
  inOrder,
  isConstant,
  isLeaf,
  isParameter,
  nameOf,
  outputOf,
} from "../model/document.js";
import { slotCount, slotsOf, type Signs } from "../model/edit.js";
import { USUAL_MANNER, type Manner } from "../model/look.js";
import { groupNode } from "../model/session.js";
import { formatNumber, formatSides, isScalar, shapeOf } from "../model/numbers.js";
import { imagesOf, type Sides } from "../model/sheets.js";
import { CIRCLE, PILL_HEIGHT } from "../layout/metrics.js";
import type { LayoutInput, LayoutNode, Size, TextSize } from "../layout/types.js";
import type { Numbers, SceneNumbers } from "./numbers.js";
import { formOf, tensorSize } from "./tensorForm.js";
import { fittedName, textWidth } from "./text.js";

export const NAME_SIZE = 15;
export const NUMBER_SIZE = 13;
export const TITLE_SIZE = 12;
/** A tensor's shape, in or under its node. */
export const SHAPE_SIZE = 10.5;
const SHAPE_LINE = 12;
const LINE = 16;
const NAME_MOST = 180;
const SHORT_NAME_MOST = 90;
/** Heights of nodes that carry their numbers. */
const CARRIER = { leaf: 50, operator: 66 } as const;
/** Room kept for a number, so that none makes the drawing move while a slider does. */
export const USUAL_NUMBER = "−0.8888";

export interface SceneNode extends Size {
  readonly id: string;
  readonly name: string;
  /** What is written in it. */
  readonly text: string;
  readonly textSize: number;
  readonly kind: "operator" | "input" | "parameter" | "constant" | "group";
  /** Whether it can be opened into simpler ops. */
  readonly composite: boolean;
  /** The op's name, and the names of the nodes that it takes. */
  readonly op: string;
  readonly inputs: readonly string[];
  /** How many input slots it has, and which of them nothing leads into. */
  readonly slots: number;
  readonly holes: readonly number[];
  /** How many edges leave it. */
  readonly uses: number;
  /** The shape of its tensor; nothing for a number, or where that stands elsewhere. */
  readonly shape: string;
  /** How its gradient is written where the node itself carries its numbers: ∂output/∂node. */
  readonly derivative?: string;
}

export interface SceneEdge {
  readonly id: string;
  /** From where to where, in words. */
  readonly name: string;
  readonly source: string;
  readonly target: string;
  readonly slot: number;
  /** The sides of the images that it carries. */
  readonly image?: Sides;
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
  readonly manner: Manner;
  readonly layoutInput: LayoutInput;
}

/** What the layout keeps free for an edge's two numbers. */
export interface Rooms {
  readonly value: Size;
  readonly gradient: Size;
}

/** The rooms of an edge, or of the output's arrow. */
export function roomsOf({ layoutInput }: Scene): (edge?: string) => Rooms {
  const rooms = new Map(layoutInput.edges.map((edge) => [edge.id, edge]));
  return (edge) => (edge === undefined ? layoutInput.output! : rooms.get(edge)!);
}

export function buildScene(
  graph: GraphDocument,
  ops: Signs,
  numbers: SceneNumbers,
  manner: Manner = USUAL_MANNER,
): Scene {
  const { convention } = manner;
  const images = imagesOf(graph.nodes, manner.images);
  const named = new Map(graph.nodes.map((node) => [node.id, node]));
  const nameAt = (id: string): string => {
    const node = named.get(id);
    return node ? nameOf(node) : id;
  };
  const { home, closed, shown } = closedGroups(graph);
  const output = shownOutput(graph, numbers);
  const outputName = output === undefined ? "" : nameAt(output);
  const edges = graph.nodes.flatMap(({ id, inputs }) =>
    (inputs ?? []).flatMap((source, slot): SceneEdge[] => {
      const [from, to] = [home(source), home(id)];
      if (!named.has(source) || (from === to && from !== source)) return [];
      const name = `from ${nameAt(source)} to ${nameAt(id)}`;
      const image = images.get(source);
      const edge = { id: edgeId(id, slot), name, source: from, target: to, slot };
      return [image ? { ...edge, image } : edge];
    }),
  );
  const uses = new Map<string, number>();
  for (const { source } of edges) uses.set(source, (uses.get(source) ?? 0) + 1);
  const drawn = new Set<string>();
  const nodes = inOrder(graph).flatMap((node): SceneNode[] => {
    const at = home(node.id);
    if (drawn.has(at)) return [];
    drawn.add(at);
    const group = closed.get(at);
    const count = uses.get(at) ?? 0;
    if (group) return [groupScene(at, group, count)];
    const scene = sceneNode(node, named, ops, count);
    const value = numbers.nodes.get(node.id)?.value;
    return [convention === "colah" ? withNumbers(scene, outputName) : withShape(scene, value)];
  });
  const groups = shown.map(({ id, label }) => ({ id, title: label?.trim() ? label : id }));
  const members = new Map(shown.map((group) => [group.id, [...new Set(group.nodes.map(home))]]));
  const layoutInput: LayoutInput = {
    nodes: nodes.map((node) => {
      const { id, width, height, kind, slots, holes } = node;
      const position = named.get(id)?.position;
      return {
        id,
        width,
        height,
        column: isInner(node) ? "free" : kind === "constant" ? "near" : "first",
        outline: outlineOf(node),
        ...(holes.length > 0 ? { holes: { slots, empty: holes } } : {}),
        ...(position ? { pinned: { x: position[0], y: position[1] } } : {}),
      };
    }),
    edges: edges.map(({ id, name, source, target, slot, image }) => ({
      id,
      name,
      source,
      target,
      slot,
      ...(convention === "colah"
        ? localSizes(numbers.edges.get(id), manner)
        : sizes(numbers.edges.get(id), manner, image)),
    })),
    groups: groups.map(({ id, title }) => ({
      id,
      title: { width: textWidth(title, TITLE_SIZE), height: TITLE_SIZE + 4 },
      nodes: members.get(id) ?? [],
    })),
    // Where nodes carry their numbers, the output needs no arrow of its own.
    ...(output !== undefined && named.has(output) && convention !== "colah"
      ? { output: { node: home(output), ...sizes(numbers.nodes.get(output), manner) } }
      : {}),
  };
  return { nodes, edges, groups, output, manner, layoutInput };
}

const isInner = ({ kind }: Pick<SceneNode, "kind">): boolean =>
  kind === "operator" || kind === "group";

/**
 * The node whose result the drawing ends in. Where no op can be computed yet, gradients are taken of some leaf; that is no
 * result to show.
 */
function shownOutput(graph: GraphDocument, numbers: SceneNumbers): string | undefined {
  const settled = outputOf(graph);
  if (settled !== undefined || numbers.output === undefined) return settled;
  const node = graph.nodes.find(({ id }) => id === numbers.output);
  const waits = node && isLeaf(node) && graph.nodes.some((other) => !isLeaf(other));
  return waits ? undefined : numbers.output;
}

/** Leaves are names, which edges leave at the side; all else is round. */
export const outlineOf = (node: Pick<SceneNode, "kind" | "derivative">): LayoutNode["outline"] =>
  isInner(node) || node.derivative !== undefined ? "round" : "box";

/** A node that carries its name, its value and its gradient. */
function withNumbers(node: SceneNode, output: string): SceneNode {
  const short = (name: string): string => fittedName(name, NUMBER_SIZE, SHORT_NAME_MOST, 500);
  const derivative = `∂${short(output)}/∂${short(node.name)}`;
  const text = node.kind === "operator" ? node.text : "";
  const lines = [`${short(node.name)} = ${USUAL_NUMBER}`, `${derivative} = ${USUAL_NUMBER}`, text];
  const width = Math.max(...lines.map((line) => textWidth(line, NUMBER_SIZE, 500)));
  return {
    ...node,
    text,
    textSize: NUMBER_SIZE,
    derivative,
    width: width + 40,
    height: text === "" ? CARRIER.leaf : CARRIER.operator,
  };
}

/** A node with the shape of its tensor: in an op's outline, under a leaf's name. */
function withShape(node: SceneNode, value: WireTensor | null | undefined): SceneNode {
  if (value === null || value === undefined || isScalar(value)) return node;
  const shape = formatSides(shapeOf(value));
  const width = textWidth(shape, SHAPE_SIZE, 500);
  return node.kind === "operator"
    ? { ...node, shape, width: Math.max(node.width, width + 22) }
    : { ...node, shape, width: Math.max(node.width, width + 14), height: node.height + SHAPE_LINE };
}

type Group = NonNullable<GraphDocument["groups"]>[number];

/** Which closed group each node is drawn as, and the groups that are drawn as boxes. */
export function closedGroups(graph: GraphDocument): {
  home: (id: string) => string;
  closed: ReadonlyMap<string, Group>;
  shown: readonly Group[];
} {
  const homes = new Map<string, string>();
  const closed = new Map<string, Group>();
  const largest = [...(graph.groups ?? [])].sort((a, b) => b.nodes.length - a.nodes.length);
  const hidden = new Set<Group>();
  for (const group of largest) {
    if (group.nodes.every((id) => homes.has(id))) hidden.add(group);
    else if (group.collapsed) {
      closed.set(groupNode(group.id), group);
      hidden.add(group);
      for (const id of group.nodes) if (!homes.has(id)) homes.set(id, groupNode(group.id));
    }
  }
  return {
    home: (id) => homes.get(id) ?? id,
    closed,
    shown: (graph.groups ?? []).filter((group) => !hidden.has(group)),
  };
}

function groupScene(id: string, group: Group, uses: number): SceneNode {
  const name = group.label?.trim() ? group.label : group.id;
  const text = `${fittedName(name, 16, NAME_MOST, 500)} · ${group.nodes.length}`;
  return {
    id,
    name,
    op: `group of ${group.nodes.length} nodes`,
    inputs: [],
    uses,
    text,
    textSize: 16,
    kind: "group",
    composite: true,
    slots: 0,
    holes: [],
    shape: "",
    width: Math.max(PILL_HEIGHT, textWidth(text, 16, 500) + 44),
    height: PILL_HEIGHT,
  };
}

function sceneNode(
  node: GraphNode,
  named: ReadonlyMap<string, GraphNode>,
  ops: Signs,
  uses: number,
): SceneNode {
  const op = ops.get(node.op);
  const inputs = (node.inputs ?? []).flatMap((id) => {
    const source = named.get(id);
    return source ? [nameOf(source)] : [];
  });
  const shared = { id: node.id, name: nameOf(node), op: node.op, inputs, uses, shape: "" };
  if (isLeaf(node)) {
    const text = fittedName(nameOf(node), NAME_SIZE, NAME_MOST);
    return {
      ...shared,
      text,
      textSize: NAME_SIZE,
      kind: isConstant(node) ? "constant" : isParameter(node) ? "parameter" : "input",
      composite: false,
      slots: 0,
      holes: [],
      width: textWidth(text, NAME_SIZE) + 14,
      height: 30,
    };
  }
  const text = op?.symbol ?? node.op;
  const single = Array.from(text).length === 1;
  const textSize = single ? 24 : 16;
  const slots = slotsOf(node, ops);
  return {
    ...shared,
    text,
    textSize,
    kind: "operator",
    composite: op?.decomposes ?? false,
    slots: slotCount(node, ops),
    holes: slots.flatMap((source, slot) => (named.has(source) ? [] : [slot])),
    width: single ? CIRCLE : Math.max(CIRCLE, textWidth(text, textSize, 500) + 26),
    height: single ? CIRCLE : PILL_HEIGHT,
  };
}

function sizes(
  numbers: Numbers | undefined,
  manner: Manner,
  image?: Sides,
): { value: TextSize; gradient: TextSize } {
  return {
    value: sizeOf((image && numbers?.whole) ?? numbers?.value, manner, image),
    gradient: sizeOf(numbers?.gradient, manner, image),
  };
}

const localSizes = (
  numbers: Numbers | undefined,
  manner: Manner,
): { value: TextSize; gradient: TextSize } => ({
  value: sizeOf(numbers?.local, manner),
  gradient: { width: 0, height: 0 },
});

function sizeOf(value: WireTensor | null | undefined, manner: Manner, image?: Sides): TextSize {
  if (value !== null && value !== undefined && !isScalar(value))
    return tensorSize(value, formOf(value, manner.tensors, image));
  const least = textWidth(USUAL_NUMBER, NUMBER_SIZE, 500);
  const written = textWidth(formatNumber(value), NUMBER_SIZE, 500);
  return { width: Math.max(least, written), height: LINE, written };
}
