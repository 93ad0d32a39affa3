/** Small panels over the drawing, beside what they change. */
import type { Rect } from "../layout/types.js";

const GAP = 6;
const EDGE = 8;

/** Puts a panel beneath a box of its host, or above it where there is more room, and never outside of the host. */
export function placeOverlay(overlay: HTMLElement, box: Rect, host: HTMLElement): void {
  const { width, height } = host.getBoundingClientRect();
  const below = box.y + box.height + GAP;
  const above = box.y - overlay.offsetHeight - GAP;
  const top = below + overlay.offsetHeight > height - EDGE && above >= EDGE ? above : below;
  const most = { x: width - overlay.offsetWidth - EDGE, y: height - overlay.offsetHeight - EDGE };
  overlay.style.left = `${Math.max(EDGE, Math.min(box.x, most.x))}px`;
  overlay.style.top = `${Math.max(EDGE, Math.min(top, most.y))}px`;
}
