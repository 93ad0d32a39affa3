/** One of the views at the side: explanations of the graph that is open. */
import type { TemplateResult } from "lit-html";
import type { Actions } from "../commands/actions.js";
import type { Look } from "../model/look.js";
import type { Playback } from "../model/playback.js";
import type { Session } from "../model/session.js";

/** What a panel works with. */
export interface PanelPage {
  readonly session: Session;
  readonly look: Look;
  readonly actions: Actions;
  readonly playback: Playback;
  /** Selects a node and moves it into view. */
  go(node: string): void;
  /** Says something in a line over the drawing. */
  tell(notice: string): void;
}

export interface Panel {
  /** The word on its tab. */
  readonly label: string;
  /** What it is for, as a sentence. */
  readonly title: string;
  /** What it shows: made anew whenever a signal changes that it has read. */
  view(): TemplateResult;
  /** It is no longer shown. What it has marked is taken away by the page. */
  leave?(): void;
}

/** A panel of one page; each has a file of its own. */
export type MakePanel = (page: PanelPage) => Panel;
