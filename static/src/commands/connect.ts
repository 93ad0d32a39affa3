/** Leads the selected node into another one. */
import { oneSelected, withSelected } from "./selected.js";
import type { MakeCommand } from "./command.js";

export const connect: MakeCommand = ({ session, find }) => ({
  name: "connect",
  label: () => "Lead into another node…",
  keys: ["$mod+KeyJ"],
  enabled: oneSelected(session),
  run: withSelected(session, (id) => {
    find.slot(id);
  }),
});
