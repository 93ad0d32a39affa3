/**
 * Lines for edges that the columns hold no room for: those of nodes that a person has put somewhere, of cycles, and those whose
 * way such a node now bars. Each finds the cheapest way over a raster (field.ts), is pulled straight, and gets its texts where
 * there is room; then those that lie badly try again, now that all the others are known.
 */
import { Crowd, HALF_PAIR, strokes, type Stroke, type Text } from "./crowd.js";
import { portsOf, STUB, type End, type Port } from "./doors.js";
import { BODY, Field, NEAR, STROKE, TEXT } from "./field.js";
import { around, crosses, grow, length, simplify } from "./geometry.js";
import { PORT_PITCH } from "./metrics.js";
import { meet, type Placed } from "./outline.js";
import { direct } from "./routes.js";
import { Search } from "./search.js";
import { placeTexts, type Texts } from "./texts.js";
import type { EdgeRoute, LayoutEdge, Point, Rect } from "./types.js";

/** So many raster vertices may be looked at in one layout; edges that come after are drawn straight. */
const WORK_MOST = 1_500_000;
/** Air that a centre line keeps from bodies where it can't be avoided, and where it can. */
const BODY_AIR = 7;
const NEAR_AIR = 15;
const TEXT_AIR = HALF_PAIR;
/** What a bend must save to stay; and what one costs where whole ways are compared: straight ones are easier to follow. */
const BEND = 18;
const BEND_SEEN = 55;
/** What a line crossing another or two may cost before it is worth another try; and a text by how badly it stands. */
const BAD = 300;
const COVERED = 14;
/** A second way keeps so far from the first one, or pays so much for each unit. */
const ASIDE = 24;
const SHUN = 4;
/** So many corners of a way are left out in one go at most. */
const CORNERS_MOST = 40;
/** How often lines that lie badly try again. */
const ROUNDS = 2;

/** How far beside the middle of its two nodes a straight line may aim, the nearest first. */
const ASIDES = [0, -6, 6, -12, 12, -17, 17];
const AIMS = ASIDES.flatMap((from) => ASIDES.map((to) => [from, to] as const)).sort(
  (a, b) => Math.abs(a[0]) + Math.abs(a[1]) - Math.abs(b[0]) - Math.abs(b[1]),
);

interface Drawn {
  readonly route: EdgeRoute;
  readonly texts: Texts;
  readonly strokes: readonly Stroke[];
  readonly boxes: readonly Text[];
}

export class Router {
  readonly crowd = new Crowd();
  private readonly field: Field;
  private readonly search: Search;
  private readonly ends = new Map<string, End[]>();
  private readonly drawn = new Map<string, Drawn>();

  /** `fixed` are the lines that stay, with their texts; `titles` further places that no line should cross. */
  constructor(
    private readonly nodes: ReadonlyMap<string, Placed>,
    fixed: readonly { readonly edge: LayoutEdge; readonly route: EdgeRoute }[],
    titles: readonly Rect[] = [],
    output?: { readonly node: string; readonly texts: Texts; readonly route: EdgeRoute },
  ) {
    const bodies = [...nodes].map(([id, node]) => ({ id, box: around(node.centre, node) }));
    this.field = new Field([
      ...bodies.map(({ box }) => box),
      ...fixed.flatMap(({ edge, route }) => [
        around(route.value, edge.value),
        around(route.gradient, edge.gradient),
      ]),
    ]);
    this.search = new Search(this.field);
    for (const { id, box } of bodies) {
      this.field.addRect(grow(box, Math.max(BODY_AIR, 0.55 * this.field.pitch)), BODY);
      this.field.addRect(grow(box, NEAR_AIR), NEAR);
      this.crowd.add({ kind: "body", id, box });
    }
    for (const box of titles) {
      this.field.addRect(grow(box, TEXT_AIR), TEXT);
      this.crowd.add({ kind: "text", id: "", box });
    }
    for (const { edge, route } of fixed) this.put(edge, route);
    if (output) this.show("", output.texts, output.route);
    if (output) this.endsAt(output.node).push({ edge: "", at: output.route.points[0]! });
  }

  /** Routes for all of `edges`, by id. */
  route(edges: readonly LayoutEdge[]): Map<string, EdgeRoute> {
    const far = (edge: LayoutEdge): number =>
      length(this.nodes.get(edge.source)!.centre, this.nodes.get(edge.target)!.centre);
    const shortest = [...edges].sort((a, b) => far(a) - far(b));
    const routes = new Map<string, EdgeRoute>();
    for (const edge of shortest) {
      const { route } = this.attempt(edge);
      routes.set(edge.id, route);
      this.put(edge, route);
    }
    const stuck = new Set<LayoutEdge>();
    for (let round = 0; round < ROUNDS; round++) {
      for (const edge of shortest) {
        if (stuck.has(edge)) continue;
        const before = routes.get(edge.id)!;
        this.take(edge);
        const found = this.liesBadly(before, edge) ? this.find(edge) : undefined;
        const better = found !== undefined && found.cost < this.cost(before, edge) - 1;
        if (better) routes.set(edge.id, found.route);
        else stuck.add(edge);
        this.put(edge, better ? found.route : before);
      }
    }
    return routes;
  }

  /** New places on its line for the texts of a route; undefined where none is free. */
  relabel(edge: LayoutEdge, { points }: EdgeRoute): EdgeRoute | undefined {
    const { value, gradient, cover } = placeTexts(points, edge, this.crowd);
    return cover === 0 ? { points, value, gradient } : undefined;
  }

  /** Makes a route part of what others keep clear of. */
  put(edge: LayoutEdge, route: EdgeRoute): void {
    this.show(edge.id, edge, route);
    this.endsAt(edge.source).push({ edge: edge.id, at: route.points[0]! });
    this.endsAt(edge.target).push({ edge: edge.id, at: route.points.at(-1)!, slot: edge.slot });
  }

  private take(edge: LayoutEdge): void {
    const { route, texts, strokes: pieces, boxes } = this.drawn.get(edge.id)!;
    this.drawn.delete(edge.id);
    this.rasterize(route, texts, -1);
    for (const thing of [...pieces, ...boxes]) this.crowd.remove(thing);
    for (const id of [edge.source, edge.target])
      this.ends.set(
        id,
        this.endsAt(id).filter((end) => end.edge !== edge.id),
      );
  }

  private show(id: string, texts: Texts, route: EdgeRoute): void {
    const pieces = strokes(id, route.points);
    const boxes = [around(route.value, texts.value), around(route.gradient, texts.gradient)].map(
      (box): Text => ({ kind: "text", id, box }),
    );
    this.drawn.set(id, { route, texts, strokes: pieces, boxes });
    for (const thing of [...pieces, ...boxes]) this.crowd.add(thing);
    this.rasterize(route, texts, 1);
  }

  private rasterize({ points, value, gradient }: EdgeRoute, texts: Texts, sign: 1 | -1): void {
    for (let i = 1; i < points.length; i++)
      this.field.addStroke(points[i - 1]!, points[i]!, 2 * HALF_PAIR, sign * STROKE);
    this.field.addRect(grow(around(value, texts.value), TEXT_AIR), sign * TEXT);
    this.field.addRect(grow(around(gradient, texts.gradient), TEXT_AIR), sign * TEXT);
  }

  private endsAt(node: string): End[] {
    let list = this.ends.get(node);
    if (!list) this.ends.set(node, (list = []));
    return list;
  }

  /** How badly the texts of a route that has been taken out stand; its own line counts. */
  private coverOf({ points, value, gradient }: EdgeRoute, edge: LayoutEdge): number {
    return this.among(
      points,
      edge.id,
      () =>
        this.crowd.cover(around(value, edge.value)) +
        this.crowd.cover(around(gradient, edge.gradient)),
    );
  }

  /** Whether texts of a route that has been taken out stand on something, or its line runs through something. */
  private liesBadly(route: EdgeRoute, edge: LayoutEdge): boolean {
    return this.coverOf(route, edge) > 0 || this.burden(route, edge) > BAD;
  }

  /** What the line costs beyond its length. */
  private burden({ points }: EdgeRoute, edge: LayoutEdge): number {
    const skip = this.skips(edge);
    return points.reduce(
      (sum, p, i) => (i > 0 ? sum + this.field.along(points[i - 1]!, p, skip) : sum),
      0,
    );
  }

  private among<T>(points: readonly Point[], id: string, look: () => T): T {
    const own = strokes(id, points);
    for (const stroke of own) this.crowd.add(stroke);
    const answer = look();
    for (const stroke of own) this.crowd.remove(stroke);
    return answer;
  }

  private cost(route: EdgeRoute, edge: LayoutEdge): number {
    const { points } = route;
    const span = points.reduce((sum, p, i) => (i > 0 ? sum + length(points[i - 1]!, p) : sum), 0);
    return (
      span +
      BEND_SEEN * (points.length - 2) +
      this.burden(route, edge) +
      COVERED * this.coverOf(route, edge)
    );
  }

  /** Around its own nodes a line is free; but one that comes back to its node mustn't run through it. */
  private skips({ source, target }: LayoutEdge): Rect[] {
    if (source === target) return [];
    return [...new Set([source, target])].map((id) => {
      const node = this.nodes.get(id)!;
      return grow(around(node.centre, node), NEAR_AIR);
    });
  }

  /** The best way found for an edge: where the nearest way has no room for its texts, one beside it may. */
  private find(edge: LayoutEdge): { route: EdgeRoute; cost: number } {
    const first = this.attempt(edge);
    const { points } = first.route;
    if (this.coverOf(first.route, edge) === 0 || points.length < 2) return first;
    const shun = (sign: 1 | -1): void => {
      for (let i = 1; i < points.length; i++)
        this.field.addStroke(points[i - 1]!, points[i]!, ASIDE, sign * SHUN);
    };
    shun(1);
    const other = this.line(edge);
    shun(-1);
    if (!other) return first;
    const second = this.finished(edge, other);
    return second.cost < first.cost ? second : first;
  }

  private attempt(edge: LayoutEdge): { route: EdgeRoute; cost: number } {
    const points = this.line(edge);
    if (!points) {
      const route = direct(this.nodes.get(edge.source)!, this.nodes.get(edge.target)!, edge);
      return { route, cost: this.cost(route, edge) };
    }
    const led = this.finished(edge, points);
    const free = points.length > 2 ? this.straight(edge) : undefined;
    const straight = free && this.finished(edge, free);
    return straight && straight.cost < led.cost ? straight : led;
  }

  /** A straight line that bars nothing, aimed beside the middle of its nodes where other pairs meet them. */
  private straight(edge: LayoutEdge): readonly Point[] | undefined {
    const [source, target] = [this.nodes.get(edge.source)!, this.nodes.get(edge.target)!];
    const [a, b] = [source.centre, target.centre];
    const span = length(a, b);
    if (span < 1) return undefined;
    const beside = (p: Point, off: number): Point => ({
      x: p.x - ((b.y - a.y) / span) * off,
      y: p.y + ((b.x - a.x) / span) * off,
    });
    for (const [from, to] of AIMS) {
      const [start, end] = [beside(a, from), beside(b, to)];
      const points = [meet(source, end, start, false), meet(target, start, end, true)];
      if (!this.barred(points, edge)) return points;
    }
    return undefined;
  }

  /** Whether a straight line would run through another node, or meet its own where another pair does. */
  private barred(points: readonly Point[], { source, target, id }: LayoutEdge): boolean {
    const [start, end] = [points[0]!, points[1]!];
    for (const body of this.crowd.bodiesAlong(start, end, NEAR_AIR))
      if (body.id !== source && body.id !== target)
        if (crosses(start, end, grow(body.box, BODY_AIR + 2))) return true;
    return [source, target].some((node, k) =>
      this.endsAt(node).some((end) => end.edge !== id && length(end.at, points[k]!) < PORT_PITCH),
    );
  }

  /** The line with its texts. */
  private finished(edge: LayoutEdge, points: readonly Point[]): { route: EdgeRoute; cost: number } {
    const { value, gradient } = this.among(points, edge.id, () =>
      placeTexts(points, edge, this.crowd),
    );
    const route = { points, value, gradient };
    return { route, cost: this.cost(route, edge) };
  }

  private line(edge: LayoutEdge): Point[] | undefined {
    if (this.search.work > WORK_MOST) return undefined;
    const [source, target] = [this.nodes.get(edge.source)!, this.nodes.get(edge.target)!];
    const { field, crowd } = this;
    // A node that takes itself is left at its right and entered at its left.
    const loop = edge.source === edge.target;
    const starts = portsOf(source, edge.source, field, crowd, this.endsAt(edge.source)).filter(
      ({ out }) => !loop || out.x > 0.3,
    );
    const goals = portsOf(
      target,
      edge.target,
      field,
      crowd,
      this.endsAt(edge.target),
      edge.slot,
    ).filter(({ out }) => !loop || out.x < -0.3);
    const radius = Math.hypot(target.width, target.height) / 2 + STUB + 2 * field.pitch;
    const way = this.search.way(starts, goals, target.centre, radius);
    if (!way || way.length < 2) return undefined;
    const [start, goal] = [cheapest(starts, way[0]!), cheapest(goals, way.at(-1)!)];
    const corners = simplify([start.aim, ...way.map((v) => field.point(v)), goal.aim]);
    const pulled = simplify(this.pull(corners, start, goal, this.skips(edge), edge));
    const [second, before] = [pulled[1]!, pulled.at(-2)!];
    const first = meet(source, second, start.aim, false);
    const last = meet(target, before, goal.aim, true);
    return [first, ...pulled.slice(1, -1), last];
  }

  /** What the bodies in the way of ab cost that stand so near to its ends that the raster doesn't tell. */
  private hits(a: Point, b: Point, { source, target }: LayoutEdge): number {
    const hit = new Set<string>();
    for (const body of this.crowd.bodiesAlong(a, b, BODY_AIR))
      if (body.id !== source && body.id !== target)
        if (crosses(a, b, grow(body.box, 3))) hit.add(body.id);
    return hit.size * BODY * STUB;
  }

  /** Leaves out the corners that aren't worth their bend: the cheapest chain of straight pieces from first to last. */
  private pull(
    corners: readonly Point[],
    start: Port,
    goal: Port,
    skips: readonly Rect[],
    own: LayoutEdge,
  ): Point[] {
    const count = corners.length;
    const sums = new Float64Array(count).fill(Infinity);
    const from = new Int32Array(count).fill(-1);
    sums[0] = 0;
    for (let j = 1; j < count; j++) {
      for (let i = Math.max(0, j - CORNERS_MOST); i < j; i++) {
        const [a, b] = [corners[i]!, corners[j]!];
        const span = length(a, b);
        if (sums[i]! + span + BEND >= sums[j]!) continue;
        if (i === 0 && j > 1 && !outward(start, b)) continue;
        if (j === count - 1 && i < j - 1 && !outward(goal, a)) continue;
        const end = i === 0 || j === count - 1;
        const sum =
          sums[i]! +
          span +
          BEND +
          this.field.along(a, b, end ? skips : []) +
          (end && j > 1 && i < count - 2 ? this.hits(a, b, own) : 0);
        if (sum < sums[j]!) [sums[j], from[j]] = [sum, i];
      }
    }
    const kept: Point[] = [];
    for (let j = count - 1; j >= 0; j = from[j]!) kept.push(corners[j]!);
    return kept.reverse();
  }
}

const cheapest = (ports: readonly Port[], vertex: number): Port =>
  ports.filter((port) => port.vertex === vertex).reduce((a, b) => (b.cost < a.cost ? b : a));

/** Whether the straight way to `p` leaves the outline outwards. */
function outward({ aim, out }: Port, p: Point): boolean {
  const span = length(aim, p);
  return (p.x - aim.x) * out.x + (p.y - aim.y) * out.y >= 0.6 * span;
}
