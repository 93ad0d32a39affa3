/** What is seen of a graph beyond the document: how it is drawn, what is marked, what is kept back. */
import { computed, signal } from "@preact/signals-core";
import type { Fault, GraphNode } from "../api/client.js";
import { imagesOf } from "./sheets.js";

/** The book's pairs of arrows; one line with both numbers (CS231n); local derivatives on the edges (colah). */
export type Convention = "book" | "cs231n" | "colah";

/** A tensor on an edge: numbers where they are few and else a heat map; numbers where there is room for them; always a heat map. */
export type TensorsAs = "few" | "numbers" | "heat";
export const TENSORS_LABELS: Readonly<Record<TensorsAs, string>> = {
  few: "numbers while they are few",
  numbers: "numbers",
  heat: "heat maps",
};
export const TENSORS_AS = Object.keys(TENSORS_LABELS) as TensorsAs[];

/** How a graph is drawn. */
export interface Manner {
  readonly convention: Convention;
  /** Captions alone: for pictures that can't hold more than texts. */
  readonly tensors: TensorsAs | "captions";
  /** For leaves where it was chosen: whether they are shown as images. */
  readonly images: ReadonlyMap<string, boolean>;
}

export const USUAL_MANNER: Manner = { convention: "book", tensors: "few", images: new Map() };

/** Names of marks by node or by edge; several for one are parted by spaces. */
export type Marks = ReadonlyMap<string, string>;

export interface MarkSet {
  readonly nodes: Marks;
  readonly edges: Marks;
}

/** Which numbers are not shown: not computed yet at a step, or to be found by the reader. */
export interface Hidden {
  value(node: string): boolean;
  gradient(node: string): boolean;
  /** One edge's share of the gradient. */
  share(edge: string): boolean;
}

/** A number that the reader is to find. A node's value is its edges' value; an edge is named `target:slot`. */
export interface Blank {
  readonly kind: "value" | "gradient";
  readonly node?: string | undefined;
  readonly edge?: string | undefined;
}

export const blankKey = ({ kind, node, edge }: Blank): string => `${kind} ${node ?? edge ?? ""}`;

const NO_MARKS: MarkSet = { nodes: new Map(), edges: new Map() };
/** Short texts by node. */
export type Notes = ReadonlyMap<string, string>;

export const NO_NOTES: Notes = new Map();
const NO_EDGES: readonly string[] = [];
const NO_BLANKS: readonly Blank[] = [];

export class Look {
  readonly convention = signal<Convention>("book");
  readonly tensors = signal<TensorsAs>("few");
  readonly images = signal<Manner["images"]>(new Map());
  readonly manner = computed((): Manner => ({
    convention: this.convention.value,
    tensors: this.tensors.value,
    images: this.images.value,
  }));
  /** Whether backward arrows are as thick as their gradients are large. */
  readonly weighted = signal(false);
  /** Edges that something elsewhere on the page points at. */
  readonly litEdges = signal(NO_EDGES);
  /** Marks of the panel that is open, such as a lens. */
  readonly lens = signal(NO_MARKS);
  /** What the panel that is open writes under nodes. */
  readonly notes = signal(NO_NOTES);
  /** Marks of the step that is shown. */
  readonly step = signal(NO_MARKS);
  /** Marks of the nodes that can't be computed. */
  readonly faulty = signal(NO_MARKS);
  /** What the step that is shown hasn't reached yet. */
  readonly ahead = signal<Hidden | undefined>(undefined);
  /** What the panel that is open keeps back. */
  readonly blanks = signal(NO_BLANKS);
  /** What is left to find in an exercise that is under way, whatever panel is open. */
  readonly exercise = signal(NO_BLANKS);
  readonly marks = computed((): MarkSet =>
    joined(joined(this.step.value, this.lens.value), this.faulty.value),
  );
  /** Ends the exercise that is under way; set by whoever runs it. */
  endExercise: () => void = () => undefined;
  readonly blankKeys = computed(
    () => new Set([...this.blanks.value, ...this.exercise.value].map(blankKey)),
  );

  /** Whether there are numbers that must not be told: to be found, or not reached by the step that is shown. */
  readonly keepsBack = computed(
    () => this.blankKeys.value.size > 0 || this.ahead.value !== undefined,
  );

  /** Whether a leaf is shown as an image, or as several. */
  showsImage(leaf: GraphNode): boolean {
    return imagesOf([leaf], this.images.value).size > 0;
  }

  /** Takes away what a panel has marked. */
  clear(): void {
    this.lens.value = NO_MARKS;
    this.notes.value = NO_NOTES;
    this.litEdges.value = NO_EDGES;
    this.blanks.value = NO_BLANKS;
  }
}

/** Marks the nodes that something is wrong with. */
export function faultMarks(faults: readonly Fault[]): MarkSet {
  const nodes = faults.flatMap(({ node }) => (node ? [node] : []));
  return { nodes: new Map(nodes.map((id) => [id, "faulty"])), edges: new Map() };
}

function joined(a: MarkSet, b: MarkSet): MarkSet {
  const both = (one: Marks, other: Marks): Marks => {
    const all = new Map(one);
    for (const [id, names] of other) all.set(id, all.has(id) ? `${all.get(id)!} ${names}` : names);
    return all;
  };
  return { nodes: both(a.nodes, b.nodes), edges: both(a.edges, b.edges) };
}
