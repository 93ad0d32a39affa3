/** Settings of ops as people type them. */
import type { Op } from "../api/client.js";
import type { Setting } from "./edit.js";

type Param = Op["params"][number];

/** A setting that was read, where `undefined` is the op's default; or what should have been written. */
export type Read =
  | { readonly ok: true; readonly value: Setting | undefined }
  | { readonly ok: false; readonly wants: string };

const NOTHING: Partial<Record<Param["kind"], string>> = {
  axis: "all",
  axes: "reversed",
  stride: "as the kernel",
  number: "none",
};

/** Reads a setting of a kind: a text as it stands, else numbers, in brackets of either kind where they are several. */
export function readSetting(text: string, kind: Param["kind"]): Read {
  const plain = text.trim();
  if (plain === "") return { ok: true, value: undefined };
  if (kind === "text") return { ok: true, value: plain };
  return kind === "pairs" ? readPairs(plain) : readNumbers(plain, kind);
}

/** A setting as it is typed. */
export function writeSetting(value: Setting | undefined): string {
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** What stands in an empty field: the default. */
export const defaultText = ({ default: value, kind }: Param): string =>
  value === null ? (NOTHING[kind] ?? "none") : writeSetting(value);

function readNumbers(text: string, kind: Param["kind"]): Read {
  const list = /^[[(](.*)[\])]$/.exec(text);
  const numbers = numbersIn(list?.[1] ?? text);
  if (!numbers) return { ok: false, wants: "Write a number, or numbers in brackets: [0, 1]" };
  const several = list !== null || numbers.length > 1 || kind === "shape";
  return { ok: true, value: several ? numbers : numbers[0] };
}

function readPairs(text: string): Read {
  const groups = [...text.matchAll(/[[(]([^[\]()]*)[\])]/g)].map((group) => group[1]!);
  const pairs = (groups.length > 0 ? groups : [text]).map(numbersIn);
  const whole = pairs.filter((pair) => pair?.length === 2) as number[][];
  if (whole.length < pairs.length)
    return { ok: false, wants: "Write two numbers for each axis: [1, 1], [0, 2]" };
  return { ok: true, value: whole };
}

function numbersIn(text: string): number[] | undefined {
  const numbers = text
    .split(/[\s,]+/)
    .filter(Boolean)
    .map(Number);
  return numbers.length > 0 && numbers.every(Number.isFinite) ? numbers : undefined;
}
