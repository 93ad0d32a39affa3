/** A digit that is drawn by hand: the brush, the graph that reads it, and what its answer rests on. */
import type { Evaluation, GraphDocument, LeafValue, Tensor } from "../api/client.js";
import { findNode, upTo, withValue } from "./document.js";
import { reaches, type Ops } from "./edit.js";
import { formatNumber } from "./numbers.js";
import { shaped } from "./packed.js";
import { elementsOf, sizeOf } from "./tensors.js";
import { dataLeaves, labelsOf, leafShape, scoresOf } from "./trainSettings.js";

export const SIDE = 8;
const PIXELS = SIDE * SIDE;

/** Row by row, from 0 for paper to 1 for ink. */
export type Pixels = readonly number[];

export const BLANK: Pixels = new Array<number>(PIXELS).fill(0);

/** A leaf that holds a picture of a digit, and the node of the scores that follow from it. */
export interface Reader {
  readonly leaf: string;
  readonly scores: string;
}

/** The leaf in which a digit can be drawn; undefined where the graph reads none. */
export function readerOf(
  graph: GraphDocument,
  ops: Ops,
  output: string | undefined,
): Reader | undefined {
  const scores = scoresOf(graph, ops, output);
  if (scores === undefined) return undefined;
  const labels = labelsOf(graph, ops);
  const leaf = dataLeaves(graph).find(
    ({ id, value }) =>
      sizeOf(leafShape(value!)) === PIXELS && !labels.has(id) && reaches(graph, id, scores),
  );
  return leaf && { leaf: leaf.id, scores };
}

/** What a leaf holds, as pixels. */
export const pixelsOf = (value: Tensor): Pixels => elementsOf(value) ?? BLANK;

/** Pixels as a leaf's value, in the shape of the one that it has. */
export const valueOf = (pixels: Pixels, like: LeafValue): Tensor =>
  shaped([...pixels], leafShape(like));

/** The part of a graph that leads to the scores, with a digit in its leaf; gradients are taken of one class's score where it is given. */
export function reading(
  graph: GraphDocument,
  { leaf, scores }: Reader,
  pixels: Pixels,
  upstream?: Tensor,
): GraphDocument {
  const needed = upTo(graph, scores);
  const drawn = withValue(graph, leaf, valueOf(pixels, findNode(graph, leaf)!.value!));
  return {
    nodes: drawn.nodes.filter(({ id }) => needed.has(id)),
    output: scores,
    ...(upstream === undefined ? {} : { upstream }),
  };
}

/** What a graph makes of a digit. */
export interface Reading {
  readonly probabilities: readonly number[];
  readonly winner: number;
  /** The gradient of the winner's score with respect to each pixel; undefined where nothing flows back. */
  readonly saliency: readonly number[] | undefined;
}

type Evaluate = (graph: GraphDocument) => Promise<Evaluation>;

/** Forward for the scores, then back from the largest one. Undefined where there are no finite scores of one sample. */
export async function read(
  graph: GraphDocument,
  reader: Reader,
  pixels: Pixels,
  evaluate: Evaluate,
): Promise<Reading | undefined> {
  const forward = (await evaluate(reading(graph, reader, pixels))).nodes[reader.scores]!;
  const scores = elementsOf(forward.value);
  if (!scores?.every(Number.isFinite) || scores.length !== forward.shape.at(-1)) return undefined;
  const winner = scores.indexOf(Math.max(...scores));
  const upstream = shaped(
    scores.map((_, at) => (at === winner ? 1 : 0)),
    forward.shape,
  );
  const back = (await evaluate(reading(graph, reader, pixels, upstream))).nodes[reader.leaf]!;
  const saliency = back.gradient === null ? undefined : elementsOf(back.gradient);
  return { probabilities: softmaxOf(scores), winner, saliency };
}

/** Scores as probabilities. */
export function softmaxOf(scores: readonly number[]): number[] {
  const most = Math.max(...scores);
  const weights = scores.map((score) => Math.exp(score - most));
  const sum = weights.reduce((a, b) => a + b, 0);
  return weights.map((weight) => weight / sum);
}

/** A place on the paper, in pixels from its top left corner. */
export interface Spot {
  readonly x: number;
  readonly y: number;
}

/** How dark the brush is at a distance from its middle, in pixels. */
const ink = (distance: number): number => Math.max(0, Math.min(1, 1.35 - distance));

/** A touch of the brush, or of the eraser. */
export const touched = (pixels: Pixels, { x, y }: Spot, erase: boolean): Pixels =>
  pixels.map((pixel, at) => {
    const distance = Math.hypot((at % SIDE) + 0.5 - x, Math.floor(at / SIDE) + 0.5 - y);
    return erase ? Math.min(pixel, 1 - ink(distance)) : Math.max(pixel, ink(distance));
  });

/** A stroke from one place to another, without gaps. */
export function stroked(pixels: Pixels, from: Spot, to: Spot, erase: boolean): Pixels {
  const touches = Math.max(1, Math.ceil(4 * Math.hypot(to.x - from.x, to.y - from.y)));
  let drawn = pixels;
  for (let n = 1; n <= touches; n++) {
    const part = n / touches;
    const spot = { x: from.x + part * (to.x - from.x), y: from.y + part * (to.y - from.y) };
    drawn = touched(drawn, spot, erase);
  }
  return drawn;
}

/** What the saliency says, in words. */
export function saliencySentence(saliency: readonly number[], name: string): string {
  const [least, most] = [Math.min(...saliency), Math.max(...saliency)];
  if (least === 0 && most === 0)
    return `No pixel moves the score of ${name} here: the way back is shut.`;
  const side = (colour: string, way: string, extreme: number): string =>
    `Where it is ${colour}, more ink would ${way} the score of ${name}, most of all at ${placeOf(saliency.indexOf(extreme))}.`;
  return [
    most > 0 ? side("orange", "raise", most) : "",
    least < 0 ? side("blue", "lower", least) : "",
    `The gradients go from ${formatNumber(least)} to ${formatNumber(most)}.`,
  ]
    .filter((part) => part !== "")
    .join(" ");
}

const placeOf = (at: number): string =>
  `row ${Math.floor(at / SIDE) + 1}, column ${(at % SIDE) + 1}`;
