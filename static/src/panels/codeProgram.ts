/** The graph as a program that runs by itself, in the library that is chosen. */
import { signal } from "@preact/signals-core";
import { html, nothing, type TemplateResult } from "lit-html";
import { live } from "lit-html/directives/live.js";
import type { GraphDocument } from "../api/client.js";
import { exported, exporters, type Exporter } from "../api/views.js";
import { Answer, graphKey } from "../model/answer.js";
import { block } from "./codeText.js";
import type { PanelPage } from "./panel.js";
import { sentence } from "./problems.js";
import { takeButtons } from "./takeAway.js";

const CODE = "text/x-python";
/** It has a block of its own, whose places are linked to the nodes. */
const SHOWN = "python";

interface Written {
  readonly graph: GraphDocument;
  readonly format: Exporter;
  readonly text: string;
}

export class CodeProgram {
  private readonly formats = new Answer<readonly Exporter[]>();
  private readonly written = new Answer<Written>();
  private readonly chosen = signal<string | undefined>(undefined);

  constructor(private readonly page: PanelPage) {}

  view(graph: GraphDocument): TemplateResult | typeof nothing {
    this.formats.want("formats", async () =>
      (await exporters()).filter((format) => format.media_type === CODE && format.name !== SHOWN),
    );
    const formats = this.formats.value.value ?? [];
    const format = formats.find(({ name }) => name === this.chosen.value) ?? formats[0];
    if (!format) return nothing;
    this.written.want(`${format.name} ${graphKey(graph)}`, async () => ({
      graph,
      format,
      text: await (await exported(graph, format.name)).text(),
    }));
    const written = this.written.value.value;
    const current = written?.format.name === format.name ? written : undefined;
    return block(
      "Program",
      html`${this.select(formats, format)}${
        current
          ? takeButtons(this.page, "Program", current.text, {
              graph: current.graph,
              format: format.name,
              suffix: format.suffix,
            })
          : nothing
      }`,
      this.text(format, current),
    );
  }

  private text(format: Exporter, current: Written | undefined): TemplateResult {
    const faults = this.written.faults.value;
    if (faults.length > 0)
      return html`<ul class="plain" role="status">
        ${faults.map((fault) => html`<li class="fault">${sentence(fault)}</li>`)}
      </ul>`;
    if (!current) return html`<p class="hint working">Writing it down…</p>`;
    return html`<pre
      class="scroller text"
      role="group"
      aria-label="Program, ${format.title}"
      tabindex="0"
    >
${current.text}</pre>`;
  }

  private select(formats: readonly Exporter[], format: Exporter): TemplateResult {
    return html`<label
      >Write as
      <select
        title="The library that the program runs in"
        @change=${(event: Event) => {
          this.chosen.value = (event.target as HTMLSelectElement).value;
        }}
      >
        ${formats.map(
          ({ name, title }) =>
            html`<option value=${name} .selected=${live(name === format.name)}>${title}</option>`,
        )}
      </select></label
    >`;
  }
}
