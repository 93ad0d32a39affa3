/** A program or a formula, pasted or written, that becomes a graph. */
import { html, nothing, render, type TemplateResult } from "lit-html";
import { live } from "lit-html/directives/live.js";
import { ApiError, type Fault, type GraphDocument } from "../api/client.js";
import { readText, type Language } from "../api/code.js";
import { languageOf, PROGRAMS } from "../model/programs.js";
import { selectPlace } from "./caret.js";
import { sentence } from "./problems.js";

const LANGUAGES: readonly { readonly value: Language; readonly name: string }[] = [
  { value: "python", name: "Python" },
  { value: "formula", name: "Formula" },
];

export class CodeDialog {
  private readonly dialog = document.createElement("dialog");
  private source = "";
  /** What a person has chosen; until then the text tells. */
  private chosen: Language | undefined;
  private faults: readonly Fault[] = [];
  private busy = false;

  /** `draw` takes over the graph of a text, with what the graph can't say of it. */
  constructor(private readonly draw: (graph: GraphDocument, notes: readonly string[]) => void) {
    this.dialog.className = "code-dialog";
    this.dialog.setAttribute("aria-labelledby", "code-heading");
    this.dialog.addEventListener("close", () => {
      this.dialog.remove();
    });
  }

  /** Shows the dialog, with what was written last. */
  open(): void {
    this.paint();
    document.body.append(this.dialog);
    this.dialog.showModal();
    this.field.focus();
  }

  /** Reads a file's program; the dialog shows itself where there are faults. */
  async openText(source: string): Promise<void> {
    this.write(source);
    this.chosen = "python";
    this.open();
    await this.build();
  }

  private get language(): Language {
    return this.chosen ?? languageOf(this.source);
  }

  private get field(): HTMLTextAreaElement {
    return this.dialog.querySelector("textarea")!;
  }

  private write(source: string): void {
    this.source = source;
    this.faults = [];
  }

  private async build(): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    this.paint();
    try {
      const { graph, notes } = await readText(this.language, this.source);
      this.faults = [];
      this.dialog.close();
      this.draw(graph, notes);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.faults = error.faults;
    } finally {
      this.busy = false;
      this.paint();
    }
    if (this.faults[0]) this.show(this.faults[0]);
  }

  private show({ line, column }: Fault): void {
    if (typeof line === "number") selectPlace(this.field, line, column ?? 1);
  }

  private paint(): void {
    render(this.view(), this.dialog);
  }

  private view(): TemplateResult {
    return html`<header>
        <h2 id="code-heading">From code</h2>
        <button
          type="button"
          class="icon"
          aria-label="Close"
          @click=${() => {
            this.dialog.close();
          }}
        >
          ×
        </button>
      </header>
      <p class="hint">
        Paste what you have in your editor: NumPy, PyTorch, micrograd, or layers with forward and
        backward. It is read and never run.
      </p>
      <div class="code-examples" role="group" aria-label="Examples">
        <span>Examples:</span>
        ${PROGRAMS.map(({ name, source }) => this.example(name, source))}
      </div>
      <form
        @submit=${(event: Event) => {
          event.preventDefault();
          void this.build();
        }}
      >
        ${this.textField()}
        <div id="code-faults" role="alert">${this.faultList()}</div>
        <footer>
          <fieldset>
            <legend>Read as</legend>
            ${LANGUAGES.map((language) => this.switch(language))}
          </fieldset>
          <button
            type="submit"
            class="primary"
            title="Build the graph, in place of what is drawn (Ctrl+Enter)"
            ?disabled=${this.busy || this.source.trim() === ""}
          >
            Build the graph
          </button>
        </footer>
      </form>`;
  }

  private example(name: string, source: string): TemplateResult {
    return html`<button
      type="button"
      @click=${() => {
        this.write(source);
        this.chosen = undefined;
        this.paint();
        this.field.focus();
        this.field.setSelectionRange(0, 0);
        this.field.scrollTop = 0;
      }}
    >
      ${name}
    </button>`;
  }

  private textField(): TemplateResult {
    return html`<textarea
      rows="14"
      aria-label="Code"
      aria-describedby="code-faults"
      aria-invalid=${this.faults.length > 0 ? "true" : "false"}
      wrap="off"
      spellcheck="false"
      autocapitalize="off"
      autocomplete="off"
      .value=${live(this.source)}
      @input=${(event: Event) => {
        this.write((event.target as HTMLTextAreaElement).value);
        this.paint();
      }}
      @keydown=${(event: KeyboardEvent) => {
        event.stopPropagation();
        if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
        event.preventDefault();
        void this.build();
      }}
    ></textarea>`;
  }

  private faultList(): TemplateResult | typeof nothing {
    if (this.faults.length === 0) return nothing;
    return html`<ul>
      ${this.faults.map(
        (fault) =>
          html`<li class="fault">
            <button
              type="button"
              class="link"
              @click=${() => {
                this.show(fault);
              }}
            >
              ${sentence(fault)}
            </button>
          </li>`,
      )}
    </ul>`;
  }

  private switch({ value, name }: (typeof LANGUAGES)[number]): TemplateResult {
    return html`<label
      ><input
        type="radio"
        name="code-language"
        value=${value}
        .checked=${live(this.language === value)}
        @change=${() => {
          this.chosen = value;
          this.faults = [];
          this.paint();
        }}
      />${name}</label
    >`;
  }
}
