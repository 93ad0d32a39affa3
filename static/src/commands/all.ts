/** Every command, in the order of toolbar and lists. */
import { addOp } from "./addOp.js";
import { collapse } from "./collapse.js";
import { connect } from "./connect.js";
import { duplicate } from "./duplicate.js";
import { expand } from "./expand.js";
import { exportFile } from "./exportFile.js";
import { findNode } from "./findNode.js";
import { findCommand } from "./findCommand.js";
import { fit } from "./fit.js";
import { fold } from "./fold.js";
import { fromCode } from "./fromCode.js";
import { group } from "./group.js";
import { newGraph } from "./newGraph.js";
import { openFile } from "./openFile.js";
import { output } from "./output.js";
import { redo } from "./redo.js";
import { remove } from "./remove.js";
import { removeAndJoin } from "./removeAndJoin.js";
import { rename } from "./rename.js";
import { saveFile } from "./saveFile.js";
import { selectAll } from "./selectAll.js";
import { selectNone } from "./selectNone.js";
import { share } from "./share.js";
import { shortcuts } from "./shortcuts.js";
import { showTour } from "./showTour.js";
import { swap } from "./swap.js";
import { tensorsAs } from "./tensorsAs.js";
import { theme } from "./theme.js";
import { thickness } from "./thickness.js";
import { tidy } from "./tidy.js";
import { togglePalette } from "./togglePalette.js";
import { togglePanel } from "./togglePanel.js";
import { undo } from "./undo.js";
import { ungroup } from "./ungroup.js";
import { writeFormula } from "./writeFormula.js";
import { zoomIn } from "./zoomIn.js";
import { zoomOut } from "./zoomOut.js";
import { play } from "./play.js";
import { stepOn } from "./stepOn.js";
import { stepBack } from "./stepBack.js";
import { showAll } from "./showAll.js";
import type { Command, MakeCommand } from "./command.js";
import type { Context } from "./context.js";

const ALL: readonly MakeCommand[] = [
  undo,
  redo,
  addOp,
  connect,
  remove,
  removeAndJoin,
  duplicate,
  rename,
  swap,
  output,
  group,
  ungroup,
  fold,
  expand,
  collapse,
  selectAll,
  selectNone,
  tidy,
  zoomIn,
  zoomOut,
  fit,
  play,
  stepOn,
  stepBack,
  showAll,
  togglePalette,
  togglePanel,
  writeFormula,
  fromCode,
  thickness,
  tensorsAs,
  theme,
  findNode,
  findCommand,
  shortcuts,
  showTour,
  newGraph,
  openFile,
  saveFile,
  exportFile,
  share,
];

export const commandsFor = (page: Context): Command[] => ALL.map((make) => make(page));
