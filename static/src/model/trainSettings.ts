/** How a training is to go, as it stands in the fields of its form, and the request that comes of it. */
import type { Evaluation, GraphDocument, GraphNode, LeafValue } from "../api/client.js";
import type { DataBatches, Dataset, Optimizer } from "../api/train.js";
import { findNode, inOrder, isConstant, isLeaf, isParameter } from "./document.js";
import { reaches, type Ops } from "./edit.js";
import { readNumber, shapeOf } from "./numbers.js";
import { isPacked } from "./packed.js";
import { sizeOf } from "./tensors.js";
import type { Method } from "./trainer.js";

/** What stands for data that is no built-in set: a person's table, and the numbers that the graph's leaves hold. */
export const TABLE = "(table)";
export const HELD = "(held)";

export const STARTS = ["keep", "normal", "xavier", "he"] as const;
export type Start = (typeof STARTS)[number];

/** Numbers are kept as they were typed. */
export interface Settings {
  readonly data: string;
  /** Whether somebody has chosen the data. */
  readonly picked: boolean;
  readonly csv: string;
  /** The target's column, by its name or number; empty for the last one. */
  readonly column: string;
  /** The leaves that take features and targets; empty where the graph tells. */
  readonly inputs: string;
  readonly targets: string;
  readonly size: string;
  /** Percent of the rows to test with; empty for what is usual. */
  readonly test: string;
  readonly standardise: boolean;
  readonly optimizer: string;
  /** Settings of optimizers that aren't as they come, by `optimizer.setting`. */
  readonly tuned: Readonly<Record<string, string>>;
  readonly steps: string;
  readonly start: Start;
  readonly deviation: string;
  readonly seed: string;
}

export const USUAL: Settings = {
  data: HELD,
  picked: false,
  csv: "",
  column: "",
  inputs: "",
  targets: "",
  size: "100",
  test: "",
  standardise: false,
  optimizer: "",
  tuned: {},
  steps: "1000",
  start: "keep",
  deviation: "0.01",
  seed: "0",
};

/** A field's key and what is wrong with what stands in it. */
export type FieldFaults = ReadonlyMap<string, string>;

/** The settings without leaves that the graph no longer has. */
export function withLeavesOf(settings: Settings, graph: GraphDocument): Settings {
  const here = (id: string): string => (findNode(graph, id) ? id : "");
  return { ...settings, inputs: here(settings.inputs), targets: here(settings.targets) };
}

export interface ReadSettings {
  readonly steps: number;
  readonly method: Method;
  readonly faults: FieldFaults;
}

/** The request of settings; with `faults`, what couldn't be read has been left out. */
export function readSettings(settings: Settings, optimizers: readonly Optimizer[]): ReadSettings {
  const faults = new Map<string, string>();
  const steps = wholeIn(settings.steps, "steps", 1, 1_000_000, faults) ?? 1;
  const batches = readBatches(settings, faults);
  const initialise = readStart(settings, faults);
  const method: Method = {
    optimizer: readOptimizer(settings, optimizers, faults),
    test_every: 20,
    gradients: false,
    ...(batches ? { batches } : {}),
    ...(initialise ? { initialise } : {}),
  };
  return { steps, method, faults };
}

/** The data and how it goes into the leaves; undefined where the leaves keep their numbers. */
export function readBatches(
  settings: Settings,
  faults = new Map<string, string>(),
): DataBatches | undefined {
  const { data, csv, column, inputs, targets, size, test, standardise } = settings;
  if (data === HELD) return undefined;
  const part = test.trim() === "" ? undefined : readNumber(test);
  if (test.trim() !== "" && !(part !== undefined && part >= 0 && part < 100))
    faults.set("test", "A part from 0 to less than 100 %.");
  return {
    ...(data === TABLE ? { csv } : { data }),
    ...(data === TABLE && column.trim() !== "" ? { target: column.trim() } : {}),
    ...(inputs === "" ? {} : { inputs }),
    ...(targets === "" ? {} : { targets }),
    ...(part === undefined ? {} : { test: part / 100 }),
    size: wholeIn(size, "size", 1, 100_000, faults) ?? 1,
    seed: readSeed(settings, faults),
    shuffle: true,
    standardise,
  };
}

function readOptimizer(
  { optimizer, tuned }: Settings,
  optimizers: readonly Optimizer[],
  faults: Map<string, string>,
): Method["optimizer"] {
  const params = optimizers.find(({ name }) => name === optimizer)?.params ?? [];
  const read = params.flatMap(({ name }): [string, number][] => {
    const key = `${optimizer}.${name}`;
    const text = tuned[key];
    if (text === undefined) return [];
    const value = readNumber(text);
    if (value === undefined) faults.set(key, "Write a number.");
    return value === undefined ? [] : [[name, value]];
  });
  // The type of a request has it that every field is a number, the name too.
  return { ...Object.fromEntries(read), name: optimizer } as Method["optimizer"];
}

function readStart(settings: Settings, faults: Map<string, string>): Method["initialise"] {
  const { start } = settings;
  if (start === "keep") return undefined;
  const seed = readSeed(settings, faults);
  if (start !== "normal") return { method: start, seed };
  const std = readNumber(settings.deviation);
  if (std === undefined || std <= 0) faults.set("deviation", "A number larger than 0.");
  return { method: start, seed, std: std ?? 1 };
}

const readSeed = ({ seed }: Settings, faults: Map<string, string>): number =>
  wholeIn(seed, "seed", 0, 2 ** 53 - 1, faults) ?? 0;

function wholeIn(
  text: string,
  key: string,
  least: number,
  most: number,
  faults: Map<string, string>,
): number | undefined {
  const value = readNumber(text);
  if (value !== undefined && Number.isInteger(value) && value >= least && value <= most)
    return value;
  const top = most > 1e9 ? `${least} or larger` : `from ${least} to ${most.toLocaleString("en")}`;
  faults.set(key, `A whole number, ${top}.`);
  return undefined;
}

/** The leaves that hold data: neither trained nor constant. */
export const dataLeaves = (graph: GraphDocument): GraphNode[] =>
  graph.nodes.filter((node) => isLeaf(node) && !isConstant(node) && !isParameter(node));

/** The nodes that a loss takes as they are: what is to be foretold. */
export const labelsOf = (graph: GraphDocument, ops: Ops): ReadonlySet<string> =>
  new Set(
    graph.nodes.flatMap((node) => {
      const op = ops.get(node.op);
      return (node.inputs ?? []).filter((_, slot) =>
        op?.labels.includes(op.inputs.names[slot] ?? ""),
      );
    }),
  );

/** The node of the scores of classes that the loss nearest to the output reads; undefined where none judges classes. */
export function scoresOf(
  graph: GraphDocument,
  ops: Ops,
  output: string | undefined,
): string | undefined {
  if (output === undefined) return undefined;
  const loss = inOrder(graph).findLast(
    (node) => typeof ops.get(node.op)?.scores === "string" && reaches(graph, node.id, output),
  );
  if (!loss) return undefined;
  const { inputs, scores } = ops.get(loss.op)!;
  return loss.inputs?.[inputs.names.indexOf(scores!)];
}

export const leafShape = (value: LeafValue): number[] =>
  isPacked(value) ? value.shape : shapeOf(value);

/** Whether rows of so many numbers lie in a leaf: one after another, or the leaf holds one of them. */
export const takesRows = (value: LeafValue, width: number): boolean => {
  const shape = leafShape(value);
  return sizeOf(shape) === width || sizeOf(shape.slice(1)) === width;
};

/** The built-in sets whose rows go into one of the graph's leaves. */
export function fittingData(
  graph: GraphDocument,
  ops: Ops,
  datasets: readonly Dataset[],
): Dataset[] {
  const labels = labelsOf(graph, ops);
  const takers = dataLeaves(graph).filter(({ id }) => !labels.has(id));
  return datasets.filter(
    ({ shape, missing }) =>
      missing === null && takers.some(({ value }) => takesRows(value!, sizeOf(shape))),
  );
}

/** Of the sets that fit, the one that has as many classes as the graph has scores, as far as that is known. */
export function likelyData(
  fitting: readonly Dataset[],
  graph: GraphDocument,
  ops: Ops,
  evaluation: Evaluation | undefined,
): Dataset | undefined {
  const scores = scoresOf(graph, ops, evaluation?.output);
  const classes = scores === undefined ? undefined : evaluation?.nodes[scores]?.shape.at(-1);
  return fitting.find((data) => data.classes.length === classes) ?? fitting[0];
}

/** Inputs that could be made parameters: those that hold neither the features nor the targets. */
export function likelyParameters(
  graph: GraphDocument,
  ops: Ops,
  taken: readonly string[],
): GraphNode[] {
  const labels = labelsOf(graph, ops);
  return dataLeaves(graph).filter(({ id }) => !labels.has(id) && !taken.includes(id));
}

/** What a person can do about a fault, beyond what it says. */
export function adviceOn(code: string): string {
  return ADVICE[code] ?? "";
}

const ADVICE: Readonly<Record<string, string>> = {
  "not-scalar": "End the graph in a loss, or in a mean or sum of it, and train that.",
  "untold-leaf": "Choose the leaves under Data.",
  "shape-mismatch": "Choose another data set or leaf under Data, or change the leaf’s shape.",
  "not-a-leaf": "Choose the leaves under Data.",
  "budget-exceeded": "Ask for fewer steps, or smaller batches.",
  "bad-csv": "Mend the table under Data.",
};
