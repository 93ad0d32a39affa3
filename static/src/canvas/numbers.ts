/** The numbers to write into a drawing, and how thick they make its arrows. */
import type { Evaluation, GraphDocument, WireTensor } from "../api/client.js";
import { edgeId } from "../model/document.js";
import { blankKey, type Hidden } from "../model/look.js";
import { isSummary } from "../model/numbers.js";
import { unpacked } from "../model/packed.js";
import { groupNode } from "../model/session.js";
import { leafImage } from "../model/sheets.js";

/** The numbers of an edge, or of a node. Undefined: not computed yet. */
export interface Numbers {
  readonly value: WireTensor | null | undefined;
  readonly gradient: WireTensor | null | undefined;
  /** A leaf's value as the document has it, where the server sent a summary. */
  readonly whole?: WireTensor | undefined;
  /** An edge's local derivative, where the op is elementwise. */
  readonly local?: WireTensor | null | undefined;
  /** Which of them are for the reader to find. */
  readonly asked?: { readonly value: boolean; readonly gradient: boolean };
}

export const NO_NUMBERS: Numbers = { value: undefined, gradient: undefined };

const NOT_ASKED = { value: false, gradient: false };

export interface SceneNumbers {
  /** The node that gradients are taken of. */
  readonly output: string | undefined;
  readonly nodes: ReadonlyMap<string, Numbers>;
  readonly edges: ReadonlyMap<string, Numbers>;
}

/** What of an evaluation is kept back. */
export interface KeptBack {
  readonly hidden?: Hidden | undefined;
  /** Keys of the numbers that the reader is to find. */
  readonly blanks?: ReadonlySet<string>;
}

/** `graph`: also its edges that lead into what can't be computed yet carry the values of their sources. */
export function numbersOf(
  evaluation: Evaluation | undefined,
  { hidden, blanks = new Set() }: KeptBack = {},
  graph?: GraphDocument,
): SceneNumbers {
  if (!evaluation) return { output: undefined, nodes: new Map(), edges: new Map() };
  const uses = new Map<string, number>();
  for (const { source } of evaluation.edges) uses.set(source, (uses.get(source) ?? 0) + 1);
  const asks = (kind: "value" | "gradient", id: string): boolean =>
    blanks.size > 0 && blanks.has(blankKey({ kind, node: id }));
  const asking = (value: boolean, gradient: boolean): NonNullable<Numbers["asked"]> =>
    value || gradient ? { value, gradient } : NOT_ASKED;
  const locals = new Map<string, WireTensor | null>();
  for (const step of evaluation.trace ?? [])
    if (step.phase === "backward") locals.set(edgeId(step.node, step.input), step.local);
  const byNode = new Map<string, Numbers>();
  for (const [id, { value, gradient }] of Object.entries(evaluation.nodes)) {
    const asked = asking(asks("value", id), asks("gradient", id));
    byNode.set(id, {
      value: asked.value || hidden?.value(id) ? undefined : value,
      gradient: asked.gradient || hidden?.gradient(id) ? undefined : gradient,
      asked,
    });
  }
  const all = new Map<string, Numbers>();
  for (const { source, target, input, value, gradient } of evaluation.edges) {
    const id = edgeId(target, input);
    // Where a node has one use, its gradient is that edge's.
    const shared = uses.get(source) === 1 && asks("gradient", source);
    const asked = asking(asks("value", source), asks("gradient", id) || shared);
    const waits = hidden?.share(id) ?? false;
    all.set(id, {
      value: asked.value || hidden?.value(source) ? undefined : value,
      gradient: asked.gradient || waits ? undefined : gradient,
      // A local derivative gives a share away, or is it.
      local: waits || asked.gradient ? undefined : locals.get(id),
      asked,
    });
  }
  addWhole(graph, evaluation, all);
  for (const { id, inputs } of graph?.nodes ?? [])
    for (const [slot, source] of (inputs ?? []).entries()) {
      const name = edgeId(id, slot);
      const known = byNode.get(source);
      if (known && !all.has(name)) all.set(name, { ...known, gradient: undefined });
    }
  for (const group of graph?.groups ?? []) {
    const result = graph && resultOf(graph, group.nodes, evaluation.output);
    const known = result === undefined ? undefined : byNode.get(result);
    if (known) byNode.set(groupNode(group.id), known);
  }
  return { output: evaluation.output, nodes: byNode, edges: all };
}

/** Gives the edges of leaves that may be images the elements that the document has, where the server's answer has a summary. */
function addWhole(
  graph: GraphDocument | undefined,
  evaluation: Evaluation,
  all: Map<string, Numbers>,
): void {
  const images = new Map(
    (graph?.nodes ?? []).filter(leafImage).map(({ id, value }) => [id, value!]),
  );
  if (images.size === 0) return;
  for (const { source, target, input, value } of evaluation.edges) {
    const leaf = images.get(source);
    const id = edgeId(target, input);
    const known = all.get(id)!;
    if (leaf !== undefined && isSummary(value) && known.value !== undefined)
      all.set(id, { ...known, whole: unpacked(leaf) });
  }
}

/** The one node of a group that is used outside of it, or that is the output; undefined where there are several. */
function resultOf(
  graph: GraphDocument,
  group: readonly string[],
  output: string,
): string | undefined {
  const inside = new Set(group);
  const used = graph.nodes
    .filter(({ id }) => !inside.has(id))
    .flatMap(({ inputs }) => inputs ?? [])
    .filter((source) => inside.has(source));
  const results = new Set(inside.has(output) ? [...used, output] : used);
  return results.size === 1 ? [...results][0] : undefined;
}

/** How many powers of ten lie between the thickest backward arrow and the thinnest. */
export const THICKNESS_DECADES = 4;
const THICKNESS = { least: 1, most: 8 };

/** How thick each edge's backward arrow is for the size of its gradient, on a logarithmic scale; the largest scalar's size. */
export function thicknesses(numbers: SceneNumbers): {
  of: ReadonlyMap<string, number>;
  largest: number;
} {
  const sizes = new Map<string, number>();
  for (const [id, { gradient }] of numbers.edges)
    if (typeof gradient === "number") sizes.set(id, Math.abs(gradient));
  const largest = Math.max(0, ...sizes.values());
  const of = new Map<string, number>();
  for (const [id, size] of sizes) {
    const share = size > 0 ? Math.max(0, 1 + Math.log10(size / largest) / THICKNESS_DECADES) : 0;
    of.set(id, THICKNESS.least + share * (THICKNESS.most - THICKNESS.least));
  }
  return { of, largest };
}
