/** What a written-out chain rule says of the graph that it belongs to. */
import type { GraphDocument, GraphNode, WireNumber } from "../api/client.js";
import type { Derivation, DerivationPath } from "../api/derivation.js";
import { inOrder, isConstant, isLeaf, nameIn } from "./document.js";
import type { Notes } from "./look.js";
import { formatNumber, MINUS, toNumber } from "./numbers.js";

/** A derivation, and the graph that it was asked for. */
export interface Found {
  readonly graph: GraphDocument;
  readonly derivation: Derivation;
}

/** The sides of an equation in LaTeX. An equals sign within braces, as in a name, parts nothing. */
export function sidesOf(latex: string): string[] {
  const sides = [""];
  let depth = 0;
  for (const [piece] of latex.matchAll(/\\.| = |[^]/gu)) {
    if (piece === "{") depth++;
    if (piece === "}") depth--;
    if (piece === " = " && depth === 0) sides.push("");
    else sides.push(`${sides.pop()!}${piece}`);
  }
  return sides;
}

/** The nodes of a path, from the one that is asked about to the output. */
export const pathNodes = ({ factors }: DerivationPath, wrt: string): string[] => [
  wrt,
  ...factors.map(({ target }) => target).reverse(),
];

/** A path in words: x → u → L. */
export const pathName = (graph: GraphDocument, path: DerivationPath, wrt: string): string =>
  pathNodes(path, wrt)
    .map((id) => nameIn(graph, id))
    .join(" → ");

/** What gradients start from at an output that is a number. */
export const seedOf = ({ upstream }: GraphDocument): number =>
  typeof upstream === "number" ? upstream : 1;

/** Numbers joined to a sum: 3 + 3 − 1. */
export const sumText = (terms: readonly WireNumber[]): string =>
  terms.map(formatNumber).join(" + ").replaceAll(`+ ${MINUS}`, `${MINUS} `);

/** The sum of the products that are listed. */
export const listedSum = ({ paths }: Derivation): number =>
  paths.reduce((sum, { product }) => sum + toNumber(product), 0);

export interface Choices {
  readonly leaves: readonly GraphNode[];
  readonly others: readonly GraphNode[];
}

/** The nodes that a derivative can be taken with respect to: the leaves that ask for one, then all others. */
export function choices(graph: GraphDocument): Choices {
  const asks = (node: GraphNode): boolean => isLeaf(node) && !isConstant(node);
  const nodes = inOrder(graph);
  return { leaves: nodes.filter(asks), others: nodes.filter((node) => !asks(node)) };
}

/** The node that a derivation begins with: the first of those looked at that is a leaf, else the graph's first leaf. */
export function firstVariable(
  { leaves, others }: Choices,
  lookedAt: readonly (string | undefined)[],
): string | undefined {
  const looked = lookedAt.find((id) => leaves.some((leaf) => leaf.id === id));
  return looked ?? leaves[0]?.id ?? others[0]?.id;
}

/** What is pointed at, here or in the drawing. */
export interface Pointing {
  readonly edges: readonly string[];
  readonly edge: string | undefined;
  readonly node: string | undefined;
}

/** Whether an edge is meant by what is pointed at: itself, else as one of a node's. */
export function isMeant(
  { edges, edge, node }: Pointing,
  at: { readonly edge: string; readonly source: string; readonly target: string },
): boolean {
  if (edges.length > 0) return edges.includes(at.edge);
  if (edge !== undefined) return edge === at.edge;
  return node !== undefined && (at.source === node || at.target === node);
}

/** So many digits of a count are written out. */
const WRITTEN_OUT = 12;

/** What forward mode writes under each node that it comes to: how fast that moves with the one that is asked about. */
export const tangentNotes = ({ derivation }: Found): Notes =>
  new Map(derivation.forward.map(({ node, tangent }) => [node, `∂ ${formatNumber(tangent)}`]));

/** A count, given in digits: 39, 1 048 576, about 1.339e36. */
export function formatCount(digits: string): string {
  if (digits.length <= WRITTEN_OUT)
    return digits.length < 5 ? digits : digits.replaceAll(/\B(?=(\d{3})+$)/g, "\u202f");
  return `about ${digits[0]!}.${digits.slice(1, 4)}e${digits.length - 1}`;
}

/** How long a count's bar is beside the largest, in percent; never so short that it can't be seen. */
export function barLength(count: number, largest: number): number {
  if (count === largest) return count === 0 ? 0 : 100;
  return count === 0 ? 0 : Math.max(1, (100 * count) / largest);
}

/** What the counts of one derivative say, as a sentence. */
export function countsSentence({ counts, paths_total: paths }: Derivation): string {
  const { path_multiplications: written, reverse_multiplications: reverse } = counts;
  if (paths === "0") return "";
  if (Number(written) > reverse)
    return `Paths share edges. Written out one by one they cost ${formatCount(written)} multiplications; reverse mode goes over every edge once, ${reverse} in all, and then has the gradient of every input.`;
  return `One reverse pass goes over every edge that leads to the output once, ${reverse} in all, and then has the gradient of every input, not of this one alone.`;
}
