/** The cheapest way over a field's raster: A* (Hart, Nilsson, Raphael 1968) in eight directions, bends included. */
import type { Field } from "./field.js";
import type { Point } from "./types.js";

/** A vertex where a way may begin or end, and what that costs. */
export interface Door {
  readonly vertex: number;
  readonly cost: number;
}

const STEPS = [
  [1, 0],
  [1, 1],
  [0, 1],
  [-1, 1],
  [-1, 0],
  [-1, -1],
  [0, -1],
  [1, -1],
] as const;
/** What a turn costs by eighths of a circle. */
const TURN = [0, 7, 16, 40, 90];

export class Search {
  /** How many vertices have been looked at so far. */
  work = 0;
  private readonly best: Float64Array;
  private readonly from: Int32Array;
  private readonly heading: Int8Array;
  private readonly mark: Int32Array;
  private round = 0;
  private heap: number[] = [];
  private keys: number[] = [];

  constructor(private readonly field: Field) {
    const count = field.cost.length;
    this.best = new Float64Array(count);
    this.from = new Int32Array(count);
    this.heading = new Int8Array(count);
    this.mark = new Int32Array(count);
  }

  /** The vertices of the cheapest way from one of `starts` to one of `goals`; `aim` and `radius` hold all of the goals. */
  way(
    starts: readonly Door[],
    goals: readonly Door[],
    aim: Point,
    radius: number,
  ): number[] | undefined {
    const { field, best, from, mark } = this;
    const { xs, ys, cost } = field;
    const width = xs.length;
    const round = ++this.round;
    [this.heap, this.keys] = [[], []];
    const ends = new Map<number, number>();
    for (const { vertex, cost: extra } of goals)
      ends.set(vertex, Math.min(extra, ends.get(vertex) ?? Infinity));
    const left = (vertex: number): number =>
      Math.max(
        0,
        Math.hypot(xs[vertex % width]! - aim.x, ys[Math.floor(vertex / width)]! - aim.y) - radius,
      );
    for (const { vertex, cost: extra } of starts) {
      if (mark[vertex] === round && best[vertex]! <= extra) continue;
      mark[vertex] = round;
      best[vertex] = extra;
      from[vertex] = -1;
      this.heading[vertex] = -1;
      this.push(vertex, extra + left(vertex));
    }
    let [goal, least] = [-1, Infinity];
    while (this.heap.length > 0) {
      const key = this.keys[0]!;
      if (key >= least) break;
      const v = this.pop();
      const so = best[v]!;
      if (key > so + left(v) + 1e-6) continue;
      this.work++;
      const extra = ends.get(v);
      if (extra !== undefined && so + extra < least) [goal, least] = [v, so + extra];
      const [i, j] = [v % width, Math.floor(v / width)];
      const course = this.heading[v]!;
      for (let d = 0; d < 8; d++) {
        const [di, dj] = STEPS[d]!;
        const [ni, nj] = [i + di, j + dj];
        if (ni < 0 || nj < 0 || ni >= width || nj >= ys.length) continue;
        const w = nj * width + ni;
        const span = Math.hypot(xs[ni]! - xs[i]!, ys[nj]! - ys[j]!);
        const turn = course < 0 ? 0 : Math.min((d - course + 8) % 8, (course - d + 8) % 8);
        const sum = so + span * (1 + (cost[v]! + cost[w]!) / 2) + TURN[turn]!;
        if (mark[w] === round && best[w]! <= sum) continue;
        mark[w] = round;
        best[w] = sum;
        from[w] = v;
        this.heading[w] = d;
        this.push(w, sum + left(w));
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
