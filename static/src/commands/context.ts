/** What commands act upon. */
import type { Canvas } from "../canvas/canvas.js";
import type { Point } from "../layout/types.js";
import type { Session } from "../model/session.js";
import type { Actions } from "./actions.js";

export interface Context {
  readonly session: Session;
  readonly canvas: Canvas;
  readonly actions: Actions;
  readonly formula: { focus(): void };
  /** Opens the list of ops. */
  readonly chooseOp: () => void;
  /** Opens the list of commands. */
  readonly chooseCommand: (at?: Point) => void;
  readonly showShortcuts: () => void;
  readonly showTour: () => void;
  readonly toggleThickness: () => void;
  readonly rename: () => void;
  readonly newGraph: () => void;
  readonly openFile: () => void;
  readonly saveFile: () => void;
  readonly share: () => void;
}
