/** A tensor at the side: its heat map or its histogram, what its numbers are like, and on demand all of them. */
import { signal } from "@preact/signals-core";
import { html, nothing, type TemplateResult } from "lit-html";
import {
  evaluateWhole,
  type Evaluation,
  type GraphDocument,
  type GraphNode,
  type WireTensor,
} from "../api/client.js";
import { Bars } from "../canvas/bars.js";
import { barPaths, type Shades } from "../canvas/heat.js";
import { svg } from "../canvas/svg.js";
import { binsOf } from "../canvas/tensorShapes.js";
import { Answer, graphKey } from "../model/answer.js";
import { formatNumber, formatSides, isScalar, isSummary, shapeOf } from "../model/numbers.js";
import { unpacked } from "../model/packed.js";
import {
  boundOf,
  extentOf,
  imageSides,
  sheetAt,
  sheetCount,
  sidesOf,
  type Extent,
  type Sheet,
  type Sides,
} from "../model/sheets.js";
import { elementsOf, indexOf, placeText, sizeOf } from "../model/tensors.js";
import { HeatPlot } from "./heatPlot.js";
import type { PanelPage } from "./panel.js";
import { tensorTable, type Corner } from "./tensorTable.js";

/** Up to so many numbers the small table above says it all: the heat map waits to be opened. */
const FEW = 6;
/** From so many on there is a histogram too. */
const MANY = 64;

export interface Subject {
  /** Of all tensors of the page. */
  readonly key: string;
  readonly kind: "value" | "gradient";
  /** What it is, in words. */
  readonly name: string;
  readonly value: WireTensor;
  /** Where all its elements are in a whole evaluation. */
  readonly find: (evaluation: Evaluation) => WireTensor | null | undefined;
  /** The leaf whose value or gradient it is. */
  readonly leaf?: GraphNode | undefined;
}

/** What a person has chosen of one tensor. */
interface State {
  readonly slice: number;
  readonly table: boolean;
  readonly corner: Corner;
}

const BEGIN: State = { slice: 0, table: false, corner: { row: 0, column: 0 } };

/** The parts of the page that keep their elements. */
interface Parts {
  readonly heat: HeatPlot;
  readonly bars: Bars;
  readonly histogram: SVGSVGElement;
}

export class TensorFigures {
  private readonly states = signal<ReadonlyMap<string, State>>(new Map());
  /** Whether large tensors are fetched whole. */
  private readonly whole = signal(false);
  private readonly answer = new Answer<{ graph: GraphDocument; evaluation: Evaluation }>();
  private readonly parts = new Map<string, Parts>();

  constructor(private readonly page: Pick<PanelPage, "session" | "look" | "tell">) {}

  /** The figure of a tensor; nothing for a number. */
  view(subject: Subject): TemplateResult | typeof nothing {
    const { value, key, kind, leaf } = subject;
    if (isScalar(value)) return nothing;
    const own = kind === "value" ? leaf?.value : undefined;
    const whole = (): WireTensor | undefined => (own ? unpacked(own) : this.wholeOf(subject));
    const known = isSummary(value) ? (whole() ?? value) : value;
    const shape = shapeOf(value);
    const extent = extentOf(known);
    return html`<details
      class="tensor-figure ${kind}"
      data-tensor-figure=${kind}
      ?open=${sizeOf(shape) > FEW}
    >
      <summary>${kind} ${formatSides(shape)}</summary>
      ${isSummary(known) ? nothing : this.sheetView(subject, known, extent)}
      ${sizeOf(shape) > MANY ? this.histogram(key, known, extent) : nothing} ${statistics(extent)}
      ${isSummary(known) ? this.fetchButton() : nothing}
    </details>`;
  }

  private state(key: string): State {
    return this.states.value.get(key) ?? BEGIN;
  }

  private change(key: string, change: Partial<State>): void {
    const states = this.states.peek();
    this.states.value = new Map(states).set(key, { ...(states.get(key) ?? BEGIN), ...change });
  }

  private partsOf(key: string): Parts {
    let parts = this.parts.get(key);
    if (!parts) {
      const bars = new Bars();
      const size = { viewBox: `0 0 ${HISTOGRAM.width} ${HISTOGRAM.height + 5}`, role: "img" };
      const histogram = svg("svg", { class: "histogram", ...size }, bars.element);
      parts = { heat: new HeatPlot(), bars, histogram };
      this.parts.set(key, parts);
    }
    return parts;
  }

  /** One sheet as a heat map, with what can be asked of it. */
  private sheetView(subject: Subject, value: WireTensor, extent: Extent): TemplateResult {
    const { key, name, leaf, kind } = subject;
    const shape = shapeOf(value);
    const image = this.imageOf(subject, shape);
    const sides = image ?? sidesOf(shape);
    const count = sheetCount(shape, sides);
    const { slice: wanted, table, corner } = this.state(key);
    const slice = Math.min(wanted, count - 1);
    const sheet = sheetAt(elementsOf(value)!, sides, slice);
    const grey = image !== undefined && kind === "value" && extent.min >= 0;
    const shades: Shades = { bound: boundOf(extent), grey };
    const { heat } = this.partsOf(key);
    const range = `from ${formatNumber(extent.min)} to ${formatNumber(extent.max)}`;
    heat.show({
      sheet,
      shades,
      label: `Heat map of ${name}, ${formatSides(shape)}, ${range}, mean ${formatNumber(extent.mean)}`,
      nameAt: (place) => placeText(indexOf(slice * sides.rows * sides.columns + place, shape)),
    });
    const part = count > 1 ? `, ${sliceName(slice, shape, image !== undefined)}` : "";
    return html`${count > 1 ? this.sliceField(key, slice, count, shape, image !== undefined) : nothing}
      ${heat.element} ${scale(shades)}
      <div class="buttons">
        <button
          type="button"
          class="small"
          aria-pressed=${table ? "true" : "false"}
          @click=${() => {
            this.change(key, { table: !table });
          }}
        >
          Table
        </button>
        ${leaf && imageSides(shape) ? this.imageSwitch(leaf.id, image !== undefined) : nothing}
      </div>
      ${table ? this.tableView(subject, sheet, part, corner) : nothing}`;
  }

  private tableView(
    { key, name }: Subject,
    sheet: Sheet,
    part: string,
    at: Corner,
  ): TemplateResult {
    // Another shape may be smaller than what was looked at before.
    const corner = at.row < sheet.rows && at.column < sheet.columns ? at : BEGIN.corner;
    return tensorTable({
      sheet,
      name: `${name}${part}`,
      corner,
      move: (next) => {
        this.change(key, { corner: next });
      },
      tell: (notice) => {
        this.page.tell(notice);
      },
    });
  }

  private imageOf({ leaf }: Subject, shape: readonly number[]): Sides | undefined {
    return leaf && this.page.look.showsImage(leaf) ? imageSides(shape) : undefined;
  }

  private imageSwitch(leaf: string, on: boolean): TemplateResult {
    const { look } = this.page;
    return html`<button
      type="button"
      class="small"
      aria-pressed=${on ? "true" : "false"}
      title="Here and in the drawing"
      @click=${() => {
        look.images.value = new Map(look.images.peek()).set(leaf, !on);
      }}
    >
      As image
    </button>`;
  }

  /** Which of the matrices on the last two axes is shown. */
  private sliceField(
    key: string,
    slice: number,
    count: number,
    shape: readonly number[],
    image: boolean,
  ): TemplateResult {
    return html`<label class="sheet"
      >${image ? "image" : "sheet"}
      <input
        type="number"
        min="0"
        max=${count - 1}
        .value=${String(slice)}
        @input=${(event: Event) => {
          const wanted = Math.floor((event.target as HTMLInputElement).valueAsNumber) || 0;
          this.change(key, { slice: Math.max(0, Math.min(count - 1, wanted)) });
        }}
      />
      <span>of ${count}: <span class="digits">${sliceName(slice, shape, image)}</span></span></label
    >`;
  }

  private histogram(
    key: string,
    value: WireTensor,
    extent: Extent,
  ): TemplateResult | typeof nothing {
    const counts = binsOf(value);
    if (counts.length === 0 || !Number.isFinite(extent.max - extent.min)) return nothing;
    const { bars, histogram } = this.partsOf(key);
    bars.show(barPaths(counts, extent, { x: 0, y: 0 }, HISTOGRAM));
    const most = Math.max(...counts);
    histogram.setAttribute(
      "aria-label",
      `Histogram of ${counts.length} bins from ${formatNumber(extent.min)} to ${formatNumber(extent.max)}, ${most} elements in the fullest`,
    );
    return html`<div class="histogram-place">
      ${histogram}
      <p class="ends">
        <span>${formatNumber(extent.min)}</span>
        <small>${counts.length} bins of up to ${most}</small>
        <span>${formatNumber(extent.max)}</span>
      </p>
    </div>`;
  }

  private fetchButton(): TemplateResult {
    return html`<button
      type="button"
      class="small"
      ?disabled=${this.whole.value && this.answer.busy.value}
      @click=${() => {
        this.whole.value = true;
      }}
    >
      ${this.whole.value ? "Getting all elements…" : "Get all elements"}
    </button>`;
  }

  /** All elements of what came as a summary, where they were asked for and have come. */
  private wholeOf({ find }: Subject): WireTensor | undefined {
    const { evaluated } = this.page.session.run.value;
    if (!this.whole.value || !evaluated) return undefined;
    this.answer.want(`${graphKey(evaluated)}`, async () => ({
      graph: evaluated,
      evaluation: await evaluateWhole(evaluated),
    }));
    const found = this.answer.value.value;
    return found?.graph === evaluated ? (find(found.evaluation) ?? undefined) : undefined;
  }
}

const HISTOGRAM = { width: 260, height: 64 };

/** A slice as NumPy writes it, or an image by its place. */
function sliceName(slice: number, shape: readonly number[], image: boolean): string {
  if (shape.length < 3) return image ? `[${slice}]` : "";
  const lead = indexOf(slice, shape.slice(0, -2));
  return `[${[...lead, ":", ":"].join(", ")}]`;
}

/** What the colours stand for. */
function scale({ bound, grey }: Shades): TemplateResult {
  const most = formatNumber(bound);
  return html`<p class="heat-scale ${grey ? "grey" : ""}">
    <span>${grey ? "0" : formatNumber(-bound)}</span>
    <span class="ramp" aria-hidden="true"></span>
    <span>${most}</span>
  </p>`;
}

function statistics({ min, max, mean, std, zeros, nonFinite }: Extent): TemplateResult {
  const numbers = Object.entries({ min, max, mean, std });
  const facts = [
    ...numbers.map(([name, number]) => [name, formatNumber(number)]),
    ...(zeros === undefined ? [] : [["zeros", String(zeros)]]),
    ...(nonFinite ? [["not finite", String(nonFinite)]] : []),
  ];
  return html`<dl class="statistics">
    ${facts.map(
      ([name, text]) =>
        html`<div>
          <dt>${name}</dt>
          <dd>${text}</dd>
        </div>`,
    )}
  </dl>`;
}
