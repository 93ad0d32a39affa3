/** The formula bar: several lines of text that become a graph. */
import { html, nothing, render } from "lit-html";
import { ApiError, type Fault, type GraphDocument, type Tensor } from "../api/client.js";
import { sentence } from "./problems.js";

export interface FormulaActions {
  /** The graph of a text; rejects with an ApiError that says where it can't be read. */
  parse(source: string): Promise<GraphDocument>;
  draw(graph: GraphDocument, source: string): void;
}

export type Inputs = Readonly<Record<string, Tensor>>;

export class FormulaBar {
  private source = "";
  private faults: readonly Fault[] = [];
  private busy = false;

  constructor(
    private readonly host: HTMLElement,
    private readonly actions: FormulaActions,
  ) {
    this.paint();
  }

  /** Writes a text into the bar and draws it. */
  async use(source: string): Promise<void> {
    this.source = source;
    this.paint();
    await this.submit();
  }

  focus(): void {
    this.field.focus();
  }

  private get field(): HTMLTextAreaElement {
    return this.host.querySelector("textarea")!;
  }

  private async submit(): Promise<void> {
    if (this.busy || this.source.trim() === "") return;
    this.busy = true;
    this.paint();
    try {
      const { source } = this;
      this.actions.draw(await this.actions.parse(source), source);
      this.faults = [];
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.faults = error.faults;
      this.showPlace(error.faults[0]!);
    } finally {
      this.busy = false;
      this.paint();
    }
  }

  /** Puts the caret where the text can't be read. */
  private showPlace({ line, column }: Fault): void {
    if (typeof line !== "number") return;
    const before =
      this.source
        .split("\n")
        .slice(0, line - 1)
        .join("\n").length + (line > 1 ? 1 : 0);
    const at = before + (column ?? 1) - 1;
    this.field.focus();
    this.field.setSelectionRange(at, Math.min(at + 1, this.source.length));
  }

  private paint(): void {
    const lines = Math.min(8, this.source.split("\n").length);
    render(
      html`<form
        class="formula"
        @submit=${(event: Event) => {
          event.preventDefault();
          void this.submit();
        }}
      >
        <label for="formula">Formula</label>
        <textarea
          id="formula"
          rows=${lines}
          spellcheck="false"
          autocapitalize="off"
          autocomplete="off"
          placeholder="(x+y)^2"
          title="Enter draws the formula, Shift+Enter begins a new line. Name a value with a line such as: x = 3"
          aria-invalid=${this.faults.length > 0 ? "true" : "false"}
          aria-describedby="formula-faults"
          .value=${this.source}
          @input=${(event: Event) => {
            this.source = (event.target as HTMLTextAreaElement).value;
            this.faults = [];
            this.paint();
          }}
          @keydown=${(event: KeyboardEvent) => {
            if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
            event.preventDefault();
            void this.submit();
          }}
        ></textarea>
        <button type="submit" class="primary" ?disabled=${this.busy}>Draw</button>
        <div id="formula-faults" role="alert">
          ${
            this.faults.length > 0
              ? html`<ul>
                  ${this.faults.slice(0, 5).map((fault) => html`<li class="fault">${sentence(fault)}</li>`)}
                </ul>`
              : nothing
          }
        </div>
      </form>`,
      this.host,
    );
  }
}
