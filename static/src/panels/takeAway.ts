/** Buttons that take a text away: into the clipboard, or as a file. */
import { html, type TemplateResult } from "lit-html";
import { ApiError, type GraphDocument } from "../api/client.js";
import { exported } from "../api/views.js";
import { save as saveFile, titled } from "../files.js";
import { copyButton } from "./linked.js";
import type { PanelPage } from "./panel.js";
import { sentence } from "./problems.js";

export interface FileKind {
  readonly graph: GraphDocument;
  readonly format: string;
  readonly suffix: string;
}

export function takeButtons(
  page: PanelPage,
  name: string,
  text: string,
  { graph, format, suffix }: FileKind,
): TemplateResult {
  const save = async (): Promise<void> => {
    try {
      saveFile(await exported(graph, format), `${titled(graph)}${suffix}`);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      page.tell(error.faults.map(sentence).join(" "));
    }
  };
  return html`<span class="takes">
    ${copyButton(page, "Copy", name, () => text)}
    <button
      type="button"
      class="small"
      aria-label="Save ${suffix}: ${name}"
      title="${name}, as a file (${suffix})"
      @click=${() => void save()}
    >
      Save ${suffix}
    </button>
  </span>`;
}
