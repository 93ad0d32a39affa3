/** What commands act upon. */
import type { Canvas } from "../canvas/canvas.js";
import type { Point } from "../layout/types.js";
import type { Look } from "../model/look.js";
import type { Playback } from "../model/playback.js";
import type { Session } from "../model/session.js";
import type { Actions } from "./actions.js";

export interface Context {
  readonly session: Session;
  readonly canvas: Canvas;
  readonly actions: Actions;
  readonly formula: { focus(): void };
  /** The dialog in which a program becomes a graph. */
  readonly code: { open(): void };
  /** Lists in which one searches. */
  readonly find: {
    op(): void;
    command(at?: Point): void;
    /** A node to go to. */
    node(): void;
    /** A slot that a node is to be led into. */
    slot(source: string): void;
  };
  readonly filing: { begin(): void; open(): void; save(): void; share(): Promise<void> };
  /** Lets a node or a closed group be renamed where it stands. */
  readonly editName: (node: string) => void;
  /** Groups the selected nodes and lets the group be named where it stands. */
  readonly groupAndName: () => void;
  readonly showShortcuts: () => void;
  readonly showTour: () => void;
  /** Asks in which format the graph is to be saved. */
  readonly showExport: () => Promise<void>;
  readonly look: Look;
  readonly playback: Playback;
  /** The views at the side, by the words on their tabs. */
  readonly sidebar: { show(label: string): void; readonly labels: readonly string[] };
}
