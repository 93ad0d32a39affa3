/** Over the drawing: a file that is on its way, or why it can't be opened. */
import { html, nothing, type TemplateResult } from "lit-html";
import { UNREACHABLE, type Fault } from "../api/client.js";
import { remedyHint, sentence } from "./problems.js";

const FAULTS_SHOWN = 5;

/** A file that is on its way, or that couldn't be read. */
export interface Reading {
  readonly file: File;
  /** How much of it has been sent, from 0 to 1. */
  readonly sent: number;
  /** Why it can't be opened; none while it is on its way. */
  readonly faults: readonly Fault[];
  readonly cancel: () => void;
  readonly again: () => void;
}

export function readingBox(reading: Reading | undefined): TemplateResult | typeof nothing {
  if (!reading) return nothing;
  return reading.faults.length > 0 ? refused(reading) : underWay(reading);
}

function underWay({ file, sent, cancel }: Reading): TemplateResult {
  const text = sent < 1 ? `Sending ${file.name}…` : `Reading ${file.name}…`;
  return html`<div class="reading" role="status">
    <p>${text}</p>
    ${
      sent < 1
        ? html`<progress aria-label=${text} .value=${sent}></progress>`
        : html`<progress aria-label=${text}></progress>`
    }
    <button type="button" @click=${cancel}>Cancel</button>
  </div>`;
}

function refused({ file, faults, cancel, again }: Reading): TemplateResult {
  const more = faults.length - FAULTS_SHOWN;
  const away = faults.some(({ code }) => code === UNREACHABLE);
  return html`<div class="reading" role="alert">
    <h3>${file.name} can’t be opened</h3>
    <ul>
      ${faults.slice(0, FAULTS_SHOWN).map((fault) => html`<li class="fault">${sentence(fault)}</li>`)}
      ${more > 0 ? html`<li>And ${more} more.</li>` : nothing}
    </ul>
    ${remedyHint(faults)}
    ${away ? html`<button type="button" @click=${again}>Try again</button>` : nothing}
    <button type="button" @click=${cancel}>Close</button>
  </div>`;
}
