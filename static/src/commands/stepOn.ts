/** Shows the next step. */
import type { MakeCommand } from "./command.js";

export const stepOn: MakeCommand = ({ playback }) => ({
  name: "step-on",
  label: () => "One step on",
  keys: ["."],
  enabled: () => playback.steps.value.length > 0,
  run: () => {
    playback.by(1);
  },
});
