/** Small panels over the drawing, beside what they change, where they hide the least of it. */
import { overlap } from "../layout/geometry.js";
import type { Rect } from "../layout/types.js";

const GAP = 8;
const EDGE = 8;
/** Places further off than beside the box are tried in steps. */
const STEP = 40;
/** What it costs to cover something, and to be a pixel further off. */
const COST = { own: 40, ownNumber: 30, chrome: 30, node: 8, number: 6, head: 3, away: 0.03 };

interface Thing {
  readonly box: Rect;
  readonly cost: number;
}

interface Spot {
  readonly x: number;
  readonly y: number;
}

/** Where a panel stood beside what: as long as that is so, it stays. */
interface Kept {
  readonly anchor: string;
  readonly from: Spot;
}

const kept = new WeakMap<HTMLElement, Kept>();

/**
 * Puts a panel beside a box of its host, where it covers least of the drawing, and within the host. It stays on its side of the
 * box while the same thing is edited at the same zoom, so that it doesn't jump while numbers change.
 */
export function placeOverlay(overlay: HTMLElement, box: Rect, host: HTMLElement): void {
  const { width, height } = host.getBoundingClientRect();
  const size = { width: overlay.offsetWidth, height: overlay.offsetHeight };
  if (size.width === 0) return;
  const within = ({ x, y }: Spot): Spot => ({
    x: Math.max(EDGE, Math.min(x, width - size.width - EDGE)),
    y: Math.max(EDGE, Math.min(y, height - size.height - EDGE)),
  });
  const anchor = anchorOf(host, box, size);
  const before = kept.get(overlay);
  let spot: Spot | undefined;
  if (before?.anchor === anchor) {
    const same = { x: box.x + before.from.x, y: box.y + before.from.y };
    const clamped = within(same);
    if (Math.hypot(same.x - clamped.x, same.y - clamped.y) < 2) spot = clamped;
  }
  if (!spot) {
    spot = leastCovering(box, size, thingsOf(host, overlay, box), within);
    const moving = host.getAnimations({ subtree: true });
    if (moving.length === 0)
      kept.set(overlay, { anchor, from: { x: spot.x - box.x, y: spot.y - box.y } });
    else {
      // What is still on its way is looked at again where it has come to stand.
      kept.delete(overlay);
      void Promise.allSettled(moving.map(({ finished }) => finished)).then(() => {
        if (!overlay.hidden && !kept.has(overlay)) placeOverlay(overlay, box, host);
      });
    }
  }
  overlay.style.left = `${spot.x}px`;
  overlay.style.top = `${spot.y}px`;
}

/** The place of a panel at which what it covers, and how far off it is, cost least. */
export function leastCovering(
  box: Rect,
  size: { readonly width: number; readonly height: number },
  things: readonly Thing[],
  within: (spot: Spot) => Spot,
): Spot {
  let [best, least] = [within({ x: box.x, y: box.y + box.height + GAP }), Infinity];
  for (const wish of spotsBeside(box, size)) {
    const spot = within(wish);
    const covered = { ...spot, ...size };
    const cost = things.reduce(
      (sum, thing) => (overlap(thing.box, covered) ? sum + thing.cost : sum),
      COST.away * gap(box, covered),
    );
    if (cost < least - 1e-9) [best, least] = [spot, cost];
  }
  return best;
}

/** Below, above, right and left of a box, flush with its sides or in its middle; then the same further off. */
function spotsBeside(box: Rect, { width, height }: Pick<Rect, "width" | "height">): Spot[] {
  const across = [box.x, box.x + (box.width - width) / 2, box.x + box.width - width];
  const down = [box.y + (box.height - height) / 2, box.y, box.y + box.height - height];
  return Array.from({ length: 14 }, (_, k) => GAP + k * STEP).flatMap((off) => [
    ...across.map((x) => ({ x, y: box.y + box.height + off })),
    ...across.map((x) => ({ x, y: box.y - height - off })),
    ...down.map((y) => ({ x: box.x + box.width + off, y })),
    ...down.map((y) => ({ x: box.x - width - off, y })),
  ]);
}

/** What of the drawing, and over it, a panel should leave to be seen. */
function thingsOf(host: HTMLElement, overlay: HTMLElement, box: Rect): Thing[] {
  const origin = host.getBoundingClientRect();
  const thing = (element: Element, cost: number): Thing => {
    const { x, y, width, height } = element.getBoundingClientRect();
    return { box: { x: x - origin.x, y: y - origin.y, width, height }, cost };
  };
  const all = (selector: string, cost: number): Thing[] =>
    [...host.querySelectorAll(selector)].map((element) => thing(element, cost));
  const leaf = nearest(host, box)?.closest<SVGElement>("[data-node]")?.dataset.node;
  const own =
    leaf === undefined ? [] : host.querySelectorAll(`.edge[data-leaf="${CSS.escape(leaf)}"]`);
  const chrome = [
    ...[...(overlay.parentElement?.children ?? [])].filter(
      (other) => other !== overlay && other !== host && !other.contains(host),
    ),
    ...document.querySelectorAll(".timeline .sentence"),
  ];
  return [
    { box, cost: COST.own },
    ...[...own].flatMap((edge) =>
      [...edge.querySelectorAll(".number text")].map((text) => thing(text, COST.ownNumber)),
    ),
    ...all(".number text", COST.number),
    ...all(".node .body", COST.node),
    ...all(".forward polygon, .backward polygon", COST.head),
    ...chrome.map((element) => thing(element, COST.chrome)),
  ].filter((one) => one.box.width > 0 && one.box.height > 0 && !fills(one.box, origin));
}

/** What is over all of the drawing, as the note on an empty one, can't be avoided. */
const fills = (box: Rect, host: Pick<Rect, "width" | "height">): boolean =>
  box.width >= host.width - 1 && box.height >= host.height - 1;

/** What is edited, by its place in the drawing, with what else would call for another place: the zoom, and what there is. */
function anchorOf(host: HTMLElement, box: Rect, size: Pick<Rect, "width" | "height">): string {
  const mark = nearest(host, box)?.closest<SVGElement>("[data-node]")?.dataset.node;
  const count = host.querySelectorAll("[data-node], [data-edge]").length;
  return `${mark ?? ""} ${Math.round(box.height)} ${count} ${Math.round(size.height / 20)}`;
}

/** The node, or the seed, that a box is of. */
function nearest(host: HTMLElement, box: Rect): Element | undefined {
  const origin = host.getBoundingClientRect();
  let [best, least] = [undefined as Element | undefined, Infinity];
  for (const element of host.querySelectorAll(".node .body, .seed")) {
    const own = element.getBoundingClientRect();
    const apart = Math.hypot(own.x - origin.x - box.x, own.y - origin.y - box.y);
    if (apart < least) [best, least] = [element, apart];
  }
  return best;
}

/** How far apart two boxes are. */
const gap = (a: Rect, b: Rect): number =>
  Math.hypot(
    Math.max(0, a.x - b.x - b.width, b.x - a.x - a.width),
    Math.max(0, a.y - b.y - b.height, b.y - a.y - a.height),
  );
