/** What a node's layer kept from the forward pass, and the class that ran. */
import { html, nothing, type TemplateResult } from "lit-html";
import type { GraphDocument, GraphNode, Op, TraceStep, WireTensor } from "../api/client.js";
import type { Numbers } from "../canvas/numbers.js";
import { isLeaf, nameIn } from "../model/document.js";
import { tensorView, type Cells } from "./numbers.js";

type Kept = Extract<TraceStep, { phase: "forward" }>["kept"];

/** What the layer keeps and why; with the values, where they may be shown. */
export function keptView(
  node: GraphNode,
  graph: GraphDocument,
  op: Op,
  kept: Kept | undefined,
): TemplateResult | typeof nothing {
  if (isLeaf(node) || op.keeps === "") return nothing;
  return html`<section data-kept>
    <h4>Kept from the forward pass</h4>
    <p class="doc">${op.keeps}</p>
    ${
      kept && kept.length > 0
        ? html`<dl class="facts">
            ${kept.map(
              ({ name, value }) =>
                html`<dt>${name}${whose(node, graph, op, name)}</dt>
                  <dd data-kept-value=${name}>
                    ${isNumbersShape(value) ? "a number" : tensorView(value)}
                  </dd>`,
            )}
          </dl>`
        : nothing
    }
  </section>`;
}

/** Whether what is kept is a number's shape, which has no sides: no tensor of a graph is empty. */
const isNumbersShape = (value: WireTensor): boolean => Array.isArray(value) && value.length === 0;

/** The name of the node that an input of the formula is here. */
function whose(node: GraphNode, graph: GraphDocument, op: Op, name: string): string {
  const source = node.inputs?.[op.inputs.names.indexOf(name)];
  return source ? `, ${nameIn(graph, source)}` : "";
}

/** The class that ran, its lines numbered; and what of its two passes another class wrote for it. */
export function sourceView(op: Op): TemplateResult | typeof nothing {
  if (op.source === "") return nothing;
  const name = /class (\w+)/.exec(op.source)?.[1] ?? op.name;
  return html`<details class="source" data-source=${op.name}>
    <summary>The code that ran: class ${name}</summary>
    ${codeView(op.source, `Class ${name}`)}
    ${
      op.source.includes("# …")
        ? html`<p class="doc">
            <code># …</code> stands for points of its tests and for mistakes that people make with
            it.
          </p>`
        : nothing
    }
    ${
      op.inherited_source === ""
        ? nothing
        : html`<p class="doc">What it has from the class that it derives from:</p>
            ${codeView(op.inherited_source, "Inherited forward and backward")}`
    }
  </details>`;
}

const codeView = (source: string, label: string): TemplateResult =>
  html`<pre class="listing" role="group" tabindex="0" aria-label=${label}>
${source
      .trimEnd()
      .split("\n")
      .map((line) => html`<code>${line} </code>`)}</pre>`;

/** A number of a node or an edge; a question mark where it is to be found. */
export function shownNumber(
  numbers: Numbers | undefined,
  kind: "value" | "gradient",
  cells?: Cells,
): TemplateResult {
  if (numbers?.asked?.[kind]) return ASKED;
  return tensorView(numbers?.[kind], cells);
}

const ASKED = html`<span class="asked" title="This number is to be found">?</span>`;
