/** Graphs as files and links. */
import type { GraphDocument } from "../api/client.js";
import { valuesLength } from "../api/limits.js";
import { download, pickFile } from "../files.js";
import { LINK_MOST, toFragment } from "../model/link.js";
import { readDocument } from "../model/read.js";
import type { Session } from "../model/session.js";
import { Importing } from "./importing.js";

/** Links with longer values than this are no use anywhere. */
const SHARED_MOST = 1_000_000;
/** What the browser reads itself: graphs, which may be unfinished, and programs, which have a dialog. */
const OWN = [".json", ".py"];

export class Filing {
  private readonly importing: Importing;

  constructor(
    private readonly session: Session,
    private readonly page: {
      tell(notice: string): void;
      /** Writes what isn't kept yet. */
      flush(): Promise<void>;
      opened(): void;
      /** A program was opened. */
      program(source: string): void;
    },
  ) {
    this.importing = new Importing({
      show: (graph, file) => {
        this.show(graph, file);
      },
      tell: (notice) => {
        page.tell(notice);
      },
    });
  }

  private get graph(): GraphDocument {
    return this.session.graph.peek();
  }

  /** Leaves for an empty graph. */
  begin(): void {
    void this.page.flush().then(() => {
      location.assign("/graph");
    });
  }

  open(): void {
    pickFile((file) => void this.read(file));
  }

  /** Opens a file by the end of its name; one of another kind is taken for a graph. */
  async read(file: File): Promise<void> {
    const ends = (suffix: string): boolean => file.name.toLowerCase().endsWith(suffix);
    const importers = await this.importing.importers();
    const importer = importers.find(({ suffixes }) => suffixes.some(ends));
    if (importer && !OWN.some(ends)) {
      await this.importing.open(file, importer);
      return;
    }
    const text = await file.text();
    const document = readDocument(text);
    if (ends(".py")) this.page.program(text);
    else if (document) {
      this.importing.dismiss();
      this.show(document, file);
    } else {
      const suffixes = new Set([...OWN, ...importers.flatMap((one) => one.suffixes)]);
      this.page.tell(
        `${file.name} is not a Backarrow graph: a JSON object with "nodes" was expected. ` +
          `Files that can be opened end in ${[...suffixes].join(", ")}.`,
      );
    }
  }

  private show(graph: GraphDocument, file: File): void {
    this.page.opened();
    this.session.apply(`Open ${file.name}`, graph, []);
  }

  save(): void {
    download(this.graph);
  }

  async share(): Promise<void> {
    if (valuesLength({ graph: this.graph }) > SHARED_MOST) {
      this.page.tell("This graph is too large for a link. Save it as a file instead.");
      return;
    }
    const address = `${location.origin}/graph#${await toFragment(this.graph)}`;
    const long =
      address.length > LINK_MOST
        ? ` It is ${address.length} characters long; some programs cut that.`
        : "";
    try {
      await navigator.clipboard.writeText(address);
      this.page.tell(`The link is in the clipboard. The whole graph is in it.${long}`);
    } catch {
      history.replaceState(null, "", address);
      this.page.tell(`The clipboard can't be used. The link is in the address bar.${long}`);
    }
  }
}
