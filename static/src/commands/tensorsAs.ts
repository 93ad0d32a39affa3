/** Draws tensors in another way: numbers where they are few, numbers, heat maps. */
import { TENSORS_AS, TENSORS_LABELS } from "../model/look.js";
import type { MakeCommand } from "./command.js";

export const tensorsAs: MakeCommand = ({ look }) => {
  const next = () => TENSORS_AS[(TENSORS_AS.indexOf(look.tensors.value) + 1) % TENSORS_AS.length]!;
  return {
    name: "tensors-as",
    label: () => `Tensors as ${TENSORS_LABELS[next()]}`,
    keys: ["$mod+Shift+KeyH"],
    enabled: () => true,
    run: () => {
      look.tensors.value = next();
    },
  };
};
