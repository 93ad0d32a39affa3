/** Puts the caret into the formula bar. */
import type { MakeCommand } from "./command.js";

export const writeFormula: MakeCommand = ({ formula }) => ({
  name: "formula",
  label: () => "Write a formula",
  keys: ["/"],
  enabled: () => true,
  run: () => {
    formula.focus();
  },
});
