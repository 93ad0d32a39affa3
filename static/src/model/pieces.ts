/** A composite node held against the primitives that it equals. */
import type {
  Evaluation,
  GraphDocument,
  Tensor,
  TensorSummary,
  WireTensor,
} from "../api/client.js";
import type { Evaluated } from "../api/pieces.js";
import { findNode, isConstant, nameIn } from "./document.js";
import { formatNumber, isNonFinite, isSummary, shapeOf } from "./numbers.js";
import { elementsOf } from "./tensors.js";

export interface Row {
  readonly label: string;
  readonly whole: WireTensor | null;
  readonly pieces: WireTensor | null;
  /** The largest relative difference of an element; Infinity where one is finite and the other not. */
  readonly apart: number;
}

export interface Comparison {
  readonly rows: readonly Row[];
  readonly equal: boolean;
  readonly sentences: readonly string[];
}

/** Differences of so many roundings aren't worth a word. */
export const ROUNDING = 1e-9;

/** The node's value and what it sends back to each of its inputs, as one node and in pieces. The pieces keep the node's id for the last of them. */
export function compared(whole: Evaluated, pieces: Evaluated, node: string): Comparison {
  const known = new Set(whole.graph.nodes.map(({ id }) => id));
  const inner = new Set([
    node,
    ...pieces.graph.nodes.map(({ id }) => id).filter((id) => !known.has(id)),
  ]);
  const sources = new Set(findNode(whole.graph, node)?.inputs ?? []);
  const rows = [
    row("value", valueOf(whole, node), valueOf(pieces, node)),
    ...[...sources].map((source) =>
      row(
        `gradient to ${nameIn(whole.graph, source)}`,
        shareOf(whole.evaluation, source, new Set([node])),
        shareOf(pieces.evaluation, source, inner),
      ),
    ),
  ];
  const equal = rows.every(({ apart }) => apart <= ROUNDING);
  return { rows, equal, sentences: sentencesOf(rows, equal, whole, pieces, node, inner) };
}

const valueOf = ({ evaluation }: Evaluated, node: string): WireTensor | null =>
  evaluation.nodes[node]?.value ?? null;

function row(label: string, whole: WireTensor | null, pieces: WireTensor | null): Row {
  return { label, whole, pieces, apart: apartness(whole, pieces) };
}

function sentencesOf(
  rows: readonly Row[],
  equal: boolean,
  whole: Evaluated,
  pieces: Evaluated,
  node: string,
  inner: ReadonlySet<string>,
): string[] {
  const worst = Math.max(...rows.map(({ apart }) => apart));
  const first = !equal
    ? `Here they part: ${rows.flatMap(({ label, apart }) => (apart > ROUNDING ? [label] : [])).join(", ")}.`
    : worst === 0
      ? "At this point both give the same numbers, to the last digit."
      : `At this point both give the same numbers; rounding moves them by a part of ${formatNumber(worst)}.`;
  const warned = pieces.evaluation.warnings.filter((warning) => inner.has(warning.node));
  const also = whole.evaluation.warnings.some((warning) => warning.node === node);
  const notes = warned.map(({ detail }) => `In pieces, ${detail}.`);
  const shown = rows.map((one) => one.whole).some(isNonFinite);
  if (warned.length > 0 && !also && !shown) notes.push("As one node everything stays finite.");
  return [first, ...notes];
}

/** The sum of the shares that some nodes send back to a source; null where none does. */
function shareOf(
  { edges }: Evaluation,
  source: string,
  targets: ReadonlySet<string>,
): WireTensor | null {
  const shares = edges.flatMap(({ source: from, target, gradient }) =>
    from === source && targets.has(target) && gradient !== null ? [gradient] : [],
  );
  const whole = shares.filter((share): share is Elements => !isSummary(share));
  if (whole.length < shares.length) return shares[0]!;
  const [first, ...more] = whole;
  return first === undefined ? null : more.reduce(added, first);
}

/** A tensor of which every element is known. */
type Elements = Exclude<WireTensor, TensorSummary>;

function added(a: Elements, b: Elements): Elements {
  if (Array.isArray(a) && Array.isArray(b)) return a.map((inner, i) => added(inner, b[i]!));
  const sum = Number(a) + Number(b);
  return Number.isFinite(sum) ? sum : (String(sum) as "NaN" | "Infinity" | "-Infinity");
}

function apartness(a: WireTensor | null, b: WireTensor | null): number {
  if (a === null || b === null) return a === b ? 0 : Infinity;
  const [one, other] = [elementsOf(a), elementsOf(b)];
  if (!one || !other) return JSON.stringify(a) === JSON.stringify(b) ? 0 : Infinity;
  const scale = Math.max(...[...one, ...other].filter(Number.isFinite).map(Math.abs), 0);
  return Math.max(0, ...one.map((x, i) => gapOf(x, other[i]!, scale)));
}

function gapOf(x: number, y: number, scale: number): number {
  if (Object.is(x, y) || x === y) return 0;
  if (!Number.isFinite(x) || !Number.isFinite(y)) return Infinity;
  return Math.abs(x - y) / scale;
}

/** The node alone, its inputs that it sends gradients to taken `factor` times; undefined where that makes no graph. */
export function alone(
  { graph, evaluation }: Evaluated,
  node: string,
  factor: number,
): GraphDocument | undefined {
  const whole = findNode(graph, node);
  if (!whole) return undefined;
  const leaves = [];
  for (const source of new Set(whole.inputs ?? [])) {
    const value = evaluation.nodes[source]?.value;
    const flows = evaluation.edges.some(
      (edge) => edge.source === source && edge.target === node && edge.gradient !== null,
    );
    const fresh = value === undefined ? undefined : scaled(value, flows ? factor : 1);
    const original = findNode(graph, source);
    if (fresh === undefined || !original) return undefined;
    const op = isConstant(original) ? original.op : "input";
    leaves.push({ id: source, op, value: fresh, label: original.label ?? null });
  }
  const { id, op, inputs, params, label } = whole;
  const kept = { id, op, inputs, ...(params ? { params } : {}), label: label ?? null };
  return { nodes: [...leaves, kept], output: node } as GraphDocument;
}

function scaled(value: WireTensor, factor: number): Tensor | undefined {
  if (Array.isArray(value)) {
    const all = value.map((inner) => scaled(inner, factor));
    return all.every((inner) => inner !== undefined) ? all : undefined;
  }
  const number = typeof value === "number" ? value * factor : NaN;
  return Number.isFinite(number) ? number : undefined;
}

/** A shape that is small enough to write out. */
export const isSmall = (value: WireTensor | null): boolean =>
  value === null || shapeOf(value).every((length) => length <= 8);
