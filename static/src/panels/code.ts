/** The graph in several languages, side by side: what is pointed at in one lights up in all. */
import { signal } from "@preact/signals-core";
import { html, nothing, type TemplateResult } from "lit-html";
import { ref } from "lit-html/directives/ref.js";
import type { GraphDocument } from "../api/client.js";
import { views, type Views } from "../api/views.js";
import { Answer, graphKey } from "../model/answer.js";
import { CodeProgram } from "./codeProgram.js";
import { block, equationsView, textView, type TextContext } from "./codeText.js";
import { links, switchView, type Choice } from "./linked.js";
import type { MakePanel } from "./panel.js";
import { sentence } from "./problems.js";
import { traceTable } from "./traceTable.js";
import { takeButtons } from "./takeAway.js";
import { keptBackHint } from "./unfinished.js";

type FormulaKind = "formula" | "expression";
type LatexKind = "typeset" | "source";

const FORMULAS: readonly Choice<FormulaKind>[] = [
  {
    value: "formula",
    label: "A line a node",
    title: "One assignment for every node; it can be drawn again",
  },
  { value: "expression", label: "Nested", title: "Nodes without a name stand where they are used" },
];
const LATEX: readonly Choice<LatexKind>[] = [
  { value: "typeset", label: "Typeset", title: "The equations as they are printed" },
  { value: "source", label: "Source", title: "What LaTeX reads" },
];

export const code: MakePanel = (page) => {
  const { session, look, playback } = page;
  const program = new CodeProgram(page);
  const answer = new Answer<{ graph: GraphDocument; found: Views }>();
  const formula = signal<FormulaKind>("formula");
  const latex = signal<LatexKind>("typeset");
  const { over, leave } = links(page);
  let root: Element | undefined;
  const keep = (element: Element | undefined): void => {
    root = element;
  };

  const latexTools = (text: string, graph: GraphDocument): TemplateResult =>
    html`${switchView("How LaTeX is shown", LATEX, latex.value, (value) => {
      latex.value = value;
    })}${takeButtons(page, "LaTeX", text, { graph, format: "latex", suffix: ".tex" })}`;

  return {
    view: () => {
      const { evaluated: graph } = session.run.value;
      if (!graph)
        return html`<p class="hint">
          Once there is a graph with numbers, it shows here as code. Type a formula above, such as
          (x+y)^2.
        </p>`;
      answer.want(`${graphKey(graph)}`, async () => ({ graph, found: await views(graph) }));
      const answered = answer.value.value;
      const faults = answer.faults.value;
      const at = session.pointed.value ?? session.selected.value;
      if (at !== undefined)
        requestAnimationFrame(() => {
          reveal(root);
        });
      return html`<div
        class="code"
        ${ref(keep)}
        aria-busy=${answer.busy.value ? "true" : "false"}
        @pointerover=${over}
        @pointerleave=${leave}
        @focusin=${over}
        @focusout=${leave}
      >
        ${keptBackHint(look)}
        <p class="hint">Point at a place and its node lights up, here and in the drawing.</p>
        ${
          faults.length > 0
            ? html`<ul class="plain">
                ${faults.map((fault) => html`<li class="fault">${sentence(fault)}</li>`)}
              </ul>`
            : nothing
        }
        ${
          answered
            ? texts(answered.found, { page, graph: answered.graph, at, kept: look.keepsBack.value })
            : faults.length > 0
              ? nothing
              : html`<p class="hint working">Writing it down…</p>`
        }
        ${program.view(graph)}
        ${block("Steps", nothing, traceTable(page, session.run.value, playback, at))}
      </div>`;
    },
  };

  function texts(found: Views, context: TextContext): TemplateResult {
    const { graph, kept } = context;
    const typeset = kept || latex.value === "typeset";
    const written = found[formula.value];
    return html`
      ${block(
        "Formula",
        html`${switchView("How the formula is written", FORMULAS, formula.value, (value) => {
          formula.value = value;
        })}${takeButtons(page, "Formula", written.text, { graph, format: "formula", suffix: ".txt" })}`,
        textView("Formula", written, context),
      )}
      ${block(
        "Python",
        takeButtons(page, "Python", found.python.text, { graph, format: "python", suffix: ".py" }),
        textView("Python", found.python, context),
      )}
      ${block(
        "LaTeX",
        kept ? nothing : latexTools(found.latex.text, graph),
        typeset
          ? equationsView(found.latex.equations, context)
          : textView("LaTeX", found.latex, context),
      )}
    `;
  }
};

/** Scrolls what is marked into sight, in every block but the one that the pointer is in. */
function reveal(root: Element | undefined): void {
  for (const scroller of root?.querySelectorAll<HTMLElement>(".scroller") ?? []) {
    if (scroller.matches(":hover, :focus-within")) continue;
    const mark = scroller.querySelector<HTMLElement>(".here");
    if (!mark) continue;
    const [outer, inner] = [scroller.getBoundingClientRect(), mark.getBoundingClientRect()];
    if (inner.top < outer.top || inner.bottom > outer.bottom)
      scroller.scrollTop += inner.top - outer.top - outer.height / 3;
  }
}
