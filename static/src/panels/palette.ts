/** All ops, to click or to drag onto the drawing. */
import { html, render, type TemplateResult } from "lit-html";
import type { Op } from "../api/client.js";
import { byCategory, findOps, firstSentence } from "../model/opSearch.js";

/** What a dragged op travels as. */
export const OP_TYPE = "application/x-backarrow-op";

export class Palette {
  private text = "";

  constructor(
    private readonly host: HTMLElement,
    private readonly ops: ReadonlyMap<string, Op>,
    private readonly add: (op: Op) => void,
  ) {
    this.paint();
  }

  private paint(): void {
    const found = byCategory(findOps(this.ops.values(), this.text));
    render(
      html`<label class="search"
          ><span>Ops</span>
          <input
            type="search"
            placeholder="Search"
            .value=${this.text}
            @input=${(event: Event) => {
              this.text = (event.target as HTMLInputElement).value;
              this.paint();
            }}
          />
        </label>
        ${found.map(
          ([category, ops]) =>
            html`<h3>${category}</h3>
              <ul>
                ${ops.map(({ op }) => this.entry(op))}
              </ul>`,
        )}
        ${found.length === 0 ? html`<p class="hint">No op is called “${this.text}”.</p>` : ""}`,
      this.host,
    );
  }

  private entry(op: Op): TemplateResult {
    return html`<li>
      <button
        type="button"
        data-op=${op.name}
        draggable="true"
        title=${op.doc.replaceAll("``", "")}
        @click=${() => {
          this.add(op);
        }}
        @dragstart=${(event: DragEvent) => {
          event.dataTransfer?.setData(OP_TYPE, op.name);
        }}
      >
        <span class="sign" aria-hidden="true">${op.symbol}</span>
        <span class="name">${op.name}<small>${firstSentence(op)}</small></span>
      </button>
    </li>`;
  }
}
