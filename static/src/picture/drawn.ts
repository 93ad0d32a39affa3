/** A graph laid out with its numbers, without a page: what every picture is made from. */
import type { Evaluation, GraphDocument } from "../api/client.js";
import { numbersOf, type SceneNumbers } from "../canvas/numbers.js";
import { buildScene, type Scene } from "../canvas/scene.js";
import { layout } from "../layout/layout.js";
import type { LayoutResult } from "../layout/types.js";
import type { Signs } from "../model/edit.js";
import { USUAL_MANNER, type Convention, type Manner, type TensorsAs } from "../model/look.js";

/** What a picture is asked for, as JSON. */
export interface Request {
  readonly graph: GraphDocument;
  /** What `/api/evaluate` answers for it; with its trace where local derivatives are drawn. */
  readonly evaluation: Evaluation;
  readonly ops: Readonly<Record<string, Sign>>;
  readonly convention: Convention;
  readonly tensors: TensorsAs;
}

type Sign = NonNullable<ReturnType<Signs["get"]>>;

export interface Drawn {
  readonly graph: GraphDocument;
  readonly scene: Scene;
  readonly layout: LayoutResult;
  readonly numbers: SceneNumbers;
}

export function drawn(
  { graph, evaluation, ops, convention }: Request,
  tensors: Manner["tensors"],
): Drawn {
  const numbers = numbersOf(evaluation, {}, graph);
  const manner = { ...USUAL_MANNER, convention, tensors };
  const scene = buildScene(graph, new Map(Object.entries(ops)), numbers, manner);
  return { graph, scene, layout: layout(scene.layoutInput), numbers };
}
