/** A chart of curves, by uPlot, which is loaded when the first one is shown. */
import { html, type TemplateResult } from "lit-html";
import { ref } from "lit-html/directives/ref.js";
import type uPlot from "uplot";
import { formatNumber } from "../model/numbers.js";

let loading: Promise<typeof uPlot> | undefined;

const load = (): Promise<typeof uPlot> =>
  (loading ??= import("uplot").then((module) => module.default));

/** How a chart is drawn; colours are names of tokens, read anew whenever it is drawn. */
export interface ChartSpec {
  readonly height: number;
  /** Whether both axes are logarithmic, or the y-axis alone. */
  readonly log?: boolean;
  readonly logY?: boolean;
  readonly series: readonly Line[];
  /** What stands beneath the x-axis, and beside the y-axis. */
  readonly x: () => string;
  readonly y: () => string;
  /** Drawn over the curves. */
  readonly over?: (plot: Pen) => void;
  /** The point under the pointer has changed; undefined where there is none. */
  readonly hover?: (index: number | undefined) => void;
  /** Charts of one key share the place of the pointer. */
  readonly sync?: string;
}

export interface Line {
  readonly color: string;
  readonly dash?: number[];
  readonly width?: number;
  /** Whether it decides how far the y-axis goes. */
  readonly guide?: boolean;
  readonly dots?: boolean;
}

export type Columns = readonly [
  x: readonly number[],
  ...lines: (readonly (number | null | undefined)[])[],
];

/** Draws marks at values of a chart. */
export interface Pen {
  dot(x: number, y: number | null, color: string, filled: boolean): void;
  /** A vertical line, through the whole chart or from one value to another. */
  upright(x: number, color: string, from?: number | null, to?: number | null): void;
}

const token = (name: string): string =>
  getComputedStyle(document.documentElement).getPropertyValue(name).trim();

const FONT = "12px system-ui, sans-serif";

export class Chart {
  private plot: uPlot | undefined;
  private place: HTMLElement | undefined;
  private columns: Columns | undefined;
  private key: string | undefined;
  private readonly sizes = new ResizeObserver(() => {
    this.resize();
  });
  private readonly themes = new MutationObserver(() => {
    this.plot?.redraw(false, false);
  });

  constructor(private readonly spec: ChartSpec) {}

  /** Its place in a panel; `label` says in words what it shows. A new `key` shows all of the curves again. */
  view(columns: Columns, key: string, label: string): TemplateResult {
    this.show(columns, key);
    return html`<div class="chart" role="img" aria-label=${label} ${ref(this.mount)}></div>`;
  }

  /** Makes what is seen of the x-axis `factor` times as long, about a value. */
  zoom(factor: number, about: number): void {
    const { min, max } = this.plot?.scales.x ?? {};
    if (!this.plot || !this.columns || typeof min !== "number" || typeof max !== "number") return;
    const centre = about > min && about < max ? about : (min + max) / 2;
    const least = Math.max(this.columns[0][0]!, centre - (centre - min) * factor);
    const most = Math.min(this.columns[0].at(-1)!, centre + (max - centre) * factor);
    if (most > least) this.plot.setScale("x", { min: least, max: most });
  }

  /** Shows all of the curves. */
  reset(): void {
    const x = this.columns?.[0];
    if (x) this.plot?.setScale("x", { min: x[0]!, max: x.at(-1)! });
  }

  /** What is seen of the x-axis. */
  get seen(): { readonly min: number; readonly max: number } | undefined {
    const { min, max } = this.plot?.scales.x ?? {};
    return typeof min === "number" && typeof max === "number" ? { min, max } : undefined;
  }

  /** The chart as a picture, on paper of the theme. */
  picture(): Promise<Blob | null> {
    const drawn = this.plot?.ctx.canvas;
    if (!drawn) return Promise.resolve(null);
    const canvas = document.createElement("canvas");
    canvas.width = drawn.width;
    canvas.height = drawn.height;
    const context = canvas.getContext("2d")!;
    context.fillStyle = token("--paper-raised");
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage(drawn, 0, 0);
    return new Promise((resolve) => {
      canvas.toBlob(resolve, "image/png");
    });
  }

  private show(columns: Columns, key: string): void {
    const fresh = key !== this.key;
    const changed = columns !== this.columns;
    this.key = key;
    this.columns = columns;
    if (!this.plot) return;
    // A redraw would keep what is seen of the x-axis.
    if (fresh) {
      this.plot.setData(aligned(columns));
      return;
    }
    if (changed) this.plot.setData(aligned(columns), false);
    this.plot.redraw(changed, true);
  }

  // One function for good: lit-html calls a new one as if the element were new.
  private readonly mount = (element: Element | undefined): void => {
    this.sizes.disconnect();
    this.themes.disconnect();
    this.plot?.destroy();
    this.plot = undefined;
    this.place = element as HTMLElement | undefined;
    const { place } = this;
    if (!place) return;
    this.sizes.observe(place);
    this.themes.observe(document.documentElement, { attributeFilter: ["data-theme"] });
    void load().then((Plot) => {
      if (place !== this.place || this.plot || !this.columns) return;
      this.plot = new Plot(this.options(place.clientWidth), aligned(this.columns), place);
    });
  };

  private resize(): void {
    const width = this.place?.clientWidth ?? 0;
    if (this.plot && width > 0 && width !== this.plot.width)
      this.plot.setSize({ width, height: this.spec.height });
  }

  private options(width: number): uPlot.Options {
    const { spec } = this;
    // eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment -- this enum has no values at run time
    const logarithmic = { distr: 3 as uPlot.Scale.Distr.Logarithmic };
    const x = spec.log ? logarithmic : {};
    const logY = spec.log ?? spec.logY;
    const y = logY ? logarithmic : { range };
    const colour = (name: string) => (): string => token(name);
    const axis = {
      stroke: colour("--ink-soft"),
      font: FONT,
      labelFont: FONT,
      labelSize: 18,
      grid: { stroke: colour("--border"), width: 1 },
      ticks: { stroke: colour("--border"), width: 1, size: 4 },
      values: (_: uPlot, splits: number[]): string[] =>
        splits.map((value: number | null) => (value === null ? "" : formatNumber(value))),
    };
    const ticks = (log: boolean | undefined): Partial<uPlot.Axis> =>
      log
        ? { splits: powers, filter: (_: uPlot, splits: number[]): number[] => splits }
        : { incrs: increments, splits: multiples };
    return {
      width: Math.max(width, 100),
      height: spec.height,
      legend: { show: false },
      padding: [10, 18, 0, 0],
      scales: { x: { time: false, ...x }, y },
      axes: [
        { ...axis, ...ticks(spec.log), label: spec.x, size: 28, space: 56 },
        { ...axis, ...ticks(logY), label: spec.y, size: widest, space: 32 },
      ],
      series: [
        {},
        ...spec.series.map(({ color, dash, width, guide, dots }) => ({
          stroke: colour(color),
          width: width ?? 2,
          auto: !guide,
          pxAlign: 0,
          points: { show: dots ?? false, size: 6, fill: colour("--paper-raised") },
          ...(dash ? { dash } : {}),
        })),
      ],
      cursor: {
        y: false,
        drag: { x: true, y: false, dist: 6 },
        points: { size: 7 },
        ...(spec.sync === undefined ? {} : { sync: { key: spec.sync, setSeries: false } }),
      },
      hooks: {
        draw: [
          (plot: uPlot): void => {
            spec.over?.(pen(plot));
          },
        ],
        setLegend: [
          ({ cursor }: uPlot): void => {
            spec.hover?.(cursor.idx ?? undefined);
          },
        ],
      },
    };
  }
}

const aligned = ([x, ...lines]: Columns): uPlot.AlignedData => [
  [...x],
  ...lines.map((line) => [...line]),
];

/** Powers of ten, as many as their texts have room. */
function powers(_: uPlot, axis: number, min: number, max: number): number[] {
  const [least, most] = [Math.ceil(Math.log10(min)), Math.floor(Math.log10(max))];
  const apart = Math.max(1, Math.ceil((most - least + 1) / (axis === 0 ? 5 : 7)));
  const all = [];
  for (let power = least; power <= most; power += apart) all.push(Number(`1e${power}`));
  return all;
}

/** Steps of 1, 2 and 5 for axes of any size; uPlot's own end at 1e16. */
function increments(_: uPlot, __: number, min: number, max: number): number[] {
  const power = Math.floor(Math.log10(Math.min(max - min, Number.MAX_VALUE)));
  return [-3, -2, -1, 0, 1].flatMap((more) =>
    [1, 2, 5].map((times) => Number(`${times}e${power + more}`)),
  );
}

function multiples(_: uPlot, __: number, min: number, max: number, step: number): number[] {
  const all = [];
  for (let times = Math.ceil(min / step); times <= max / step; times++)
    all.push(Number((times * step).toPrecision(12)));
  return all;
}

/** How far the y-axis goes: a little beyond the curve, and to both sides of a flat one. */
function range(_: uPlot, min: number | null, max: number | null): [number, number] {
  if (min === null || max === null) return [0, 1];
  const room = min === max ? Math.max(1, Math.abs(min) / 2) : 0.08 * (max - min);
  return [min - room, max + room];
}

/** As wide as the widest number beside the axis. */
const widest = (_: uPlot, values: readonly string[] | null): number =>
  14 + 7 * Math.max(2, ...(values ?? []).map((text) => text.length));

function pen(plot: uPlot): Pen {
  const { ctx, bbox } = plot;
  const ratio = devicePixelRatio;
  const clipped = (draw: () => void): void => {
    ctx.save();
    ctx.beginPath();
    ctx.rect(
      bbox.left - 6 * ratio,
      bbox.top - 6 * ratio,
      bbox.width + 12 * ratio,
      bbox.height + 12 * ratio,
    );
    ctx.clip();
    ctx.lineWidth = 2 * ratio;
    draw();
    ctx.restore();
  };
  const across = (x: number): number => plot.valToPos(x, "x", true);
  const down = (y: number): number => plot.valToPos(y, "y", true);
  return {
    dot(x, y, color, filled) {
      if (y === null) return;
      clipped(() => {
        ctx.setLineDash([]);
        ctx.beginPath();
        ctx.arc(across(x), down(y), 5 * ratio, 0, 2 * Math.PI);
        ctx.fillStyle = token(filled ? color : "--paper-raised");
        ctx.strokeStyle = token(color);
        ctx.fill();
        ctx.stroke();
      });
    },
    upright(x, color, from, to) {
      if (from === null || to === null) return;
      clipped(() => {
        ctx.beginPath();
        ctx.strokeStyle = token(color);
        ctx.setLineDash([3 * ratio, 3 * ratio]);
        ctx.moveTo(across(x), from === undefined ? bbox.top : down(from));
        ctx.lineTo(across(x), to === undefined ? bbox.top + bbox.height : down(to));
        ctx.stroke();
      });
    },
  };
}
