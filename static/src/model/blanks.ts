/** Numbers of a graph that somebody is to find: which there are, what they are called, and what helps to find them. */
import type { Evaluation, GraphDocument, Op, WireTensor } from "../api/client.js";
import type { Exercise } from "../api/practice.js";
import { isPlain } from "./closeness.js";
import { edgeId, findNode, inOrder, isLeaf, nameIn, slotOf } from "./document.js";
import { letterOf } from "./letters.js";
import { blankKey, type Blank } from "./look.js";

export type What = "values" | "gradients" | "both";
export type HowMany = "few" | "half" | "all";

const FEW = 3;
/** More than that nobody goes through in one sitting. */
export const MOST = 60;

/** Every number that is computed and can be written down: values forward, then gradients backward, as one works them out. */
export function candidates(graph: GraphDocument, evaluation: Evaluation, what: What): Blank[] {
  const nodes = inOrder(graph);
  const values = nodes.flatMap((node): Blank[] =>
    isLeaf(node) ? [] : [{ kind: "value", node: node.id }],
  );
  const uses = usesOf(evaluation);
  const gradients = nodes.toReversed().flatMap(({ id }): Blank[] => {
    if (id === evaluation.output) return [];
    const shares = uses.get(id) ?? [];
    const several = shares.length > 1 ? shares : [];
    return [
      ...several.map((edge): Blank => ({ kind: "gradient", edge })),
      { kind: "gradient", node: id },
    ];
  });
  const all = [...(what === "gradients" ? [] : values), ...(what === "values" ? [] : gradients)];
  return all.filter((blank) => isPlain(truthOf(blank, evaluation)));
}

/** Some of them, in their order. `random` gives numbers from 0 to 1. */
export function choose(all: readonly Blank[], many: HowMany, random: () => number): Blank[] {
  const count = many === "few" ? FEW : many === "half" ? Math.ceil(all.length / 2) : all.length;
  const lots = all.map((_, i) => ({ i, lot: random() })).sort((a, b) => a.lot - b.lot);
  const drawn = new Set(lots.slice(0, Math.min(count, MOST)).map(({ i }) => i));
  return all.filter((_, i) => drawn.has(i));
}

/** The edges over which each node is used. */
function usesOf({ edges }: Evaluation): Map<string, string[]> {
  const uses = new Map<string, string[]>();
  for (const { source, target, input } of edges)
    uses.set(source, [...(uses.get(source) ?? []), edgeId(target, input)]);
  return uses;
}

/** What is to be found. */
export function truthOf(
  { kind, node, edge }: Blank,
  evaluation: Evaluation,
): WireTensor | null | undefined {
  if (node !== undefined) return evaluation.nodes[node]?.[kind];
  return evaluation.edges.find(({ target, input }) => edgeId(target, input) === edge)?.[kind];
}

/** What a blank asks for, in words. */
export function blankName({ kind, node, edge }: Blank, graph: GraphDocument): string {
  if (node !== undefined) return `${kind} of ${nameIn(graph, node)}`;
  const { target, slot } = slotOf(edge!);
  const inputs = findNode(graph, target)?.inputs ?? [];
  const source = inputs[slot] ?? "";
  const twice = inputs.filter((other) => other === source).length > 1;
  return `share of ${nameIn(graph, source)} from ${nameIn(graph, target)}${twice ? `, input ${slot + 1}` : ""}`;
}

/** The node that a blank belongs to. */
export const ownerOf = ({ node, edge }: Blank, graph: GraphDocument): string | undefined =>
  node ?? findNode(graph, slotOf(edge!).target)?.inputs?.[slotOf(edge!).slot];

/** The blank behind a number in the drawing. Without an edge it is the output's; an edge carries its source's value, and for a node with one use its gradient. */
export function blankAt(
  blanks: readonly Blank[],
  kind: Blank["kind"],
  edge: string | undefined,
  graph: GraphDocument,
  output: string | undefined,
): Blank | undefined {
  if (edge === undefined)
    return blanks.find((blank) => blank.kind === kind && blank.node === output);
  const wanted = new Set([
    blankKey({ kind, edge }),
    blankKey({ kind, node: ownerOf({ kind, edge }, graph) }),
  ]);
  return blanks.find((blank) => wanted.has(blankKey(blank)));
}

/** What may be told of a number: nothing where it is itself still to be found. */
export interface Told {
  readonly name: string;
  /** The op's letter for it, in LaTeX. */
  readonly letter?: string | undefined;
  readonly value?: WireTensor | null | undefined;
  readonly kept: boolean;
}

export interface Hint {
  readonly text: string;
  readonly latex?: string | undefined;
  readonly numbers: readonly Told[];
}

export interface Known {
  readonly graph: GraphDocument;
  readonly evaluation: Evaluation;
  readonly ops: ReadonlyMap<string, Op>;
  /** Numbers that are still to be found. */
  readonly open: ReadonlySet<string>;
}

/** First how it is made, then of which numbers. Neither tells a number that is to be found. */
export function hintsOf(blank: Blank, known: Known): readonly [Hint, Hint] {
  if (blank.kind === "value") return valueHints(blank.node!, known);
  const { evaluation } = known;
  const shares =
    blank.node === undefined ? [blank.edge!] : (usesOf(evaluation).get(blank.node) ?? []);
  return shares.length === 1 ? shareHints(shares[0]!, known) : sumHints(shares, known);
}

function valueHints(id: string, known: Known): readonly [Hint, Hint] {
  const node = findNode(known.graph, id);
  const op = known.ops.get(node?.op ?? "");
  const inputs = (node?.inputs ?? []).map((source, slot) => ({
    ...told({ kind: "value", node: source }, known),
    letter: letterOf(op, slot),
  }));
  return [
    {
      text: `${nameIn(known.graph, id)} is ${node?.op ?? ""} of ${inputs.map(({ name }) => name.replace("value of ", "")).join(" and ")}:`,
      latex: op?.latex.value,
      numbers: [],
    },
    { text: "Put these in:", numbers: inputs },
  ];
}

function shareHints(edge: string, known: Known): readonly [Hint, Hint] {
  const { target, slot } = slotOf(edge);
  const { graph, evaluation, ops } = known;
  const node = findNode(graph, target);
  const op = ops.get(node?.op ?? "");
  const name = nameIn(graph, target);
  const source = nameIn(graph, node?.inputs?.[slot] ?? "");
  const letter = letterOf(op, slot);
  const partial = op?.latex.partials[slot] ?? op?.latex.partials.at(-1);
  // The result is called y, as in the partials, unless an input has that name.
  const result = op?.inputs.names.includes("y") ? "z" : "y";
  const left = op?.elementwise ? `\\frac{\\partial ${result}}{\\partial ${letter}} = ` : "";
  const step = (evaluation.trace ?? []).find(
    (other) => other.phase === "backward" && other.node === target && other.input === slot,
  );
  // The local derivative is made of these: it would tell one of them.
  const around = [...(node?.inputs ?? []), target];
  const kept = around.some((id) => known.open.has(blankKey({ kind: "value", node: id })));
  const local = step?.phase === "backward" && op?.elementwise && isPlain(step.local);
  const values = (node?.inputs ?? []).map((id, i) => ({
    ...told({ kind: "value", node: id }, known),
    letter: letterOf(op, i),
  }));
  return [
    {
      text: op?.elementwise
        ? `First the local derivative of ${name} with respect to ${source}:`
        : `${name} sends back to ${source}:`,
      latex: partial === undefined ? undefined : left + partial,
      numbers: [
        ...values,
        ...(local && !kept ? [{ name: "local derivative", value: step.local, kept: false }] : []),
      ],
    },
    {
      text: op?.elementwise
        ? `Multiply it by what arrives at ${name}:`
        : `What arrives at ${name}:`,
      numbers: [{ ...told({ kind: "gradient", node: target }, known), name: "upstream gradient" }],
    },
  ];
}

const sumHints = (shares: readonly string[], known: Known): readonly [Hint, Hint] => [
  {
    text: `It is used ${shares.length} times. Every use sends a share back; the gradient is their sum.`,
    numbers: [],
  },
  { text: "The shares:", numbers: shares.map((edge) => told({ kind: "gradient", edge }, known)) },
];

/** A number with its name, unless it is to be found itself; a gradient also goes by its only use. */
function told(blank: Blank, { graph, evaluation, open }: Known): Told {
  const name = blankName(blank, graph);
  const node = ownerOf(blank, graph);
  const uses = usesOf(evaluation).get(node ?? "") ?? [];
  const same: Blank[] =
    blank.kind === "gradient" && uses.length === 1
      ? [
          { kind: "gradient", node },
          { kind: "gradient", edge: uses[0] },
        ]
      : [blank];
  const kept = same.some((other) => open.has(blankKey(other)));
  return kept ? { name, kept } : { name, kept, value: truthOf(blank, evaluation) };
}

/** A blank as the server names it. */
export const toBlank = ({ kind, node, edge }: Exercise["blanks"][number]): Blank =>
  node === null ? { kind, edge: edge ?? "" } : { kind, node };

/** Blanks as they stand in a link: `v-subtotal,g-x,g-f:0`. */
export const blanksText = (blanks: readonly Blank[]): string =>
  blanks.map(({ kind, node, edge }) => `${kind[0]!}-${node ?? edge!}`).join(",");

/** Those of a link that are about something in the graph. */
export function readBlanks(text: string, graph: GraphDocument): Blank[] {
  const found = new Map<string, Blank>();
  for (const part of text.split(",")) {
    const match = /^([vg])-([A-Za-z_]\w{0,63})(?::(\d{1,4}))?$/.exec(part);
    const node = match ? findNode(graph, match[2]!) : undefined;
    if (!match || !node) continue;
    const kind = match[1] === "v" ? "value" : "gradient";
    const slot = match[3];
    // A leaf's value is given, and stands in fields and texts.
    if (slot === undefined && kind === "value" && isLeaf(node)) continue;
    if (slot !== undefined && (kind === "value" || Number(slot) >= (node.inputs ?? []).length))
      continue;
    const blank: Blank =
      slot === undefined ? { kind, node: node.id } : { kind, edge: edgeId(node.id, Number(slot)) };
    if (found.size < MOST) found.set(blankKey(blank), blank);
  }
  return [...found.values()];
}
