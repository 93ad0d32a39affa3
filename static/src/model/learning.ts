/** What a training has told step by step, as columns that can be drawn. */
import type { TrainLine } from "../api/train.js";
import type { WireNumber } from "../api/client.js";
import { formatNumber, toNumber } from "./numbers.js";

/** Of more points than this only some are kept. */
const MOST_POINTS = 4000;

/** Undefined where a step wasn't asked, null where its number isn't finite. */
type Told = number | null | undefined;

export interface Point {
  readonly step: number;
  readonly loss: Told;
  readonly accuracy: Told;
  readonly testLoss: Told;
  readonly testAccuracy: Told;
}

export const pointOf = ({ step, loss, metrics }: TrainLine): Point => ({
  step,
  loss: told(loss),
  accuracy: told(metrics.accuracy),
  testLoss: told(metrics.test_loss),
  testAccuracy: told(metrics.test_accuracy),
});

function told(value: WireNumber | undefined): Told {
  if (value === undefined) return undefined;
  const number = toNumber(value);
  return Number.isFinite(number) ? number : null;
}

/** The points with more of them. Where they become too many, every other one goes, of those that tell of the test data too. */
export function withPoints(points: readonly Point[], more: readonly Point[]): readonly Point[] {
  const all = [...points, ...more];
  if (all.length <= MOST_POINTS) return all;
  const last = all.at(-1);
  let [plain, tested] = [0, 0];
  return all.filter((point) => {
    const place = point.testLoss === undefined ? plain++ : tested++;
    return place % 2 === 0 || point === last;
  });
}

/** The latest numbers of each kind. */
export function latestOf(points: readonly Point[]): Point | undefined {
  const last = points.at(-1);
  const test = points.findLast(({ testLoss }) => testLoss !== undefined);
  return last && { ...last, testLoss: test?.testLoss, testAccuracy: test?.testAccuracy };
}

/** What can be drawn on a logarithmic axis. */
export const positive = (column: readonly Told[]): Told[] =>
  column.map((value) => (typeof value === "number" && value <= 0 ? null : value));

/** A part of a whole in percent: 98.1 %. */
export const percentText = (part: number): string => `${Number((100 * part).toPrecision(3))} %`;

/** A point in words. */
export function pointText({ step, loss, accuracy, testLoss, testAccuracy }: Point): string {
  const number = (value: Told): string =>
    typeof value === "number" ? formatNumber(value) : "not finite";
  const share = (value: Told): string =>
    typeof value === "number" ? `, ${percentText(value)} right` : "";
  const test =
    testLoss === undefined ? "" : `; on the test data ${number(testLoss)}${share(testAccuracy)}`;
  return `Step ${step.toLocaleString("en")}: loss ${number(loss)}${share(accuracy)}${test}`;
}

/** How long something takes, as a person would say it. */
export function durationText(seconds: number): string {
  if (seconds < 1) return "less than a second";
  if (seconds < 90) return counted(Math.round(seconds), "second");
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? counted(minutes, "minute") : counted(Math.round(minutes / 60), "hour");
}

/** 1 step, 1,000 steps. */
export const counted = (count: number, thing: string, things = `${thing}s`): string =>
  `${count.toLocaleString("en")} ${count === 1 ? thing : things}`;
