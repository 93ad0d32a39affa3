/** One open graph: the document with its history, the numbers of its latest run, and what is selected and pointed at. */
import { batch, computed, signal } from "@preact/signals-core";
import {
  ApiError,
  UNREACHABLE,
  type Evaluation,
  type Fault,
  type GraphDocument,
  type GraphNode,
  type Op,
  type Tensor,
} from "../api/client.js";
import { EMPTY, nameOf, findNode, outputOf, structureOf, withValue } from "./document.js";
import { evaluable, likelyOutput, setUpstream } from "./edit.js";
import { History, type Saved } from "./history.js";
import { measured } from "./timing.js";

/** Up to so many nodes a run brings every step's formula along. */
const TRACE_LIMIT = 300;
/** How often what is faulty in a graph is set aside to evaluate the rest. */
const ATTEMPTS = 4;
/** How soon a server that was away is asked again, in milliseconds. */
const AGAIN = 2000;

/** A run and the document that it belongs to. */
export interface Run {
  readonly graph: GraphDocument;
  /** The node that gradients are taken of; there may be numbers for a part of the graph only. */
  readonly output: string | undefined;
  readonly evaluation: Evaluation | undefined;
  /** The part of the graph that was evaluated, with its output. */
  readonly evaluated: GraphDocument | undefined;
  /** Why there are no numbers, or not all. */
  readonly faults: readonly Fault[];
}

type Evaluate = (graph: GraphDocument, trace: boolean) => Promise<Evaluation>;

export class Session {
  private readonly history: History<GraphDocument>;
  private busy = false;
  private stale = false;
  readonly graph;
  readonly undoName;
  readonly redoName;
  /** The latest finished run; behind `graph` while numbers are on their way. */
  readonly run = signal<Run>({
    graph: EMPTY,
    output: undefined,
    evaluation: undefined,
    evaluated: undefined,
    faults: [],
  });
  /** The server can't be reached: editing goes on, numbers wait. */
  readonly waiting = computed(() => this.run.value.faults.some(({ code }) => code === UNREACHABLE));
  readonly pointed = signal<string | undefined>(undefined);
  /** The edge of the drawing that is pointed at, by its target and slot. */
  readonly pointedEdge = signal<string | undefined>(undefined);
  /** The node that acts in the step that is shown. */
  readonly acting = signal<string | undefined>(undefined);
  /** The node that was pointed at last. */
  private readonly recent = signal<string | undefined>(undefined);
  readonly selection = signal<readonly string[]>([]);
  /** The edge that is selected, instead of nodes: its target and slot. */
  readonly selectedEdge = signal<string | undefined>(undefined);
  /** The node that is selected alone. */
  readonly selected;
  readonly inspected;
  /** The edge that the inspector shows instead of a node: the selected one, unless a node is pointed at. */
  readonly inspectedEdge;
  readonly ops: ReadonlyMap<string, Op>;

  constructor(
    first: GraphDocument | Saved<GraphDocument>,
    ops: readonly Op[],
    private readonly evaluate: Evaluate,
  ) {
    this.ops = new Map(ops.map((op) => [op.name, op]));
    this.history = new History(first);
    this.graph = this.history.now;
    this.undoName = this.history.undoName;
    this.redoName = this.history.redoName;
    this.selected = computed(() => {
      const [only, ...others] = this.selection.value;
      return others.length === 0 ? only : undefined;
    });
    this.selection.subscribe((ids) => {
      if (ids.length > 0) this.selectedEdge.value = undefined;
    });
    this.pointed.subscribe((id) => {
      if (id !== undefined) this.recent.value = id;
    });
    this.inspectedEdge = computed(() =>
      this.pointed.value === undefined ? this.selectedEdge.value : undefined,
    );
    /** The node that the inspector shows: pointed at, selected, acting, the last one pointed at, or the output. */
    this.inspected = computed(() => {
      const graph = this.graph.value;
      const here = (id: string | undefined): id is string =>
        graph.nodes.some((node) => node.id === id);
      const { pointed, acting, selected, recent, run } = this;
      return (
        [pointed, selected, acting, recent].map(({ value }) => value).find(here) ??
        [outputOf(graph), run.value.output].find(here)
      );
    });
    this.graph.subscribe(() => void this.catchUp());
  }

  /** Changes the document. Changes with one `tag` in a row are one step of undo, ended by `settle`. */
  apply(
    name: string,
    graph: GraphDocument | undefined,
    selection?: readonly string[],
    tag?: string,
  ): void {
    if (graph === undefined) return;
    batch(() => {
      this.history.push(graph, name, tag);
      if (selection) this.selection.value = selection;
      this.dropGone();
    });
  }

  /** Goes on with the latest change: what it has led to is replaced, and undo takes back both as one. */
  amend(name: string, graph: GraphDocument): void {
    this.history.amend(graph, name);
  }

  setValue(id: string, value: Tensor): void {
    const node = findNode(this.graph.value, id);
    if (!node) return;
    this.history.push(
      withValue(this.graph.value, id, value),
      `Change ${nameOf(node)}`,
      `value of ${id}`,
    );
  }

  settle(): void {
    this.history.settle();
  }

  /** Takes back what has been changed in one go and isn't settled. */
  cancel(): void {
    this.history.cancel();
  }

  /** Which of undo and redo comes to a document again; undefined where neither does. */
  wayTo(graph: GraphDocument): "undo" | "redo" | undefined {
    return this.history.wayTo(graph);
  }

  undo(): void {
    batch(() => {
      this.history.undo();
      this.dropGone();
    });
  }

  redo(): void {
    batch(() => {
      this.history.redo();
      this.dropGone();
    });
  }

  saved(): Saved<GraphDocument> {
    return this.history.saved();
  }

  /** Evaluates the same document again, where the server was away. */
  retry(): void {
    if (!this.waiting.peek() || this.busy) return;
    this.stale = true;
    void this.catchUp();
  }

  /** What is gone can't be selected. */
  private dropGone(): void {
    const graph = this.graph.value;
    const there = new Set([
      ...graph.nodes.map(({ id }) => id),
      ...(graph.groups ?? []).map(({ id }) => groupNode(id)),
    ]);
    const kept = this.selection.value.filter((id) => there.has(id));
    if (kept.length < this.selection.value.length) this.selection.value = kept;
  }

  /** Runs the newest document; changes that come meanwhile are run together afterwards. */
  private async catchUp(): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    try {
      while (this.stale || this.run.peek().graph !== this.graph.peek()) {
        this.stale = false;
        this.run.value = await this.runOnce(this.graph.peek());
      }
    } finally {
      this.busy = false;
    }
    if (this.waiting.peek())
      setTimeout(() => {
        this.retry();
      }, AGAIN);
  }

  /** Evaluates all of a document that can be. */
  private async runOnce(graph: GraphDocument): Promise<Run> {
    const faults: Fault[] = [];
    const faulty = new Set<string>();
    const before = this.run.peek().output;
    let seeded = true;
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const whole = seeded ? graph : setUpstream(graph, undefined);
      const part = evaluable(whole, this.ops, faulty, before);
      const output = likelyOutput(part, before);
      if (output === undefined) break;
      try {
        const settled = outputOf(part) === undefined ? { ...part, output } : part;
        const start = performance.now();
        const evaluation = await this.evaluate(settled, part.nodes.length <= TRACE_LIMIT);
        measured("evaluate", start);
        return { graph, output, evaluation, evaluated: settled, faults };
      } catch (error) {
        const found: readonly Fault[] =
          error instanceof ApiError
            ? error.faults
            : [{ code: "unexpected", detail: String(error) }];
        faults.push(...found);
        const known = faulty.size;
        for (const { node } of found) if (node) faulty.add(node);
        const unfit = seeded && found.some(isSeedFault);
        if (unfit) seeded = false;
        if (faulty.size === known && !unfit) break;
      }
    }
    return { graph, output: undefined, evaluation: undefined, evaluated: undefined, faults };
  }
}

/** Whether what is wrong is the seed; the numbers are then those for ones. */
export const isSeedFault = ({ pointer }: Fault): boolean =>
  pointer?.startsWith("/graph/upstream") ?? false;

/** The id by which a closed group goes among the nodes of a drawing. */
export const groupNode = (group: string): string => GROUP_PREFIX + group;

/** The group that a node of a drawing stands for; undefined for a node of the graph. */
export const groupOf = (node: string): string | undefined =>
  node.startsWith(GROUP_PREFIX) ? node.slice(GROUP_PREFIX.length) : undefined;

/** The selected nodes, those of closed groups among them. */
export function selectedNodes({ graph, selection }: Session): string[] {
  const groups = new Map((graph.value.groups ?? []).map(({ id, nodes }) => [groupNode(id), nodes]));
  return selection.value.flatMap((id) => groups.get(id) ?? [id]);
}

/** No node's id has a colon. */
const GROUP_PREFIX = "group:";

/** Whether two documents differ at most in their leaves' numbers. Nearly all nodes of neighbouring ones are the same objects. */
export const sameStructure = (a: GraphDocument, b: GraphDocument): boolean =>
  a === b ||
  (a.nodes.length === b.nodes.length &&
    a.nodes.every((node, i) => node === b.nodes[i] || alike(node, b.nodes[i]!)) &&
    structureOf({ ...a, nodes: [] }) === structureOf({ ...b, nodes: [] }));

const alike = (one: GraphNode, other: GraphNode): boolean =>
  structureOf({ nodes: [one] }) === structureOf({ nodes: [other] });
