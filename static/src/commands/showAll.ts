/** Shows all numbers, no step. */
import type { MakeCommand } from "./command.js";

export const showAll: MakeCommand = ({ playback }) => ({
  name: "show-all",
  label: () => "Show all steps",
  keys: ["Alt+KeyA"],
  enabled: () => !playback.atEnd.value,
  run: () => {
    playback.end();
  },
});
