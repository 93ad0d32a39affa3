/** Where a free pair may leave or reach a node: places around its outline, the usual side first. */
import { around, crosses, grow, point } from "./geometry.js";
import { BODY, type Field } from "./field.js";
import { PORT_PITCH } from "./metrics.js";
import type { Crowd } from "./crowd.js";
import type { Placed } from "./outline.js";
import type { Door } from "./search.js";
import type { Point } from "./types.js";

/** How far out of the outline a way begins. */
export const STUB = 20;
const DIRECTIONS = 16;
/** What it costs to leave or arrive on the side that the data doesn't flow to. */
const WRONG_SIDE = 70;
/** What it costs, at most, to meet a node right where another pair meets it. */
const SHARED = 160;

export interface Port extends Door {
  /** The place on the outline, and the unit vector that leads out of it. */
  readonly aim: Point;
  readonly out: Point;
}

/** An end of another pair at the node. `slot` is that of an arriving one. */
export interface End {
  readonly edge: string;
  readonly at: Point;
  readonly slot?: number;
}

/** The ports of a node for one pair; `slot` is given at the target. */
export function portsOf(
  node: Placed,
  id: string,
  field: Field,
  crowd: Crowd,
  ends: readonly End[],
  slot?: number,
): Port[] {
  const side = slot === undefined ? 1 : -1;
  const reach = grow(around(node.centre, node), STUB + 8);
  const near = [...crowd.near(reach)].flatMap((thing) =>
    thing.kind === "body" && thing.id !== id ? [thing.box] : [],
  );
  return outlets(node, side).map(({ aim, out }) => {
    const begin = point(aim.x + out.x * STUB, aim.y + out.y * STUB);
    let cost =
      out.x * side < -1e-9 ? WRONG_SIDE * (0.4 - 0.6 * out.x * side) : 12 * Math.abs(out.y);
    for (const end of ends) {
      const apart = Math.hypot(end.at.x - aim.x - 6 * out.x, end.at.y - aim.y - 6 * out.y);
      if (apart < PORT_PITCH) cost += SHARED * (1 - apart / PORT_PITCH);
      if (slot === undefined || end.slot === undefined || end.slot === slot) continue;
      // Slots enter from top to bottom.
      if (end.slot < slot === end.at.y > aim.y) cost += 80;
    }
    for (const box of near) if (crosses(begin, aim, grow(box, 6))) cost += BODY * STUB;
    return { vertex: field.vertex(begin), cost, aim, out };
  });
}

function outlets(node: Placed, side: 1 | -1): { aim: Point; out: Point }[] {
  const { centre, width, height } = node;
  if (node.outline === "round") {
    const r = Math.min(width, height) / 2;
    return Array.from({ length: DIRECTIONS }, (_, k) => {
      const angle = (2 * Math.PI * k) / DIRECTIONS;
      const out = point(Math.cos(angle), Math.sin(angle));
      const level = Math.abs(out.x) > 0.1 ? Math.sign(out.x) : 0;
      const rise = Math.abs(out.y) > 0.1 ? Math.sign(out.y) : 0;
      const hub = point(centre.x + level * (width / 2 - r), centre.y + rise * (height / 2 - r));
      return { aim: point(hub.x + out.x * r, hub.y + out.y * r), out };
    });
  }
  const tilt = Math.SQRT1_2;
  const found: { aim: Point; out: Point }[] = [];
  for (const x of [side, -side]) {
    for (const y of [0, -0.5, 0.5, -1, 1]) {
      const aim = point(centre.x + (x * width) / 2, centre.y + y * PORT_PITCH);
      found.push({ aim, out: point(x, 0) });
    }
    const aim = point(centre.x + (x * width) / 2, centre.y);
    for (const y of [-1, 1]) found.push({ aim, out: point(x * tilt, y * tilt) });
  }
  for (const y of [-1, 1])
    found.push({ aim: point(centre.x, centre.y + (y * height) / 2), out: point(0, y) });
  return found;
}
