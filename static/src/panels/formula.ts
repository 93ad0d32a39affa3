/** The formula bar: several lines of text that become a graph. */
import { html, nothing, render } from "lit-html";
import { ApiError, type Fault, type GraphDocument } from "../api/client.js";
import { isConstant, isLeaf } from "../model/document.js";
import type { Slot } from "../model/edit.js";
import { sameStructure } from "../model/session.js";
import { selectPlace } from "./caret.js";
import { sentence } from "./problems.js";

export interface FormulaActions {
  /** The graph of a text; rejects with an ApiError that says where it can't be read. */
  parse(source: string): Promise<GraphDocument>;
  /** In place of the graph that is open. */
  draw(graph: GraphDocument, source: string): void;
  /** Beside the graph that is open, if there is one; its result may lead into a slot. */
  add(graph: GraphDocument, into?: Slot): void;
  mayAdd(): boolean;
}

export class FormulaBar {
  private source = "";
  private faults: readonly Fault[] = [];
  private busy = false;
  /** The graph of the text in the bar, as long as it is what is open. */
  private drawn: GraphDocument | undefined;

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

  /** Adds a text's graph to the one that is open, and leads its result into a slot where one is given. */
  async addText(source: string, into?: Slot): Promise<void> {
    this.source = source;
    this.paint();
    await this.submit(true, into);
  }

  /** The graph has been changed: a formula that no longer is what is drawn goes from the bar. */
  graphChanged(graph: GraphDocument): void {
    if (this.drawn === undefined || sameStructure(graph, this.drawn)) return;
    this.drawn = undefined;
    if (document.activeElement === this.field) return;
    this.source = "";
    this.paint();
  }

  private async submit(add = false, into?: Slot): Promise<void> {
    if (this.busy) return;
    if (this.source.trim() === "") {
      this.faults = [{ code: "empty", detail: "type a formula first, such as (x+y)^2" }];
      this.paint();
      return;
    }
    this.busy = true;
    this.paint();
    try {
      const graph = await this.actions.parse(this.source);
      if (add) {
        this.actions.add(graph, into);
        this.source = "";
      } else {
        this.drawn = graph;
        this.actions.draw(graph, this.source);
      }
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
    if (typeof line === "number") selectPlace(this.field, line, column ?? 1);
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
          aria-label="Formula"
          rows=${lines}
          spellcheck="false"
          autocapitalize="off"
          autocomplete="off"
          placeholder="a formula, such as (x+y)^2"
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
            event.stopPropagation();
            void this.submit(event.ctrlKey || event.metaKey);
          }}
        ></textarea>
        <button
          type="submit"
          class="primary"
          title="Draw the formula, in place of what is drawn (Enter)"
          ?disabled=${this.busy}
        >
          Draw
        </button>
        <button
          type="button"
          title="Add the formula to what is drawn (Ctrl+Enter)"
          ?hidden=${this.source.trim() === "" || !this.actions.mayAdd()}
          ?disabled=${this.busy}
          @click=${() => void this.submit(true)}
        >
          Add
        </button>
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

/** In a text that gives names their values, a name without one is perhaps a slip. */
export function unnamed(formula: GraphDocument, source: string): string {
  const given = new Set(
    Array.from(source.matchAll(/(?:^|;)\s*([A-Za-z_]\w*)\s*=/gm), ([, name]) => name),
  );
  const free = formula.nodes.filter(
    (node) => isLeaf(node) && !isConstant(node) && !given.has(node.id),
  );
  if (given.size === 0 || free.length === 0) return "";
  const names = free.map(({ id }) => id).join(", ");
  return `${names} has no value in the formula, so it is an input that begins at 1.`;
}
