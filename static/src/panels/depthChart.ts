/** The size of gradients against the distance from the output, on a scale of powers of ten. */
import { html, nothing, svg, type TemplateResult } from "lit-html";
import { powerRange, powerTicks, type DepthPoint } from "../model/health.js";
import { formatFull, formatNumber, MINUS } from "../model/numbers.js";

/** In the units of the drawing, which is as wide as the panel. */
const WIDTH = 320;
const HEIGHT = 196;
const LEFT = 44;
const RIGHT = 12;
const TOP = 12;
const BOTTOM = 46;
const TICKS = 6;
const DEPTHS = 8;

export interface DepthChart {
  readonly points: readonly DepthPoint[];
  /** The depth that is chosen. */
  readonly chosen: number | undefined;
  readonly choose: (depth: number) => void;
  /** A depth is pointed at; undefined for none. */
  readonly point: (depth: number | undefined) => void;
  /** The names of nodes, in a line. */
  readonly names: (nodes: readonly string[]) => string;
}

/** The output stands at the right, as in the drawing, and gradients flow to the left. */
export function depthChart(chart: DepthChart): TemplateResult {
  const { points } = chart;
  const deepest = Math.max(1, ...points.map(({ depth }) => depth));
  const range = powerRange(points);
  const x = (depth: number): number => WIDTH - RIGHT - ((WIDTH - LEFT - RIGHT) * depth) / deepest;
  const y = (power: number): number =>
    TOP + ((HEIGHT - TOP - BOTTOM) * (range.high - power)) / (range.high - range.low);
  const at = ({ size, power, depth }: DepthPoint): [number, number] => [
    x(depth),
    power === undefined ? (size === "zero" ? y(range.low) + 7 : y(range.high) - 7) : y(power),
  ];
  const step = Math.max(1, Math.ceil(deepest / (DEPTHS - 1)));
  const depths = Array.from({ length: Math.floor(deepest / step) + 1 }, (_, i) => i * step);
  return html`<svg
    class="depth-chart"
    viewBox="0 0 ${WIDTH} ${HEIGHT}"
    role="group"
    aria-label="Size of gradients against steps from the output; arrow keys go from point to point"
    @keydown=${(event: KeyboardEvent) => {
      walk(event, points, chart);
    }}
  >
    ${powerTicks(range, TICKS).map(
      (
        power,
      ) => svg`<line class="grid" x1=${LEFT} x2=${WIDTH - RIGHT + 6} y1=${y(power)} y2=${y(power)} />
        <text class="tick" x=${LEFT - 7} y=${y(power)} text-anchor="end">10<tspan class="power" dy="-4">${String(power).replace("-", MINUS)}</tspan></text>`,
    )}
    ${depths.map((depth) => svg`<text class="tick" x=${x(depth)} y=${HEIGHT - BOTTOM + 21} text-anchor="middle">${depth}</text>`)}
    <text class="axis" x=${(LEFT + WIDTH - RIGHT) / 2} y=${HEIGHT - 5} text-anchor="middle">
      ← steps back from the output
    </text>
    ${lines(points, at)} ${points.map((point, i) => mark(point, at(point), i, chart))}
  </svg>`;
}

/** The line, broken where there is no number to draw. */
function lines(
  points: readonly DepthPoint[],
  at: (point: DepthPoint) => [number, number],
): TemplateResult {
  const runs: DepthPoint[][] = [[]];
  for (const point of points)
    if (point.power === undefined || point.leaves) runs.push([]);
    else runs.at(-1)!.push(point);
  return svg`${runs.map((run) => svg`<polyline points=${run.map((point) => at(point).join(",")).join(" ")} />`)}`;
}

function mark(
  { depth, nodes, gradient, size, leaves }: DepthPoint,
  [x, y]: [number, number],
  i: number,
  { chosen, choose, point, names, points }: DepthChart,
): TemplateResult {
  const open = chosen === depth;
  const stop = open || (i === 0 && !points.some((other) => other.depth === chosen));
  const kind = leaves ? "leaves " : "";
  const words = `${depth} step${depth === 1 ? "" : "s"} back: gradient size ${formatNumber(gradient)}, ${kind}${names(nodes)}`;
  return svg`<g
    class="point size-${size}"
    data-depth=${depth}
    transform="translate(${x} ${y})"
    role="button"
    tabindex=${stop ? 0 : -1}
    aria-label=${words}
    aria-pressed=${open ? "true" : "false"}
    @click=${() => {
      choose(depth);
    }}
    @pointerenter=${() => {
      point(depth);
    }}
    @pointerleave=${() => {
      point(undefined);
    }}
  >
    <title>${words} (${formatFull(gradient)})</title>
    <circle class="reach" r="11" />
    ${shape(size, leaves)}
  </g>`;
}

/** A dot; a square for leaves; a ring where it is 0, a cross where it isn't finite: colour doesn't tell it alone. */
function shape(size: DepthPoint["size"], leaves: boolean): TemplateResult {
  if (size === "nonfinite") return svg`<path class="cross" d="M-4-4 4 4M-4 4 4-4" />`;
  if (leaves)
    return svg`<rect class=${size === "zero" ? "ring" : "dot"} x="-4" y="-4" width="8" height="8" />`;
  return svg`<circle class=${size === "zero" ? "ring" : "dot"} r="4.5" />`;
}

function walk(event: KeyboardEvent, points: readonly DepthPoint[], chart: DepthChart): void {
  const from = (event.target as Element).closest<SVGElement>("[data-depth]");
  if (!from) return;
  const at = points.findIndex(({ depth }) => depth === Number(from.dataset.depth));
  const to = {
    ArrowLeft: at + 1,
    ArrowRight: at - 1,
    Home: points.length - 1,
    End: 0,
    Enter: at,
    " ": at,
  }[event.key];
  const next = to === undefined ? undefined : points[to];
  if (!next) return;
  event.preventDefault();
  event.stopPropagation();
  chart.choose(next.depth);
  (event.currentTarget as Element)
    .querySelector<SVGElement>(`[data-depth="${next.depth}"]`)
    ?.focus();
}

/** Nothing flows anywhere: there is nothing to draw. */
export const depthChartOrNothing = (chart: DepthChart): TemplateResult | typeof nothing =>
  chart.points.length > 1 ? depthChart(chart) : nothing;
