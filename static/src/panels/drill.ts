/** Takes one element of a gradient apart: the cells that made it, side by side, and the sum written out. */
import { signal } from "@preact/signals-core";
import { html, nothing, type TemplateResult } from "lit-html";
import type { Evaluation, GraphDocument, WireNumber, WireTensor } from "../api/client.js";
import { drill, type Drill } from "../api/lens.js";
import { Answer } from "../model/answer.js";
import { edgeId, nameIn } from "../model/document.js";
import {
  element,
  elementAt,
  gradientOf,
  inputParts,
  namesOf,
  patternOf,
  placeKey,
  product,
  signOf,
  told,
  upstreamParts,
  type Choice,
  type Names,
} from "../model/drill.js";
import { formatFull, formatNumber, isScalar, shapeOf, toNumber } from "../model/numbers.js";
import { drillGrid } from "./drillGrid.js";
import type { Cells } from "./numbers.js";
import type { PanelPage } from "./panel.js";
import { sentence } from "./problems.js";

/** So many products are written out until more are asked for. */
const MOST_TERMS = 12;

type Edge = Evaluation["edges"][number];

export class DrillView {
  private readonly choice = signal<Choice | undefined>(undefined);
  /** The product that is pointed at. */
  private readonly hot = signal<number | undefined>(undefined);
  /** Whether all products are written out. */
  private readonly whole = signal(false);
  private readonly answer = new Answer<{ choice: Choice; graph: GraphDocument; drill: Drill }>();
  private asked: { graph: GraphDocument; number: number } | undefined;

  constructor(private readonly page: Pick<PanelPage, "session" | "look">) {}

  /** Lets the elements of one share be chosen; undefined where there is only the one product anyway. */
  share(target: string, input: number): Cells | undefined {
    const edge = this.edges.find((other) => other.target === target && other.input === input);
    return edge && this.worth(edge)
      ? this.cells(edge, `Share from ${this.name(target)}`)
      : undefined;
  }

  /** Lets the elements of a node's gradient be chosen: of the share that is open, else of the first. */
  total(node: string): Cells | undefined {
    const all = this.uses(node);
    const chosen = this.choice.value;
    const open = all.find((edge) => chosen && isOf(chosen, edge));
    const edge = open ?? all[0];
    return edge && this.worth(edge)
      ? this.cells(edge, `Gradient of ${this.name(node)}`)
      : undefined;
  }

  /** The element of this node's gradient that is being taken apart. */
  view(node: string): TemplateResult | typeof nothing {
    const choice = this.choice.value;
    const { evaluated, evaluation } = this.page.session.run.value;
    const edge = choice && this.edges.find((other) => isOf(choice, other));
    if (choice?.source !== node || !edge || !evaluated || !evaluation) return nothing;
    if (edge.gradient === null || !fits(choice.index, edge.gradient)) return nothing;
    if (this.asked?.graph !== evaluated)
      this.asked = { graph: evaluated, number: (this.asked?.number ?? 0) + 1 };
    this.answer.want(`${this.asked.number} ${JSON.stringify(choice)}`, async () => ({
      choice,
      graph: evaluated,
      drill: await drill(evaluated, choice.target, choice.input, choice.index),
    }));
    const name = element(gradientOf(this.name(node)), choice.index);
    return html`<section
      class="drill"
      data-drill
      aria-label="Where ${name} comes from"
      @keydown=${(event: KeyboardEvent) => {
        if (event.key !== "Escape") return;
        event.stopPropagation();
        this.close();
      }}
    >
      <div class="drill-head">
        <h4>Where <span class="digits">${name}</span> comes from</h4>
        <button
          type="button"
          class="icon"
          aria-label="Close where ${name} comes from"
          title="Close (Escape)"
          @click=${() => {
            this.close();
          }}
        >
          ×
        </button>
      </div>
      ${this.indexView(choice, edge.gradient)} ${this.usesView(choice, evaluation)}
      ${this.answerView(choice, evaluation)}
    </section>`;
  }

  private get edges(): readonly Edge[] {
    return this.page.session.run.value.evaluation?.edges ?? [];
  }

  private uses(node: string): Edge[] {
    return this.edges.filter(({ source, gradient }) => source === node && gradient !== null);
  }

  private name(node: string): string {
    return nameIn(this.page.session.run.value.graph, node);
  }

  /** A number that comes back from a number is one product, which the share's formula tells. */
  private worth({ gradient, target }: Edge): boolean {
    const above = this.page.session.run.value.evaluation?.nodes[target]?.value;
    return gradient !== null && !(isScalar(gradient) && (above === undefined || isScalar(above)));
  }

  private cells(edge: Edge, name: string): Cells {
    const chosen = this.choice.value;
    return {
      name,
      chosen: chosen && isOf(chosen, edge) ? chosen.index : undefined,
      choose: (index) => {
        this.choose({ source: edge.source, target: edge.target, input: edge.input, index });
      },
    };
  }

  private choose(choice: Choice): void {
    this.hot.value = undefined;
    this.whole.value = false;
    this.choice.value = choice;
    this.page.look.litEdges.value = [edgeId(choice.target, choice.input)];
  }

  private close(): void {
    this.choice.value = undefined;
    this.page.look.litEdges.value = [];
    this.answer.forget();
    document
      .querySelector<HTMLElement>("[data-place=inspector] [role=gridcell][tabindex='0']")
      ?.focus();
  }

  /** Which element: for tensors that aren't tables of a few cells. */
  private indexView(choice: Choice, share: WireTensor): TemplateResult | typeof nothing {
    const shape = shapeOf(share);
    if (shape.length <= 2 && shape.every((size) => size <= 8)) return nothing;
    return html`<p class="drill-index" role="group" aria-label="Which element">
      Element
      ${shape.map(
        (size, axis) =>
          html`<input
            type="number"
            min="0"
            max=${size - 1}
            aria-label="Place on axis ${axis}, from 0 to ${size - 1}"
            title="Axis ${axis}: 0 to ${size - 1}"
            .value=${String(choice.index[axis])}
            @change=${(event: Event) => {
              const typed = Math.round(Number((event.target as HTMLInputElement).value));
              const place = Math.min(size - 1, Math.max(0, Number.isFinite(typed) ? typed : 0));
              this.choose({ ...choice, index: choice.index.with(axis, place) });
            }}
          />`,
      )}
      <span>of (${shape.join(", ")})</span>
    </p>`;
  }

  /** Where a node is used several times: the shares that make the element, and which of them is looked at. */
  private usesView(choice: Choice, evaluation: Evaluation): TemplateResult | typeof nothing {
    const all = this.uses(choice.source);
    if (all.length < 2) return nothing;
    const total = elementAt(evaluation.nodes[choice.source]?.gradient, choice.index);
    const name = element(gradientOf(this.name(choice.source)), choice.index);
    return html`<div class="drill-uses" role="group" aria-label="Shares of ${name}">
      <p>
        ${this.name(choice.source)} is used ${all.length} times, and the shares add up:
        ${total === undefined ? nothing : html`<span class="digits">${name} = ${formatNumber(total)}</span>.`}
        This is the share from
      </p>
      ${all.map((edge) => {
        const share = elementAt(edge.gradient, choice.index);
        const open = isOf(choice, edge);
        const twice = all.filter(({ target }) => target === edge.target).length > 1;
        return html`<button
          type="button"
          aria-pressed=${open ? "true" : "false"}
          @click=${() => {
            this.choose({ ...choice, target: edge.target, input: edge.input });
          }}
        >
          ${this.name(edge.target)}${twice ? `, input ${edge.input + 1}` : ""}${share === undefined ? "" : `: ${formatNumber(share)}`}
        </button>`;
      })}
    </div>`;
  }

  private answerView(choice: Choice, evaluation: Evaluation): TemplateResult {
    const { value, faults, busy } = this.answer;
    if (faults.value.length > 0)
      return html`<ul class="drill-faults">
        ${faults.value.map((fault) => html`<li class="fault">${sentence(fault)}</li>`)}
      </ul>`;
    const found = value.value;
    if (found?.choice.source !== choice.source)
      return html`<p class="hint" role="status">
        ${busy.value ? "Taking it apart…" : "A moment…"}
      </p>`;
    return html`<div class=${found.choice === choice ? "" : "stale"} data-drill-answer>
      ${this.found(found.drill, namesOf(found.graph, found.choice.target), found.choice, evaluation)}
    </div>`;
  }

  private found(
    found: Drill,
    names: Names,
    choice: Choice,
    evaluation: Evaluation,
  ): TemplateResult {
    return html`${this.grids(found, names, choice, evaluation)} ${this.sum(found, names)}
      <p class="pattern" data-drill-pattern>${patternOf(found, names)}</p>
      ${found.truncated ? html`<p class="hint">Of ${found.total_terms} products the ${found.terms.length} largest are told.</p>` : nothing}
      ${localsHint(found, names)}`;
  }

  /** What takes part, as small grids: inputs and upstream gradient, and the share that they make. */
  private grids(
    found: Drill,
    names: Names,
    choice: Choice,
    evaluation: Evaluation,
  ): TemplateResult {
    const parts = inputParts(found);
    const own = told(found);
    const inputs = evaluation.edges.filter(({ target }) => target === choice.target);
    const hot = this.hot.value;
    const reader =
      (tensor: WireTensor | null | undefined, known: ReadonlyMap<string, WireNumber> | undefined) =>
      (index: readonly number[]): WireNumber | undefined =>
        elementAt(tensor, index) ?? known?.get(placeKey(index));
    const grids = [...parts].map(([input, cells]) => {
      const edge = inputs.find((other) => other.input === input);
      return drillGrid({
        kind: "input",
        name: names.inputs[input] ?? "",
        note: input === choice.input ? "itself" : "the other input",
        shape: shapeOf(edge?.value ?? 0),
        at: reader(edge?.value, own.inputs.get(input)),
        parts: cells,
        hot,
      });
    });
    const upstream = evaluation.nodes[choice.target]?.gradient;
    const share = inputs.find(({ input }) => input === choice.input)?.gradient ?? null;
    const before =
      parts.size === 1 && !parts.has(choice.input) && choice.input > [...parts.keys()][0]!;
    const up = drillGrid({
      kind: "upstream",
      name: gradientOf(names.node),
      note: "upstream gradient",
      shape: shapeOf(upstream ?? 0),
      at: reader(upstream, own.upstream),
      parts: upstreamParts(found),
      hot,
    });
    const result = drillGrid({
      kind: "result",
      name: gradientOf(names.inputs[choice.input] ?? ""),
      note: "the share",
      shape: shapeOf(share ?? 0),
      at: reader(share, new Map([[placeKey(choice.index), found.value]])),
      parts: new Map([[placeKey(choice.index), []]]),
      hot,
    });
    return html`<div class="drill-grids">
      ${before ? [grids, up] : [up, grids]}
      <span class="equals" aria-hidden="true">=</span>
      ${result}
    </div>`;
  }

  /** The sum: in symbols, in numbers, and what it is. */
  private sum(found: Drill, names: Names): TemplateResult {
    const { terms } = found;
    const name = element(gradientOf(names.inputs[found.input] ?? ""), found.index);
    const shown = this.whole.value ? terms : terms.slice(0, MOST_TERMS);
    const products = shown.map((term) => product(term, found, names));
    const left = found.total_terms - shown.length;
    const more = left > 0 ? html` + …` : nothing;
    const part = (text: string, i: number, spoken: boolean): TemplateResult =>
      html`${i > 0 ? " + " : nothing}<span
          class="term tint-${i % 6} ${this.hot.value === i ? "on" : ""}"
          data-term=${i}
          tabindex=${spoken ? 0 : -1}
          title="${products[i]!.symbols} = ${products[i]!.numbers} = ${formatFull(terms[i]!.product)}"
          @pointerenter=${() => {
            this.hot.value = i;
          }}
          @pointerleave=${() => {
            this.hot.value = undefined;
          }}
          @focus=${() => {
            this.hot.value = i;
          }}
          @blur=${() => {
            this.hot.value = undefined;
          }}
          ><sup aria-hidden="true">${signOf(i)}</sup>${text}</span
        >`;
    const single =
      products.length === 1 && toNumber(terms[0]!.local) === 1 && terms[0]!.depends?.length === 0;
    return html`<div class="drill-sum digits" data-drill-sum>
      <p>
        <span>${name}</span> =
        ${terms.length === 0 ? "0" : [products.map(({ symbols }, i) => part(symbols, i, true)), more]}
      </p>
      ${
        terms.length === 0 || single
          ? nothing
          : html`<p>= ${products.map(({ numbers }, i) => part(numbers, i, false))}${more}</p>`
      }
      ${
        terms.length === 0
          ? nothing
          : html`<p>
              = <strong title=${formatFull(found.value)}>${formatNumber(found.value)}</strong>
            </p>`
      }
      ${
        terms.length > shown.length
          ? html`<button
              type="button"
              class="link"
              @click=${() => {
                this.whole.value = true;
              }}
            >
              Write out all ${terms.length}
            </button>`
          : nothing
      }
    </div>`;
  }
}

/** How much of what local derivatives are made of is marked, where that isn't all. */
function localsHint({ terms, input, index }: Drill, names: Names): TemplateResult | typeof nothing {
  const cut = terms.find(
    ({ depends, total_depends }) => depends && total_depends! > depends.length,
  );
  return cut
    ? html`<p class="hint">
        A local derivative towards ${element(names.inputs[input] ?? "", index)} depends on
        ${cut.total_depends} elements; ${cut.depends!.length} of them are marked.
      </p>`
    : nothing;
}

const isOf = (choice: Choice, { source, target, input }: Edge): boolean =>
  choice.source === source && choice.target === target && choice.input === input;

function fits(index: readonly number[], share: WireTensor): boolean {
  const shape = shapeOf(share);
  return shape.length === index.length && index.every((place, axis) => place < shape[axis]!);
}
