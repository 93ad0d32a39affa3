/** Gradients that somebody has worked out, as they were typed: by node, and by edge for what a layer of theirs sent back. */
import { signal } from "@preact/signals-core";
import type { Evaluation, GraphDocument, Tensor } from "../api/client.js";
import type { Verification } from "../api/practice.js";
import { edgeId, findNode, inOrder, slotOf } from "./document.js";
import type { Blank, MarkSet } from "./look.js";
import { readTensor } from "./numbers.js";

export type Typed = ReadonlyMap<string, string>;

/** A node's id, or an edge's (`target:slot`), which no node's can be. */
export const isEdge = (key: string): boolean => key.includes(":");

/** The nodes whose gradients there are to work out: from the output back to the leaves. */
export const asked = (graph: GraphDocument, { output, nodes }: Evaluation): string[] =>
  inOrder(graph)
    .map(({ id }) => id)
    .filter((id) => id !== output && nodes[id] !== undefined && nodes[id].gradient !== null)
    .reverse();

/** The layers that somebody may have written: nodes that send something back. */
export const layers = (graph: GraphDocument, evaluation: Evaluation): string[] => {
  const senders = new Set(
    evaluation.edges.flatMap(({ target, gradient }) => (gradient === null ? [] : [target])),
  );
  return inOrder(graph)
    .map(({ id }) => id)
    .filter((id) => senders.has(id))
    .reverse();
};

export interface Claimed {
  readonly nodes: Readonly<Record<string, Tensor>>;
  readonly edges: Readonly<Record<string, Tensor>>;
  /** Why a text can't be read. */
  readonly faults: ReadonlyMap<string, string>;
  /** How many can be judged. */
  readonly count: number;
}

/** What is typed, as far as it can be read and is about something in the graph. */
export function claimsOf(typed: Typed, graph: GraphDocument): Claimed {
  const nodes: Record<string, Tensor> = {};
  const edges: Record<string, Tensor> = {};
  const faults = new Map<string, string>();
  for (const [key, text] of typed) {
    if (text.trim() === "" || !isThere(key, graph)) continue;
    const read = readTensor(text);
    if ("fault" in read) faults.set(key, read.fault);
    else (isEdge(key) ? edges : nodes)[key] = read.tensor;
  }
  return { nodes, edges, faults, count: Object.keys(nodes).length + Object.keys(edges).length };
}

function isThere(key: string, graph: GraphDocument): boolean {
  if (!isEdge(key)) return findNode(graph, key) !== undefined;
  const { target, slot } = slotOf(key);
  return slot < (findNode(graph, target)?.inputs ?? []).length;
}

export type Mark = "right" | "wrong" | "follows";

/** How one claim is marked; undefined where it can't be judged. */
export const markOf = (judged: Verification["judged"][string] | undefined): Mark | undefined => {
  if (judged?.verdict === "right") return "right";
  if (judged?.verdict === "shape") return "wrong";
  if (judged?.verdict === "wrong") return judged.follows ? "follows" : "wrong";
  return undefined;
};

/** The judgement as it is shown in the drawing; the first wrong node stands out. */
export function marksOf(verification: Verification): MarkSet {
  const named = (judged: Verification["judged"], first: string | null): Map<string, string> =>
    new Map(
      Object.entries(judged).flatMap(([id, claim]) => {
        const mark = markOf(claim);
        return mark ? [[id, id === first ? `${mark} first` : mark] as const] : [];
      }),
    );
  const { judged, judged_edges, first_wrong, first_wrong_edge } = verification;
  return {
    nodes: named(judged, first_wrong_edge === null ? first_wrong : null),
    edges: named(judged_edges, first_wrong_edge),
  };
}

/** Every gradient but the seed, which is given. */
export const gradientBlanks = ({ output, nodes, edges }: Evaluation): Blank[] => [
  ...Object.entries(nodes).flatMap(([node, { gradient }]): Blank[] =>
    node === output || gradient === null ? [] : [{ kind: "gradient", node }],
  ),
  ...edges.flatMap(({ target, input, gradient }): Blank[] =>
    gradient === null ? [] : [{ kind: "gradient", edge: edgeId(target, input) }],
  ),
];

/** What is typed, and the values of the graph for which it was. */
export class Work {
  readonly typed = signal<Typed>(new Map());
  readonly basis = signal<string | undefined>(undefined);

  /** `computation`: the graph's as it is now. The first number that is typed says what all are for. */
  type(key: string, text: string, computation: string): void {
    const typed = new Map(this.typed.peek());
    if (text.trim() === "") typed.delete(key);
    else typed.set(key, text);
    if (typed.size === 0) this.basis.value = undefined;
    else this.basis.value ??= computation;
    this.typed.value = typed;
  }

  clear(): void {
    this.typed.value = new Map();
    this.basis.value = undefined;
  }

  /** Whether what is typed was worked out for other values, or another graph. */
  isForOthers(computation: string): boolean {
    return this.basis.value !== undefined && this.basis.value !== computation;
  }
}
