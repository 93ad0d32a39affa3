/** A field for a number or a tensor that a person has worked out: a line, or rows. */
import { html, type TemplateResult } from "lit-html";
import { live } from "lit-html/directives/live.js";

export interface AnswerField {
  readonly id: string;
  /** The id of what is said of the answer. */
  readonly said: string;
  /** Of what is asked; empty for a number. */
  readonly shape: readonly number[];
  readonly text: string;
  /** The text can't be read. */
  readonly wrong: boolean;
  type(text: string): void;
  /** Enter was pressed. */
  submit(): void;
  focus(): void;
  /** A text was pasted; true where it has been taken over as a whole. */
  paste?(text: string): boolean;
}

export function answerField(field: AnswerField): TemplateResult {
  const { id, said, shape, text } = field;
  const input = (event: Event): void => {
    field.type((event.target as HTMLInputElement).value);
  };
  const keydown = (event: KeyboardEvent): void => {
    if (event.key !== "Enter" || event.shiftKey) return;
    event.preventDefault();
    field.submit();
  };
  const paste = (event: ClipboardEvent): void => {
    const pasted = event.clipboardData?.getData("text/plain") ?? "";
    if (field.paste?.(pasted)) event.preventDefault();
  };
  const focus = (): void => {
    field.focus();
  };
  const invalid = field.wrong ? "true" : "false";
  return shape.length > 0
    ? html`<textarea
        id=${id}
        rows=${Math.max(1, Math.min(6, text.split("\n").length))}
        spellcheck="false"
        placeholder=${shape.length > 1 ? "[[…], […]]" : "[…, …]"}
        title="Rows in brackets, or pasted from a spreadsheet. Enter checks, Shift+Enter makes a new line."
        .value=${live(text)}
        aria-invalid=${invalid}
        aria-describedby=${said}
        @input=${input}
        @keydown=${keydown}
        @paste=${paste}
        @focus=${focus}
      ></textarea>`
    : html`<input
        type="text"
        id=${id}
        autocomplete="off"
        spellcheck="false"
        .value=${live(text)}
        aria-invalid=${invalid}
        aria-describedby=${said}
        @input=${input}
        @keydown=${keydown}
        @paste=${paste}
        @focus=${focus}
      />`;
}
