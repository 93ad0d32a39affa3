/** Predict, then reveal: numbers of the graph that is open, or of an exercise, are blank until somebody has found them. */
import { effect, signal, untracked } from "@preact/signals-core";
import { html, nothing, type TemplateResult } from "lit-html";
import { live } from "lit-html/directives/live.js";
import { ApiError } from "../api/client.js";
import { exercise } from "../api/practice.js";
import {
  blankAt,
  blanksText,
  candidates,
  choose,
  toBlank,
  type HowMany,
  type What,
} from "../model/blanks.js";
import { outputOf } from "../model/document.js";
import { toFragment, withBlanks } from "../model/link.js";
import { blankKey } from "../model/look.js";
import { isOpen, keptText, Practice, scoreOf, type Task } from "../model/practice.js";
import { withScore } from "../model/standing.js";
import { BlankFields } from "./blankFields.js";
import { forgetFields } from "./leafField.js";
import type { MakePanel } from "./panel.js";
import { keepTask, keptTask } from "./practiceKept.js";
import { sentence } from "./problems.js";
import { keepStanding, keptStanding } from "./standingKept.js";

const LEVELS = [
  [1, "1: sums and products"],
  [2, "2: fan-out and negative numbers"],
  [3, "3: vectors and matrices"],
] as const;

const WHAT: readonly (readonly [What, string])[] = [
  ["values", "Values"],
  ["gradients", "Gradients"],
  ["both", "Both"],
];
const HOW_MANY: readonly (readonly [HowMany, string])[] = [
  ["few", "A few"],
  ["half", "Half of them"],
  ["all", "All"],
];

/** Seeds of exercises that are drawn here: short to read in a link. */
const SEEDS = 100_000;

export const practicePanel: MakePanel = (page) => {
  const { session, look, task: assigned } = page;
  const practice = new Practice(session, look);
  const fields = new BlankFields(practice, session, look);
  const what = signal<What>("gradients");
  const many = signal<HowMany>("few");
  const level = signal<number>(assigned?.origin?.level ?? 1);
  const standing = signal(keptStanding(level.peek()));
  const busy = signal(false);
  const fault = signal("");
  /** The exercises of which the outcome is counted already. */
  const counted = new Set<string>();

  const stop = (): void => {
    practice.stop();
    fields.forget();
  };
  look.endExercise = stop;
  // Other numbers: what was typed and praised belongs to the earlier ones.
  let asked = practice.task.peek()?.graph;
  effect(() => {
    const graph = practice.task.value?.graph;
    if (graph !== asked)
      untracked(() => {
        fields.forget();
      });
    asked = graph;
  });

  if (assigned) practice.begin(assigned.blanks, assigned.origin);
  const goesOn = assigned === undefined && practice.takeUp(keptTask());
  effect(() => {
    const { value: task } = practice.task;
    keepTask(task && scoreOf(task).open > 0 ? keptText(task) : undefined);
  });

  effect(() => {
    const { value: task } = practice.task;
    const { value: score } = practice.score;
    if (!task?.origin || !score || score.open > 0) return;
    const key = `${task.origin.level}.${task.origin.seed}`;
    if (counted.has(key)) return;
    counted.add(key);
    const after = withScore(keptStanding(task.origin.level), score);
    keepStanding(task.origin.level, after);
    if (task.origin.level === level.peek()) standing.value = after;
  });

  const setLevel = (chosen: number): void => {
    level.value = chosen;
    standing.value = keptStanding(chosen);
  };

  const next = async (): Promise<void> => {
    busy.value = true;
    fault.value = "";
    try {
      const seed = 1 + Math.floor(Math.random() * SEEDS);
      const found = await exercise(level.peek(), seed);
      forgetFields();
      fields.forget();
      practice.begin(
        found.blanks.map(toBlank),
        { level: found.level, seed: found.seed },
        found.graph,
      );
      fields.focus();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      fault.value = error.faults.map(sentence).join(" ");
    } finally {
      busy.value = false;
    }
  };

  const beginHere = (): void => {
    const { evaluation, evaluated } = session.run.peek();
    if (!evaluation || !evaluated) return;
    const all = candidates(evaluated, evaluation, what.peek());
    if (all.length === 0) {
      fault.value = "This graph has no such number to find.";
      return;
    }
    fault.value = "";
    fields.forget();
    practice.begin(choose(all, many.peek(), Math.random));
    fields.focus();
  };

  const copyLink = async (task: Task): Promise<void> => {
    const { origin, blanks } = task;
    const address = `${location.origin}/graph${
      origin
        ? `?exercise=${origin.level}.${origin.seed}`
        : `#${withBlanks(await toFragment(session.graph.peek()), blanksText(blanks))}`
    }`;
    try {
      await navigator.clipboard.writeText(address);
      page.tell(
        "The link is in the clipboard. Whoever opens it gets this exercise, with its numbers blank.",
      );
    } catch {
      page.tell(`The clipboard can't be used. This is the link: ${address}`);
    }
  };

  const radios = <T extends string>(
    legend: string,
    all: readonly (readonly [T, string])[],
    chosen: { value: T },
  ): TemplateResult =>
    html`<fieldset class="choices">
      <legend>${legend}</legend>
      ${all.map(
        ([name, label]) =>
          html`<label
            ><input
              type="radio"
              name=${legend}
              .checked=${live(chosen.value === name)}
              @change=${() => {
                chosen.value = name;
              }}
            />${label}</label
          >`,
      )}
    </fieldset>`;

  const here = (): TemplateResult => {
    const { evaluation, evaluated } = session.run.value;
    if (!evaluation || !evaluated)
      return html`<p class="hint">
        Once this graph can be computed, some of its numbers can be blanked out here for you to
        find.
      </p>`;
    return html`<h3>On this graph</h3>
      <p>Some numbers become “?” in the drawing. Work them out, then see.</p>
      ${radios("What to find", WHAT, what)} ${radios("How many", HOW_MANY, many)}
      <button type="button" class="primary" @click=${beginHere}>Begin</button>`;
  };

  const exercises = (): TemplateResult => {
    const { done, streak, best, found, first } = standing.value;
    return html`<h3>An exercise</h3>
      <p>A small graph of whole numbers, a new one every time. Undo brings this graph back.</p>
      <label class="line"
        >Level
        <select
          @change=${(event: Event) => {
            setLevel(Number((event.target as HTMLSelectElement).value));
          }}
        >
          ${LEVELS.map(([number, label]) => html`<option value=${number} .selected=${live(number === level.value)}>${label}</option>`)}
        </select></label
      >
      <button type="button" class="next" ?disabled=${busy.value} @click=${() => void next()}>
        Next exercise
      </button>
      ${
        done > 0
          ? html`<p class="standing">
              ${done} ${done === 1 ? "exercise" : "exercises"} done on this level, ${found} numbers
              found, ${first} at the first try.
              ${streak > 1 ? `${streak} in a row without looking.` : nothing}
              ${best > 1 && best > streak ? `Best: ${best} in a row.` : nothing}
            </p>`
          : nothing
      }`;
  };

  const underWay = (task: Task): TemplateResult => {
    const score = practice.score.value!;
    const done = score.all - score.open;
    return html`<div class="progress-line">
        <progress max=${score.all} value=${done} aria-label="Numbers that are done"></progress>
        <span>${done} of ${score.all}</span>
      </div>
      ${
        task.inherited === true
          ? html`<p class="hint" role="status">
              The graph has changed, so the same numbers are asked anew. Undo brings back what you
              had found.
            </p>`
          : nothing
      }
      <p class="praise" role="status" aria-live="polite">${fields.praise.value}</p>
      ${score.open === 0 ? summary(task) : nothing} ${fields.view(task)}
      <div class="actions">
        ${
          score.open > 0
            ? html`<button type="button" @click=${stop}>Stop and show the numbers</button>`
            : nothing
        }
        <button type="button" @click=${() => void copyLink(task)}>
          Copy a link to this exercise
        </button>
      </div>`;
  };

  const summary = ({ origin }: Task): TemplateResult => {
    const { all, first, helped, revealed } = practice.score.value!;
    return html`<div class="outcome ${revealed === 0 ? "right" : ""}" data-summary>
      <p>
        <strong
          >${revealed === 0 ? (first === all ? "All right at the first try." : "All found.") : "Done."}</strong
        >
        ${first < all ? `${first} at the first try, ${helped} with help or a second try, ${revealed} shown.` : nothing}
      </p>
      <div class="actions">
        ${origin ? html`<button type="button" class="primary next" ?disabled=${busy.value} @click=${() => void next()}>Next exercise</button>` : nothing}
        <button
          type="button"
          @click=${() => {
            fields.forget();
            practice.again();
            fields.focus();
          }}
        >
          Again
        </button>
        <button type="button" @click=${stop}>
          ${origin ? "Leave the exercise" : "Other numbers"}
        </button>
      </div>
    </div>`;
  };

  return {
    first: assigned !== undefined || goesOn,
    view() {
      const { value: task } = practice.task;
      return html`<div class="practice">
        <h2>Practice</h2>
        ${fault.value ? html`<p class="fault" role="alert">${fault.value}</p>` : nothing}
        ${
          task
            ? underWay(task)
            : html`<section>${here()}</section>
                <section>${exercises()}</section>`
        }
      </div>`;
    },
    ask(kind, edge) {
      const task = practice.task.peek();
      if (!task) return false;
      const graph = session.graph.peek();
      const output = session.run.peek().output ?? outputOf(graph);
      const open = task.blanks.filter((blank) => isOpen(task, blank));
      const blank = blankAt(open, kind, edge, graph, output);
      if (!blank) return false;
      practice.at.value = blankKey(blank);
      fields.focus();
      return true;
    },
    leave() {
      session.pointed.value = undefined;
    },
  };
};
