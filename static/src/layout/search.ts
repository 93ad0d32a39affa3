/** The cheapest way over a field's raster: A* (Hart, Nilsson, Raphael 1968) in eight directions, bends included. */
import type { Field } from "./field.js";
import type { Point } from "./types.js";

/** A vertex where a way may begin or end, and what that costs. */
export interface Door {
  readonly vertex: number;
  readonly cost: number;
}

const ACROSS = Int8Array.of(1, 1, 0, -1, -1, -1, 0, 1);
const DOWN = Int8Array.of(0, 1, 1, 1, 0, -1, -1, -1);
/** What a turn costs by eighths of a circle. */
/** What is left counts a little more than it is: far fewer places are looked at, for ways hardly longer. */
const GREED = 1.4;
const TURN = [0, 7, 16, 40, 90];

export class Search {
  /** How many vertices have been looked at so far. */
  work = 0;
  private readonly best: Float64Array;
  private readonly from: Int32Array;
  private readonly heading: Int8Array;
  private readonly mark: Int32Array;
  private readonly closed: Uint8Array;
  private readonly left: Float64Array;
  private round = 0;
  private readonly heap: number[] = [];
  private readonly keys: number[] = [];

  constructor(private readonly field: Field) {
    const count = field.cost.length;
    this.best = new Float64Array(count);
    this.from = new Int32Array(count);
    this.heading = new Int8Array(count);
    this.mark = new Int32Array(count);
    this.closed = new Uint8Array(count);
    this.left = new Float64Array(count);
  }

  /** About what is left from a vertex to the goals. */
  private ahead(vertex: number, aim: Point, radius: number): number {
    const { xs, ys } = this.field;
    const i = vertex % xs.length;
    const [dx, dy] = [xs[i]! - aim.x, ys[(vertex - i) / xs.length]! - aim.y];
    return GREED * Math.max(0, Math.sqrt(dx * dx + dy * dy) - radius);
  }

  /** The vertices of the cheapest way from one of `starts` to one of `goals`; `aim` and `radius` hold all of the goals. */
  way(
    starts: readonly Door[],
    goals: readonly Door[],
    aim: Point,
    radius: number,
  ): number[] | undefined {
    const { field, best, from, mark, heading, closed } = this;
    const { xs, ys, cost } = field;
    const [width, height] = [xs.length, ys.length];
    const round = ++this.round;
    this.heap.length = this.keys.length = 0;
    const ends = new Map<number, number>();
    for (const { vertex, cost: extra } of goals)
      ends.set(vertex, Math.min(extra, ends.get(vertex) ?? Infinity));
    for (const { vertex, cost: extra } of starts) {
      if (mark[vertex] === round && best[vertex]! <= extra) continue;
      mark[vertex] = round;
      best[vertex] = extra;
      from[vertex] = -1;
      heading[vertex] = -1;
      closed[vertex] = 0;
      this.left[vertex] = this.ahead(vertex, aim, radius);
      this.push(vertex, extra + this.left[vertex]);
    }
    let [goal, least] = [-1, Infinity];
    while (this.heap.length > 0) {
      if (this.keys[0]! >= least) break;
      const v = this.pop();
      if (closed[v] === 1) continue;
      closed[v] = 1;
      const so = best[v]!;
      this.work++;
      const extra = ends.get(v);
      if (extra !== undefined && so + extra < least) {
        goal = v;
        least = so + extra;
      }
      const i = v % width;
      const j = (v - i) / width;
      const course = heading[v]!;
      const here = cost[v]!;
      for (let d = 0; d < 8; d++) {
        const ni = i + ACROSS[d]!;
        const nj = j + DOWN[d]!;
        if (ni < 0 || nj < 0 || ni >= width || nj >= height) continue;
        const w = nj * width + ni;
        const seen = mark[w] === round;
        if (seen && closed[w] === 1) continue;
        const dx = xs[ni]! - xs[i]!;
        const dy = ys[nj]! - ys[j]!;
        const span = d % 2 ? Math.sqrt(dx * dx + dy * dy) : Math.abs(dx + dy);
        let turn = course < 0 ? 0 : (d - course + 8) % 8;
        if (turn > 4) turn = 8 - turn;
        const sum = so + span * (1 + (here + cost[w]!) / 2) + TURN[turn]!;
        if (seen) {
          if (best[w]! <= sum) continue;
        } else {
          mark[w] = round;
          closed[w] = 0;
          this.left[w] = this.ahead(w, aim, radius);
        }
        best[w] = sum;
        from[w] = v;
        heading[w] = d;
        const key = sum + this.left[w]!;
        if (key < least) this.push(w, key);
      }
    }
    if (goal < 0) return undefined;
    const way: number[] = [];
    for (let v = goal; v >= 0; v = from[v]!) way.push(v);
    return way.reverse();
  }

  private push(vertex: number, key: number): void {
    const { heap, keys } = this;
    let i = heap.length;
    heap.push(vertex);
    keys.push(key);
    while (i > 0) {
      const up = (i - 1) >> 1;
      if (keys[up]! <= key) break;
      heap[i] = heap[up]!;
      keys[i] = keys[up]!;
      i = up;
    }
    heap[i] = vertex;
    keys[i] = key;
  }

  private pop(): number {
    const { heap, keys } = this;
    const top = heap[0]!;
    const [vertex, key] = [heap.pop()!, keys.pop()!];
    const count = heap.length;
    if (count === 0) return top;
    let i = 0;
    for (;;) {
      let down = 2 * i + 1;
      if (down >= count) break;
      if (down + 1 < count && keys[down + 1]! < keys[down]!) down++;
      if (keys[down]! >= key) break;
      heap[i] = heap[down]!;
      keys[i] = keys[down]!;
      i = down;
    }
    heap[i] = vertex;
    keys[i] = key;
    return top;
  }
}
