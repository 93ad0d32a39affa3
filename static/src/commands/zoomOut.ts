/** Shows more of the graph, smaller. */
import { ZOOM_STEP } from "../canvas/viewport.js";
import type { MakeCommand } from "./command.js";

export const zoomOut: MakeCommand = ({ canvas }) => ({
  name: "zoom-out",
  label: () => "Zoom out",
  icon: "M4 10h12",
  keys: ["-"],
  enabled: () => true,
  run: () => {
    canvas.zoomBy(1 / ZOOM_STEP);
  },
});
