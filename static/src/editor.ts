/** The drawing page: one graph, its drawing, its numbers. */
import { effect } from "@preact/signals-core";
import { html, nothing, render } from "lit-html";
import * as api from "./api/client.js";
import { ApiError, type GraphDocument } from "./api/client.js";
import { Canvas } from "./canvas/canvas.js";
import { buildScene, numbersOf } from "./canvas/scene.js";
import { bindKeys, commandButton } from "./commands/bind.js";
import { commands } from "./commands/commands.js";
import { LayoutClient } from "./layout/client.js";
import type { LayoutResult } from "./layout/types.js";
import { EMPTY, findNode, isLeaf, leafValues } from "./model/document.js";
import { sameStructure, Session, type Run } from "./model/session.js";
import { FormulaBar } from "./panels/formula.js";
import { inspector } from "./panels/inspector.js";
import { forgetFields, leafField } from "./panels/leafField.js";
import { problemsPanel } from "./panels/problems.js";
import { numbersTable, valuesPanel } from "./panels/values.js";
import { startTheme } from "./theme.js";

const FORMULAS = [
  "(x+y)^2",
  "x*x + x",
  "1 / (1 + exp(-x))",
  "price = 100\ncount = 2\ntax = 1.1\nprice * count * tax",
];

const ADDRESS_MOST = 4000;

/** A reload, or a copied address, draws the same formula, unless that is too long for an address. */
const addressOf = (formula: string): string =>
  formula.length > ADDRESS_MOST
    ? "/graph"
    : `/graph?${new URLSearchParams({ formula }).toString()}`;

const place = (name: string): HTMLElement =>
  document.querySelector<HTMLElement>(`[data-place="${name}"]`)!;

class Editor {
  private readonly session: Session;
  private readonly canvas: Canvas;
  private readonly formula: FormulaBar;
  private readonly layouts = new LayoutClient(document.body.dataset.worker!);
  private drawn: GraphDocument = EMPTY;
  private places: LayoutResult["nodes"] = {};
  private hadNumbers = false;
  private notice = "";

  constructor(
    first: GraphDocument,
    ops: readonly api.Op[],
    private readonly lesson: string | undefined,
  ) {
    this.session = new Session(first, ops, api.evaluate);
    const { session } = this;
    this.canvas = new Canvas(place("canvas"), {
      point: (node) => {
        session.pointed.value = node;
      },
      select: (node) => {
        session.selected.value = node;
        const field = place("leaf").querySelector<HTMLInputElement>("input[type=text]");
        if (!place("leaf").hidden) field?.select();
      },
      openGroup: (group) => void this.change(() => api.collapse(session.graph.value, group)),
      move: () => {
        this.paintLeaf();
      },
    });
    this.formula = new FormulaBar(place("formula"), {
      parse: (source) => api.parse(source, leafValues(session.graph.value)),
      draw: (graph, source) => {
        this.open(graph);
        history.replaceState(null, "", addressOf(source));
      },
    });
    const all = commands(session, this.canvas, this.formula);
    bindKeys(all);
    effect(() => {
      render(all.map(commandButton), place("commands"));
    });
    effect(() => void this.show(session.run.value));
    effect(() => {
      this.canvas.highlight(session.pointed.value, session.selected.value);
    });
    effect(() => {
      this.paintInspector();
    });
    effect(() => {
      this.paintValues();
    });
    effect(() => {
      this.paintLeaf();
    });
    effect(() => {
      this.paintTitle();
    });
    const formula = new URLSearchParams(location.search).get("formula");
    if (formula !== null) void this.formula.use(formula);
  }

  private open(graph: GraphDocument): void {
    forgetFields();
    this.notice = "";
    this.session.selected.value = undefined;
    this.session.open(graph);
  }

  /** A change that the server makes; a fault is told and nothing is lost. */
  private async change(make: () => Promise<GraphDocument>): Promise<void> {
    try {
      this.session.open(await make());
      this.notice = "";
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.notice = error.message;
    }
    this.paintInspector();
  }

  /** Brings the drawing in line with a run: new numbers in the same drawing, or a new drawing. */
  private async show({ graph, evaluation }: Run): Promise<void> {
    const numbers = numbersOf(evaluation);
    const same = sameStructure(graph, this.drawn) && this.hadNumbers === (evaluation !== undefined);
    place("canvas").classList.toggle("empty", graph.nodes.length === 0);
    this.paintEmpty(graph);
    if (same) {
      this.canvas.update(numbers);
      return;
    }
    const scene = buildScene(graph, this.session.ops, numbers);
    const layout = await this.layouts.layout({ ...scene.layoutInput, ...this.previous(graph) });
    if (!layout) return; // a newer graph is on its way
    this.places = layout.nodes;
    this.drawn = graph;
    this.hadNumbers = evaluation !== undefined;
    // The sliders may have moved on while the layout was made.
    this.canvas.draw(scene, layout, numbersOf(this.session.run.peek().evaluation));
    this.canvas.highlight(this.session.pointed.peek(), this.session.selected.peek());
    this.paintLeaf();
  }

  /** Where nodes stood before, when most of this graph was in the last one. */
  private previous(graph: GraphDocument): { previous?: LayoutResult["nodes"] } {
    const kept = graph.nodes.filter(({ id }) => this.places[id] !== undefined).length;
    return 2 * kept > graph.nodes.length ? { previous: this.places } : {};
  }

  private paintEmpty(graph: GraphDocument): void {
    render(
      graph.nodes.length > 0
        ? nothing
        : html`<div class="empty-state">
            <h2>Nothing to draw yet</h2>
            <p>Type a formula above and press Enter, or begin with one of these:</p>
            <ul>
              ${FORMULAS.map(
                (source) =>
                  html`<li>
                    <button type="button" @click=${() => void this.formula.use(source)}>
                      ${source}
                    </button>
                  </li>`,
              )}
            </ul>
            <p><a href="/">Or open a graph of the gallery</a></p>
          </div>`,
      place("empty"),
    );
  }

  /** The title, and the lesson as long as this is the graph that it speaks of. */
  private paintTitle(): void {
    const title = this.session.graph.value.title?.trim();
    place("lesson").hidden = !this.lesson || title !== this.lesson;
    place("title").textContent = title ?? "";
    document.title = title ? `${title} – Backarrow` : "Backarrow";
  }

  private paintInspector(): void {
    const { session } = this;
    render(
      html`${problemsPanel(session, (id) => {
        session.selected.value = id;
        this.canvas.focus(id);
      })}
      ${this.notice ? html`<p class="fault" role="alert">${this.notice}</p>` : nothing}
      ${
        session.graph.value.nodes.length > 0
          ? inspector(session, {
              open: (id) => void this.change(() => api.expand(session.graph.value, id)),
              close: (group) => void this.change(() => api.collapse(session.graph.value, group)),
              point: (id) => {
                this.canvas.highlight(id ?? session.pointed.value, session.selected.value);
              },
            })
          : html`<p class="hint">The numbers of a node show here once there is a graph.</p>`
      }`,
      place("inspector"),
    );
  }

  private paintValues(): void {
    const { session } = this;
    const empty = session.graph.value.nodes.length === 0;
    place("values").hidden = empty;
    place("numbers").hidden = empty;
    render(
      valuesPanel(session, () => {
        this.paintValues();
      }),
      place("values-fields"),
    );
    render(numbersTable(session), place("numbers-table"));
  }

  /** The field of the selected leaf, beneath it in the drawing. */
  private paintLeaf(): void {
    const { session } = this;
    const id = session.selected.value;
    const node = id === undefined ? undefined : findNode(session.graph.value, id);
    const box = node && isLeaf(node) ? this.canvas.screenBox(node.id) : undefined;
    const overlay = place("leaf");
    overlay.hidden = box === undefined;
    if (!node || !box) return;
    const host = place("canvas").getBoundingClientRect();
    overlay.style.left = `${Math.max(8, Math.min(box.x, host.width - 228))}px`;
    overlay.style.top = `${Math.max(8, Math.min(box.y + box.height + 6, host.height - 100))}px`;
    render(
      html`<div
        @keydown=${(event: KeyboardEvent) => {
          if (event.key !== "Escape" && event.key !== "Enter") return;
          session.selected.value = undefined;
          this.canvas.focus(node.id);
        }}
      >
        ${leafField(session, node, "drawing", () => {
          this.paintLeaf();
        })}
        <button
          type="button"
          class="icon close"
          aria-label="Close"
          title="Close (Esc)"
          @click=${() => {
            session.selected.value = undefined;
          }}
        >
          ×
        </button>
      </div>`,
      overlay,
    );
  }
}

async function start(): Promise<void> {
  startTheme();
  const name = document.body.dataset.example;
  try {
    const [ops, example] = await Promise.all([api.ops(), name ? api.example(name) : undefined]);
    if (example) {
      const { text, question } = example;
      render(
        html`<p>${text}</p>
          <p class="question"><strong>Predict:</strong> ${question}</p>`,
        place("lesson-text"),
      );
    }
    new Editor(example?.graph ?? EMPTY, ops, example?.graph.title);
  } catch (error) {
    render(html`<p class="fault" role="alert">${String(error)}</p>`, place("inspector"));
  }
}

void start();
