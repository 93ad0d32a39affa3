/** Questions to a graph document, and changes that make a new one. */
import { produce } from "immer";
import type { GraphDocument, GraphNode, LeafValue, Tensor } from "../api/client.js";
import { digestOf } from "./digest.js";
import { formatNumber } from "./numbers.js";
import { isPacked } from "./packed.js";

export const EMPTY: GraphDocument = { format: "backarrow/1", nodes: [] };

export const isLeaf = (node: GraphNode): boolean => node.value !== undefined && node.value !== null;
export const isConstant = (node: GraphNode): boolean => node.op === "constant";
export const isParameter = (node: GraphNode): boolean => node.op === "parameter";

export const findNode = (graph: GraphDocument, id: string): GraphNode | undefined =>
  graph.nodes.find((node) => node.id === id);

/** What a person calls the node. A constant that nobody has named goes by its number. */
export function nameOf(node: GraphNode): string {
  if (node.label) return node.label;
  if (isConstant(node) && typeof node.value === "number") return formatNumber(node.value);
  return node.id.replaceAll("_", " ");
}

/** The name of the node of that id, and the id itself where there is no such node. */
export function nameIn(graph: GraphDocument, id: string): string {
  const node = findNode(graph, id);
  return node ? nameOf(node) : id;
}

/** The name of one edge: the node and the input slot that it leads into. */
export const edgeId = (target: string, slot: number): string => `${target}:${slot}`;

/** The node and the slot that an edge of this name leads into. */
export function slotOf(edge: string): { target: string; slot: number } {
  const [target, slot] = edge.split(":") as [string, string];
  return { target, slot: Number(slot) };
}

export const withValue = (graph: GraphDocument, id: string, value: Tensor): GraphDocument =>
  produce(graph, (draft) => {
    const node = draft.nodes.find((candidate) => candidate.id === id);
    if (node) node.value = value;
  });

/** The graph with other values in some of its leaves. */
export const withValues = (
  graph: GraphDocument,
  values: ReadonlyMap<string, LeafValue>,
): GraphDocument => ({
  ...graph,
  nodes: graph.nodes.map((node) => {
    const value = values.get(node.id);
    return value === undefined ? node : { ...node, value };
  }),
});

/** The values of all parameters, by name. */
export const parametersOf = (graph: GraphDocument): ReadonlyMap<string, LeafValue> =>
  new Map(
    graph.nodes.flatMap((node) =>
      isParameter(node) && isLeaf(node) ? [[node.id, node.value!]] : [],
    ),
  );

/** What is computed, whatever the leaves hold. */
export const skeletonOf = (graph: GraphDocument): string =>
  JSON.stringify([
    graph.nodes.map(({ id, op, inputs, params }) => [id, op, inputs, params]),
    graph.output,
  ]);

/** A node and all that lead to it. */
export function upTo(graph: GraphDocument, id: string): Set<string> {
  const sources = new Map(graph.nodes.map((node) => [node.id, node.inputs ?? []]));
  const found = new Set([id]);
  for (const node of found) for (const source of sources.get(node) ?? []) found.add(source);
  return found;
}

/** The values of all leaves, by name. */
export const leafValues = (graph: GraphDocument): Record<string, LeafValue> =>
  Object.fromEntries(
    graph.nodes.flatMap((node) =>
      isLeaf(node) && !isConstant(node) ? [[node.id, node.value!]] : [],
    ),
  );

/** All of the document that its drawing depends on but for the numbers: those of leaves, and the seed. Its title isn't drawn. */
export function structureOf(graph: GraphDocument): string {
  const known = structures.get(graph);
  if (known !== undefined) return known;
  const structure = JSON.stringify(
    { ...graph, upstream: undefined, title: undefined },
    (key, value: unknown) =>
      key === "value" ? JSON.stringify(shapeHint(value as LeafValue | null)) : value,
  );
  structures.set(graph, structure);
  return structure;
}

/** Documents don't change, and one is compared many times while a slider moves. */
const structures = new WeakMap<GraphDocument, string>();

const shapeHint = (value: LeafValue | null | undefined): unknown => {
  if (isPacked(value)) return value.shape;
  return Array.isArray(value) ? [value.length, shapeHint(value[0])] : 0;
};

/** The nodes that the seed can come from: used by no other. */
function outputsOf(graph: GraphDocument): string[] {
  const used = new Set(graph.nodes.flatMap((node) => node.inputs ?? []));
  return graph.nodes.filter((node) => !used.has(node.id)).map((node) => node.id);
}

/** The node that gradients are taken of; undefined where that isn't settled. */
export function outputOf(graph: GraphDocument): string | undefined {
  if (graph.output) return graph.output;
  const candidates = outputsOf(graph);
  return candidates.length === 1 ? candidates[0] : undefined;
}

/** Nodes, the sources of each before it; those in a cycle come last, as they are. */
export function inOrder(graph: GraphDocument): GraphNode[] {
  const nodes = new Map(graph.nodes.map((node) => [node.id, node]));
  const open = new Map<string, number>();
  const users = new Map<string, string[]>();
  for (const { id, inputs } of graph.nodes) {
    const known = (inputs ?? []).filter((source) => nodes.has(source));
    open.set(id, known.length);
    for (const source of known) {
      const others = users.get(source);
      if (others) others.push(id);
      else users.set(source, [id]);
    }
  }
  const order = graph.nodes.filter(({ id }) => open.get(id) === 0);
  for (const { id } of order) {
    for (const user of users.get(id) ?? []) {
      const left = open.get(user)! - 1;
      open.set(user, left);
      if (left === 0) order.push(nodes.get(user)!);
    }
  }
  const done = new Set(order.map(({ id }) => id));
  return [...order, ...graph.nodes.filter(({ id }) => !done.has(id))];
}

/** All of a document that its numbers depend on; tensors by their short names, since they can be large. */
export const computationOf = (graph: GraphDocument): string =>
  JSON.stringify([
    graph.nodes.map(({ id, op, inputs, value, params }) => [
      id,
      op,
      inputs,
      shortly(value),
      params,
    ]),
    graph.output,
    graph.upstream,
  ]);

/** Whether two documents say the same. */
export const equal = (one: GraphDocument, other: GraphDocument): boolean =>
  one === other || allOf(one) === allOf(other);

const allOf = (graph: GraphDocument): string =>
  JSON.stringify({
    ...graph,
    nodes: graph.nodes.map((node) => ({ ...node, value: shortly(node.value) })),
  });

const shortly = (value: GraphNode["value"]): unknown =>
  typeof value === "object" && value !== null ? digestOf(value) : value;
