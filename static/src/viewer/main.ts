/**
 * The program of a graph's own page: one file, with the graph and its numbers in it, that asks no server for anything. It shows
 * the drawing, lets one go through both passes, and tells the numbers of what is pointed at.
 */
import { effect, signal } from "@preact/signals-core";
import { render } from "lit-html";
import type { Evaluation, GraphDocument } from "../api/client.js";
import { Canvas } from "../canvas/canvas.js";
import { numbersOf } from "../canvas/numbers.js";
import { layout } from "../layout/layout.js";
import type { Signs } from "../model/edit.js";
import { Look, type Convention, type TensorsAs } from "../model/look.js";
import { Playback, type Played } from "../model/playback.js";
import type { Run } from "../model/session.js";
import { Stage } from "../page/stage.js";
import { timeline } from "../panels/timeline.js";
import { facts } from "./facts.js";
import { bindKeys } from "./keys.js";
import { looking } from "./looking.js";

/** What the server writes into the page. */
interface Content {
  readonly graph: GraphDocument;
  /** With its trace. */
  readonly evaluation: Evaluation;
  readonly ops: Readonly<Record<string, NonNullable<ReturnType<Signs["get"]>>>>;
  readonly convention: Convention;
  readonly tensors: TensorsAs;
}

const place = (name: string): HTMLElement => document.getElementById(name)!;

function start({ graph, evaluation, ops, convention, tensors }: Content): void {
  const run: Run = { graph, evaluation, evaluated: graph, output: evaluation.output, faults: [] };
  const played: Played = {
    graph: signal(graph),
    run: signal(run),
    ops: new Map(Object.entries(ops)),
  };
  const look = new Look();
  look.convention.value = convention;
  look.tensors.value = tensors;
  const playback = new Playback(played);
  effect(() => {
    look.ahead.value = playback.ahead.value;
    look.step.value = playback.marks.value;
  });
  const hasTensors = Object.values(evaluation.nodes).some(({ shape }) => shape.length > 0);
  const pointed = signal<string | undefined>(undefined);
  const canvas = new Canvas(place("canvas"), looking(pointed));
  const layouts = {
    layout: (input: Parameters<typeof layout>[0]) => Promise.resolve(layout(input)),
  };
  new Stage(played, look, canvas, layouts, {}, () => undefined);
  effect(() => {
    canvas.highlight(pointed.value, []);
  });
  effect(() => {
    const numbers = numbersOf(evaluation, { hidden: look.ahead.value }, graph);
    const shown = pointed.value ?? playback.acting.value ?? evaluation.output;
    render(facts(run, shown, numbers, played.ops), place("facts"));
  });
  effect(() => {
    render(timeline(playback, look, hasTensors), place("timeline"));
  });
  bindKeys(canvas, playback);
}

start(JSON.parse(place("content").textContent) as Content);
