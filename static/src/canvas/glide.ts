/** Nodes on their way from one drawing to the next, so that the eye can follow. */
import type { Point } from "../layout/types.js";

/** In milliseconds. */
export const GLIDE = 260;

const EASING = "ease-out";

type Places = Readonly<Record<string, Point>>;

export const still = (): boolean => matchMedia("(prefers-reduced-motion: reduce)").matches;

export interface Glide {
  readonly before: Places;
  readonly after: Places;
  /** The elements of the nodes that are drawn now, and of those that are gone. */
  readonly nodes: ReadonlyMap<string, SVGElement>;
  readonly gone: ReadonlyMap<string, SVGElement>;
  readonly edges: SVGElement;
  /** Where the gone ones are shown on their way. */
  readonly overlay: SVGElement;
}

/**
 * Lets nodes glide from where they stood; edges come in when they are there. New nodes come out of the nearest node that is gone
 * (a composite that was opened), and gone ones go into the nearest new one (a group that was closed).
 */
export function glide({ before, after, nodes, gone, edges, overlay }: Glide): void {
  const vanished = Object.keys(before).filter((id) => after[id] === undefined);
  const fresh = Object.keys(after).filter((id) => before[id] === undefined);
  let moved = false;
  for (const [id, element] of nodes) {
    const to = after[id]!;
    const known = before[id];
    if (known && Math.hypot(known.x - to.x, known.y - to.y) < 1) continue;
    moved = true;
    const from = known ?? nearest(to, vanished, before);
    element.animate(
      {
        ...(from ? { transform: [at(from), at(to)] } : {}),
        ...(known ? {} : { opacity: [0, 1] }),
      },
      { duration: GLIDE, easing: EASING },
    );
  }
  for (const [id, element] of gone) {
    const from = before[id];
    const to = from && nearest(from, fresh, after);
    if (!to) continue;
    element.removeAttribute("data-node");
    element.setAttribute("aria-hidden", "true");
    overlay.append(element);
    const away = element.animate(
      { transform: [at(from), at(to)], opacity: [1, 0] },
      { duration: GLIDE, easing: EASING },
    );
    away.onfinish = away.oncancel = (): void => {
      element.remove();
    };
  }
  if (moved) edges.animate({ opacity: [0, 0, 1] }, { duration: GLIDE });
}

const at = ({ x, y }: Point): string => `translate(${x}px, ${y}px)`;

function nearest(here: Point, ids: readonly string[], places: Places): Point | undefined {
  let best: Point | undefined;
  let least = Infinity;
  for (const id of ids) {
    const there = places[id]!;
    const distance = Math.hypot(there.x - here.x, there.y - here.y);
    if (distance < least) [best, least] = [there, distance];
  }
  return best;
}
