/** The health of gradients: findings in groups, how large a gradient is beside the output's, and what that marks. */
import type {
  Evaluation,
  GraphDocument,
  GraphNode,
  WireNumber,
  WireTensor,
} from "../api/client.js";
import type { Diagnosis, Finding } from "../api/lens.js";
import { edgeId, isLeaf } from "./document.js";
import type { MarkSet } from "./look.js";
import { isScalar, isSummary, toNumber } from "./numbers.js";

/** How large a gradient is beside that of the output. */
export type Size = "nonfinite" | "zero" | "tiny" | "small" | "fine" | "large" | "huge";

/** Smaller than this part of the output's a gradient has vanished, and larger than that many times it has exploded. */
const VANISHED = 1e-4;
const EXPLODED = 1e2;
const NEAR = 10;

export interface SizeKind {
  readonly size: Size;
  readonly label: string;
}

/** The marks in the order of a legend. */
export const SIZES: readonly SizeKind[] = [
  { size: "huge", label: "more than 100 times the output’s" },
  { size: "large", label: "10 to 100 times" },
  { size: "fine", label: "about as large" },
  { size: "small", label: "below a tenth" },
  { size: "tiny", label: "below a ten-thousandth" },
  { size: "zero", label: "exactly 0" },
  { size: "nonfinite", label: "not a finite number" },
];

export function sizeOf(gradient: number, output: number): Size {
  if (!Number.isFinite(gradient)) return "nonfinite";
  if (gradient === 0) return "zero";
  const ratio = gradient / (output > 0 && Number.isFinite(output) ? output : 1);
  if (ratio < VANISHED) return "tiny";
  if (ratio < 1 / NEAR) return "small";
  if (ratio <= NEAR) return "fine";
  return ratio <= EXPLODED ? "large" : "huge";
}

/** The root mean square of a tensor's elements, as the server measures gradients. */
export function magnitude(value: WireTensor): number {
  if (isScalar(value)) return Math.abs(toNumber(value));
  if (isSummary(value)) return Math.hypot(toNumber(value.mean), toNumber(value.std));
  let count = 0;
  let top = 0;
  const all: number[] = [];
  const ahead: WireTensor[] = [value];
  for (let next = ahead.pop(); next !== undefined; next = ahead.pop()) {
    if (Array.isArray(next)) for (const inner of next) ahead.push(inner);
    else if (isScalar(next)) {
      all.push(Math.abs(toNumber(next)));
      top = Math.max(top, all.at(-1)!);
      count += 1;
    }
  }
  if (count === 0 || top === 0 || !Number.isFinite(top)) return top;
  return top * Math.sqrt(all.reduce((sum, one) => sum + (one / top) ** 2, 0) / count);
}

/** What the drawing is marked with: sizes of gradients on nodes and edges, and the ops that let nothing through. */
export function marksOf(
  diagnosis: Diagnosis,
  evaluation: Evaluation,
  here: ReadonlySet<string> = new Set(),
): MarkSet {
  const output = toNumber(diagnosis.sizes[diagnosis.output] ?? 1);
  const nodes = new Map<string, string>();
  const edges = new Map<string, string>();
  const add = (id: string, name: string): void => {
    nodes.set(id, nodes.has(id) ? `${nodes.get(id)!} ${name}` : name);
  };
  for (const [id, size] of Object.entries(diagnosis.sizes))
    if (size !== null) add(id, sizeOf(toNumber(size), output));
  for (const { code, nodes: ids } of diagnosis.findings) {
    const mark = SHUT[code];
    if (mark) for (const id of ids) add(id, mark);
  }
  for (const id of here) add(id, "here");
  for (const { target, input, gradient } of evaluation.edges)
    if (gradient !== null) edges.set(edgeId(target, input), sizeOf(magnitude(gradient), output));
  return { nodes, edges };
}

const SHUT: Readonly<Partial<Record<Finding["code"], string>>> = {
  "dead-relu": "dead",
  saturated: "saturated",
};

export interface FindingGroup {
  readonly title: string;
  readonly findings: readonly Finding[];
}

const GROUPS: readonly { readonly title: string; readonly codes: readonly Finding["code"][] }[] = [
  { title: "Numbers that are lost", codes: ["overflow", "divide-by-zero", "invalid"] },
  { title: "Exploding gradients", codes: ["exploding"] },
  { title: "Vanishing gradients", codes: ["vanishing"] },
  { title: "Dead units", codes: ["dead-relu"] },
  { title: "Saturated units", codes: ["saturated"] },
  { title: "Gradients of 0", codes: ["zero-gradient"] },
];

export const grouped = (findings: readonly Finding[]): FindingGroup[] =>
  GROUPS.map(({ title, codes }) => ({
    title,
    findings: findings.filter(({ code }) => codes.includes(code)),
  })).filter(({ findings: found }) => found.length > 0);

/** What a severity means, in words. */
export const SEVERITY: Readonly<Record<Finding["severity"], { sign: string; word: string }>> = {
  error: { sign: "×", word: "Numbers are lost" },
  warning: { sign: "!", word: "Training suffers" },
  info: { sign: "i", word: "Good to know" },
};

/** All findings in a line. */
export function summary({ findings }: Diagnosis): string {
  if (findings.length === 0)
    return "All is well: gradients are finite numbers, keep a sound size from the output to the inputs, and no unit stops them.";
  const serious = findings.filter(({ severity }) => severity !== "info").length;
  const things = (count: number): string => `${count} thing${count === 1 ? "" : "s"}`;
  if (serious === 0) return `Nothing is ill. ${things(findings.length)} worth knowing:`;
  return `${things(findings.length)} to look at:`;
}

/** The nodes at one distance from the output, and the largest gradient among them. */
export interface DepthPoint {
  readonly depth: number;
  readonly nodes: readonly string[];
  readonly gradient: WireNumber;
  readonly size: Size;
  /** Whether these are leaves: one that is used at many depths adds up the gradients of all. */
  readonly leaves: boolean;
  /** The power of ten; undefined where there is none: of 0, and of what isn't finite. */
  readonly power: number | undefined;
}

/** The profile where something flows, of leaves only where nothing else is; of a deep graph so many depths, evenly. */
export function depthPoints(
  { profile, sizes, output }: Diagnosis,
  graph: GraphDocument,
  most: number,
): DepthPoint[] {
  const start = toNumber(sizes[output] ?? 1);
  const leafIds = new Set(graph.nodes.filter(isLeaf).map(({ id }) => id));
  const points = profile.flatMap(({ depth, nodes }): DepthPoint[] => {
    const flows = nodes.filter((id) => sizes[id] !== null && sizes[id] !== undefined);
    const ops = flows.filter((id) => !leafIds.has(id));
    const told = ops.length > 0 ? ops : flows;
    if (told.length === 0) return [];
    const gradient = told.map((id) => sizes[id]!).reduce(larger);
    const number = toNumber(gradient);
    const power = number > 0 && Number.isFinite(number) ? Math.log10(number) : undefined;
    const size = sizeOf(number, start);
    return [{ depth, nodes: told, gradient, size, leaves: ops.length === 0, power }];
  });
  if (points.length <= most) return points;
  const step = (points.length - 1) / (most - 1);
  return Array.from({ length: most }, (_, i) => points[Math.round(i * step)]!);
}

/** What isn't a number counts as the largest. */
const larger = (a: WireNumber, b: WireNumber): WireNumber =>
  Number.isNaN(toNumber(a)) || toNumber(a) > toNumber(b) ? a : b;

/** Whole powers of ten around all points, with room for a line. */
export function powerRange(points: readonly DepthPoint[]): { low: number; high: number } {
  const powers = points.flatMap(({ power }) => (power === undefined ? [] : [power]));
  if (powers.length === 0) return { low: -1, high: 1 };
  const low = Math.floor(Math.min(...powers) + 1e-9);
  const high = Math.ceil(Math.max(...powers) - 1e-9);
  return high > low ? { low, high } : { low: low - 1, high: high + 1 };
}

/** Powers of ten to write at an axis, at most so many. */
export function powerTicks({ low, high }: { low: number; high: number }, most: number): number[] {
  const step = Math.max(1, Math.ceil((high - low) / (most - 1)));
  const ticks: number[] = [];
  for (let power = high; power >= low; power -= step) ticks.push(power);
  return ticks;
}

/**
 * The document with the op that helps in place of the pieces that it equals. `repaired` is the part that was examined, of
 * which nodes may be gone; labels, places and what was not examined stay.
 */
export function withRepair(
  document: GraphDocument,
  examined: GraphDocument,
  repaired: GraphDocument,
): GraphDocument {
  const after = new Map(repaired.nodes.map((node) => [node.id, node]));
  const examinedIds = new Set(examined.nodes.map(({ id }) => id));
  const before = new Map(document.nodes.map((node) => [node.id, node]));
  // What wasn't examined keeps the pieces that it takes from, and all that these take from.
  const gone = new Set([...examinedIds].filter((id) => !after.has(id)));
  const ahead = document.nodes
    .filter(({ id }) => !examinedIds.has(id))
    .flatMap(({ inputs }) => inputs ?? []);
  for (let id = ahead.pop(); id !== undefined; id = ahead.pop())
    if (gone.delete(id)) ahead.push(...(before.get(id)?.inputs ?? []));
  const kept = document.nodes
    .filter(({ id }) => !gone.has(id))
    .map((node): GraphNode => {
      const now = after.get(node.id);
      const same =
        !now || (now.op === node.op && String(now.inputs ?? []) === String(node.inputs ?? []));
      if (same) return node;
      const { label, position } = node;
      return { ...(label ? { label } : {}), ...(position ? { position } : {}), ...now };
    });
  const added = repaired.nodes.filter(({ id }) => !before.has(id));
  const groups = (document.groups ?? [])
    .map((group) => ({ ...group, nodes: group.nodes.filter((id) => !gone.has(id)) }))
    .filter(({ nodes }) => nodes.length > 1);
  return { ...document, nodes: [...kept, ...added], groups };
}
