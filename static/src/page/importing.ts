/** Files that the server reads: on their way with a progress bar, and what they couldn't say beside the drawing. */
import { effect, signal } from "@preact/signals-core";
import { render } from "lit-html";
import { ApiError, type GraphDocument } from "../api/client.js";
import { importFile, importers, type Importer } from "../api/imports.js";
import { folded } from "../model/folding.js";
import { openedNotes, type Opened } from "../panels/openedNotes.js";
import { readingBox, type Reading } from "../panels/readingBox.js";
import { place } from "./place.js";

type Axes = Readonly<Record<string, number>>;

export class Importing {
  private readonly reading = signal<Reading | undefined>(undefined);
  private readonly opened = signal<Opened | undefined>(undefined);
  private formats: Promise<readonly Importer[]> | undefined;

  constructor(
    private readonly page: {
      show(graph: GraphDocument, file: File): void;
      tell(notice: string): void;
    },
  ) {
    effect(() => {
      render(readingBox(this.reading.value), place("opening"));
    });
    effect(() => {
      const opened = this.opened.value;
      place("opened").hidden = !opened;
      const again = (axes: Axes): void => {
        void this.open(opened!.file, opened!.importer, axes);
      };
      render(openedNotes(opened, again, this.dismiss), place("opened"));
    });
  }

  /** The formats that the server reads; none while it can't be reached. */
  importers(): Promise<readonly Importer[]> {
    this.formats ??= importers().catch(() => {
      this.formats = undefined;
      return [];
    });
    return this.formats;
  }

  private say(opened: Opened): void {
    const { file, notes, axes } = opened;
    const silent = notes.length === 0 && Object.keys(axes).length === 0;
    this.opened.value = silent ? undefined : opened;
    if (!silent) this.page.tell(`${file.name} is open. What it couldn’t say is in the panel.`);
  }

  readonly dismiss = (): void => {
    this.opened.value = undefined;
  };

  /** Opens a file; the one that is still on its way is given up. */
  async open(file: File, importer: Importer, axes: Axes = {}): Promise<void> {
    this.reading.peek()?.cancel();
    const end = new AbortController();
    const reading: Reading = {
      file,
      sent: 0,
      faults: [],
      cancel: () => {
        end.abort();
        this.reading.value = undefined;
      },
      again: () => void this.open(file, importer, axes),
    };
    this.reading.value = reading;
    const progress = (sent: number): void => {
      this.reading.value = { ...reading, sent };
    };
    try {
      const { signal } = end;
      const found = await importFile(importer.name, file, axes, { signal, progress });
      this.reading.value = undefined;
      this.page.show(folded(found.graph), file);
      this.say({ file, importer, notes: found.notes, axes: found.axes });
    } catch (error) {
      if (end.signal.aborted) return;
      if (!(error instanceof ApiError)) throw error;
      this.reading.value = { ...reading, faults: error.faults };
    }
  }
}
