/** Where the columns stand: as wide as what they hold, and farther apart where pairs have to climb between them. */
import type { Lattice } from "./lattice.js";
import { COLUMN_GAP_MAX, COLUMN_GAP_MIN, COLUMN_GAP_PER_RISE } from "./metrics.js";
import { clamp, quarter } from "./geometry.js";

export interface Span {
  readonly left: number;
  readonly right: number;
}

/** Of the air between columns so much must be there before a column that stood somewhere moves on. */
const LEAST_AIR = 0.4;

/** The left and right edge of each column, from 0; columns that have an edge in `before` stand there, or as little right of it as may be. */
export function columnSpans(
  lattice: Lattice,
  y: Float64Array,
  before: readonly (Span | undefined)[] = [],
): Span[] {
  const { columns, elements, segments } = lattice;
  const rise = new Float64Array(columns.length);
  for (const { from, to } of segments) {
    const c = elements[from]!.column;
    rise[c] = Math.max(rise[c]!, Math.abs(y[from]! - y[to]!));
  }
  const widths = columns.map((column, c) => {
    const width = column.reduce((widest, e) => Math.max(widest, elements[e]!.width), 0);
    const old = before[c];
    return Math.max(Math.ceil(width * 4) / 4, old ? old.right - old.left : 0);
  });
  const gaps = columns.map((_, c) =>
    quarter(clamp(rise[c]! * COLUMN_GAP_PER_RISE, COLUMN_GAP_MIN, COLUMN_GAP_MAX)),
  );
  // From the first column that stood somewhere to the left.
  const known = before.findIndex((span) => span !== undefined);
  let x = known < 0 ? 0 : before[known]!.left;
  for (let c = 0; c < known; c++) x -= widths[c]! + gaps[c]!;
  // What moves on takes all that follows along: one shift for most is less unrest than a different one for each.
  let [right, carry] = [x, 0];
  return columns.map((_, c) => {
    const old = before[c];
    const air = c > 0 ? gaps[c - 1]! : 0;
    const least = c > 0 ? quarter(Math.max(COLUMN_GAP_MIN, LEAST_AIR * air)) : 0;
    let left = right + air;
    if (old && old.left + carry >= right + least) left = old.left + carry;
    else if (old) carry = left - old.left;
    right = left + widths[c]!;
    return { left, right };
  });
}
