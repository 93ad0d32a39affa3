/** An exercise under way on a graph: what is blank, what has been tried, how it went. */
import { batch, computed, effect, signal } from "@preact/signals-core";
import type { GraphDocument, Tensor } from "../api/client.js";
import { truthOf } from "./blanks.js";
import { isPlain, judge, type Judged } from "./closeness.js";
import { computationOf, findNode, slotOf } from "./document.js";
import { blankKey, type Blank, type Look } from "./look.js";
import type { Origin } from "./origin.js";
import type { Session } from "./session.js";

export interface Entry {
  readonly state: "open" | "right" | "revealed";
  /** Answers that were judged. */
  readonly tries: number;
  readonly hints: 0 | 1 | 2;
  /** What the last answer was, as long as it isn't right. */
  readonly judged?: Judged | undefined;
}

const UNTRIED: Entry = { state: "open", tries: 0, hints: 0 };

export interface Task {
  readonly graph: GraphDocument;
  readonly blanks: readonly Blank[];
  readonly entries: ReadonlyMap<string, Entry>;
  readonly origin?: Origin | undefined;
  /** It came about by a change of the graph during another one. */
  readonly inherited?: boolean | undefined;
}

export interface Score {
  readonly all: number;
  readonly first: number;
  readonly helped: number;
  readonly revealed: number;
  readonly open: number;
}

export const entryOf = ({ entries }: Task, key: string): Entry => entries.get(key) ?? UNTRIED;

export const isOpen = (task: Task, blank: Blank): boolean =>
  entryOf(task, blankKey(blank)).state === "open";

export function scoreOf(task: Task): Score {
  const entries = task.blanks.map((blank) => entryOf(task, blankKey(blank)));
  const count = (test: (entry: Entry) => boolean): number => entries.filter(test).length;
  const first = count((entry) => entry.state === "right" && entry.tries === 1 && !entry.hints);
  return {
    all: entries.length,
    first,
    helped: count(({ state }) => state === "right") - first,
    revealed: count(({ state }) => state === "revealed"),
    open: count(({ state }) => state === "open"),
  };
}

/** Those blanks that a graph still has the node or the edge for. */
const stillThere = (blanks: readonly Blank[], graph: GraphDocument): Blank[] =>
  blanks.filter(({ node, edge }) => {
    if (node !== undefined) return findNode(graph, node) !== undefined;
    const { target, slot } = slotOf(edge!);
    return slot < (findNode(graph, target)?.inputs ?? []).length;
  });

/** Whether one graph came from the other by a change, rather than being another graph. */
function related(a: GraphDocument, b: GraphDocument): boolean {
  const sign = ({ id, op, inputs }: GraphDocument["nodes"][number]): string =>
    JSON.stringify([id, op, inputs ?? []]);
  const signs = new Set(a.nodes.map(sign));
  const shared = b.nodes.filter((node) => signs.has(sign(node))).length;
  return 2 * shared >= Math.max(a.nodes.length, b.nodes.length);
}

export class Practice {
  /** By the graph's computation, so that undoing and doing again finds what was under way there. */
  private readonly tasks = new Map<string, Task>();
  readonly task = signal<Task | undefined>(undefined);
  /** The blank that is being worked on. */
  readonly at = signal<string | undefined>(undefined);
  readonly score = computed(() => this.task.value && scoreOf(this.task.value));

  constructor(
    private readonly session: Session,
    look: Look,
  ) {
    let before = session.graph.peek();
    session.graph.subscribe((graph) => {
      this.follow(before, graph);
      before = graph;
    });
    effect(() => {
      const { value: task } = this.task;
      look.exercise.value = task ? task.blanks.filter((blank) => isOpen(task, blank)) : [];
    });
    // What can't be asked for is only known once it is computed.
    effect(() => {
      const { graph, evaluation } = session.run.value;
      if (evaluation && graph === session.graph.value) this.keepPlain();
    });
  }

  /** Begins on the graph that is open, or on another one that is opened thereby. */
  begin(blanks: readonly Blank[], origin?: Origin, open?: GraphDocument): void {
    const graph = open ?? this.session.graph.peek();
    const task = { graph, blanks, entries: new Map(), origin };
    batch(() => {
      this.tasks.set(computationOf(graph), task);
      this.task.value = task;
      this.at.value = blanks[0] && blankKey(blanks[0]);
      if (open) this.session.apply(`Open ${open.title ?? "an exercise"}`, open, []);
    });
  }

  /** Takes up again what was under way on this graph, as `keptText` wrote it; false where it was on another. */
  takeUp(text: string | null): boolean {
    const graph = this.session.graph.peek();
    const kept = readKept(text);
    if (kept?.computation !== computationOf(graph)) return false;
    const { blanks, entries, origin } = kept;
    this.put({ graph, blanks: stillThere(blanks, graph), entries: new Map(entries), origin });
    this.next();
    return true;
  }

  /** The same blanks once more. */
  again(): void {
    const { value: task } = this.task;
    if (task) this.begin(task.blanks, task.origin);
  }

  stop(): void {
    const { value: task } = this.task;
    if (task) this.tasks.delete(computationOf(task.graph));
    this.task.value = undefined;
    this.at.value = undefined;
  }

  /** Judges an answer; undefined while the numbers are on their way. */
  answer(key: string, tensor: Tensor): Judged | undefined {
    const truth = this.truth(key);
    if (truth === undefined || truth === null) return undefined;
    const judged = judge(tensor, truth);
    const right = judged.verdict === "right";
    this.change(key, (entry) => ({
      state: right ? "right" : "open",
      tries: entry.tries + 1,
      // A slip is followed by what helps to mend it.
      hints: right ? entry.hints : more(entry.hints),
      judged: right ? undefined : judged,
    }));
    return judged;
  }

  hint(key: string): void {
    this.change(key, (entry) => ({ ...entry, hints: more(entry.hints) }));
  }

  reveal(key: string): void {
    this.change(key, (entry) => ({ ...entry, state: "revealed", judged: undefined }));
  }

  /** Goes on to the next blank that is open, from the present one on and around. */
  next(): void {
    const { value: task } = this.task;
    if (!task) return;
    const here = task.blanks.findIndex((blank) => blankKey(blank) === this.at.peek());
    const around = [...task.blanks.slice(here + 1), ...task.blanks.slice(0, here + 1)];
    const found = around.find((blank) => isOpen(task, blank));
    this.at.value = found && blankKey(found);
  }

  truth(key: string): ReturnType<typeof truthOf> {
    const { run, graph } = this.session;
    const { evaluation } = run.peek();
    const blank = this.task.peek()?.blanks.find((other) => blankKey(other) === key);
    const current = evaluation && run.peek().graph === graph.peek();
    return current && blank ? truthOf(blank, evaluation) : undefined;
  }

  private change(key: string, make: (entry: Entry) => Entry): void {
    const { value: task } = this.task;
    if (!task) return;
    const entry = entryOf(task, key);
    if (entry.state !== "open") return;
    this.put({ ...task, entries: new Map(task.entries).set(key, make(entry)) });
  }

  private put(task: Task): void {
    this.tasks.set(computationOf(task.graph), task);
    this.task.value = task;
  }

  /** Another document: what was under way there, or the same blanks anew where only something in it was changed. */
  private follow(before: GraphDocument, graph: GraphDocument): void {
    const task = this.task.peek();
    const known = this.tasks.get(computationOf(graph));
    if (known) {
      if (known !== task) this.resume(known);
      return;
    }
    if (!task) return;
    // A drag of a slider would leave one behind for every number on its way.
    if (task.inherited && task.entries.size === 0) this.tasks.delete(computationOf(task.graph));
    const blanks = related(before, graph) ? stillThere(task.blanks, graph) : [];
    const inherited = { graph, blanks, entries: new Map<string, Entry>(), inherited: true };
    if (blanks.length > 0) this.tasks.set(computationOf(graph), inherited);
    this.resume(blanks.length > 0 ? inherited : undefined);
  }

  private resume(task: Task | undefined): void {
    this.task.value = task;
    this.at.value = undefined;
    this.next();
  }

  /** Drops blanks whose numbers are not there, too large to write down, or not finite. */
  private keepPlain(): void {
    const { value: task } = this.task;
    if (!task) return;
    const plain = task.blanks.filter((blank) => isPlain(this.truth(blankKey(blank))));
    if (plain.length === task.blanks.length) return;
    if (plain.length === 0) this.stop();
    else this.put({ ...task, blanks: plain });
  }
}

interface Kept {
  readonly computation: string;
  readonly blanks: readonly Blank[];
  readonly entries: readonly (readonly [string, Entry])[];
  readonly origin?: Origin | undefined;
}

/** A task as text, for the page to find when it is loaded again. */
export const keptText = ({ graph, blanks, entries, origin }: Task): string =>
  JSON.stringify({
    computation: computationOf(graph),
    blanks,
    entries: [...entries],
    origin,
  } satisfies Kept);

function readKept(text: string | null): Kept | undefined {
  try {
    const data = JSON.parse(text ?? "") as Partial<Kept> | null;
    const sound =
      Array.isArray(data?.blanks) && Array.isArray(data.entries) && data.blanks.length > 0;
    return sound ? (data as Kept) : undefined;
  } catch {
    return undefined;
  }
}

const more = (hints: Entry["hints"]): Entry["hints"] => (hints === 0 ? 1 : 2);
