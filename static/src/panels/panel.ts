/** One of the views at the side: explanations of the graph that is open. */
import type { TemplateResult } from "lit-html";
import type { Actions } from "../commands/actions.js";
import type { Blank, Look } from "../model/look.js";
import type { Playback } from "../model/playback.js";
import type { Origin } from "../model/origin.js";
import type { Session } from "../model/session.js";

/** An exercise that the page was opened with. */
export interface Assigned {
  readonly blanks: readonly Blank[];
  readonly origin?: Origin | undefined;
}

/** What a panel works with. */
export interface PanelPage {
  readonly session: Session;
  readonly look: Look;
  readonly actions: Actions;
  readonly playback: Playback;
  /** Selects a node and moves it into view. */
  go(node: string): void;
  /** Groups the selected nodes. */
  readonly group: () => void;
  /** Says something in a line over the drawing. */
  tell(notice: string): void;
  readonly task?: Assigned | undefined;
}

export interface Panel {
  /** What it shows: made anew whenever a signal changes that it has read. */
  view(): TemplateResult;
  /** Whether it is shown when the page opens. */
  readonly first?: boolean;
  /** A number that is kept back was clicked in the drawing: its value, or its gradient, on an edge or the output's arrow. Whether it is this panel's. */
  ask?(kind: "value" | "gradient", edge: string | undefined): boolean;
  /** It is no longer shown. What it has marked is taken away by the page. */
  leave?(): void;
}

/** A panel of one page; each has a file of its own. */
export type MakePanel = (page: PanelPage) => Panel;

/** What is known of a panel before its program is loaded. */
export interface Tab {
  /** The word on its tab. */
  readonly label: string;
  /** What it is for, as a sentence. */
  readonly title: string;
  readonly load: () => Promise<MakePanel>;
  /** Whether it must be there before anything is drawn. */
  readonly early?: (task: Assigned | undefined) => boolean;
}
