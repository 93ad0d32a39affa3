/** Texts and equations whose places are linked to nodes. */
import { html, nothing, type TemplateResult } from "lit-html";
import { guard } from "lit-html/directives/guard.js";
import type { GraphDocument } from "../api/client.js";
import type { View, ViewEquation } from "../api/views.js";
import { nameIn } from "../model/document.js";
import { cutLines, segmentsOf, type Segment } from "../model/spans.js";
import { alongStops } from "./linked.js";
import { math } from "./math.js";
import type { PanelPage } from "./panel.js";

/** So many lines of a text, and so many equations, are shown. */
const LINES = 400;
const EQUATIONS = 120;

export interface TextContext {
  readonly page: PanelPage;
  readonly graph: GraphDocument;
  /** The node whose places are marked. */
  readonly at: string | undefined;
  /** Numbers are kept back: equations stand without what comes out. */
  readonly kept: boolean;
}

/** One language: its name, what can be done with it, and the text. */
export const block = (
  title: string,
  tools: TemplateResult | typeof nothing,
  content: TemplateResult,
): TemplateResult =>
  html`<section class="language" data-language=${title.toLowerCase()}>
    <header>
      <h4>${title}</h4>
      ${tools}
    </header>
    ${content}
  </section>`;

const cut = new WeakMap<View, ReturnType<typeof cutLines>>();

/** A text's pieces, made once. */
function pieces(view: View): ReturnType<typeof cutLines> {
  const known = cut.get(view) ?? cutLines(segmentsOf(view.text, view.spans), LINES);
  cut.set(view, known);
  return known;
}

export function textView(name: string, view: View, context: TextContext): TemplateResult {
  const { shown, lines } = pieces(view);
  let stops = 0;
  const content = (): unknown =>
    shown.map((segment) => segmentView(segment, context, segment.first && stops++ === 0));
  return html`<pre
      class="scroller text"
      role="group"
      aria-label="${name}, place by place"
      @keydown=${alongStops}
    >
${guard([view, context.at], content)}</pre>
    ${lines > LINES ? html`<p class="hint">The first ${LINES} of ${lines} lines; the file has all.</p>` : nothing}
    ${view.notes.map((note) => html`<p class="hint">${note}</p>`)}`;
}

function segmentView(
  { text, node, phase, within, first }: Segment,
  { page, graph, at }: TextContext,
  reached: boolean,
): TemplateResult | string {
  if (node === undefined) return text;
  const classes = `place ${phase ?? ""} ${at !== undefined && within.includes(at) ? "here" : ""}`;
  const go = (): void => {
    page.go(node);
  };
  // Of a node's place that others interrupt, only the first piece is a stop of the keyboard.
  if (!first || text.trim() === "")
    return html`<span class=${classes} data-point=${node} @click=${go}>${text}</span>`;
  return html`<span
    class=${classes}
    data-point=${node}
    data-stop
    role="button"
    tabindex=${reached ? 0 : -1}
    title="Select ${nameIn(graph, node)}"
    @click=${go}
    @keydown=${(event: KeyboardEvent) => {
      if (event.key === "Enter" || event.key === " ") {
        event.preventDefault();
        go();
      }
    }}
    >${text}</span
  >`;
}

export function equationsView(
  equations: readonly ViewEquation[],
  { page, graph, at, kept }: TextContext,
): TemplateResult {
  return html`<div
      class="scroller equations"
      role="group"
      aria-label="Equations"
      @keydown=${alongStops}
    >
      ${equations.slice(0, EQUATIONS).map(
        ({ node, phase, latex, symbols }, i) =>
          html`<div
            class="place ${phase} ${node === at ? "here" : ""}"
            data-point=${node}
            data-stop
            role="button"
            tabindex=${i === 0 ? 0 : -1}
            title="Select ${nameIn(graph, node)}"
            @click=${() => {
              page.go(node);
            }}
            @keydown=${(event: KeyboardEvent) => {
              if (event.key === "Enter") page.go(node);
            }}
          >
            ${math(kept ? symbols : latex)}
          </div>`,
      )}
    </div>
    ${
      equations.length > EQUATIONS
        ? html`<p class="hint">
            The first ${EQUATIONS} of ${equations.length} equations; the source has all.
          </p>`
        : nothing
    }`;
}
