/** Shows what the page can do, step by step. */
import type { MakeCommand } from "./command.js";

export const showTour: MakeCommand = ({ showTour: show }) => ({
  name: "tour",
  label: () => "A short tour",
  keys: [],
  enabled: () => true,
  run: show,
});
