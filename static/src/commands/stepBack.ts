/** Shows the step before. */
import type { MakeCommand } from "./command.js";

export const stepBack: MakeCommand = ({ playback }) => ({
  name: "step-back",
  label: () => "One step back",
  keys: [","],
  enabled: () => playback.steps.value.length > 0,
  run: () => {
    playback.by(-1);
  },
});
