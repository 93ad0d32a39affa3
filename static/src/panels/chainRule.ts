/** A gradient written out by the chain rule: the sum over all paths of products along them, and what that costs. */
import { effect, signal } from "@preact/signals-core";
import { html, nothing, type TemplateResult } from "lit-html";
import { live } from "lit-html/directives/live.js";
import type { Fault, GraphDocument } from "../api/client.js";
import { derivation, type Derivation } from "../api/derivation.js";
import { Answer, graphKey } from "../model/answer.js";
import {
  choices,
  firstVariable,
  sidesOf,
  tangentNotes,
  type Choices,
  type Found,
} from "../model/derivation.js";
import { findNode, isConstant, nameIn, nameOf, outputOf } from "../model/document.js";
import { NO_NOTES } from "../model/look.js";
import { formatFull } from "../model/numbers.js";
import { forwardView } from "./forwardMode.js";
import { links, switchView, type Choice } from "./linked.js";
import { math } from "./math.js";
import { costs } from "./multiplications.js";
import type { MakePanel, PanelPage } from "./panel.js";
import { pathsView } from "./paths.js";
import { sentence } from "./problems.js";
import { keptBackHint } from "./unfinished.js";

/** So many paths are listed at first, and so many at most. */
const FIRST = 32;
const MOST = 256;

type Mode = "paths" | "forward";

const MODES: readonly Choice<Mode>[] = [
  { value: "paths", label: "Paths", title: "The sum over all paths of the products along them" },
  {
    value: "forward",
    label: "Forward mode",
    title: "The other order: the derivative of every node, from the input on",
  },
];

export const chainRule: MakePanel = (page) => {
  const { session, look } = page;
  const answer = new Answer<Found>();
  /** What was chosen here, as long as it hasn't been heard. */
  const choosing = signal<{ readonly id: string } | undefined>(undefined);
  const mode = signal<Mode>("paths");
  const limit = signal(FIRST);
  const shown = signal(false);
  const { over, leave } = links(page);
  let seen: string | undefined;
  let heard: typeof choosing.value;
  let variable: string | undefined;

  // While another panel is open, notes are that one's; the page takes ours away.
  effect(() => {
    if (!shown.value) return;
    const found =
      mode.value === "forward" && !look.keepsBack.value ? answer.value.value : undefined;
    look.notes.value = found ? tangentNotes(found) : NO_NOTES;
  });

  /** The node that is asked about: chosen here, else the leaf that was selected last. */
  const current = (all: Choices): string | undefined => {
    const selected = session.selected.value;
    if (selected !== seen) {
      seen = selected;
      variable = all.leaves.find(({ id }) => id === selected)?.id ?? variable;
    }
    if (choosing.value !== heard) {
      heard = choosing.value;
      variable = heard?.id;
    }
    const there = [...all.leaves, ...all.others].some(({ id }) => id === variable);
    if (!there) variable = firstVariable(all, [selected, session.inspected.peek()]);
    return variable;
  };

  const choose = (id: string): void => {
    limit.value = FIRST;
    choosing.value = { id };
  };

  return {
    view: () => {
      shown.value = true;
      const { evaluated: graph } = session.run.value;
      if (!graph) return empty();
      const all = choices(graph);
      const wrt = current(all);
      if (wrt === undefined) return empty();
      const most = limit.value;
      answer.want(`${graphKey(graph)} ${wrt} ${most}`, async () => ({
        graph,
        derivation: await derivation(graph, wrt, most),
      }));
      const found = answer.value.value;
      const faults = answer.faults.value;
      const late = found !== undefined && found.derivation.wrt !== wrt;
      return html`<div
        class="chain"
        aria-busy=${answer.busy.value ? "true" : "false"}
        @pointerover=${over}
        @pointerleave=${leave}
        @focusin=${over}
        @focusout=${leave}
      >
        ${chooser(graph, all, wrt, choose)}
        ${faults.length > 0 ? refusal(page, graph, faults) : nothing}
        ${found === undefined || late ? waiting(faults) : derived(found)}
      </div>`;
    },
    leave: () => {
      shown.value = false;
      seen = undefined;
    },
  };

  function derived(found: Found): TemplateResult {
    const { graph, derivation: written } = found;
    if (written.paths_total === "0") return nowhere(graph, written);
    const kept = look.keepsBack.value;
    return html`
      ${keptBackHint(look)}
      <p class="whole" data-wrt=${written.wrt} title=${kept ? nothing : formatFull(written.value)}>
        ${math(whole(written, kept), true)}
      </p>
      ${switchView("Order", MODES, mode.value, (value) => {
        mode.value = value;
      })}
      ${
        mode.value === "forward"
          ? forwardView(page, found)
          : pathsView(page, found, {
              edges: look.litEdges.value,
              edge: session.pointedEdge.value ?? session.selectedEdge.value,
              node: session.pointed.value,
              kept,
              more:
                limit.value < MOST && String(written.shown) !== written.paths_total
                  ? () => {
                      limit.value = MOST;
                    }
                  : undefined,
            })
      }
      ${costs(found)}
    `;
  }
};

/** ∂output/∂variable, the sum and the product that it is, and its number unless that is kept back. */
function whole({ latex_numbers: numbers, paths }: Derivation, kept: boolean): string {
  const [fraction, ...sides] = sidesOf(numbers);
  const factors =
    "\\prod_{\\text{edges}} \\frac{\\partial\\,\\text{target}}{\\partial\\,\\text{source}}";
  const sum = paths.length > 1 ? `\\sum_{\\text{paths}} ${factors}` : factors;
  const formula = paths[0]?.factors.length ? [sum] : [];
  return [fraction!, ...formula, ...(kept ? [] : [sides.at(-1)!])].join(" = ");
}

function chooser(
  graph: GraphDocument,
  { leaves, others }: Choices,
  wrt: string,
  choose: (id: string) => void,
): TemplateResult {
  const output = outputOf(graph) ?? wrt;
  const option = (id: string, name: string): TemplateResult =>
    html`<option value=${id} .selected=${live(id === wrt)}>${name}</option>`;
  return html`<label class="chain-variable">
    <span>Gradient of ${nameIn(graph, output)} with respect to</span>
    <select
      aria-label="With respect to"
      title="The node in the denominator. Selecting an input in the drawing chooses it too."
      @change=${(event: Event) => {
        choose((event.target as HTMLSelectElement).value);
      }}
    >
      <optgroup label="Inputs and parameters">
        ${leaves.map((node) => option(node.id, nameOf(node)))}
      </optgroup>
      <optgroup label="Other nodes">
        ${others.map((node) => option(node.id, `${nameOf(node)} (${node.op})`))}
      </optgroup>
    </select>
  </label>`;
}

const empty = (): TemplateResult =>
  html`<p class="hint">
    Once there is a graph with numbers, this writes out a gradient by the chain rule. Type a formula
    above, such as (x+y)^2.
  </p>`;

const waiting = (faults: readonly Fault[]): TemplateResult | typeof nothing =>
  faults.length > 0 ? nothing : html`<p class="hint working">Writing it out…</p>`;

function nowhere(graph: GraphDocument, { wrt, output }: Derivation): TemplateResult {
  const node = findNode(graph, wrt);
  const [from, to] = [nameIn(graph, wrt), nameIn(graph, output)];
  return html`<p class="hint" data-no-path data-wrt=${wrt}>
    ${
      node && isConstant(node)
        ? html`${from} is a constant: it asks for no gradient, so there is nothing to write out.`
        : html`No path leads from ${from} to ${to}, so ${to} doesn't change with it: nothing flows
          back. Choose another node.`
    }
  </p>`;
}

/** Why there is no derivation; for tensors, what to do instead. */
function refusal(page: PanelPage, graph: GraphDocument, faults: readonly Fault[]): TemplateResult {
  const tensors = faults.filter(({ code, node }) => code === NOT_SCALAR && node);
  if (tensors.length === 0)
    return html`<ul class="plain" role="status">
      ${faults.map((fault) => html`<li class="fault">${sentence(fault)}</li>`)}
    </ul>`;
  return html`<div class="refusal" role="status">
    <p>
      <strong>A path's product takes plain numbers.</strong> On the way from here to the output
      there are tensors, whose local derivatives are matrices:
    </p>
    <ul class="plain">
      ${tensors.slice(0, 6).map(
        ({ node, detail }) =>
          html`<li>
            <button
              type="button"
              class="link"
              data-point=${node!}
              @click=${() => {
                page.go(node!);
              }}
            >
              ${nameIn(graph, node!)}
            </button>
            ${/shape \([^)]*\)/.exec(detail)?.[0] ?? ""}
          </li>`,
      )}
      ${tensors.length > 6 ? html`<li>and ${tensors.length - 6} more</li>` : nothing}
    </ul>
    <p>
      The <em>Node</em> tab shows how each of them sends its gradient back. To see paths, open a
      graph of plain numbers <a href="/">from the gallery</a>, or choose a node after the last
      tensor.
    </p>
  </div>`;
}

const NOT_SCALAR = "not-scalar";
