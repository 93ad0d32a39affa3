/** Searches an op to add. */
import type { MakeCommand } from "./command.js";

export const addOp: MakeCommand = ({ find }) => ({
  name: "add-op",
  label: () => "Add an op",
  word: "Add",
  icon: "M10 4v12M4 10h12M10 1a9 9 0 1 0 0 18 9 9 0 0 0 0-18",
  keys: ["Insert"],
  enabled: () => true,
  run: () => {
    find.op();
  },
});
