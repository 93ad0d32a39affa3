/** The commands of the drawing page. */
import type { Canvas } from "../canvas/canvas.js";
import type { Session } from "../model/session.js";
import type { Command } from "./command.js";

const ZOOM_STEP = 1.3;

export function commands(session: Session, canvas: Canvas, formula: { focus(): void }): Command[] {
  const always = (): boolean => true;
  return [
    {
      name: "undo",
      label: "Undo",
      icon: "M8 5 4 9l4 4M4 9h8a4 4 0 0 1 0 8H9",
      keys: ["$mod+KeyZ"],
      enabled: () => session.canUndo.value,
      run: () => {
        session.undo();
      },
    },
    {
      name: "redo",
      label: "Redo",
      icon: "m12 5 4 4-4 4M16 9H8a4 4 0 0 0 0 8h3",
      keys: ["$mod+Shift+KeyZ", "$mod+KeyY"],
      enabled: () => session.canRedo.value,
      run: () => {
        session.redo();
      },
    },
    {
      name: "zoom-in",
      label: "Zoom in",
      icon: "M10 4v12M4 10h12",
      keys: ["+", "Shift++", "="],
      enabled: always,
      run: () => {
        canvas.zoomBy(ZOOM_STEP);
      },
    },
    {
      name: "zoom-out",
      label: "Zoom out",
      icon: "M4 10h12",
      keys: ["-"],
      enabled: always,
      run: () => {
        canvas.zoomBy(1 / ZOOM_STEP);
      },
    },
    {
      name: "fit",
      label: "Show the whole graph",
      icon: "M4 8V4h4M12 4h4v4M16 12v4h-4M8 16H4v-4",
      keys: ["0"],
      enabled: always,
      run: () => {
        canvas.fit();
      },
    },
    {
      name: "panel",
      label: "Show or hide the panel",
      icon: "M3 4h14v12H3ZM12 4v12",
      keys: ["p"],
      enabled: always,
      run: () => document.body.classList.toggle("panel-closed"),
    },
    {
      name: "formula",
      label: "Write a formula",
      icon: "M6 16c2 0 2-2 2.500-6S9 4 11.500 4M5 9h6M12 11l4 5M16 11l-4 5",
      keys: ["/"],
      enabled: always,
      run: () => {
        formula.focus();
      },
    },
  ];
}
