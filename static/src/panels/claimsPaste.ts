/** Gradients taken over from a text, as many as it names. */
import { signal } from "@preact/signals-core";
import { html, type TemplateResult } from "lit-html";
import { live } from "lit-html/directives/live.js";
import type { GraphDocument, Tensor } from "../api/client.js";
import { matchClaims, readClaims } from "../model/claims.js";

/** So many names of no node are listed. */
const MOST = 5;

export class ClaimsPaste {
  private readonly text = signal("");
  private readonly notice = signal("");

  constructor(private readonly take: (claims: ReadonlyMap<string, Tensor>) => void) {}

  /** Takes over every named number of a text; whether there was one. */
  takeOver(text: string, graph: GraphDocument): boolean {
    const read = readClaims(text);
    if ("fault" in read) {
      this.notice.value = `Line ${read.line}: ${read.fault}`;
      return false;
    }
    const { claims, unknown } = matchClaims(read.claims, graph);
    const rest =
      unknown.length > 0
        ? ` No node is called ${unknown.slice(0, MOST).join(", ")}${unknown.length > MOST ? ", …" : ""}.`
        : "";
    this.notice.value = `${claims.size} ${claims.size === 1 ? "gradient" : "gradients"} taken over.${rest}`;
    if (claims.size > 0) this.take(claims);
    return claims.size > 0;
  }

  view(graph: GraphDocument): TemplateResult {
    const { text, notice } = this;
    return html`<details>
      <summary>Paste them all at once</summary>
      <label for="claims-text" class="hint"
        >As <code>x = 2.2</code> on lines, JSON, or what Python prints of a dict. Nothing of it is
        run.</label
      >
      <textarea
        id="claims-text"
        rows="4"
        spellcheck="false"
        .value=${live(text.value)}
        @input=${(event: Event) => {
          text.value = (event.target as HTMLTextAreaElement).value;
        }}
      ></textarea>
      <button
        type="button"
        ?disabled=${text.value.trim() === ""}
        @click=${() => {
          if (this.takeOver(text.value, graph)) text.value = "";
        }}
      >
        Take over
      </button>
      <p role="status">${notice.value}</p>
    </details>`;
  }
}
