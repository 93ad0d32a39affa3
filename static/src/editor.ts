/** The drawing page: opens what its address names. */
import { html, render } from "lit-html";
import * as api from "./api/client.js";
import { exercise as getExercise } from "./api/practice.js";
import { readBlanks, toBlank } from "./model/blanks.js";
import { most } from "./api/limits.js";
import { EMPTY } from "./model/document.js";
import { readDraft, readPlaces } from "./model/drafts.js";
import { blanksIn, fromFragment } from "./model/link.js";
import { readOrigin } from "./model/origin.js";
import { readDocument } from "./model/read.js";
import { place } from "./page/place.js";
import { Workbench, type Opening } from "./page/workbench.js";
import { loadEarly, loadIdly } from "./panels/late.js";
import { shelf } from "./storage.js";
import { startTheme } from "./theme.js";

/** A graph in the fragment, an exercise, a draft, a graph of the gallery, or nothing yet. */
async function opening(ops: readonly api.Op[]): Promise<Opening> {
  const linked = await fromFragment(location.hash);
  const graph = linked === undefined ? undefined : readDocument(linked);
  if (graph) {
    const blanks = readBlanks(blanksIn(location.hash) ?? "", graph);
    return { graph, ops, task: blanks.length > 0 ? { blanks } : undefined };
  }
  const query = new URLSearchParams(location.search);
  const origin = readOrigin(query.get("exercise"));
  if (origin) {
    const { graph: exercise, blanks } = await getExercise(origin.level, origin.seed);
    return { graph: exercise, ops, task: { blanks: blanks.map(toBlank), origin } };
  }
  const id = query.get("draft") ?? undefined;
  const draft = id === undefined ? undefined : await readDraft(id, shelf).catch(() => undefined);
  const name = draft?.example ?? document.body.dataset.example;
  const example = name === undefined ? undefined : await api.example(name);
  const places = draft && (await readPlaces(draft.id).catch(() => undefined));
  return {
    graph: draft?.history ?? example?.graph ?? EMPTY,
    ops,
    example,
    draft: draft?.id,
    places,
  };
}

async function start(): Promise<void> {
  startTheme();
  const { maxBody, maxFile } = document.body.dataset;
  most.body = Number(maxBody);
  most.file = Number(maxFile);
  try {
    const opened = await opening(await api.ops());
    await loadEarly(opened.task);
    const workbench = new Workbench(opened);
    loadIdly();
    const formula = new URLSearchParams(location.search).get("formula");
    if (formula !== null) void workbench.formula.use(formula);
  } catch (error) {
    render(html`<p class="fault" role="alert">${String(error)}</p>`, place("inspector"));
    throw error;
  }
}

void start();
