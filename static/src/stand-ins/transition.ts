/**
 * What d3-zoom needs of d3-transition where nothing is animated by it. The build puts this in its place, which leaves 30 KB of
 * transitions, easings and colours out of the page.
 */
import { selection } from "d3-selection";

/** Nothing is under way that could be interrupted. */
export const interrupt = (): void => undefined;

Object.assign(selection.prototype, {
  interrupt<T>(this: T): T {
    return this;
  },
});
