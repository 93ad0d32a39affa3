/** Graphs as files and links. */
import type { GraphDocument } from "../api/client.js";
import { download, pickFile } from "../files.js";
import { LINK_MOST, toFragment } from "../model/link.js";
import { readDocument } from "../model/read.js";
import type { Session } from "../model/session.js";

export class Filing {
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
  ) {}

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

  async read(file: File): Promise<void> {
    const text = await file.text();
    const document = readDocument(text);
    if (file.name.endsWith(".py")) this.page.program(text);
    else if (document) {
      this.page.opened();
      this.session.apply(`Open ${file.name}`, document, []);
    } else
      this.page.tell(
        `${file.name} is not a Backarrow graph: a JSON object with "nodes" was expected.`,
      );
  }

  save(): void {
    download(this.graph);
  }

  async share(): Promise<void> {
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
