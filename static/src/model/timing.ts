/**
 * How long the page's own work takes, for a browser's tools and for the benchmarks: measures of the User Timing API. The buffer
 * keeps the latest of each kind, so that nothing piles up while a slider moves; an observer is told of all.
 */

/** What is measured; `docs/architecture.md` says what each holds. */
export type Work = "evaluate" | "scene" | "layout" | "draw" | "numbers" | "view";

/** Says that some work that began at `start`, by `performance.now()`, is done now. */
export function measured(work: Work, start: number): void {
  const name = `backarrow:${work}`;
  performance.clearMeasures(name);
  performance.measure(name, { start });
}
