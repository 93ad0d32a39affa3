/** Whether a number that somebody worked out is the right one: the tolerance of `/api/verify`. */
import type { Tensor, WireTensor } from "../api/client.js";
import { isSummary, shapeOf, toNumber } from "./numbers.js";

/** Four significant digits, with what rounding adds up to over a few steps. */
const RELATIVE = 2e-3;
/** Or the truth rounded to so many significant digits. */
const DIGITS = 3;
/** People write the elements of one tensor to the same number of decimals. */
const OF_TENSOR = 2e-4;
/** Whole numbers below this are written in full, so they have to be right in full. */
const WHOLE_BELOW = 1e4;

export type Judged =
  | { readonly verdict: "right" }
  | { readonly verdict: "wrong"; readonly right: number; readonly of: number }
  /** It has not the shape that is needed. */
  | { readonly verdict: "shape"; readonly shape: readonly number[] };

/** Holds an answer against the truth, which has to be whole and finite: see `isPlain`. */
export function judge(answer: Tensor, truth: WireTensor): Judged {
  const shape = shapeOf(truth);
  if (String(shapeOf(answer)) !== String(shape)) return { verdict: "shape", shape };
  const truths = flat(truth);
  const answers = flat(answer);
  const slack = shape.length > 0 ? OF_TENSOR * Math.max(...truths.map(Math.abs)) : 0;
  const right = truths.filter((number, i) => isClose(answers[i]!, number, slack)).length;
  return right === truths.length
    ? { verdict: "right" }
    : { verdict: "wrong", right, of: truths.length };
}

/** Whether a number can be asked for: it is there, as a whole, and every element of it is finite. */
export const isPlain = (value: WireTensor | null | undefined): value is WireTensor =>
  value !== null && value !== undefined && !isSummary(value) && flat(value).every(Number.isFinite);

const flat = (value: WireTensor | Tensor): number[] =>
  ([value] as unknown[])
    .flat(Infinity as 1)
    .map((item) => toNumber(item as Parameters<typeof toNumber>[0]));

function isClose(answer: number, truth: number, slack: number): boolean {
  const gap = Math.abs(answer - truth);
  const whole = Math.round(truth);
  if (
    Number.isInteger(answer) &&
    Math.abs(truth) < WHOLE_BELOW &&
    Math.abs(truth - whole) <= 1e-9 * Math.abs(truth)
  )
    return answer === whole;
  return gap <= RELATIVE * Math.abs(truth) + slack || gap === 0 || isRounded(answer, gap);
}

/** Whether it has no more than three significant digits, and is off by at most half a unit of the last one. */
function isRounded(answer: number, gap: number): boolean {
  if (answer === 0) return false;
  const size = Math.abs(answer);
  const unit = 10 ** (Math.floor(Math.log10(size)) - (DIGITS - 1));
  const steps = size / unit;
  return Math.abs(steps - Math.round(steps)) <= 1e-9 * steps && gap <= unit * (0.5 + 1e-9);
}
