/** A text cut where nodes begin and end in it. */
import type { ViewSpan } from "../api/views.js";

/** A piece of a text, and whose it is. */
export interface Segment {
  readonly text: string;
  /** The node that is written just here: of those that hold the place, the one with the shortest span. */
  readonly node: string | undefined;
  readonly phase: ViewSpan["phase"] | undefined;
  /** Every node that holds the place. */
  readonly within: readonly string[];
  /** Whether the node's span begins here. */
  readonly first: boolean;
}

/** The pieces of a text in their order; together they are the text. */
export function segmentsOf(text: string, spans: readonly ViewSpan[]): Segment[] {
  const cuts = new Set([0, text.length]);
  for (const { start, end } of spans) cuts.add(start).add(end);
  const places = [...cuts].filter((at) => at >= 0 && at <= text.length).sort((a, b) => a - b);
  const waiting = [...spans].sort((a, b) => a.start - b.start);
  const segments: Segment[] = [];
  let open: ViewSpan[] = [];
  let next = 0;
  for (const [i, start] of places.slice(0, -1).entries()) {
    const end = places[i + 1]!;
    open = open.filter((span) => span.end > start);
    for (; next < waiting.length && waiting[next]!.start <= start; next++) {
      const span = waiting[next]!;
      if (span.end > start) open.push(span);
    }
    const inner = shortest(open);
    segments.push({
      text: text.slice(start, end),
      node: inner?.node,
      phase: inner?.phase,
      within: open.map(({ node }) => node),
      first: inner?.start === start,
    });
  }
  return segments;
}

const shortest = (spans: readonly ViewSpan[]): ViewSpan | undefined =>
  spans.reduce<ViewSpan | undefined>(
    (best, span) => (best && best.end - best.start <= span.end - span.start ? best : span),
    undefined,
  );

/** The pieces of as many lines, and how many lines there are. */
export function cutLines(
  segments: readonly Segment[],
  most: number,
): { readonly shown: readonly Segment[]; readonly lines: number } {
  let lines = 0;
  let last = segments.length;
  for (const [i, { text }] of segments.entries()) {
    const breaks = text.split("\n").length - 1;
    if (lines < most && lines + breaks >= most) last = Math.min(last, i + 1);
    lines += breaks;
  }
  return { shown: segments.slice(0, last), lines };
}
