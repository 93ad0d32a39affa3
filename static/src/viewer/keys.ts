/** The keys of a graph's own page: those that step and zoom on the drawing page. */
import { tinykeys } from "tinykeys";
import type { Canvas } from "../canvas/canvas.js";
import { ZOOM_STEP } from "../canvas/viewport.js";
import type { Playback } from "../model/playback.js";

export function bindKeys(canvas: Canvas, playback: Playback): void {
  tinykeys(window, {
    ".": () => {
      playback.by(1);
    },
    ",": () => {
      playback.by(-1);
    },
    "Alt+KeyP": () => {
      playback.toggle();
    },
    "+": () => {
      canvas.zoomBy(ZOOM_STEP);
    },
    "-": () => {
      canvas.zoomBy(1 / ZOOM_STEP);
    },
    "0": () => {
      canvas.fit(true);
    },
  });
}
