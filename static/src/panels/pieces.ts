/** A composite node beside its pieces: the same numbers, or where they part. */
import { signal } from "@preact/signals-core";
import { html, nothing, type TemplateResult } from "lit-html";
import type { GraphDocument, WireTensor } from "../api/client.js";
import { asOneNode, bothWays } from "../api/pieces.js";
import { Answer } from "../model/answer.js";
import { computationOf, findNode, isLeaf } from "../model/document.js";
import { formatBrief, formatLong } from "../model/numbers.js";
import { alone, compared, isSmall, ROUNDING, type Comparison, type Row } from "../model/pieces.js";
import type { Session } from "../model/session.js";
import { tensorView } from "./numbers.js";
import { sentence } from "./problems.js";

/** How much larger the inputs are tried, and what the button says. */
const TRIES: readonly (readonly [factor: number, text: string])[] = [
  [1000, "1000 times as large"],
  [-1000, "−1000 times as large"],
];

/** What is asked to be compared. */
interface Question {
  /** A composite node, or the group of a node's pieces. */
  readonly id: string;
  readonly kind: "node" | "group";
  /** How much larger the inputs are than in the graph. */
  readonly factor: number;
}

export class Pieces {
  private readonly question = signal<Question | undefined>(undefined);
  private readonly answer = new Answer<Comparison & { readonly to: Question }>();

  constructor(private readonly session: Session) {}

  /** Beneath the inspector; nothing where the node is neither composite nor in a group. */
  view(): TemplateResult | typeof nothing {
    const { graph, evaluated } = this.session.run.value;
    const id = this.session.inspected.value;
    const node = id === undefined ? undefined : findNode(graph, id);
    if (!node || !evaluated || isLeaf(node)) return nothing;
    const subjects = [
      ...(this.session.ops.get(node.op)?.decomposes
        ? [{ id: node.id, kind: "node" as const, text: "Compare with its pieces" }]
        : []),
      ...(graph.groups ?? [])
        .filter(({ nodes }) => nodes.includes(node.id))
        .map((group) => ({
          id: group.id,
          kind: "group" as const,
          text: `Compare “${group.label?.trim() ? group.label : group.id}” with one node`,
        })),
    ];
    return subjects.length === 0
      ? nothing
      : html`<section class="pieces">
          <h4>Pieces and whole</h4>
          ${subjects.map(({ id, kind, text }) => this.subject({ id, kind, factor: 1 }, text, evaluated))}
        </section>`;
  }

  private subject(first: Question, text: string, evaluated: GraphDocument): TemplateResult {
    const now = this.question.value;
    const open = now?.id === first.id && now.kind === first.kind;
    return html`<button
        type="button"
        class="wide"
        aria-expanded=${open ? "true" : "false"}
        @click=${() => {
          this.question.value = open ? undefined : first;
        }}
      >
        ${text}
      </button>
      ${open ? this.comparison(now, evaluated) : nothing}`;
  }

  private comparison(now: Question, evaluated: GraphDocument): TemplateResult {
    const key = JSON.stringify([now, computationOf(evaluated), evaluated.groups]);
    this.answer.want(key, async () => ({ to: now, ...(await compare(now, evaluated)) }));
    const latest = this.answer.value.value;
    const answer = latest && same(latest.to, now) ? latest : undefined;
    return html`<div class="comparison" aria-busy=${this.answer.busy.value ? "true" : "false"}>
      <div class="tools" role="group" aria-label="The inputs">
        ${[[1, "As they are"] as const, ...TRIES].map(
          ([factor, text]) =>
            html`<button
              type="button"
              aria-pressed=${now.factor === factor ? "true" : "false"}
              title=${factor === 1 ? "The inputs of the graph" : "On a copy of this node alone: the graph stays as it is"}
              @click=${() => {
                this.question.value = { ...now, factor };
              }}
            >
              ${text}
            </button>`,
        )}
      </div>
      <div role="status">
        ${this.answer.busy.value && !answer ? html`<p class="busy">Comparing…</p>` : nothing}
        ${this.answer.faults.value.map((fault) => html`<p class="fault">${sentence(fault)}</p>`)}
        ${answer ? answer.sentences.map((text) => html`<p data-pieces-sentence>${text}</p>`) : nothing}
      </div>
      ${answer?.rows.map(rowView)}
      ${now.factor === 1 ? nothing : html`<p class="hint">Tried on a copy of this node alone, with a gradient of ones handed to it.</p>`}
    </div>`;
  }
}

const same = (a: Question, b: Question): boolean =>
  a.id === b.id && a.kind === b.kind && a.factor === b.factor;

/** Evaluates both on copies; the document isn't touched. */
async function compare({ id, kind, factor }: Question, graph: GraphDocument): Promise<Comparison> {
  const closed = kind === "node" ? { graph, node: id } : await asOneNode(graph, id);
  const { whole, pieces } = await bothWays(closed.graph, closed.node);
  if (factor === 1) return compared(whole, pieces, closed.node);
  const copy = alone(whole, closed.node, factor);
  if (!copy)
    return {
      rows: [],
      equal: false,
      sentences: ["This can’t be tried: an input isn’t finite already, or would be too large."],
    };
  const tried = await bothWays(copy, closed.node);
  return compared(tried.whole, tried.pieces, closed.node);
}

function rowView({ label, whole, pieces, apart }: Row): TemplateResult {
  const equal = apart <= ROUNDING;
  return html`<h5 class=${equal ? "" : "apart"}>
      <span class="verdict-sign" aria-hidden="true">${equal ? "=" : "≠"}</span>
      ${label}
      <small>${equal ? "equal" : "different"}</small>
    </h5>
    <dl class="facts">
      <dt>one node</dt>
      <dd>${number(whole)}</dd>
      <dt>in pieces</dt>
      <dd>${number(pieces)}</dd>
    </dl>`;
}

function number(value: WireTensor | null): TemplateResult {
  return isSmall(value)
    ? tensorView(value)
    : html`<span class="digits" title=${formatLong(value)}>${formatBrief(value)}</span>`;
}
