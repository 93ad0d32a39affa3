/** Numbers and tensors as text. */
import type { Tensor, TensorSummary, WireNumber, WireTensor } from "../api/client.js";

export const MINUS = "\u2212";
/** What stands where nothing is computed: never a 0. */
export const NOTHING = "\u2013";

const DIGITS = 4;
const TIGHT_DIGITS = 3;

/** A wire number as a number. */
export function toNumber(value: WireNumber): number {
  return typeof value === "number" ? value : Number(value);
}

/** At most four significant digits: 715, 1.1, −0.1966, 2.2e−9. */
export function formatNumber(value: WireNumber | null | undefined): string {
  if (value === null || value === undefined) return NOTHING;
  const number = toNumber(value);
  return special(number) ?? signed(shortest(number, DIGITS));
}

/** At most three significant digits, or fewer, where many numbers stand close together. */
export const formatTight = (value: number, digits = TIGHT_DIGITS): string =>
  special(value) ?? signed(shortest(value, digits));

/** All digits that tell the number from its neighbours, as the server computed it. */
export function formatFull(value: WireNumber | null | undefined): string {
  if (value === null || value === undefined) return NOTHING;
  const number = toNumber(value);
  return special(number) ?? signed(String(number).replace("e+", "e"));
}

function special(value: number): string | undefined {
  if (Number.isNaN(value)) return "NaN";
  if (value === Infinity) return "∞";
  if (value === -Infinity) return `${MINUS}∞`;
  return undefined;
}

function shortest(value: number, digits: number): string {
  if (value === 0) return "0";
  const rounded = Number(value.toPrecision(digits));
  const size = Math.abs(rounded);
  // Whole numbers of up to seven digits lose nothing that anyone would round.
  if (Number.isInteger(value) && size < 1e7) return String(value);
  if (size >= 1e-3 && size < 1e6) return String(rounded);
  return rounded.toExponential().replace("e+", "e");
}

const signed = (text: string): string => text.replaceAll("-", MINUS);

export const isSummary = (value: WireTensor): value is TensorSummary =>
  typeof value === "object" && !Array.isArray(value);

export const isScalar = (value: WireTensor): value is WireNumber =>
  typeof value === "number" || typeof value === "string";

/** A shape as text: (2, 3); a vector's as (3). */
export const formatShape = (shape: readonly number[]): string => `(${shape.join(", ")})`;

/** A shape in the drawing: 2×3; a vector's, which would look like a number, as (3). */
export const formatSides = (shape: readonly number[]): string =>
  shape.length > 1 ? shape.join("×") : formatShape(shape);

/** A number or a tensor's shape. */
export function formatBrief(value: WireTensor | null | undefined): string {
  if (value === null || value === undefined) return NOTHING;
  return isScalar(value) ? formatNumber(value) : formatShape(shapeOf(value));
}

/** Up to so many elements a sentence writes a tensor out. */
const SPOKEN = 6;

/** A value in a sentence: a number, the few elements of a small tensor, or what kind of tensor it is. */
export function formatSpoken(value: WireTensor | null | undefined): string {
  if (value === null || value === undefined || isScalar(value)) return formatBrief(value);
  const shape = shapeOf(value);
  if (!isSummary(value) && shape.reduce((a, b) => a * b, 1) <= SPOKEN) return listed(value);
  return shape.length === 1 ? `a vector of ${shape[0]!}` : `a ${formatSides(shape)} tensor`;
}

const listed = (value: WireTensor): string =>
  Array.isArray(value) ? `[${value.map(listed).join(", ")}]` : formatBrief(value);

/** A value in words of digits: the number in full, or the tensor's elements, cut when long. */
export function formatLong(value: WireTensor | null | undefined, most = 400): string {
  if (value === null || value === undefined) return "not computed";
  if (isScalar(value)) return formatFull(value);
  if (isSummary(value)) return `${formatShape(value.shape)}, mean ${formatNumber(value.mean)}`;
  const text = elements(value, most);
  return text.length > most ? `${text.slice(0, most)}…` : text;
}

/** The elements in brackets; those beyond so many letters are left out. */
function elements(value: WireTensor, most: number): string {
  if (!Array.isArray(value)) return isScalar(value) ? formatFull(value) : "";
  let text = "[";
  for (const [i, inner] of value.entries()) {
    if (text.length > most) break;
    text += (i > 0 ? ", " : "") + elements(inner, most - text.length);
  }
  return `${text}]`;
}

export function shapeOf(value: WireTensor): number[] {
  if (isSummary(value)) return value.shape;
  const shape: number[] = [];
  for (let inner: WireTensor | undefined = value; Array.isArray(inner); inner = inner[0])
    shape.push(inner.length);
  return shape;
}

/** Whether any element is NaN or infinite. */
export function isNonFinite(value: WireTensor | null | undefined): boolean {
  if (value === null || value === undefined) return false;
  if (Array.isArray(value)) return value.some(isNonFinite);
  if (isScalar(value)) return typeof value === "string";
  return typeof value.mean === "string";
}

/** A number that somebody typed: 3, −2.5, 1e-3, .5, with either minus; undefined when it isn't one. */
export function readNumber(text: string): number | undefined {
  const plain = text.trim().replaceAll(MINUS, "-");
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(plain)) return undefined;
  const value = Number(plain);
  return Number.isFinite(value) ? value : undefined;
}

/** A tensor as it is edited: its JSON, a row a line. */
export function formatRows(value: Tensor): string {
  const rows = Array.isArray(value) && value.every(Array.isArray);
  if (!rows) return JSON.stringify(value);
  return `[${value.map((row) => JSON.stringify(row)).join(",\n ")}]`;
}

/** Rows of numbers with tabs or spaces between them, as spreadsheets copy them; undefined where the text is none. */
function readRows(text: string): Tensor | undefined {
  const rows = text
    .trim()
    .split(/\r?\n/)
    .map((row) =>
      row
        .trim()
        .split(/[\s;]+/)
        .map(readNumber),
    );
  const complete = rows.every((row): row is number[] => row.every((cell) => cell !== undefined));
  if (!complete || new Set(rows.map((row) => row.length)).size > 1) return undefined;
  return rows.length > 1 ? rows : rows[0]!;
}

/** A tensor that somebody typed or pasted: a number, nested lists of one shape, or rows of numbers; else a sentence that says what is wrong. */
export function readTensor(text: string): { tensor: Tensor } | { fault: string } {
  const number = readNumber(text);
  if (number !== undefined) return { tensor: number };
  const comma = /^\s*([+-]?\d+),(\d+)\s*$/.exec(text);
  if (comma) return { fault: `Write the decimal mark as a point: ${comma[1]}.${comma[2]}` };
  const rows = readRows(text);
  if (rows !== undefined) return { tensor: rows };
  let data: unknown;
  try {
    data = JSON.parse(text.replaceAll(MINUS, "-"));
  } catch {
    return { fault: "Write a number, or lists in brackets: [1, 2] or [[1, 2], [3, 4]]." };
  }
  const fault = shapeFault(data);
  return fault ? { fault } : { tensor: data as Tensor };
}

function shapeFault(data: unknown): string | undefined {
  if (typeof data === "number") return Number.isFinite(data) ? undefined : "A number is too large.";
  if (!Array.isArray(data)) return "Only numbers and lists of numbers can stand here.";
  if (data.length === 0) return "A list is empty.";
  for (const item of data) {
    const fault = shapeFault(item);
    if (fault) return fault;
  }
  const shapes = new Set(data.map((item) => JSON.stringify(shapeOf(item as Tensor))));
  return shapes.size > 1 ? "The rows are not equally long." : undefined;
}
