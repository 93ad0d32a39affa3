/**
 * A training of the open graph: stretch after stretch, each a question to the server that goes on where the last one ended, so that
 * the drawing follows and nothing is lost by a pause. A stretch that is broken off never was; going on repeats its steps bit for bit.
 */
import { batch, computed, effect, signal, untracked } from "@preact/signals-core";
import { ApiError, type Fault, type GraphDocument, type LeafValue } from "../api/client.js";
import type { Stretch, TrainRequest, TrainState } from "../api/train.js";
import { parametersOf, skeletonOf, withValues } from "./document.js";
import { likelyOutput } from "./edit.js";
import { counted, pointOf, withPoints, type Point } from "./learning.js";
import type { Session } from "./session.js";

/** How long the server is to be at work on a stretch, in seconds: worth a question, and short enough to be followed. */
const AIM = 0.2;
const FIRST_STRETCH = 4;
/** A stretch is at most so many times as long as the one before. */
const GROWTH = 8;
/** Up to so many points are told of one stretch. */
const POINTS = 200;
/** A training tries the test data so many times, or every so many steps where that is more often; and after every stretch. */
const TESTS = 50;
const TEST_EVERY = 20;

/** How many steps the next stretch has, after one that took so many seconds. */
export function nextStretch(steps: number, seconds: number): number {
  const wish = Math.round((steps * AIM) / Math.max(seconds, 0.001));
  return Math.max(1, Math.min(wish, steps * GROWTH));
}

/** What is asked for besides the graph and the number of steps. */
export type Method = Omit<TrainRequest, "graph" | "steps" | "state" | "output">;

export type Train = (request: TrainRequest, signal: AbortSignal) => Promise<Stretch>;

export type Phase = "idle" | "running" | "paused" | "done";

/** Where a training has come to. */
interface Mark {
  /** Undefined before the first step. */
  readonly state: TrainState | undefined;
  readonly parameters: ReadonlyMap<string, LeafValue>;
  readonly skeleton: string;
}

export interface Progress {
  readonly step: number;
  readonly goal: number;
  /** Seconds until the goal; undefined where that isn't known yet. */
  readonly left: number | undefined;
}

const NO_PROGRESS: Progress = { step: 0, goal: 0, left: undefined };

export class Trainer {
  readonly phase = signal<Phase>("idle");
  readonly progress = signal(NO_PROGRESS);
  readonly points = signal<readonly Point[]>([]);
  readonly faults = signal<readonly Fault[]>([]);
  /** Why it has paused by itself; empty where it hasn't. */
  readonly note = signal("");
  private readonly mark = signal<Mark | undefined>(undefined);
  /** Whether the graph is as the training left it, so that it can go on. */
  readonly goesOn = computed(() => {
    const mark = this.mark.value;
    return mark !== undefined && isAsLeft(this.session.graph.value, mark);
  });
  /** Whether undo takes back this training, and nothing else. */
  readonly undoable = computed(
    () => this.left.value !== undefined && this.session.graph.value === this.left.value,
  );
  /** Which way leads back to the document as the training left it; undefined where neither does. */
  readonly wayBack = computed(() =>
    this.left.value === undefined ? undefined : this.session.wayTo(this.left.value),
  );
  /** Whether what was learnt is taken back, and redo would bring it again. */
  readonly undone = computed(() => this.phase.value !== "running" && this.wayBack.value === "redo");
  /** The document as the latest stretch left it. */
  private readonly left = signal<GraphDocument | undefined>(undefined);
  /** The step at which the latest step of undo began. */
  private entryFrom = 0;
  private stretch = FIRST_STRETCH;
  private aborting: AbortController | undefined;

  constructor(
    private readonly session: Session,
    private readonly train: Train,
    private readonly now: () => number = () => performance.now(),
  ) {
    effect(() => {
      this.watch(session.graph.value);
    });
  }

  /** Goes on until so many steps are done since the beginning, or begins where there is nothing to go on from. */
  async run(steps: number, method: Method): Promise<void> {
    const step = this.begin();
    const { goal } = this.progress.peek();
    const unfinished = this.phase.peek() === "paused" && goal > step;
    await this.go(unfinished ? goal : step + steps, method, "done");
  }

  /** Takes one step and pauses. */
  async step(steps: number, method: Method): Promise<void> {
    const step = this.begin();
    const { goal } = this.progress.peek();
    const whole = goal > step ? goal : step + steps;
    await this.go(step + 1, method, "paused", whole);
  }

  /** Stops at once; `run` goes on. */
  pause(note = ""): void {
    if (this.phase.peek() !== "running") return;
    this.aborting?.abort();
    this.phase.value = "paused";
    this.note.value = note;
  }

  /** Ends the training at once and keeps what was learnt; `run` begins anew. */
  stop(): void {
    this.aborting?.abort();
    batch(() => {
      this.phase.value = "idle";
      this.note.value = "";
      this.faults.value = [];
      this.mark.value = undefined;
    });
  }

  /** Takes back what was learnt since the last other change of the graph. */
  takeBack(): void {
    if (!this.undoable.peek()) return;
    this.stop();
    this.session.undo();
    this.points.value = [];
    this.progress.value = NO_PROGRESS;
  }

  /** The step to go on from. */
  private begin(): number {
    if (this.goesOn.peek()) return this.at;
    const graph = this.session.graph.peek();
    batch(() => {
      this.stop();
      this.points.value = [];
      this.progress.value = NO_PROGRESS;
      this.mark.value = markOf(graph, undefined);
    });
    return 0;
  }

  /** The step that was taken last. */
  private get at(): number {
    return this.mark.peek()?.state?.step ?? 0;
  }

  private async go(goal: number, method: Method, end: Phase, whole = goal): Promise<void> {
    const aborting = new AbortController();
    this.aborting = aborting;
    const from = this.at;
    const begun = this.now();
    batch(() => {
      this.phase.value = "running";
      this.faults.value = [];
      this.note.value = "";
      this.progress.value = { step: from, goal: whole, left: undefined };
    });
    try {
      for (let step = from; step < goal && !aborting.signal.aborted;) {
        step = await this.goOne(
          Math.min(goal - step, this.stretch),
          whole,
          method,
          aborting.signal,
        );
        const left = ((this.now() - begun) / (step - from)) * ((goal - step) / 1000);
        this.progress.value = { step, goal: whole, left };
      }
      if (!aborting.signal.aborted) this.phase.value = end;
    } catch (error) {
      if (aborting.signal.aborted) return;
      this.phase.value = this.at > 0 ? "paused" : "idle";
      if (!(error instanceof ApiError)) throw error;
      this.faults.value = error.faults;
    }
  }

  /** Trains one stretch; the step at which it has ended. */
  private async goOne(
    steps: number,
    whole: number,
    method: Method,
    signal: AbortSignal,
  ): Promise<number> {
    const { session } = this;
    const state = this.mark.peek()?.state;
    const { initialise, ...rest } = method;
    const graph = session.graph.peek();
    const output = likelyOutput(graph, session.run.peek().output);
    const { lines, end } = await this.train(
      {
        ...rest,
        // Weights are drawn before the first step alone.
        ...(state ? { state } : initialise ? { initialise } : {}),
        ...(output === undefined ? {} : { output }),
        graph,
        steps,
        every: Math.ceil(steps / POINTS),
        test_every: Math.min(TEST_EVERY, Math.ceil(whole / TESTS)),
      },
      signal,
    );
    signal.throwIfAborted();
    // The rest at the end is too short to tell.
    if (steps === this.stretch) this.stretch = nextStretch(steps, end.elapsed);
    batch(() => {
      this.take(end.state, parametersOf(end.graph));
      this.points.value = withPoints(this.points.peek(), [...lines.slice(0, -1), end].map(pointOf));
    });
    if (end.stopped) throw new ApiError(asProblem(end.stopped));
    return end.state.step;
  }

  /** Hands the parameters to the open graph. All stretches in a row are one step of undo. */
  private take(state: TrainState, parameters: ReadonlyMap<string, LeafValue>): void {
    const { session } = this;
    const before = session.graph.peek();
    const after = withValues(before, parameters);
    const more = this.undoable.peek();
    if (!more) this.entryFrom = this.at;
    this.mark.value = markOf(after, state);
    this.left.value = after;
    const name = `Train ${counted(state.step - this.entryFrom, "step")}`;
    if (more) session.amend(name, after);
    else session.apply(name, after);
  }

  /** Pauses when somebody changes what is being trained. Inputs may change, and where nodes stand. */
  private watch(graph: GraphDocument): void {
    untracked(() => {
      const mark = this.mark.peek();
      if (this.phase.peek() === "running" && mark && !isAsLeft(graph, mark))
        this.pause("The graph was changed, so training has paused.");
    });
  }
}

const markOf = (graph: GraphDocument, state: TrainState | undefined): Mark => ({
  state,
  parameters: parametersOf(graph),
  skeleton: skeletonOf(graph),
});

/** Whether a graph computes the same, with the very parameters that a training left. */
function isAsLeft(graph: GraphDocument, { parameters, skeleton }: Mark): boolean {
  const here = parametersOf(graph);
  return (
    here.size === parameters.size &&
    [...here].every(([id, value]) => parameters.get(id) === value) &&
    skeletonOf(graph) === skeleton
  );
}

const asProblem = ({ code, detail }: Fault): ApiError["problem"] => ({
  type: code,
  title: "Stopped",
  status: 200,
  detail,
  errors: [{ code, detail }],
});
