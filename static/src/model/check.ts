/** What a gradient check says: its leaves in order, its errors on a logarithmic scale, and sentences. */
import type { CheckProgress, GradientCheck, LeafCheck } from "../api/check.js";
import type { GraphDocument, WireNumber, WireTensor } from "../api/client.js";
import { isConstant, isLeaf } from "./document.js";
import { durationText } from "./learning.js";
import { formatNumber, isSummary, shapeOf, toNumber } from "./numbers.js";
import { isPacked } from "./packed.js";
import { elementsOf, indexOf, sizeOf } from "./tensors.js";

export type Verdict = LeafCheck["verdict"];

/** In the order in which they are worth a look. */
export const VERDICTS: Readonly<Record<Verdict, { readonly sign: string; readonly word: string }>> =
  {
    fail: { sign: "✗", word: "differs" },
    "non-finite": { sign: "!", word: "not finite" },
    kink: { sign: "∧", word: "at a kink" },
    pass: { sign: "✓", word: "agrees" },
    "no-gradient": { sign: "–", word: "no gradient" },
  };

/** The left end of every error scale, one rounding of a float64 away; 0 stands there too. */
const LEAST_POWER = -16;
const RANKS = Object.keys(VERDICTS);
/** How many times larger an error may be at ten times the step and still be truncation. */
const LEAP = 2_000;
/** An error that doesn't come down to this isn't the step's. */
const STUCK = 1e-3;

/** The leaves and nodes, failures first, and among equals the largest error first. */
export function ranked({ leaves, nodes }: GradientCheck): [string, LeafCheck][] {
  const error = ({ relative_error }: LeafCheck): number => toNumber(relative_error ?? 0);
  return Object.entries({ ...leaves, ...nodes }).sort(
    ([, a], [, b]) =>
      RANKS.indexOf(a.verdict) - RANKS.indexOf(b.verdict) || error(b) - error(a) || 0,
  );
}

/** Where an error stands between 1e−16 and 1 on a logarithmic scale, from 0 to 1; undefined where it isn't finite. */
export function levelOf(error: WireNumber | null | undefined): number | undefined {
  if (error === null || error === undefined) return undefined;
  const number = toNumber(error);
  if (!Number.isFinite(number)) return undefined;
  if (number <= 0) return 0;
  return Math.min(1, Math.max(0, 1 - Math.log10(number) / LEAST_POWER));
}

/** What came out, in a sentence. */
export function headline(answer: GradientCheck, name: (leaf: string) => string): string {
  const checked = ranked(answer).filter(([, { verdict }]) => verdict !== "no-gradient");
  if (checked.length === 0) return "Nothing flows back to any leaf, so there is nothing to check.";
  const of = (wanted: Verdict): string[] =>
    checked.filter(([, { verdict }]) => verdict === wanted).map(([id]) => name(id));
  const [fail, odd, kink, pass] = (["fail", "non-finite", "kink", "pass"] as const).map(of);
  const all = checked.length;
  if (pass!.length === all)
    return all === 1
      ? "The gradient agrees with the numerical one."
      : `All ${all} ${Object.keys(answer.nodes).length > 0 ? "nodes'" : "leaves'"} gradients agree with the numerical ones.`;
  const parts = [
    fail!.length > 0
      ? `${fail!.length} of ${all} ${fail!.length === 1 ? "differs" : "differ"} (${some(fail!)})`
      : "",
    odd!.length > 0 ? `not finite: ${some(odd!)}` : "",
    kink!.length > 0 ? `at a kink, where no derivative exists: ${some(kink!)}` : "",
    pass!.length > 0 ? `${pass!.length} ${pass!.length === 1 ? "agrees" : "agree"}` : "",
  ];
  const text = parts.filter((part) => part !== "").join("; ");
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

/** Up to so many numbers all are checked at once; of more, first a few directions. */
const AT_ONCE = 2_000;

/** How many numbers the leaves of a graph hold that are given a gradient. */
export const numbersOf = (graph: GraphDocument): number =>
  graph.nodes
    .filter((node) => isLeaf(node) && !isConstant(node))
    .reduce((sum, { value }) => sum + sizeOf(isPacked(value) ? value.shape : shapeOf(value!)), 0);

export const isLarge = (graph: GraphDocument): boolean => numbersOf(graph) > AT_ONCE;

/** What a few directions say, in a sentence. */
export function directionsSentence({ directions, elements }: GradientCheck): string {
  const found = directions ?? [];
  if (found.length === 0) return "Nothing flows back to any leaf, so there is nothing to check.";
  const apart = found.filter(({ verdict }) => verdict === "fail" || verdict === "non-finite");
  const ways = `${found.length} random directions`;
  if (apart.length > 0)
    return `In ${apart.length} of ${ways} the two slopes differ: a gradient is wrong or not finite. Check every element to see which.`;
  const kinks = found.some(({ verdict }) => verdict === "kink");
  const worst = Math.max(...found.map(({ relative_error }) => toNumber(relative_error ?? 0)));
  return (
    `In ${ways}, each moving all ${elements.toLocaleString("en")} numbers at once, the slope agrees with the gradient ` +
    (kinks ? "as far as it can at a kink." : `(relative error at most ${formatNumber(worst)}).`)
  );
}

/** How far a check of every element has come. */
export function progressSentence({ done, size, remaining }: CheckProgress): string {
  const [so, of] = [done, size].map((count) => count.toLocaleString("en"));
  return `${so} of ${of} numbers checked${done < size ? `, ${durationText(remaining)} left` : ""}`;
}

const some = (names: readonly string[]): string =>
  names.slice(0, 4).join(", ") + (names.length > 4 ? ", …" : "");

export function formatSeconds(seconds: number): string {
  if (seconds >= 1) return `${formatNumber(Number(seconds.toPrecision(3)))} s`;
  if (seconds >= 1e-3) return `${formatNumber(Number((seconds * 1e3).toPrecision(3)))} ms`;
  return `${formatNumber(Number((seconds * 1e6).toPrecision(3)))} µs`;
}

/** How long both took, and why the one is slow. */
export function timeSentence({ seconds, elements: numbers }: GradientCheck): string {
  const ratio = seconds.numerical / Math.max(seconds.backprop, Number.MIN_VALUE);
  const times =
    ratio >= 1.5
      ? `about ${formatNumber(Number(ratio.toPrecision(2)))} times as long`
      : "no longer";
  const many = numbers === 1 ? "the one number" : `all ${formatNumber(numbers)} numbers at once`;
  const evaluations =
    numbers === 1
      ? "2 evaluations or more"
      : `2 evaluations or more for each number, at least ${formatNumber(2 * numbers)} in all`;
  return (
    `Backpropagation took ${formatSeconds(seconds.backprop)} for ${many}; the differences took ` +
    `${formatSeconds(seconds.numerical)}, ${times}. Numerical differentiation is simple and slow: it takes ` +
    `${evaluations}, where one pass back gives every gradient.`
  );
}

/** The errors of one leaf at many steps, the smallest step first. */
export interface ErrorCurve {
  readonly steps: readonly number[];
  /** Null where a difference isn't finite. */
  readonly errors: readonly (number | null)[];
  /** Where the error is least; undefined where none is finite. */
  readonly best: number | undefined;
}

export function curveOf({ curve }: GradientCheck, leaf: string): ErrorCurve | undefined {
  const points = (curve ?? [])
    .filter(({ relative_error }) => leaf in relative_error)
    .sort((a, b) => a.epsilon - b.epsilon);
  if (points.length === 0) return undefined;
  const errors = points.map(({ relative_error }) => {
    const error = relative_error[leaf];
    return error === null || error === undefined ? null : finite(toNumber(error));
  });
  const least = Math.min(...errors.map((error) => error ?? Infinity));
  const at = errors.findIndex((error) => error === least);
  return {
    steps: points.map(({ epsilon }) => epsilon),
    errors,
    best: at < 0 ? undefined : at,
  };
}

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);

/** The two arms, which share the best step: rounding at the small steps, truncation at the large ones; or one line that is neither. */
export function armsOf(curve: ErrorCurve): Record<Arm, (number | null)[]> {
  const { errors, best = -1 } = curve;
  const stuck = isStuck(curve);
  return {
    rounding: errors.map((error, i) => (!stuck && i <= best ? error : null)),
    truncation: errors.map((error, i) => (!stuck && i >= best ? error : null)),
    neither: stuck ? [...errors] : errors.map(() => null),
  };
}

export type Arm = "rounding" | "truncation" | "neither";

/** Whether no step brings the error down. */
export const isStuck = ({ errors, best }: ErrorCurve): boolean =>
  best !== undefined && errors[best]! > STUCK;

/** What the curve shows, in a sentence. */
export function curveSentence(curve: ErrorCurve, verdict: Verdict): string {
  const { steps, errors, best } = curve;
  if (best === undefined) return "No difference is finite here, whatever the step.";
  const least = errors[best]!;
  if (isStuck(curve))
    return verdict === "kink"
      ? `The error stays at ${formatNumber(least)} however small the step: at a kink the slopes of the two sides differ, and no step can mend that.`
      : `The error stays above ${formatNumber(least)} at every step: that is neither truncation nor rounding, so the gradient itself differs.`;
  const rises = (error: number | null | undefined): boolean =>
    typeof error === "number" && error > 10 * Math.max(least, 1e-16);
  const cut = rises(errors.at(-1));
  const rounded = rises(errors[0]);
  const here = `It is least at a step of ${formatNumber(steps[best])}`;
  const rounding = `smaller steps lose digits to rounding, for the two values are nearly equal (a tenth of the step, ten times the error)`;
  // Truncation grows by the square of the step; an error that leaps has met something else.
  const leaps = errors.some(
    (error, i) => i > best && (error ?? 0) > LEAP * Math.max(errors[i - 1] ?? 0, 1e-14),
  );
  const larger = leaps
    ? "larger steps reach over a kink or a sharp bend close by"
    : "larger steps cut the curve short (truncation: ten times the step, up to a hundred times the error)";
  if (cut) return `${here}: ${larger}${rounded ? `, ${rounding}` : ""}.`;
  if (rounded)
    return `${here}. A larger step costs nothing here, as with a line or a parabola, which a central difference follows exactly; ${rounding}.`;
  return `The step hardly matters here: the error is at most ${formatNumber(Math.max(...errors.map((error) => error ?? 0)))}.`;
}

/** One element of a heat map. */
export interface Cell {
  readonly index: readonly number[];
  readonly error: number;
  readonly backprop: number | undefined;
  readonly numerical: number | undefined;
  /** From 0 (1e−16 or less) to 1; undefined where the error isn't finite. */
  readonly level: number | undefined;
}

export interface HeatMap {
  readonly rows: readonly (readonly Cell[])[];
  /** Whether this is but the first corner of a large tensor. */
  readonly cut: boolean;
}

/** The errors of a tensor's elements in rows of its last axis. */
export function heatMap({ elements, backprop, numerical }: LeafCheck): HeatMap | undefined {
  if (elements === null) return undefined;
  const cut = isSummary(elements);
  const corner = (value: WireTensor | null): number[] =>
    value === null ? [] : (elementsOf(isSummary(value) ? value.preview : value) ?? []);
  const errors = corner(elements);
  const [back, numbers] = [corner(backprop), corner(numerical)];
  // A summary's preview has two axes, however many the tensor has.
  const shape = shapeOf(cut ? elements.preview : elements);
  const width = shape.at(-1) ?? 1;
  const cells = errors.map((error, position): Cell => {
    const at = indexOf(position, shape);
    const index = cut && elements.shape.length === 1 ? at.slice(1) : at;
    return {
      index,
      error,
      backprop: back[position],
      numerical: numbers[position],
      level: levelOf(Number.isFinite(error) ? error : null),
    };
  });
  const rows = [];
  for (let from = 0; from < cells.length; from += width) rows.push(cells.slice(from, from + width));
  return { rows, cut };
}
