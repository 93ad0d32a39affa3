/** A search field with a list, where one types what one wants: an op, or a command. */
import { html, nothing, render } from "lit-html";
import type { Op } from "../api/client.js";
import { findOps, firstSentence } from "../model/opSearch.js";

export interface Choice {
  readonly id: string;
  readonly sign?: string;
  readonly name: string;
  readonly note?: string;
  readonly keys?: string;
  pick(): void;
}

export interface Question {
  readonly label: string;
  /** Where the list opens, in the host's pixels; in its middle where left out. */
  readonly at?: { readonly x: number; readonly y: number } | undefined;
  readonly text?: string;
  choices(text: string): readonly Choice[];
}

const SHOWN = 60;
const SIZE = { width: 320, height: 360 };

export class Chooser {
  private question: Question | undefined;
  private text = "";
  private active = 0;
  private before: Element | null = null;

  constructor(private readonly host: HTMLElement) {}

  open(question: Question): void {
    this.before = document.activeElement;
    this.question = question;
    this.text = question.text ?? "";
    this.active = 0;
    this.paint();
    const field = this.host.querySelector("input")!;
    field.focus();
    field.setSelectionRange(this.text.length, this.text.length);
  }

  close(): void {
    if (!this.question) return;
    this.question = undefined;
    this.paint();
    if (this.before instanceof HTMLElement || this.before instanceof SVGElement)
      this.before.focus({ preventScroll: true });
  }

  private pick(choice: Choice | undefined): void {
    if (!choice) return;
    this.close();
    choice.pick();
  }

  private key(event: KeyboardEvent, choices: readonly Choice[]): void {
    const last = Math.min(SHOWN, choices.length) - 1;
    const to: Record<string, number> = {
      ArrowDown: this.active >= last ? 0 : this.active + 1,
      ArrowUp: this.active <= 0 ? last : this.active - 1,
    };
    if (event.key === "Escape") this.close();
    else if (event.key === "Enter" && !event.isComposing) this.pick(choices[this.active]);
    else if (to[event.key] !== undefined) {
      this.active = to[event.key]!;
      this.paint();
      this.host.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  private paint(): void {
    const { question } = this;
    this.host.hidden = !question;
    if (!question) {
      render(nothing, this.host);
      return;
    }
    const area = this.host.parentElement!.getBoundingClientRect();
    const at = question.at ?? { x: area.width / 2 - SIZE.width / 2, y: area.height / 6 };
    this.host.style.left = `${Math.max(8, Math.min(at.x, area.width - SIZE.width - 8))}px`;
    this.host.style.top = `${Math.max(8, Math.min(at.y, area.height - SIZE.height - 8))}px`;
    const choices = question.choices(this.text);
    render(
      html`<div
        class="chooser"
        role="dialog"
        aria-label=${question.label}
        @keydown=${(event: KeyboardEvent) => {
          this.key(event, choices);
        }}
        @focusout=${(event: FocusEvent) => {
          if (!this.host.contains(event.relatedTarget as Node | null)) this.close();
        }}
      >
        <input
          type="text"
          role="combobox"
          aria-label=${question.label}
          placeholder=${question.label}
          aria-expanded="true"
          aria-controls="choices"
          aria-activedescendant=${choices.length > 0 ? `choice-${this.active}` : nothing}
          autocomplete="off"
          spellcheck="false"
          .value=${this.text}
          @input=${(event: Event) => {
            this.text = (event.target as HTMLInputElement).value;
            this.active = 0;
            this.paint();
          }}
        />
        <ul id="choices" role="listbox" aria-label=${question.label}>
          ${choices.slice(0, SHOWN).map(
            (choice, i) =>
              html`<li
                role="option"
                id="choice-${i}"
                data-choice=${choice.id}
                aria-selected=${i === this.active ? "true" : "false"}
                @pointermove=${() => {
                  if (this.active === i) return;
                  this.active = i;
                  this.paint();
                }}
                @pointerdown=${(event: Event) => {
                  event.preventDefault();
                }}
                @click=${() => {
                  this.pick(choice);
                }}
              >
                ${choice.sign === undefined ? nothing : html`<span class="sign" aria-hidden="true">${choice.sign}</span>`}
                <span class="name">${choice.name}</span>
                ${choice.keys ? html`<kbd>${choice.keys}</kbd>` : nothing}
                ${choice.note ? html`<small>${choice.note}</small>` : nothing}
              </li>`,
          )}
        </ul>
        ${choices.length === 0 ? html`<p class="hint">Nothing fits “${this.text}”.</p>` : nothing}
      </div>`,
      this.host,
    );
  }
}

/** What a typed text may mean: ops, a number as a leaf of that value, a formula. */
export function opChoices(
  ops: readonly Op[],
  typed: string,
  pick: { op(op: Op, value: number | undefined): void; formula(): void },
): Choice[] {
  const found = findOps(ops, typed).map(({ op, value }): Choice => ({
    id: op.name,
    sign: op.symbol,
    name: value === undefined ? op.name : `${op.name} ${value}`,
    note: firstSentence(op),
    pick: () => {
      pick.op(op, value);
    },
  }));
  const name = typed.trim();
  const isName = /^[A-Za-z_]\w{0,63}$/.test(name) && !ops.some((op) => op.name === name);
  const formula: Choice = {
    id: "formula",
    sign: isName ? "x" : "ƒ",
    name,
    note: isName ? "an input of this name" : "add this formula",
    pick: () => {
      pick.formula();
    },
  };
  // A name is in sight, but what Enter takes is an op.
  if (isName) return [...found.slice(0, 1), formula, ...found.slice(1)];
  return /[^\w\s]/.test(name) ? [...found, formula] : found;
}
