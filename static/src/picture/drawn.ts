/** A graph laid out with its numbers, without a page: what every picture is made from. */
import type { Evaluation, GraphDocument } from "../api/client.js";
import { numbersOf, type SceneNumbers } from "../canvas/numbers.js";
import { buildScene, type Scene } from "../canvas/scene.js";
import { layout } from "../layout/layout.js";
import type { LayoutResult } from "../layout/types.js";
import type { Signs } from "../model/edit.js";
import type { Convention } from "../model/look.js";

/** What a picture is asked for, as JSON. */
export interface Request {
  readonly graph: GraphDocument;
  /** What `/api/evaluate` answers for it; with its trace where local derivatives are drawn. */
  readonly evaluation: Evaluation;
  readonly ops: Readonly<Record<string, Sign>>;
  readonly convention: Convention;
}

type Sign = NonNullable<ReturnType<Signs["get"]>>;

export interface Drawn {
  /** The document, with texts that a picture can hold. */
  readonly graph: GraphDocument;
  readonly scene: Scene;
  readonly layout: LayoutResult;
  readonly numbers: SceneNumbers;
}

export function drawn({ graph, evaluation, ops, convention }: Request): Drawn {
  const plain = withPlainTexts(graph);
  const numbers = numbersOf(evaluation, {}, plain);
  const scene = buildScene(plain, new Map(Object.entries(ops)), numbers, convention);
  return { graph: plain, scene, layout: layout(scene.layoutInput), numbers };
}

/** What no line of text can hold, or what turns the text around it. */
const UNFIT =
  /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\ufffe\uffff]/gu;

const plainText = (text: string): string => text.replace(UNFIT, " ").replace(/\s+/g, " ").trim();

function withPlainTexts(graph: GraphDocument): GraphDocument {
  return {
    ...graph,
    title: plainText(graph.title ?? ""),
    nodes: graph.nodes.map((node) => ({ ...node, label: plainText(node.label ?? "") })),
    groups: (graph.groups ?? []).map((group) => ({
      ...group,
      label: plainText(group.label ?? ""),
    })),
  };
}
