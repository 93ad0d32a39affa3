/** Ops of a made-up catalogue. */
import type { Op } from "../../static/src/api/client.ts";

export const op = (name: string, inputs: string[], more: Partial<Op> = {}): Op => ({
  name,
  aliases: [],
  symbol: name.slice(0, 1),
  category: inputs.length > 0 ? "arithmetic" : "leaves",
  doc: "",
  inputs: { names: inputs, variadic: false },
  params: [],
  latex: { value: "", partials: [] },
  labels: [],
  scores: null,
  elementwise: true,
  decomposes: false,
  keeps: "",
  kept: [],
  source: "",
  inherited_source: "",
  ...more,
});
