/**
 * What the layout is asked and what it answers. Plain data: it crosses to the worker and back.
 * Lengths are in drawing units (one unit is one pixel at zoom 1); y grows downwards.
 */

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Rect extends Point, Size {}

/** Room for a text, and how much of its width is written in now; all of it where nothing is said. */
export interface TextSize extends Size {
  readonly written?: number;
}

/**
 * Where a node would like to stand: data leaves in the `first` column, as the book draws them; a constant
 * `near` its use, just before it; everything else `free`.
 */
export type Column = "first" | "near" | "free";

export interface LayoutNode extends Size {
  readonly id: string;
  readonly column: Column;
  /** Operators are circles or pills, leaves are text boxes: edges end on this outline. */
  readonly outline: "round" | "box";
  /** The centre, where a person put the node. It stays there. */
  readonly pinned?: Point;
  /** How many input slots it has, and which of them are empty. */
  readonly holes?: { readonly slots: number; readonly empty: readonly number[] };
}

export interface LayoutEdge {
  readonly id: string;
  readonly source: string;
  readonly target: string;
  /** The input slot of the target: slots enter from top to bottom. */
  readonly slot: number;
  /** The forward value's text box, above the thin arrow. */
  readonly value: TextSize;
  /** The gradient's text box, below the thick arrow. */
  readonly gradient: TextSize;
}

export interface LayoutGroup {
  readonly id: string;
  readonly title: Size;
  readonly nodes: readonly string[];
}

export interface LayoutInput {
  readonly nodes: readonly LayoutNode[];
  readonly edges: readonly LayoutEdge[];
  readonly groups: readonly LayoutGroup[];
  /** The output node ends in a short arrow of its own, carrying the result and the seed. */
  readonly output?: { readonly node: string; readonly value: Size; readonly gradient: Size };
  /** The nodes of an earlier layout: those that were there before move as little as possible. */
  readonly previous?: Readonly<Record<string, Place>>;
}

/**
 * A node's centre, with what the layout wants to remember of the columns that it stood in. A plain centre does as an earlier
 * place too; with the memory the next layout can keep columns, heights and lines where they were.
 */
export interface Place extends Point {
  readonly laid?: Laid;
  /** The rings of its empty slots, from its centre. */
  readonly holes?: readonly Point[];
}

/** Where the columns had a node, which is not its centre where it had to give way. */
export interface Laid {
  /** A name for the connected part of the graph that it belonged to. */
  readonly part: string;
  /** The number of its column, and the column's edges. */
  readonly column: number;
  readonly left: number;
  readonly right: number;
  readonly y: number;
  /** Heights of each edge into the node, from lattice column `first` on; the output's own arrow is named "". */
  readonly lanes: Readonly<
    Record<string, { readonly first: number; readonly y: readonly number[] }>
  >;
  /** One node of each part of the graph also remembers this of the pinned ones, and the top and bottom of its groups. */
  readonly pinned?: Readonly<Record<string, Laid>>;
  readonly groups?: Readonly<Record<string, readonly [number, number]>>;
}

/** One edge as drawn: the centre line of its pair of arrows from source to target, and its two label centres. */
export interface EdgeRoute {
  readonly points: readonly Point[];
  readonly value: Point;
  readonly gradient: Point;
}

export interface LayoutResult {
  readonly bounds: Rect;
  /** Centres. */
  readonly nodes: Readonly<Record<string, Place>>;
  readonly edges: Readonly<Record<string, EdgeRoute>>;
  readonly output?: EdgeRoute;
  readonly groups: Readonly<Record<string, Rect>>;
  /** Made in no time, as somebody didn't want to wait; the next layout needn't keep any of it. */
  readonly plain?: true;
}

/** Is told how much of a layout is done, from 0 to 1. */
export type Tell = (share: number) => void;
