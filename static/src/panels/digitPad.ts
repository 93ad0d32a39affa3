/** A digit drawn by hand and read by the graph: the classes' probabilities, and the pixels that the answer rests on. */
import { signal } from "@preact/signals-core";
import { html, nothing, type TemplateResult } from "lit-html";
import { evaluate, type GraphDocument } from "../api/client.js";
import {
  BLANK,
  pixelsOf,
  read,
  reading,
  saliencySentence,
  SIDE,
  stroked,
  touched,
  valueOf,
  type Pixels,
  type Reader,
  type Reading,
  type Spot,
} from "../model/digit.js";
import { computationOf, findNode, nameIn } from "../model/document.js";
import { percentText } from "../model/learning.js";
import { History } from "../model/history.js";
import { formatNumber } from "../model/numbers.js";
import { unpacked } from "../model/packed.js";
import { Pursuit } from "../model/pursuit.js";
import type { PanelPage } from "./panel.js";
import { cursorCell, heatCells, inkCells, SIZE } from "./pixelGrid.js";
import { sentence } from "./problems.js";
import { switchView } from "./linked.js";
import { WAYS } from "./ways.js";

const TOOLS = [
  { value: "draw", label: "Draw", title: "Put ink on the paper" },
  { value: "erase", label: "Erase", title: "Take ink off the paper" },
] as const;
type Tool = (typeof TOOLS)[number]["value"];

const EMPTY_PAPER = html`<p class="hint" role="status" data-digit-empty>
  The paper is empty: there is nothing to read.
</p>`;

export class DigitPad {
  private readonly answers = new Pursuit<Reading | undefined>();
  /** What was drawn, with its own undo; undefined while the graph's own leaf is shown. */
  private readonly strokes = new History<Pixels | undefined>(undefined);
  private readonly tool = signal<Tool>("draw");
  /** Where the keyboard's brush is; undefined while the paper isn't focused. */
  private readonly at = signal<readonly [row: number, column: number] | undefined>(undefined);
  private last: Spot | undefined;

  constructor(
    private readonly page: PanelPage,
    /** The names of the classes, as far as the data tells them. */
    private readonly classes: () => readonly string[],
    /** Pixels of a row of the data; undefined where there are none to take. */
    private readonly fromData: () => (() => Promise<Pixels | undefined>) | undefined,
  ) {}

  view(graph: GraphDocument, reader: Reader, standardised: boolean): TemplateResult {
    const held = pixelsOf(unpacked(findNode(graph, reader.leaf)!.value!));
    const pixels = this.strokes.now.value ?? held;
    // Asked again for other pixels, for another graph, and when the server is back.
    const { value: waiting } = this.page.session.waiting;
    const key = `${computationOf(reading(graph, reader, pixels))} ${reader.leaf} ${waiting}`;
    this.answers.want(key, () => read(graph, reader, pixels, evaluate));
    const latest = this.answers.latest.value;
    const current = latest?.key === key;
    const empty = pixels.every((pixel) => pixel === 0);
    return html`<section
      class="digit"
      data-digit
      aria-busy=${current ? "false" : "true"}
      @keydown=${this.undoKey}
    >
      <h4>Draw a digit</h4>
      <p class="hint">
        The graph reads it as you draw. Backpropagation shows for each pixel, blank ones too, how
        the winning score changes with a little more ink there.
      </p>
      ${standardised ? html`<p class="hint">This training standardises the pixels, and what is drawn here isn’t standardised: it looks strange to the graph.</p>` : nothing}
      <div class="papers">
        ${this.paper(pixels)} ${this.saliencyView(empty ? undefined : latest?.value)}
      </div>
      ${this.tools(graph, reader, pixels)}
      ${this.answers.faults.value.map((fault) => html`<p class="fault" role="alert">${sentence(fault)}</p>`)}
      ${empty ? EMPTY_PAPER : latest ? this.readingView(latest.value) : nothing}
    </section>`;
  }

  private paper(pixels: Pixels): TemplateResult {
    const at = this.at.value;
    return html`<figure>
      <figcaption>Your digit</figcaption>
      <svg
        class="pixels paper"
        viewBox="-1 -1 ${SIZE + 2} ${SIZE + 2}"
        tabindex="0"
        role="application"
        aria-roledescription="drawing paper"
        aria-label="Paper of 8 by 8 pixels. Arrow keys move the brush, the space bar paints, Delete wipes the paper."
        aria-describedby="digit-at"
        data-paper
        @pointerdown=${(event: PointerEvent) => {
          if (event.button !== 0) return;
          (event.currentTarget as Element).setPointerCapture(event.pointerId);
          this.last = spotOf(event);
          this.stroke(touched(pixels, this.last, this.erases));
        }}
        @pointermove=${(event: PointerEvent) => {
          if (this.last) this.follow(event);
        }}
        @pointerup=${this.lift}
        @pointercancel=${this.lift}
        @focus=${() => {
          this.at.value ??= [SIDE / 2, SIDE / 2];
        }}
        @blur=${() => {
          this.at.value = undefined;
        }}
        @keydown=${(event: KeyboardEvent) => {
          this.key(event, pixels);
        }}
      >
        ${inkCells(pixels)} ${at ? cursorCell(...at) : nothing}
      </svg>
      <span class="heard" id="digit-at" aria-live="polite"
        >${at ? `Row ${at[0] + 1}, column ${at[1] + 1}: ink ${formatNumber(Number(pixels[at[0] * SIDE + at[1]]!.toFixed(2)))}` : ""}</span
      >
    </figure>`;
  }

  private get erases(): boolean {
    return this.tool.peek() === "erase";
  }

  private draw(pixels: Pixels | undefined): void {
    this.strokes.push(pixels, "Draw");
  }

  /** Draws as a part of the stroke that the pointer makes: one step of undo. */
  private stroke(pixels: Pixels): void {
    this.strokes.push(pixels, "Draw", "stroke");
  }

  /** Undo and redo of strokes. The page's own, which would take back a training, isn't reached from here. */
  private readonly undoKey = (event: KeyboardEvent): void => {
    const way = undoWay(event);
    if (way === undefined) return;
    this.strokes[way]();
    event.preventDefault();
    event.stopPropagation();
  };

  /** Draws along the way that the pointer has gone since the last frame. */
  private follow(event: PointerEvent): void {
    const events = event.getCoalescedEvents();
    let pixels = this.strokes.now.peek() ?? BLANK;
    for (const one of events.length > 0 ? events : [event]) {
      const spot = spotOf(one, event.currentTarget as Element);
      pixels = stroked(pixels, this.last ?? spot, spot, this.erases);
      this.last = spot;
    }
    this.stroke(pixels);
  }

  private readonly lift = (): void => {
    this.last = undefined;
    this.strokes.settle();
  };

  private key(event: KeyboardEvent, pixels: Pixels): void {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const [row, column] = this.at.peek() ?? [0, 0];
    const way = WAYS[event.key];
    const within = (place: number): number => Math.max(0, Math.min(SIDE - 1, place));
    if (way) this.at.value = [within(row + way[0]), within(column + way[1])];
    else if (event.key === " ")
      this.draw(touched(pixels, { x: column + 0.5, y: row + 0.5 }, this.erases));
    else if (event.key === "Delete" || event.key === "Backspace") this.draw(BLANK);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  private tools(graph: GraphDocument, reader: Reader, pixels: Pixels): TemplateResult {
    const take = this.fromData();
    const name = nameIn(graph, reader.leaf);
    return html`<div class="brushes">
      ${switchView("Brush", TOOLS, this.tool.value, (tool) => {
        this.tool.value = tool;
      })}
      <button
        type="button"
        title="Wipe the paper"
        @click=${() => {
          this.draw(BLANK);
        }}
      >
        Clear
      </button>
      ${
        take
          ? html`<button
              type="button"
              title="Another digit from the data"
              @click=${() =>
                void take().then((sample) => {
                  if (sample) this.draw(sample);
                })}
            >
              Take a sample
            </button>`
          : nothing
      }
      <button
        type="button"
        title="Gives ${name} these pixels, as one step that can be undone"
        ?disabled=${this.strokes.now.value === undefined}
        @click=${() => {
          const now = this.page.session.graph.peek();
          const value = findNode(now, reader.leaf)?.value;
          if (value === undefined || value === null) return;
          this.page.session.setValue(reader.leaf, valueOf(pixels, value));
          this.page.session.settle();
          this.draw(undefined);
        }}
      >
        Put into the graph
      </button>
    </div>`;
  }

  private saliencyView(reading: Reading | undefined): TemplateResult {
    const saliency = reading?.saliency;
    const name = reading ? this.nameOf(reading.winner) : "";
    return html`<figure>
      <figcaption>What more ink does</figcaption>
      <svg
        class="pixels gradient"
        viewBox="-1 -1 ${SIZE + 2} ${SIZE + 2}"
        role="img"
        data-saliency
        aria-label=${saliency ? saliencySentence(saliency, name) : "No gradient yet."}
      >
        ${heatCells(saliency ?? BLANK)}
      </svg>
    </figure>`;
  }

  private readingView(reading: Reading | undefined): TemplateResult {
    if (!reading)
      return html`<p class="hint">There are no finite scores of one sample to tell classes by.</p>`;
    const { probabilities, winner, saliency } = reading;
    return html`<p class="headline" role="status" data-digit-winner>
        It reads ${this.nameOf(winner)}, with ${percentText(probabilities[winner]!)}.
      </p>
      <ol class="probabilities" aria-label="Probability of each class">
        ${probabilities.map(
          (probability, at) =>
            html`<li class=${at === winner ? "winner" : ""} data-probability=${at}>
              <span class="class">${this.nameOf(at)}</span>
              <span class="gauge"
                ><span style="width:${(100 * probability).toFixed(1)}%"></span
              ></span>
              <span class="digits">${percentText(Number(probability.toFixed(3)))}</span>
            </li>`,
        )}
      </ol>
      <p data-saliency-sentence>
        ${saliency ? saliencySentence(saliency, this.nameOf(winner)) : "Nothing flows back to the pixels: a gradient is stopped on the way."}
      </p>`;
  }

  private nameOf(index: number): string {
    return this.classes()[index] ?? String(index);
  }
}

/** What a key asks of what was drawn: Ctrl+Z, and Ctrl+Shift+Z or Ctrl+Y, or the same with ⌘. */
function undoWay(event: KeyboardEvent): "undo" | "redo" | undefined {
  if (event.altKey || !(event.ctrlKey || event.metaKey)) return undefined;
  const letter = event.key.toLowerCase();
  if (letter === "y") return "redo";
  if (letter !== "z") return undefined;
  return event.shiftKey ? "redo" : "undo";
}

/** Where on the paper the pointer is. */
function spotOf(event: PointerEvent, paper = event.currentTarget as Element): Spot {
  const { left, top, width, height } = paper.getBoundingClientRect();
  return {
    x: ((event.clientX - left) / width) * SIDE,
    y: ((event.clientY - top) / height) * SIDE,
  };
}
