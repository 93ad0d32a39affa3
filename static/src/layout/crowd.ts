/** Everything that is drawn, in a grid of cells: what lies on a given place is found without looking at all of it. */
import { crosses, grow, length, between, overlap } from "./geometry.js";
import { PAIR_DISTANCE, THICK } from "./metrics.js";
import type { Point, Rect } from "./types.js";

const CELL = 72;
/** Two texts nearer than this, across and down, read as one. */
const TEXTS_APART = { x: 10, y: 3 } as const;
/** How far an arrow's outer side is from its pair's centre line. */
export const HALF_PAIR = PAIR_DISTANCE / 2 + THICK / 2;

export interface Body {
  readonly kind: "body";
  readonly id: string;
  readonly box: Rect;
}

export interface Text {
  readonly kind: "text";
  readonly id: string;
  readonly box: Rect;
}

export interface Stroke {
  readonly kind: "stroke";
  readonly id: string;
  readonly from: Point;
  readonly to: Point;
  readonly box: Rect;
}

export type Thing = Body | Text | Stroke;

export class Crowd {
  private readonly cells = new Map<number, Thing[]>();
  /** What is too large for cells. */
  private readonly wide: Thing[] = [];

  add(thing: Thing): void {
    for (const list of this.lists(thing.box, true)) list.push(thing);
  }

  remove(thing: Thing): void {
    for (const list of this.lists(thing.box)) {
      const at = list.indexOf(thing);
      if (at >= 0) list.splice(at, 1);
    }
  }

  /** What has a box that overlaps `rect`, each thing once. */
  near(rect: Rect): Set<Thing> {
    const found = new Set<Thing>();
    for (const list of this.lists(rect))
      for (const thing of list) if (overlap(thing.box, rect)) found.add(thing);
    if (large(rect)) return found;
    for (const thing of this.wide) if (overlap(thing.box, rect)) found.add(thing);
    return found;
  }

  /** The bodies along a line, those within `air` of it among them; one may come twice. */
  *bodiesAlong(from: Point, to: Point, air: number): Generator<Body> {
    // Piece by piece: the box of a long line may hold nearly all that is drawn.
    for (const { box } of strokes("", [from, to]))
      for (const thing of this.near(grow(box, air))) if (thing.kind === "body") yield thing;
  }

  private lists(box: Rect, make = false): Thing[][] {
    if (large(box)) return make ? [this.wide] : [this.wide, ...this.cells.values()];
    const found: Thing[][] = [];
    const [left, top] = [Math.floor(box.x / CELL), Math.floor(box.y / CELL)];
    const across = Math.floor((box.x + box.width) / CELL) - left;
    const down = Math.floor((box.y + box.height) / CELL) - top;
    for (let i = 0; i <= across; i++) {
      for (let j = 0; j <= down; j++) {
        // Two cells may share a key: what is found is compared with the box all the same.
        const key = (Math.imul(left + i, 73856093) ^ Math.imul(top + j, 19349663)) | 0;
        let list = this.cells.get(key);
        if (!list && make) this.cells.set(key, (list = []));
        if (list) found.push(list);
      }
    }
    return found;
  }

  /** How badly a text would stand at `box`: 0 where it is free. */
  cover(box: Rect): number {
    let sum = 0;
    const { x, y } = TEXTS_APART;
    const apart = {
      x: box.x - x,
      y: box.y - y,
      width: box.width + 2 * x,
      height: box.height + 2 * y,
    };
    for (const thing of this.near(grow(box, Math.max(HALF_PAIR + 1, x, y)))) {
      if (thing.kind === "stroke") {
        if (crosses(thing.from, thing.to, box)) sum += 14;
        else if (crosses(thing.from, thing.to, grow(box, HALF_PAIR))) sum += 5;
      } else if (overlap(grow(box, 1), thing.box)) sum += thing.kind === "body" ? 40 : 20;
      else if (thing.kind === "text" && overlap(apart, thing.box)) sum += 8;
    }
    return sum;
  }
}

/** The pieces of a line, none longer than a cell. */
export function strokes(id: string, points: readonly Point[]): Stroke[] {
  const pieces: Stroke[] = [];
  for (let k = 1; k < points.length; k++) {
    const [a, b] = [points[k - 1]!, points[k]!];
    const count = Math.min(400, Math.max(1, Math.ceil(length(a, b) / CELL)));
    for (let i = 0; i < count; i++) {
      const [from, to] = [between(a, b, i / count), between(a, b, (i + 1) / count)];
      const [x, y] = [Math.min(from.x, to.x), Math.min(from.y, to.y)];
      const box = { x, y, width: Math.abs(from.x - to.x), height: Math.abs(from.y - to.y) };
      pieces.push({ kind: "stroke", id, from, to, box: grow(box, 0.01) });
    }
  }
  return pieces;
}

const large = (box: Rect): boolean => !(box.width + box.height <= 24 * CELL);
