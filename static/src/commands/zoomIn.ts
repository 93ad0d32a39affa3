/** Shows less of the graph, larger. */
import { ZOOM_STEP } from "../canvas/viewport.js";
import type { MakeCommand } from "./command.js";

export const zoomIn: MakeCommand = ({ canvas }) => ({
  name: "zoom-in",
  label: () => "Zoom in",
  icon: "M10 4v12M4 10h12",
  keys: ["+", "Shift++", "="],
  enabled: () => true,
  run: () => {
    canvas.zoomBy(ZOOM_STEP);
  },
});
