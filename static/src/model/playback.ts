/** The two passes of an evaluation as steps that a person can go through, one at a time. */
import { computed, signal, type ReadonlySignal } from "@preact/signals-core";
import type { Evaluation, GraphDocument, WireTensor } from "../api/client.js";
import { edgeId, findNode, isLeaf, nameIn, nameOf } from "./document.js";
import { formatNumber, formatSpoken, isScalar } from "./numbers.js";
import type { Hidden, MarkSet } from "./look.js";
import type { Signs } from "./edit.js";
import { sameStructure, type Run } from "./session.js";

/** A node computes its value; the seed is handed to the output; a node sends an input its share. */
export type PlayStep =
  | { readonly phase: "forward"; readonly node: string }
  | { readonly phase: "seed"; readonly node: string }
  | { readonly phase: "backward"; readonly node: string; readonly input: number };

/** The steps of a run in their order; none where it brought no trace. */
export function stepsOf({ evaluation }: Pick<Run, "evaluation">): PlayStep[] {
  const trace = evaluation?.trace ?? [];
  if (!evaluation || trace.length === 0) return [];
  const forward = trace.flatMap((step): PlayStep[] =>
    step.phase === "forward" ? [{ phase: "forward", node: step.node }] : [],
  );
  const backward = trace.flatMap((step): PlayStep[] =>
    step.phase === "backward" ? [{ phase: "backward", node: step.node, input: step.input }] : [],
  );
  const seed: PlayStep[] =
    evaluation.nodes[evaluation.output]?.gradient === null
      ? []
      : [{ phase: "seed", node: evaluation.output }];
  return [...forward, ...seed, ...backward];
}

/** What is not computed after the first `done` steps. */
export function aheadOf(run: Run, steps: readonly PlayStep[], done: number): Hidden {
  const known = new Set(run.graph.nodes.filter(isLeaf).map(({ id }) => id));
  const shares = new Set<string>();
  let seeded = false;
  for (const step of steps.slice(0, done)) {
    if (step.phase === "forward") known.add(step.node);
    else if (step.phase === "seed") seeded = true;
    else shares.add(edgeId(step.node, step.input));
  }
  const owed = new Map<string, string[]>();
  for (const step of steps)
    if (step.phase === "backward") {
      const source = sourceOf(run, step.node, step.input);
      owed.set(source, [...(owed.get(source) ?? []), edgeId(step.node, step.input)]);
    }
  return {
    value: (node) => !known.has(node),
    gradient: (node) =>
      (node === run.evaluation?.output && !seeded) ||
      !(owed.get(node) ?? []).every((edge) => shares.has(edge)),
    share: (edge) => !shares.has(edge),
  };
}

/** Who acts in the last of the first `done` steps, what it reads, and what still waits. */
export function marksAt(run: Run, steps: readonly PlayStep[], done: number): MarkSet {
  const nodes = new Map<string, string>();
  const edges = new Map<string, string>();
  const hidden = aheadOf(run, steps, done);
  for (const { id } of run.graph.nodes) if (hidden.value(id)) nodes.set(id, "waiting");
  for (const step of steps.slice(done))
    if (step.phase === "backward") edges.set(edgeId(step.node, step.input), "waiting");
  const step = steps[done - 1];
  if (!step) return { nodes, edges };
  nodes.set(step.node, "acting");
  if (step.phase === "forward")
    for (const [slot] of inputsOf(run, step.node).entries())
      edges.set(edgeId(step.node, slot), "reading carrying waiting");
  if (step.phase === "backward") {
    for (const { source, target, input } of run.evaluation?.edges ?? [])
      if (source === step.node) edges.set(edgeId(target, input), "reading");
    edges.set(edgeId(step.node, step.input), "sending");
    const source = sourceOf(run, step.node, step.input);
    nodes.set(source, `${nodes.get(source) ?? ""} receiving`.trim());
  }
  return { nodes, edges };
}

const inputsOf = ({ graph }: Run, node: string): readonly string[] =>
  findNode(graph, node)?.inputs ?? [];

const sourceOf = (run: Run, node: string, input: number): string => inputsOf(run, node)[input]!;

/** One step as a sentence; `sign` is how an op is written. */
export function sentenceOf(
  run: Run,
  steps: readonly PlayStep[],
  done: number,
  sign = (op: string): string => op,
): string {
  const { graph, evaluation } = run;
  const step = steps[done - 1];
  if (!evaluation) return "";
  if (!step) return "The values of the leaves are given. Nothing is computed yet.";
  const value = (id: string): string => formatSpoken(evaluation.nodes[id]?.value);
  const name = nameIn(graph, step.node);
  if (step.phase === "seed")
    return `The way back begins at ${name}: its gradient is ${formatSpoken(evaluation.nodes[step.node]?.gradient)}, the seed.`;
  if (step.phase === "forward") {
    const node = findNode(graph, step.node)!;
    const inputs = inputsOf(run, step.node).map((id) => named(graph, id, value(id)));
    return `${name}: ${sign(node.op)} of ${listed(inputs)} is ${value(step.node)}.`;
  }
  return backwardSentence(run, evaluation, steps, done, step);
}

function backwardSentence(
  run: Run,
  evaluation: Evaluation,
  steps: readonly PlayStep[],
  done: number,
  { node, input }: Extract<PlayStep, { phase: "backward" }>,
): string {
  const { graph } = run;
  const source = sourceOf(run, node, input);
  const [from, to] = [nameIn(graph, node), nameIn(graph, source)];
  const traced = (evaluation.trace ?? []).find(
    (other) => other.phase === "backward" && other.node === node && other.input === input,
  );
  if (traced?.phase !== "backward") return "";
  if (traced.gradient === null)
    return `${from} sends nothing back to ${to}: no gradient flows here.`;
  const { upstream, local, gradient } = traced;
  const how =
    local !== null && isScalar(local) && isScalar(upstream)
      ? `upstream ${formatSpoken(upstream)} × local derivative ${formatSpoken(local)} = ${formatSpoken(gradient)}`
      : `${formatSpoken(gradient)}, made of the upstream gradient, ${formatSpoken(upstream)}`;
  return `${from} sends back to ${to}: ${how}.${sumSentence(run, evaluation, steps, done, source)}`;
}

/** At a node that is used more than once: the sum of what has come back so far. */
function sumSentence(
  run: Run,
  evaluation: Evaluation,
  steps: readonly PlayStep[],
  done: number,
  source: string,
): string {
  const all = sharesBack(run, evaluation, steps, source, steps.length);
  if (all.length < 2) return "";
  const so = sharesBack(run, evaluation, steps, source, done);
  const name = nameIn(run.graph, source);
  if (!all.every((share) => isScalar(share)))
    return ` ${so.length} of ${all.length} shares have come back to ${name}.`;
  const total = so.reduce<number>((sum, share) => sum + Number(share), 0);
  const terms = so.map(formatSpoken).join(" + ").replaceAll("+ \u2212", "\u2212 ");
  return so.length === 1
    ? ` It is the first of ${all.length} shares of ${name}.`
    : ` The shares of ${name} ${so.length < all.length ? "so far" : "together"}: ${terms} = ${formatNumber(total)}.`;
}

/** The shares that have come back to a node in the first `done` steps, in that order. */
export function sharesBack(
  run: Run,
  evaluation: Evaluation,
  steps: readonly PlayStep[],
  source: string,
  done: number,
): WireTensor[] {
  const shares = new Map(
    evaluation.edges.map(({ target, input, gradient }) => [edgeId(target, input), gradient]),
  );
  return steps.slice(0, done).flatMap((step) => {
    if (step.phase !== "backward" || sourceOf(run, step.node, step.input) !== source) return [];
    const share = shares.get(edgeId(step.node, step.input));
    return share === null || share === undefined ? [] : [share];
  });
}

/** A node with its value, unless its name is its value already. */
const named = (graph: GraphDocument, id: string, value: string): string => {
  const node = findNode(graph, id);
  const name = node ? nameOf(node) : id;
  if (name === value) return name;
  return value.startsWith("[") ? `${name} = ${value}` : `${name} (${value})`;
};

const listed = (items: readonly string[]): string =>
  items.length < 2 ? items.join("") : `${items.slice(0, -1).join(", ")} and ${items.at(-1)!}`;

export const SPEEDS = [0.5, 1, 2, 4] as const;
/** How long one step takes at speed 1, in milliseconds. */
const PACE = 1200;

/** What is gone through: a graph with its run, and how its ops are written. */
export interface Played {
  readonly graph: ReadonlySignal<GraphDocument>;
  readonly run: ReadonlySignal<Run>;
  readonly ops: Signs;
}

/** Where one is in the two passes. At the end everything is shown, as when nobody steps. */
export class Playback {
  private readonly at = signal<number | undefined>(undefined);
  private timer: ReturnType<typeof setTimeout> | undefined;
  readonly speed = signal<number>(1);
  readonly loop = signal(false);
  readonly playing = signal(false);
  readonly steps;
  /** How many steps are done. */
  readonly done;
  readonly atEnd;
  readonly ahead;
  readonly marks;
  /** The node of the step that is shown. */
  readonly acting;
  readonly sentence;

  constructor(session: Played) {
    this.steps = computed(() => stepsOf(session.run.value));
    this.done = computed(() =>
      Math.min(this.at.value ?? this.steps.value.length, this.steps.value.length),
    );
    this.atEnd = computed(() => this.at.value === undefined);
    this.ahead = computed(() =>
      this.atEnd.value ? undefined : aheadOf(session.run.value, this.steps.value, this.done.value),
    );
    this.marks = computed((): MarkSet =>
      this.atEnd.value
        ? { nodes: new Map(), edges: new Map() }
        : marksAt(session.run.value, this.steps.value, this.done.value),
    );
    this.acting = computed(() =>
      this.atEnd.value ? undefined : this.steps.value[this.done.value - 1]?.node,
    );
    this.sentence = computed(() =>
      this.atEnd.value
        ? ""
        : sentenceOf(
            session.run.value,
            this.steps.value,
            this.done.value,
            (op) => session.ops.get(op)?.symbol ?? op,
          ),
    );
    // A slider leaves one where one is; another graph begins with everything shown.
    let before = session.graph.peek();
    session.graph.subscribe((graph) => {
      if (!sameStructure(before, graph)) this.end();
      before = graph;
    });
  }

  /** How many steps the way forward has. */
  get turn(): number {
    return this.steps.value.filter(({ phase }) => phase === "forward").length;
  }

  go(done: number): void {
    this.pause();
    this.at.value = Math.max(0, Math.min(done, this.steps.peek().length));
  }

  /** One step on, or back; from the end, on begins anew. */
  by(way: 1 | -1): void {
    const last = this.steps.peek().length;
    this.go(this.atEnd.peek() && way > 0 ? 0 : this.atEnd.peek() ? last : this.done.peek() + way);
  }

  /** Shows everything. */
  end(): void {
    this.pause();
    this.at.value = undefined;
  }

  play(): void {
    if (this.steps.peek().length === 0) return;
    if (this.atEnd.peek() || this.done.peek() === this.steps.peek().length) this.at.value = 0;
    this.playing.value = true;
    this.schedule();
  }

  pause(): void {
    clearTimeout(this.timer);
    this.playing.value = false;
  }

  toggle(): void {
    if (this.playing.peek()) this.pause();
    else this.play();
  }

  private schedule(): void {
    this.timer = setTimeout(() => {
      this.advance();
    }, PACE / this.speed.peek());
  }

  private advance(): void {
    const last = this.steps.peek().length;
    if (this.done.peek() < last) this.at.value = this.done.peek() + 1;
    else if (this.loop.peek()) this.at.value = 0;
    else {
      this.pause();
      return;
    }
    this.schedule();
  }
}
