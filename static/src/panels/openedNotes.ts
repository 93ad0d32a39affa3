/** What a file that is open couldn't say, and the lengths that it left open. */
import { html, nothing, type TemplateResult } from "lit-html";
import type { Imported, Importer } from "../api/imports.js";

type Axes = Readonly<Record<string, number>>;

/** A file that is open, and what there is to say of it. */
export interface Opened {
  readonly file: File;
  readonly importer: Importer;
  readonly notes: readonly string[];
  readonly axes: Imported["axes"];
}

export function openedNotes(
  opened: Opened | undefined,
  again: (axes: Axes) => void,
  dismiss: () => void,
): TemplateResult | typeof nothing {
  if (!opened) return nothing;
  return html`<div class="opened-head">
      <h2>What the file couldn’t say</h2>
      <button type="button" class="icon" aria-label="Close the notes" @click=${dismiss}>×</button>
    </div>
    <p class="hint">${opened.file.name}</p>
    <ul class="opened-notes">
      ${opened.notes.map((note) => html`<li>${note}</li>`)}
    </ul>
    ${lengths(opened.axes, again)}`;
}

/** The open axes with what was taken, to be read again with other lengths. */
function lengths(axes: Axes, again: (axes: Axes) => void): TemplateResult | typeof nothing {
  const names = Object.keys(axes);
  if (names.length === 0) return nothing;
  return html`<form
    class="lengths"
    @submit=${(event: SubmitEvent) => {
      event.preventDefault();
      const fields = [...(event.target as HTMLFormElement).querySelectorAll("input")];
      again(Object.fromEntries(fields.map(({ valueAsNumber }, at) => [names[at]!, valueAsNumber])));
    }}
  >
    <h3>Open lengths</h3>
    ${names.map(
      (name) =>
        html`<label>
          <span title=${name}>${name}</span>
          <input type="number" required min="1" max="1000000" .value=${String(axes[name])} />
        </label>`,
    )}
    <button type="submit">Read again</button>
  </form>`;
}
