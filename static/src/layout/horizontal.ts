/** Where the columns stand: as wide as what they hold, and farther apart where pairs have to climb between them. */
import type { Lattice } from "./lattice.js";
import { COLUMN_GAP_MAX, COLUMN_GAP_MIN, COLUMN_GAP_PER_RISE } from "./metrics.js";
import { clamp } from "./geometry.js";

export interface Span {
  readonly left: number;
  readonly right: number;
}

/** The left and right edge of each column, from 0. */
export function columnSpans(lattice: Lattice, y: Float64Array): Span[] {
  const { columns, elements, segments } = lattice;
  const rise = new Float64Array(columns.length);
  for (const { from, to } of segments) {
    const c = elements[from]!.column;
    rise[c] = Math.max(rise[c]!, Math.abs(y[from]! - y[to]!));
  }
  const spans: Span[] = [];
  let x = 0;
  columns.forEach((column, c) => {
    const width = column.reduce((widest, e) => Math.max(widest, elements[e]!.width), 0);
    spans.push({ left: x, right: x + width });
    x += width + clamp(rise[c]! * COLUMN_GAP_PER_RISE, COLUMN_GAP_MIN, COLUMN_GAP_MAX);
  });
  return spans;
}
