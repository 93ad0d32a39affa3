/** Plays both passes, or pauses them. */
import type { MakeCommand } from "./command.js";

export const play: MakeCommand = ({ playback }) => ({
  name: "play",
  label: () => (playback.playing.value ? "Pause" : "Play both passes"),
  keys: ["Alt+KeyP"],
  enabled: () => playback.steps.value.length > 0,
  run: () => {
    playback.toggle();
  },
});
