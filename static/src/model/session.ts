/** One open graph: the document with its history, the numbers of its latest run, and what is pointed at. */
import { computed, signal } from "@preact/signals-core";
import {
  ApiError,
  type Evaluation,
  type Fault,
  type GraphDocument,
  type Op,
  type Tensor,
} from "../api/client.js";
import { EMPTY, outputOf, structureOf, withValue } from "./document.js";
import { History } from "./history.js";

/** Up to so many nodes a run brings every step's formula along. */
const TRACE_LIMIT = 300;

/** A run and the document that it belongs to. */
export interface Run {
  readonly graph: GraphDocument;
  readonly evaluation: Evaluation | undefined;
  /** Why there are no numbers. */
  readonly faults: readonly Fault[];
}

type Evaluate = (graph: GraphDocument, trace: boolean) => Promise<Evaluation>;

export class Session {
  private readonly history: History<GraphDocument>;
  private busy = false;
  readonly graph;
  readonly canUndo;
  readonly canRedo;
  /** The latest finished run; behind `graph` while numbers are on their way. */
  readonly run = signal<Run>({
    graph: EMPTY,
    evaluation: undefined,
    faults: [],
  });
  readonly pointed = signal<string | undefined>(undefined);
  readonly selected = signal<string | undefined>(undefined);
  readonly inspected;
  readonly ops: ReadonlyMap<string, Op>;

  constructor(
    first: GraphDocument,
    ops: readonly Op[],
    private readonly evaluate: Evaluate,
  ) {
    this.ops = new Map(ops.map((op) => [op.name, op]));
    this.history = new History(first);
    this.graph = this.history.now;
    this.canUndo = this.history.canUndo;
    this.canRedo = this.history.canRedo;
    /** The node that the inspector shows: pointed at, else selected, else the output. */
    this.inspected = computed(() => {
      const { graph } = this.run.value;
      const here = (id: string | undefined): id is string =>
        graph.nodes.some((node) => node.id === id);
      return [this.pointed.value, this.selected.value, outputOf(graph)].find(here);
    });
    this.graph.subscribe(() => void this.catchUp());
  }

  open(graph: GraphDocument): void {
    this.history.push(graph);
  }

  /** Changes a leaf. The changes of one drag are one step of undo, ended by `settle`. */
  setValue(id: string, value: Tensor): void {
    this.history.push(withValue(this.graph.value, id, value), `value of ${id}`);
  }

  settle(): void {
    this.history.settle();
  }

  undo(): void {
    this.history.undo();
  }

  redo(): void {
    this.history.redo();
  }

  /** Runs the newest document; changes that come meanwhile are run together afterwards. */
  private async catchUp(): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    try {
      while (this.run.peek().graph !== this.graph.peek()) await this.runOnce(this.graph.peek());
    } finally {
      this.busy = false;
    }
  }

  private async runOnce(graph: GraphDocument): Promise<void> {
    if (graph.nodes.length === 0) {
      this.run.value = { graph, evaluation: undefined, faults: [] };
      return;
    }
    try {
      const evaluation = await this.evaluate(graph, graph.nodes.length <= TRACE_LIMIT);
      this.run.value = { graph, evaluation, faults: [] };
    } catch (error) {
      const faults =
        error instanceof ApiError ? error.faults : [{ code: "unexpected", detail: String(error) }];
      this.run.value = { graph, evaluation: undefined, faults };
    }
  }
}

/** Whether two documents differ at most in their leaves' numbers. */
export const sameStructure = (a: GraphDocument, b: GraphDocument): boolean =>
  a === b || structureOf(a) === structureOf(b);
