/** Asks in which format a graph is to be taken away, and how: as a file, or into the clipboard. */
import { html, nothing, render, type TemplateResult } from "lit-html";
import { ApiError } from "../api/client.js";
import { exported, exporters, type ExportOptions, type Exporter } from "../api/views.js";
import { save, titled } from "../files.js";
import { outputOf } from "../model/document.js";
import type { Look } from "../model/look.js";
import type { Session } from "../model/session.js";
import { dialogHeader, newDialog } from "./dialog.js";
import { sentence } from "./problems.js";

const SCALES = [1, 2, 3, 4] as const;
const PNG = "image/png";
const TEXTS = /^text\/|json$|x-tex$|svg\+xml$/;

/** What was chosen last, for the next time. */
const chosen = { format: "svg", scale: 2, dark: false };

export async function exportDialog(
  session: Session,
  look: Look,
  tell: (notice: string) => void,
): Promise<void> {
  let formats: readonly Exporter[];
  try {
    formats = await exporters();
  } catch (error) {
    tell(said(error));
    return;
  }
  new ExportDialog(formats, session, look, tell).open();
}

class ExportDialog {
  private readonly dialog = newDialog("Export");
  private fault = "";
  private busy = false;

  constructor(
    private readonly formats: readonly Exporter[],
    private readonly session: Session,
    private readonly look: Look,
    private readonly tell: (notice: string) => void,
  ) {}

  open(): void {
    this.paint();
    this.dialog.showModal();
  }

  private paint(): void {
    const format = this.format();
    render(
      html`${dialogHeader(this.dialog, "Export")}
        <form
          class="export"
          @submit=${(event: Event) => {
            event.preventDefault();
            void this.download(format);
          }}
        >
          <fieldset class="formats" aria-label="Format">
            ${this.formats.map((each) => this.choice(each, each === format))}
          </fieldset>
          <p class=${this.fault === "" ? "" : "fault"} role="alert">${this.fault}</p>
          <footer>
            <span class="options">${this.options(format)}</span>
            ${
              copyable(format)
                ? html`<button
                    type="button"
                    ?disabled=${this.busy}
                    @click=${() => void this.copy(format)}
                  >
                    Copy
                  </button>`
                : nothing
            }
            <button class="primary" ?disabled=${this.busy}>Download ${format.suffix}</button>
          </footer>
        </form>`,
      this.dialog,
    );
  }

  /** The format that was chosen last, or the first one where this server hasn't got it. */
  private format(): Exporter {
    return this.formats.find(({ name }) => name === chosen.format) ?? this.formats[0]!;
  }

  private choice(format: Exporter, isChosen: boolean): TemplateResult {
    return html`<label>
      <input
        type="radio"
        name="format"
        value=${format.name}
        ?autofocus=${isChosen}
        .checked=${isChosen}
        @change=${() => {
          chosen.format = format.name;
          this.fault = "";
          this.paint();
        }}
      />
      <span>${format.title} <small>${format.suffix}</small><small>${format.doc}</small></span>
    </label>`;
  }

  private options({ heeds }: Exporter): (TemplateResult | typeof nothing)[] {
    return [
      heeds.includes("scale")
        ? html`<label
            >Size
            <select
              @change=${(event: Event) => {
                chosen.scale = Number((event.target as HTMLSelectElement).value);
              }}
            >
              ${SCALES.map(
                (scale) =>
                  html`<option value=${scale} .selected=${scale === chosen.scale}>
                    ${scale}×
                  </option>`,
              )}
            </select></label
          >`
        : nothing,
      heeds.includes("dark")
        ? html`<label
            ><input
              type="checkbox"
              .checked=${chosen.dark}
              @change=${(event: Event) => {
                chosen.dark = (event.target as HTMLInputElement).checked;
              }}
            />
            Dark</label
          >`
        : nothing,
    ];
  }

  private file(format: Exporter): Promise<Blob> {
    const graph = this.session.graph.peek();
    const all: ExportOptions = {
      scale: chosen.scale,
      dark: chosen.dark,
      convention: this.look.convention.peek(),
      tensors: this.look.tensors.peek(),
    };
    const options: ExportOptions = Object.fromEntries(
      format.heeds.map((name) => [name, all[name]]),
    );
    const { output } = this.session.run.peek();
    const unsettled = outputOf(graph) === undefined && output !== undefined;
    return exported(graph, format.name, unsettled ? { ...options, output } : options);
  }

  private async download(format: Exporter): Promise<void> {
    await this.attempt(async () => {
      const name = `${titled(this.session.graph.peek())}${format.suffix}`;
      save(await this.file(format), name);
      this.tell(`Saved: ${name}.`);
    });
  }

  private async copy(format: Exporter): Promise<void> {
    await this.attempt(async () => {
      const file = await this.file(format);
      try {
        if (format.media_type === PNG)
          await navigator.clipboard.write([new ClipboardItem({ [PNG]: file })]);
        else await navigator.clipboard.writeText(await file.text());
      } catch {
        throw new Error("The clipboard can't be used here.");
      }
      this.tell(`Copied: ${format.title}.`);
    });
  }

  /** Does something and closes; where it fails, says why and stays. */
  private async attempt(act: () => Promise<void>): Promise<void> {
    this.busy = true;
    this.fault = "";
    this.paint();
    try {
      await act();
      this.dialog.close();
    } catch (error) {
      this.fault = said(error);
      this.busy = false;
      this.paint();
    }
  }
}

const copyable = ({ media_type }: Exporter): boolean =>
  media_type === PNG || TEXTS.test(media_type);

const said = (error: unknown): string =>
  error instanceof ApiError ? error.faults.map(sentence).join(" ") : (error as Error).message;
