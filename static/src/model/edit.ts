/**
 * Changes to a graph document, each a function from one document to the next. An unfinished graph is a normal state: a slot that
 * nothing leads into holds HOLE.
 */
import { produce } from "immer";
import type { GraphDocument, GraphNode, Op, Tensor } from "../api/client.js";
import { findNode, isConstant, isLeaf } from "./document.js";

export const HOLE = "";

export type Ops = ReadonlyMap<string, Op>;

/** What of the ops a drawing shows. */
export type Signs = ReadonlyMap<string, Pick<Op, "symbol" | "inputs" | "decomposes">>;

export interface Place {
  readonly x: number;
  readonly y: number;
}

/** A node's input slot. */
export interface Slot {
  readonly target: string;
  readonly slot: number;
}

const MAX_ID = 64;

/** A name like `base` that no node has. */
export function freshId(taken: ReadonlySet<string>, base: string): string {
  const plain =
    base
      .replaceAll(/\W+/g, "_")
      .replace(/^(?=\d)/, "_")
      .slice(0, MAX_ID - 8) || "node";
  if (!taken.has(plain)) return plain;
  for (let n = 2; ; n++) if (!taken.has(`${plain}_${n}`)) return `${plain}_${n}`;
}

const ids = (graph: GraphDocument): Set<string> => new Set(graph.nodes.map(({ id }) => id));

/** Names for leaves, in the order in which people take them. */
const LEAF_NAMES = ["x", "y", "z", "a", "b", "d", "p", "q", "u", "v"];

export const isLeafOp = (op: Op): boolean => op.category === "leaves";

/** How many slots a node has: those of its op, and one to spare where the op takes any number. */
export function slotCount(node: GraphNode, ops: Signs): number {
  const op = ops.get(node.op);
  const given = node.inputs?.length ?? 0;
  if (!op) return given;
  if (!op.inputs.variadic) return op.inputs.names.length;
  return Math.max(
    op.inputs.names.length,
    (node.inputs ?? []).filter((source) => source !== HOLE).length + 1,
  );
}

/** What leads into each slot, HOLE where nothing does. A variadic op's spare slot is not among them. */
export function slotsOf(node: GraphNode, ops: Signs): string[] {
  const op = ops.get(node.op);
  const inputs = node.inputs ?? [];
  if (!op) return [...inputs];
  const count = Math.max(op.inputs.names.length, inputs.length);
  return Array.from({ length: count }, (_, slot) => inputs[slot] ?? HOLE);
}

/** The empty slots of all nodes. */
export function holes(graph: GraphDocument, ops: Ops): Slot[] {
  const known = ids(graph);
  return graph.nodes.flatMap((node) =>
    slotsOf(node, ops).flatMap((source, slot) =>
      known.has(source) ? [] : [{ target: node.id, slot }],
    ),
  );
}

export interface Added {
  readonly graph: GraphDocument;
  readonly id: string;
}

/** A new node of an op, with `source` in its first slot where one is given. */
export function addNode(
  graph: GraphDocument,
  op: Op,
  more: {
    readonly source?: string | undefined;
    readonly position?: Place | undefined;
    readonly value?: Tensor;
  } = {},
): Added {
  const taken = ids(graph);
  const base = !isLeafOp(op)
    ? op.name
    : op.name === "input"
      ? (LEAF_NAMES.find((name) => !taken.has(name)) ?? "x")
      : op.symbol;
  const id = freshId(taken, base);
  const node: GraphNode = { id, op: op.name };
  if (isLeafOp(op)) node.value = more.value ?? 1;
  else
    node.inputs = op.inputs.names.map((_, slot) =>
      slot === 0 && more.source !== undefined ? more.source : HOLE,
    );
  if (more.position) node.position = [more.position.x, more.position.y];
  return { graph: produce(graph, (draft) => void draft.nodes.push(node)), id };
}

/** Whether there is a way along the edges from one node to another, or they are the same. */
export function reaches(graph: GraphDocument, from: string, to: string): boolean {
  const users = new Map<string, string[]>();
  for (const { id, inputs } of graph.nodes)
    for (const source of inputs ?? []) {
      const others = users.get(source);
      if (others) others.push(id);
      else users.set(source, [id]);
    }
  const seen = new Set([from]);
  for (const id of seen) for (const user of users.get(id) ?? []) seen.add(user);
  return seen.has(to);
}

/** Leads `source` into a slot, in the place of what led there before. Undefined where that would close a cycle. */
export function connect(
  graph: GraphDocument,
  source: string,
  { target, slot }: Slot,
  ops: Ops,
): GraphDocument | undefined {
  const node = findNode(graph, target);
  if (!node || isLeaf(node) || reaches(graph, target, source)) return undefined;
  return produce(graph, (draft) => {
    const changed = draft.nodes.find(({ id }) => id === target)!;
    const slots = slotsOf(node, ops);
    while (slots.length <= slot) slots.push(HOLE);
    slots[slot] = source;
    changed.inputs = slots;
  });
}

/** The slot for an edge that was dropped on a node: the first empty one, else `undefined`. */
export function freeSlot(node: GraphNode, ops: Ops): number | undefined {
  const slots = slotsOf(node, ops);
  const hole = slots.indexOf(HOLE);
  if (hole >= 0) return hole;
  return slots.length < slotCount(node, ops) ? slots.length : undefined;
}

/** The slots that `source` can lead into without closing a cycle, the empty ones first, with what leads there now. */
export function openSlots(
  graph: GraphDocument,
  source: string,
  ops: Ops,
): (Slot & { readonly taken: string | undefined })[] {
  const known = ids(graph);
  const slots = graph.nodes
    .filter((node) => !isLeaf(node) && !reaches(graph, node.id, source))
    .flatMap((node) => {
      const sources = slotsOf(node, ops);
      return Array.from({ length: slotCount(node, ops) }, (_, slot) => {
        const taken = sources[slot];
        const there = taken !== undefined && known.has(taken);
        return { target: node.id, slot, taken: there ? taken : undefined };
      });
    })
    .filter(({ taken }) => taken !== source);
  const empty = slots.filter(({ taken }) => taken === undefined);
  return [...empty, ...slots.filter(({ taken }) => taken !== undefined)];
}

/** Takes an edge away; its slot stays, empty, but for a variadic op's. */
export const disconnect = (graph: GraphDocument, { target, slot }: Slot, ops: Ops): GraphDocument =>
  produce(graph, (draft) => {
    const node = draft.nodes.find(({ id }) => id === target);
    if (!node?.inputs) return;
    if (ops.get(node.op)?.inputs.variadic) node.inputs.splice(slot, 1);
    else node.inputs[slot] = HOLE;
  });

/**
 * Takes nodes away. Where `reconnect` is asked for, what led into the first slot of a node that goes leads on to that node's
 * uses; else their slots stay, empty, but for a variadic op's.
 */
export function remove(
  graph: GraphDocument,
  gone: ReadonlySet<string>,
  reconnect: boolean,
  ops: Ops,
): GraphDocument {
  const next = (source: string): string => {
    const seen = new Set<string>();
    let at = source;
    while (gone.has(at) && !seen.has(at)) {
      seen.add(at);
      at = (reconnect ? findNode(graph, at)?.inputs?.[0] : undefined) ?? HOLE;
    }
    return gone.has(at) ? HOLE : at;
  };
  return produce(graph, (draft) => {
    draft.nodes = draft.nodes.filter(({ id }) => !gone.has(id));
    for (const node of draft.nodes) {
      if (!node.inputs?.some((source) => gone.has(source))) continue;
      const inputs = node.inputs.map(next);
      const closes = ops.get(node.op)?.inputs.variadic;
      node.inputs = closes ? inputs.filter((source) => source !== HOLE) : inputs;
    }
    for (const group of draft.groups ?? []) group.nodes = group.nodes.filter((id) => !gone.has(id));
    if (draft.groups) draft.groups = draft.groups.filter(({ nodes }) => nodes.length > 0);
    if (draft.output && gone.has(draft.output)) delete draft.output;
  });
}

/** Puts a new node of an op between an edge's source and its target. */
export function insertOn(graph: GraphDocument, edge: Slot, op: Op, ops: Ops): Added | undefined {
  const source = findNode(graph, edge.target)?.inputs?.[edge.slot];
  if (!source || isLeafOp(op) || op.inputs.names.length === 0) return undefined;
  const added = addNode(graph, op, { source });
  const joined = connect(added.graph, added.id, edge, ops);
  return joined && { graph: withinGroups(joined, added.id, [source, edge.target]), id: added.id };
}

/** Puts a node into every group that all of these are in. */
const withinGroups = (graph: GraphDocument, id: string, ends: readonly string[]): GraphDocument =>
  produce(graph, (draft) => {
    for (const { nodes } of draft.groups ?? [])
      if (ends.every((end) => nodes.includes(end))) nodes.push(id);
  });

/** Makes a node one of another op, which keeps as many of its inputs as that op has slots. */
export const replaceOp = (graph: GraphDocument, id: string, op: Op): GraphDocument =>
  produce(graph, (draft) => {
    const node = draft.nodes.find((candidate) => candidate.id === id);
    if (!node || node.op === op.name) return;
    node.op = op.name;
    delete node.params;
    if (isLeafOp(op)) {
      node.value ??= 1;
      delete node.inputs;
      return;
    }
    delete node.value;
    const before = (node.inputs ?? []).filter((source) => source !== HOLE);
    node.inputs = op.inputs.variadic
      ? before
      : op.inputs.names.map((_, slot) => node.inputs?.[slot] ?? HOLE);
  });

/** Exchanges what leads into the first two slots. */
export const swapInputs = (graph: GraphDocument, id: string): GraphDocument =>
  produce(graph, (draft) => {
    const node = draft.nodes.find((candidate) => candidate.id === id);
    const [first, second, ...rest] = node?.inputs ?? [];
    if (node && first !== undefined && second !== undefined) node.inputs = [second, first, ...rest];
  });

/** Gives a node another label; an empty one leaves its id as its name. */
export const rename = (graph: GraphDocument, id: string, label: string): GraphDocument =>
  produce(graph, (draft) => {
    const node = draft.nodes.find((candidate) => candidate.id === id);
    const plain = label.trim().slice(0, 200);
    if (!node) return;
    if (plain === "" || plain === id) delete node.label;
    else node.label = plain;
  });

export type Setting = NonNullable<GraphNode["params"]>[string];

/** Sets one of an op's settings; undefined goes back to its default. */
export const setParam = (
  graph: GraphDocument,
  id: string,
  name: string,
  value: Setting | undefined,
): GraphDocument =>
  produce(graph, (draft) => {
    const node = draft.nodes.find((candidate) => candidate.id === id);
    if (!node) return;
    const others = Object.entries(node.params ?? {}).filter(([key]) => key !== name);
    const params = Object.fromEntries(value === undefined ? others : [...others, [name, value]]);
    if (Object.keys(params).length > 0) node.params = params;
    else delete node.params;
  });

export const setOutput = (graph: GraphDocument, id: string | undefined): GraphDocument =>
  produce(graph, (draft) => {
    if (id === undefined) delete draft.output;
    else draft.output = id;
  });

/** Sets the gradient that is handed to the output; undefined goes back to ones. */
export const setUpstream = (graph: GraphDocument, upstream: Tensor | undefined): GraphDocument => {
  if (upstream !== undefined) return { ...graph, upstream };
  const { upstream: gone, ...rest } = graph;
  return gone === undefined ? graph : rest;
};

export const setTitle = (graph: GraphDocument, title: string): GraphDocument => ({
  ...graph,
  title: title.trim().slice(0, 200),
});

/** Puts nodes where a person has dragged them. */
export const moveTo = (graph: GraphDocument, places: ReadonlyMap<string, Place>): GraphDocument =>
  produce(graph, (draft) => {
    for (const node of draft.nodes) {
      const place = places.get(node.id);
      if (place) node.position = [Math.round(place.x), Math.round(place.y)];
    }
  });

/** Leaves all places to the program again. */
export const tidy = (graph: GraphDocument): GraphDocument =>
  produce(graph, (draft) => {
    for (const node of draft.nodes) delete node.position;
  });

/** The chosen nodes and the groups that hold nothing else, as a document of their own. */
export function cut(graph: GraphDocument, chosen: ReadonlySet<string>): GraphDocument {
  const nodes = graph.nodes.filter(({ id }) => chosen.has(id));
  const groups = (graph.groups ?? []).filter((group) => group.nodes.every((id) => chosen.has(id)));
  return { format: "backarrow/1", nodes, ...(groups.length > 0 ? { groups } : {}) };
}

export interface Pasted {
  readonly graph: GraphDocument;
  readonly added: readonly string[];
  /** What a node of the piece is called now. */
  readonly named: (id: string) => string;
}

/** Adds a copy of another document's nodes under fresh names. An edge from outside of it is kept where its source is in `graph`. */
export function paste(
  graph: GraphDocument,
  piece: GraphDocument,
  by: Place = { x: 0, y: 0 },
): Pasted {
  const taken = ids(graph);
  const names = new Map<string, string>();
  for (const { id } of piece.nodes) {
    const name = freshId(taken, id);
    taken.add(name);
    names.set(id, name);
  }
  const known = ids(graph);
  const nodes = piece.nodes.map((node) => {
    const copy: GraphNode = { ...node, id: names.get(node.id)! };
    if (node.inputs)
      copy.inputs = node.inputs.map(
        (source) => names.get(source) ?? (known.has(source) ? source : HOLE),
      );
    if (node.position) copy.position = [node.position[0] + by.x, node.position[1] + by.y];
    return copy;
  });
  const groupIds = new Set((graph.groups ?? []).map(({ id }) => id));
  const groups = (piece.groups ?? []).map((group) => {
    const id = freshId(groupIds, group.id);
    groupIds.add(id);
    return { ...group, id, nodes: group.nodes.flatMap((node) => names.get(node) ?? []) };
  });
  return {
    graph: produce(graph, (draft) => {
      draft.nodes.push(...nodes);
      if (groups.length > 0) draft.groups = [...(draft.groups ?? []), ...groups];
    }),
    added: [...names.values()],
    named: (id) => names.get(id) ?? id,
  };
}

/** Adds a formula's graph. A name that it leaves free and that is here already is the node here. */
export function merge(graph: GraphDocument, other: GraphDocument): Pasted {
  const here = new Map(graph.nodes.map((node) => [node.id, node]));
  const shared = new Set(
    other.nodes
      .filter((node) => isLeaf(node) && !isConstant(node) && here.has(node.id))
      .map(({ id }) => id),
  );
  return paste(graph, { ...other, nodes: other.nodes.filter(({ id }) => !shared.has(id)) });
}

/** Draws a box around nodes. */
export function group(graph: GraphDocument, nodes: readonly string[], label: string): Added {
  const id = freshId(new Set((graph.groups ?? []).map((other) => other.id)), label || "group");
  const made = { id, label, nodes: [...nodes], collapsed: false };
  return { graph: { ...graph, groups: [...(graph.groups ?? []), made] }, id };
}

/** Takes a box away and leaves what was in it. */
export const ungroup = (graph: GraphDocument, id: string): GraphDocument => ({
  ...graph,
  groups: (graph.groups ?? []).filter((other) => other.id !== id),
});

export const renameGroup = (graph: GraphDocument, id: string, label: string): GraphDocument =>
  produce(graph, (draft) => {
    const named = draft.groups?.find((other) => other.id === id);
    if (named) named.label = label.trim().slice(0, 200);
  });

/**
 * The part of a graph that can be evaluated: nodes with all their slots filled, back to the leaves, but for `faulty` ones and what
 * depends on them; and the node that gradients are then taken of. The seed goes along where that is the output of the whole, given
 * what was the output `before`.
 */
export function evaluable(
  graph: GraphDocument,
  ops: Ops,
  faulty: ReadonlySet<string> = new Set(),
  before?: string,
): GraphDocument {
  const nodes = new Map(graph.nodes.map((node) => [node.id, node]));
  const users = new Map<string, string[]>();
  const open = new Map<string, number>();
  const ready: string[] = [];
  for (const node of graph.nodes) {
    const slots = slotsOf(node, ops);
    for (const source of slots) {
      const others = users.get(source);
      if (others) others.push(node.id);
      else users.set(source, [node.id]);
    }
    open.set(node.id, slots.length);
    if (slots.length === 0) ready.push(node.id);
  }
  const whole = new Set<string>();
  for (const id of ready) {
    const node = nodes.get(id)!;
    if (faulty.has(id) || (slotsOf(node, ops).length === 0 && !isLeaf(node))) continue;
    whole.add(id);
    for (const user of users.get(id) ?? []) {
      const left = open.get(user)! - 1;
      open.set(user, left);
      if (left === 0) ready.push(user);
    }
  }
  if (whole.size === graph.nodes.length) return graph;
  const { output, ...rest } = graph;
  const part: GraphDocument = {
    ...rest,
    nodes: graph.nodes.filter(({ id }) => whole.has(id)),
    groups: (graph.groups ?? [])
      .map((other) => ({ ...other, nodes: other.nodes.filter((id) => whole.has(id)) }))
      .filter((other) => other.nodes.length > 0),
    ...(output && whole.has(output) ? { output } : {}),
  };
  if (part.upstream === undefined || part.upstream === null) return part;
  const kept = likelyOutput(part, before) === likelyOutput(graph, before);
  return kept ? part : setUpstream(part, undefined);
}

/**
 * The output that is chosen; else, of the nodes that nothing uses, the one that was the output before or that this leads to, so that
 * a new branch doesn't take the gradients away; else the last of them, an op before a leaf.
 */
export function likelyOutput(graph: GraphDocument, before?: string): string | undefined {
  if (graph.output && findNode(graph, graph.output)) return graph.output;
  const used = new Set(graph.nodes.flatMap((node) => node.inputs ?? []));
  const free = graph.nodes.filter(({ id }) => !used.has(id));
  const followed =
    before !== undefined && findNode(graph, before)
      ? free.findLast((node) => !isLeaf(node) && reaches(graph, before, node.id))
      : undefined;
  return (followed ?? free.findLast((node) => !isLeaf(node)) ?? free.at(-1))?.id;
}
