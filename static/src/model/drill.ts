/** What made one element of a gradient: which cells take part, the sum in symbols and in numbers, and its pattern. */
import type { GraphDocument, WireNumber, WireTensor } from "../api/client.js";
import type { Drill, DrillTerm } from "../api/lens.js";
import { findNode, nameIn } from "./document.js";
import { formatNumber, isScalar, isSummary, MINUS, toNumber } from "./numbers.js";

/** An element of the share that `target` sends to its input number `input`, which is `source`. */
export interface Choice {
  readonly source: string;
  readonly target: string;
  readonly input: number;
  readonly index: readonly number[];
}

/** Which terms a cell takes part in, by its place. */
export type Parts = ReadonlyMap<string, readonly number[]>;

export const placeKey = (index: readonly number[]): string => index.join(",");

/** An element as it is written: X[0,1]; a number by its name alone. */
export const element = (name: string, index: readonly number[]): string =>
  index.length > 0 ? `${name}[${index.join(",")}]` : name;

/** The gradient of what has that name, as code writes it: dX. */
export const gradientOf = (name: string): string =>
  /^\w+$/u.test(name) ? `d${name}` : `d(${name})`;

/** Without the d, which stands for a gradient. */
const LETTERS = "abcefghijklmnopqrstuvwxyz";

/** The letter by which a term and its cells are matched; nothing past the alphabet. */
export const signOf = (term: number): string => LETTERS[term] ?? "";

/** The element of a tensor; undefined where the server has sent a summary alone. */
export function elementAt(
  tensor: WireTensor | null | undefined,
  index: readonly number[],
): WireNumber | undefined {
  let inner: WireTensor | undefined = tensor ?? undefined;
  for (const place of index) inner = Array.isArray(inner) ? inner[place] : undefined;
  return inner !== undefined && !isSummary(inner) && isScalar(inner) ? inner : undefined;
}

/** The places of the upstream gradient that take part, with their terms. */
export const upstreamParts = ({ terms }: Drill): Parts =>
  gathered(terms.map(({ upstream_index }, term) => [placeKey(upstream_index), term]));

/** For each input that a local derivative is made of: the places that take part, with their terms. */
export function inputParts({ terms }: Drill): ReadonlyMap<number, Parts> {
  const pairs = new Map<number, [string, number][]>();
  terms.forEach(({ depends }, term) => {
    for (const { input, index } of depends ?? [])
      pairs.set(input, [...(pairs.get(input) ?? []), [placeKey(index), term]]);
  });
  return new Map(
    [...pairs].sort(([a], [b]) => a - b).map(([input, all]) => [input, gathered(all)]),
  );
}

function gathered(pairs: readonly (readonly [string, number])[]): Parts {
  const parts = new Map<string, number[]>();
  for (const [key, term] of pairs) parts.set(key, [...(parts.get(key) ?? []), term]);
  return parts;
}

/** The numbers that the answer tells by itself, by place: of tensors too large to be sent whole. */
export function told(drill: Drill): {
  upstream: ReadonlyMap<string, WireNumber>;
  inputs: ReadonlyMap<number, ReadonlyMap<string, WireNumber>>;
} {
  const inputs = new Map<number, Map<string, WireNumber>>();
  for (const { input, index, value } of drill.terms.flatMap(({ depends }) => depends ?? [])) {
    if (!inputs.has(input)) inputs.set(input, new Map());
    inputs.get(input)!.set(placeKey(index), value);
  }
  const upstream = new Map(
    drill.terms.map(({ upstream_index, upstream }) => [placeKey(upstream_index), upstream]),
  );
  return { upstream, inputs };
}

/** Names in a sum: the node that sends, and each of its inputs. */
export interface Names {
  readonly node: string;
  readonly inputs: readonly string[];
}

export const namesOf = (graph: GraphDocument, node: string): Names => ({
  node: nameIn(graph, node),
  inputs: (findNode(graph, node)?.inputs ?? []).map((id) => nameIn(graph, id)),
});

/** One product, in symbols and in numbers. */
export interface Product {
  readonly symbols: string;
  readonly numbers: string;
}

/** A product: the local derivative, which may be an element of an input, a constant or neither, and what arrives. */
export function product(term: DrillTerm, drill: Drill, names: Names): Product {
  const arrives = element(gradientOf(names.node), term.upstream_index);
  const local = toNumber(term.local);
  const made = term.depends;
  const upstream = inProduct(term.upstream);
  if (made?.length === 0 && Math.abs(local) === 1) {
    const sign = local < 0 ? MINUS : "";
    return {
      symbols: sign + arrives,
      numbers: local < 0 ? `${MINUS}${upstream}` : formatNumber(term.upstream),
    };
  }
  const numbers = `${formatNumber(term.local)}·${upstream}`;
  if (made?.length === 0) return { symbols: `${formatNumber(term.local)}·${arrives}`, numbers };
  const only = made?.length === 1 ? made[0]! : undefined;
  const factor = only?.equals
    ? element(names.inputs[only.input] ?? "", only.index)
    : `∂${element(names.node, term.upstream_index)}/∂${element(names.inputs[drill.input] ?? "", drill.index)}`;
  return { symbols: `${factor}·${arrives}`, numbers };
}

const inProduct = (value: WireNumber): string => {
  const text = formatNumber(value);
  return text.startsWith(MINUS) ? `(${text})` : text;
};

/** What the pattern is: why it is these cells. */
export function patternOf(drill: Drill, names: Names): string {
  const { terms } = drill;
  const source = names.inputs[drill.input] ?? "";
  const up = gradientOf(names.node);
  if (terms.length === 0)
    return `Nothing of ${up} reaches this element: no element of ${names.node} follows it here.`;
  if (terms.some(({ depends }) => depends === null))
    return "What the local derivatives are made of would take too long to find for so large a node.";
  const first = terms[0]!;
  if (terms.every(({ depends }) => depends!.length === 0))
    return constants(drill, names, source, up);
  const follows = terms.map(({ depends }) => (depends!.length === 1 ? depends![0]! : undefined));
  const input = follows[0]?.input;
  if (input !== undefined && follows.every((one) => one?.equals === true && one.input === input))
    return met(drill, names, input, up);
  if (
    terms.length === 1 &&
    same(first.upstream_index, drill.index) &&
    follows[0]?.input === drill.input
  )
    return off(first)
      ? `Element by element: the local derivative at this very place of ${source} is 0, so what arrives there goes no further.`
      : `Element by element: what arrives at the same place, times the local derivative there, ${formatNumber(first.local)}, which depends on this very element of ${source}.`;
  const many =
    terms.length > 1
      ? `${terms.length} elements of ${names.node} follow this one`
      : "The result follows this element";
  return `${many}. The local derivatives are no elements of an input but are computed from those that are marked.`;
}

const off = ({ local }: DrillTerm): boolean => toNumber(local) === 0;

const same = (a: readonly number[], b: readonly number[]): boolean => placeKey(a) === placeKey(b);

/** Every local derivative is a constant: copies, sums, means. */
function constants(drill: Drill, names: Names, source: string, up: string): string {
  const { terms } = drill;
  const ones = terms.every(({ local }) => toNumber(local) === 1);
  if (terms.length === 1) {
    const { local } = terms[0]!;
    return ones
      ? `${names.node} takes this element as it is, so what arrives is handed on unchanged.`
      : `${names.node} takes ${formatNumber(local)} times this element, so that much of what arrives is handed on.`;
  }
  const line = lineOf(
    up,
    terms.map(({ upstream_index }) => upstream_index),
  );
  const rows = line?.axis === 0;
  const copied = rows
    ? `${element(source, drill.index)} was added to every row, the whole batch`
    : `${element(source, drill.index)} was used in ${terms.length} places`;
  return `${copied}, so ${line ? line.text : "what arrives at all of them"} is added up${rows ? ": one number from each row" : ""}.`;
}

/** Every local derivative is one element of an input: products, and products of matrices. */
function met(drill: Drill, names: Names, input: number, up: string): string {
  const { terms, index } = drill;
  const other = names.inputs[input] ?? "";
  const elements = terms.map(({ depends }) => depends![0]!.index);
  const arrives = terms.map(({ upstream_index }) => upstream_index);
  if (terms.length === 1)
    return same(arrives[0]!, index)
      ? `Element by element: the element of ${other} that it was multiplied by on the way forward, times what arrives at the same place.`
      : `The element of ${other} that it was multiplied by on the way forward, times what arrives there.`;
  const [left, right] = [lineOf(other, elements), lineOf(up, arrives)];
  if (!left || !right)
    return `Each of the ${terms.length} places in which it was used adds the element of ${other} that it met there, times what arrives there.`;
  const meets = `${capital(left.text)} meets ${right.text}`;
  if (left.axis === 0 && right.axis === 0 && left.at === index[0] && right.at === index[1])
    return `${meets}, and every row, every sample of the batch, adds its product: over all elements that is ${other}ᵀ · ${up}.`;
  if (left.axis === 1 && right.axis === 1 && right.at === index[0] && left.at === index[1])
    return `${meets}, one product for each output that this element leads to: over all elements that is ${up} · ${other}ᵀ.`;
  return `${meets}, element by element, and the products are added up.`;
}

interface Line {
  /** Along which axis it runs. */
  readonly axis: number;
  /** The place on the other axis; undefined for a vector. */
  readonly at: number | undefined;
  readonly text: string;
}

/** The row, column or vector that these places make up; undefined where they don't. */
function lineOf(name: string, places: readonly (readonly number[])[]): Line | undefined {
  const axes = places[0]!.length;
  if (axes < 1 || axes > 2) return undefined;
  const varying = Array.from({ length: axes }, (_, axis) => axis).filter(
    (axis) => new Set(places.map((place) => place[axis])).size > 1,
  );
  const [axis, ...more] = varying;
  if (axis === undefined || more.length > 0) return undefined;
  if (axes === 1) return { axis: -1, at: undefined, text: name };
  const at = places[0]![1 - axis]!;
  return { axis, at, text: `${axis === 0 ? "column" : "row"} ${at} of ${name}` };
}

const capital = (text: string): string =>
  /^(row|column) /.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text;

/** A gap between places that are shown. */
export const GAP = Symbol("gap");

/** Which of an axis' places are shown, where there isn't room for all: those that are wanted first, then their neighbours. */
export function shownPlaces(
  count: number,
  wanted: Iterable<number>,
  most: number,
): (number | typeof GAP)[] {
  if (count <= most) return Array.from({ length: count }, (_, place) => place);
  const first = [...new Set(wanted)].sort((a, b) => a - b).slice(0, most);
  const around = first.length > 0 ? first : [0];
  const chosen = new Set(around);
  for (let reach = 1; chosen.size < most; reach++)
    for (const place of around.flatMap((at) => [at - reach, at + reach]))
      if (place >= 0 && place < count && chosen.size < most) chosen.add(place);
  const sorted = [...chosen].sort((a, b) => a - b);
  const shown: (number | typeof GAP)[] = [];
  let next = 0;
  for (const place of sorted) {
    if (place > next) shown.push(GAP);
    shown.push(place);
    next = place + 1;
  }
  if (next < count) shown.push(GAP);
  return shown;
}

/** A matrix out of a tensor: the places on all axes but the last two. */
export interface Slab {
  readonly lead: readonly number[];
  readonly caption: string;
}

/** The matrices in which something is marked, at most so many; the first one where nothing is. */
export function slabsOf(shape: readonly number[], marked: Iterable<string>, most: number): Slab[] {
  const axes = Math.max(0, shape.length - 2);
  const leads = new Map<string, readonly number[]>();
  for (const key of marked) {
    const lead = key === "" ? [] : key.split(",").slice(0, axes).map(Number);
    leads.set(placeKey(lead), lead);
  }
  if (leads.size === 0)
    leads.set(
      "",
      Array.from({ length: axes }, () => 0),
    );
  return [...leads.values()]
    .slice(0, most)
    .map((lead) => ({ lead, caption: axes > 0 ? `[${[...lead, ":", ":"].join(",")}]` : "" }));
}
