/** The list of an exercise's numbers: each with a field, the one that is worked on with its hints. */
import { signal } from "@preact/signals-core";
import { html, nothing, type TemplateResult } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import { blankName, hintsOf, ownerOf, truthOf, type Hint } from "../model/blanks.js";
import type { Judged } from "../model/closeness.js";
import { blankKey, type Blank, type Look } from "../model/look.js";
import { formatShape, readTensor, shapeOf } from "../model/numbers.js";
import { entryOf, isOpen, type Entry, type Practice, type Task } from "../model/practice.js";
import type { Session } from "../model/session.js";
import { answerField } from "./answerField.js";
import { math } from "./math.js";
import { shortView } from "./numbers.js";

export class BlankFields {
  /** What became of the last answer. */
  readonly praise = signal("");
  private readonly typed = signal<ReadonlyMap<string, string>>(new Map());
  /** Why an answer can't be read. */
  private readonly faults = signal<ReadonlyMap<string, string>>(new Map());

  constructor(
    private readonly practice: Practice,
    private readonly session: Session,
    private readonly look: Look,
  ) {}

  /** Empties the fields. */
  forget(): void {
    this.typed.value = new Map();
    this.faults.value = new Map();
    this.praise.value = "";
  }

  /** Moves the keyboard's focus to the number that is worked on, once it is shown. */
  focus(): void {
    const found = (): HTMLElement | null => {
      const key = this.practice.at.peek();
      return key === undefined
        ? document.querySelector("[data-summary] button")
        : document.getElementById(fieldId(key));
    };
    const there = found();
    if (there) there.focus();
    else requestAnimationFrame(() => found()?.focus());
  }

  view(task: Task): TemplateResult {
    return html`<ol class="blanks" @focusout=${this.unpoint}>
      ${repeat(task.blanks, blankKey, (blank) => this.row(task, blank))}
    </ol>`;
  }

  private row(task: Task, blank: Blank): TemplateResult {
    const key = blankKey(blank);
    const entry = entryOf(task, key);
    const { graph } = this.session.run.value;
    const name = blankName(blank, graph);
    const current = this.practice.at.value === key;
    return html`<li class="blank ${entry.state} ${current ? "current" : ""}" data-blank=${key}>
      ${
        entry.state === "open"
          ? [this.field(key, name, blank), this.below(task, blank, entry, current)]
          : this.solved(blank, name, entry)
      }
    </li>`;
  }

  private field(key: string, name: string, blank: Blank): TemplateResult {
    const { evaluation } = this.session.run.value;
    const truth = evaluation && truthOf(blank, evaluation);
    const shape = truth === null || truth === undefined ? [] : shapeOf(truth);
    const text = this.typed.value.get(key) ?? "";
    const fault = this.faults.value.get(key);
    return html`<div class="claim">
      <label for=${fieldId(key)}
        >${name}${shape.length > 0 ? html` <small>${formatShape(shape)}</small>` : nothing}</label
      >
      ${answerField({
        id: fieldId(key),
        said: `said-${fieldId(key)}`,
        shape,
        text,
        wrong: Boolean(fault),
        type: (typed) => {
          this.typed.value = new Map(this.typed.peek()).set(key, typed);
          const faults = new Map(this.faults.peek());
          if (faults.delete(key)) this.faults.value = faults;
        },
        submit: () => {
          this.check(key);
        },
        focus: () => {
          this.practice.at.value = key;
          this.point(blank);
        },
      })}
    </div>`;
  }

  /** What is said of the last answer, the hints, and what else can be done. */
  private below(task: Task, blank: Blank, entry: Entry, current: boolean): TemplateResult {
    const key = blankKey(blank);
    const fault = this.faults.value.get(key);
    const said = fault
      ? html`<p class="fault">${fault}</p>`
      : entry.judged
        ? html`<p class="judged wrong">
            <span aria-hidden="true">✗</span> ${wrongText(entry.judged)}
          </p>`
        : nothing;
    return html`<div id="said-${fieldId(key)}" role="status">${said}</div>
      ${current ? html`${this.hints(task, blank, entry)} ${this.buttons(key, entry)}` : nothing}`;
  }

  private hints(task: Task, blank: Blank, { hints }: Entry): TemplateResult | typeof nothing {
    const { graph, evaluation } = this.session.run.value;
    if (hints === 0 || !evaluation) return nothing;
    const open = new Set(task.blanks.filter((other) => isOpen(task, other)).map(blankKey));
    const all = hintsOf(blank, { graph, evaluation, ops: this.session.ops, open });
    return html`<div class="hints">${all.slice(0, hints).map(hintView)}</div>`;
  }

  private buttons(key: string, { hints }: Entry): TemplateResult {
    return html`<div class="actions">
      <button
        type="button"
        @click=${() => {
          this.check(key);
        }}
      >
        Check
      </button>
      ${
        hints < 2
          ? html`<button
              type="button"
              @click=${() => {
                this.practice.hint(key);
                this.focus();
              }}
            >
              ${hints === 0 ? "Hint" : "Another hint"}
            </button>`
          : html`<button
              type="button"
              @click=${() => {
                this.practice.reveal(key);
                this.praise.value = "";
                this.goOn();
              }}
            >
              Reveal
            </button>`
      }
    </div>`;
  }

  private solved(blank: Blank, name: string, entry: Entry): TemplateResult {
    const { evaluation } = this.session.run.value;
    const how =
      entry.state === "revealed"
        ? "shown"
        : entry.tries === 1 && entry.hints === 0
          ? "at the first try"
          : "found";
    return html`<span class="name">${name}</span>
      <span class="result">${shortView(evaluation && truthOf(blank, evaluation))}</span>
      <span class="how ${entry.state}"
        ><span aria-hidden="true">${entry.state === "right" ? "✓" : "○"}</span> ${how}</span
      >`;
  }

  private check(key: string): void {
    const text = this.typed.peek().get(key) ?? "";
    if (text.trim() === "") return;
    const read = readTensor(text);
    if ("fault" in read) {
      this.faults.value = new Map(this.faults.peek()).set(key, read.fault);
      return;
    }
    const task = this.practice.task.peek();
    const judged = this.practice.answer(key, read.tensor);
    if (!judged || !task) return;
    if (judged.verdict !== "right") {
      this.praise.value = "";
      this.focus();
      return;
    }
    const { tries, hints } = entryOf(this.practice.task.peek()!, key);
    const blank = task.blanks.find((other) => blankKey(other) === key)!;
    const name = blankName(blank, this.session.graph.peek());
    this.praise.value = `✓ The ${name}: ${tries === 1 && hints === 0 ? "right at the first try." : "right."}`;
    this.goOn();
  }

  private goOn(): void {
    this.practice.next();
    this.focus();
  }

  private point({ node, edge }: Blank): void {
    const { graph } = this.session;
    this.session.pointed.value = node ?? ownerOf({ kind: "gradient", edge }, graph.peek());
    this.look.litEdges.value = edge === undefined ? [] : [edge];
  }

  private readonly unpoint = (): void => {
    this.session.pointed.value = undefined;
    this.look.litEdges.value = [];
  };
}

const fieldId = (key: string): string => `blank-${key.replaceAll(/[ :]/g, "-")}`;

function wrongText(judged: Judged): string {
  if (judged.verdict === "shape")
    return judged.shape.length === 0
      ? "A single number is asked for."
      : `The shape has to be ${formatShape(judged.shape)}.`;
  if (judged.verdict === "wrong" && judged.of > 1)
    return `${judged.right} of ${judged.of} numbers are right.`;
  return "Not yet.";
}

const hintView = ({ text, latex, numbers }: Hint): TemplateResult =>
  html`<div class="hint-step">
    <p>${text}</p>
    ${latex ? html`<p>${math(latex, true)}</p>` : nothing}
    ${
      numbers.length > 0
        ? html`<ul>
            ${numbers.map(
              ({ name, letter, value, kept }) =>
                html`<li>
                  <span>${letter ? html`${math(letter)}, the ` : nothing}${name}</span>
                  ${kept ? html`<em>to be found as well</em>` : shortView(value)}
                </li>`,
            )}
          </ul>`
        : nothing
    }
  </div>`;
