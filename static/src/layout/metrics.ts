/**
 * Every length of the drawing that layout and canvas share. Drawing units: one unit is one pixel at zoom 1.
 */
import type { Size } from "./types.js";

/** Diameter of an operator whose sign is one character. */
export const CIRCLE = 44;
/** Height of a pill, for operators with longer names. */
export const PILL_HEIGHT = 44;

/** Stroke of the forward arrow. */
export const THIN = 1.5;
/** Stroke of the backward arrow. */
export const THICK = 5;
/** Distance between the centre lines of the two arrows of a pair. */
export const PAIR_DISTANCE = 12;
/** Heads: length along the line, half of the width across it. */
export const THIN_HEAD = { length: 9, half: 3.75 } as const;
export const THICK_HEAD = { length: 13, half: 6.5 } as const;
/** Radius of a bend of the pair's centre line; the arrows run on circles around the same centre. */
export const BEND_RADIUS = 22;
/** Air between an arrow's end and the outline of its node. */
export const END_GAP = 3;

/** Air between an arrow's stroke and a text beside it. */
export const LABEL_CLEARANCE = 3;
/** From the pair's centre line to the near side of the value's box (above) and the gradient's (below). */
export const ABOVE = PAIR_DISTANCE / 2 + THIN / 2 + LABEL_CLEARANCE;
export const BELOW = PAIR_DISTANCE / 2 + THICK / 2 + LABEL_CLEARANCE;
/** Air at the left and right of a text, within its column. */
export const LABEL_PAD = 9;

/** What a pair without texts takes above and below its centre line, with some air. */
export const LANE_ABOVE = PAIR_DISTANCE / 2 + THIN_HEAD.half + 1;
export const LANE_BELOW = PAIR_DISTANCE / 2 + THICK_HEAD.half + 1;
/** Distance, along an outline, between two pairs that end on one node. */
export const PORT_PITCH = 19;

/** The ring of an empty slot, and its centre's distance from the outline. */
export const HOLE_RADIUS = 5.5;
export const HOLE_AIR = 12;

/** Air between two things in one column. Two circles then stand as far apart as two pairs with texts: all run level. */
export const NODE_GAP = 19.25;
export const LANE_GAP = 5;
export const LABEL_GAP = 10;

/** Between a column of nodes and a column of labels: wide where pairs must climb, narrow where all run straight. */
export const COLUMN_GAP_MIN = 22;
export const COLUMN_GAP_MAX = 96;
/** How far a pair that can't leave its column straight runs level beyond it: less than the least gap. */
export const LEVEL_OUT = 16;
/** How much a column gap widens for each unit that a pair in it climbs. */
export const COLUMN_GAP_PER_RISE = 0.62;

/** Air within a group's frame, and its title's distance from it. */
export const GROUP_PAD = 14;
export const GROUP_TITLE_PAD = 6;

/** Air between unconnected parts of the graph, and around the drawing. */
export const COMPONENT_GAP = 56;
export const MARGIN = 24;

/** Up to this many nodes, the leaves that ask for it stand in the leftmost column. */
export const FIRST_COLUMN_LIMIT = 60;

/** What a line with texts takes around its centre line. */
export function textBand(value: Size, gradient: Size): { up: number; down: number; width: number } {
  return {
    up: Math.max(LANE_ABOVE, value.height > 0 ? ABOVE + value.height : 0),
    down: Math.max(LANE_BELOW, gradient.height > 0 ? BELOW + gradient.height : 0),
    width: Math.max(value.width, gradient.width) + 2 * LABEL_PAD,
  };
}
