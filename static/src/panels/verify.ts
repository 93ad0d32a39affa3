/** Gradients that somebody worked out, judged node by node: which is the first wrong one on the way back, and why. */
import { computed, effect, signal } from "@preact/signals-core";
import { html, nothing, type TemplateResult } from "lit-html";
import { live } from "lit-html/directives/live.js";
import { repeat } from "lit-html/directives/repeat.js";
import type { Evaluation, GraphDocument } from "../api/client.js";
import { verify, type JudgedClaim, type Verification } from "../api/practice.js";
import { Answer } from "../model/answer.js";
import { matchClaims, readClaims } from "../model/claims.js";
import { computationOf, edgeId, findNode, nameIn } from "../model/document.js";
import { blankAt } from "../model/blanks.js";
import { formatRows, formatShape } from "../model/numbers.js";
import {
  asked,
  claimsOf,
  gradientBlanks,
  layers,
  markOf,
  marksOf,
  Work,
  type Mark,
} from "../model/work.js";
import { shortView } from "./numbers.js";
import type { MakePanel } from "./panel.js";
import { sentence } from "./problems.js";
import { slipView } from "./slip.js";

/** How long after the last key what is typed is judged, in milliseconds. */
const PAUSE = 1200;
/** Up to so many nodes have a field; the others' gradients can be pasted. */
const ROWS = 100;

const NO_MARKS = { nodes: new Map<string, string>(), edges: new Map<string, string>() };

const SIGNS: Readonly<Record<Mark, readonly [sign: string, word: string]>> = {
  right: ["✓", "right"],
  wrong: ["✗", "wrong"],
  follows: ["↩", "follows from an earlier slip"],
};

export const verifyPanel: MakePanel = (page) => {
  const { session, look } = page;
  const work = new Work();
  const answer = new Answer<{ readonly key: string; readonly result: Verification }>();
  const shown = signal(false);
  const hide = signal(true);
  const revealed = signal<string | undefined>(undefined);
  /** What was typed when it was last to be judged. */
  const handed = signal(work.typed.peek());
  const layer = signal<string | undefined>(undefined);
  const full = signal(false);
  const pasting = signal("");
  const pasteNotice = signal("");
  let timer: ReturnType<typeof setTimeout> | undefined;

  const computation = computed(() => computationOf(session.graph.value));
  /** What is to be judged; undefined while that is being typed, or was typed for another graph. */
  const question = computed(() => {
    const { evaluated, graph } = session.run.value;
    if (!evaluated || graph !== session.graph.value || work.isForOthers(computation.value)) return;
    const { nodes, edges, count } = claimsOf(handed.value, evaluated);
    if (count === 0 || handed.value !== work.typed.value) return;
    const key = JSON.stringify([computation.value, nodes, edges]);
    return { key, ask: async () => ({ key, result: await verify(evaluated, nodes, edges) }) };
  });
  const verdict = computed(() =>
    question.value && question.value.key === answer.value.value?.key
      ? answer.value.value.result
      : undefined,
  );
  // While another panel is open, blanks and marks are that one's; the page takes ours away.
  effect(() => {
    if (!shown.value) return;
    const { evaluation } = session.run.value;
    look.blanks.value = hide.value && evaluation ? gradientBlanks(evaluation) : [];
  });
  effect(() => {
    if (!shown.value) return;
    look.lens.value = verdict.value ? marksOf(verdict.value) : NO_MARKS;
  });

  const unpoint = (): void => {
    session.pointed.value = undefined;
  };
  const submit = (): void => {
    clearTimeout(timer);
    full.value = false;
    if (answer.faults.peek().length > 0) answer.forget();
    handed.value = work.typed.peek();
  };
  const type = (key: string, text: string): void => {
    work.type(key, text, computation.peek());
    clearTimeout(timer);
    timer = setTimeout(submit, PAUSE);
  };
  /** Takes over every named number of a text. */
  const takeOver = (text: string, graph: GraphDocument): boolean => {
    const read = readClaims(text);
    if ("fault" in read) {
      pasteNotice.value = `Line ${read.line}: ${read.fault}`;
      return false;
    }
    const { claims, unknown } = matchClaims(read.claims, graph);
    for (const [id, tensor] of claims) work.type(id, formatRows(tensor), computation.peek());
    const rest =
      unknown.length > 0
        ? ` No node is called ${unknown.slice(0, 5).join(", ")}${unknown.length > 5 ? ", …" : ""}.`
        : "";
    pasteNotice.value = `${claims.size} ${claims.size === 1 ? "gradient" : "gradients"} taken over.${rest}`;
    if (claims.size > 0) submit();
    return claims.size > 0;
  };

  const field = (
    key: string,
    name: string,
    {
      graph,
      shape,
      judged,
    }: { graph: GraphDocument; shape: readonly number[]; judged: JudgedClaim | undefined },
  ): TemplateResult => {
    const text = work.typed.value.get(key) ?? "";
    const fault =
      handed.value === work.typed.value
        ? claimsOf(work.typed.value, graph).faults.get(key)
        : undefined;
    const mark = markOf(judged);
    const events = {
      input: (event: Event) => {
        type(key, (event.target as HTMLInputElement).value);
      },
      key: (event: KeyboardEvent) => {
        if (event.key !== "Enter" || event.shiftKey) return;
        event.preventDefault();
        submit();
      },
      paste: (event: ClipboardEvent) => {
        const pasted = event.clipboardData?.getData("text/plain") ?? "";
        if (/[:=]/.test(pasted) && takeOver(pasted, graph)) event.preventDefault();
      },
      focus: () => {
        session.pointed.value = key.split(":")[0];
      },
    };
    return html`<div class="claim ${mark ?? ""}" data-claim=${key}>
      <label for="claim-${key}"
        >${name}${shape.length > 0 ? html` <small>${formatShape(shape)}</small>` : nothing}</label
      >
      ${
        shape.length > 0
          ? html`<textarea
              id="claim-${key}"
              rows=${Math.max(1, Math.min(6, text.split("\n").length))}
              spellcheck="false"
              placeholder=${shape.length > 1 ? "[[…], […]]" : "[…, …]"}
              title="Rows in brackets, or pasted from a spreadsheet. Enter checks, Shift+Enter makes a new line."
              .value=${live(text)}
              aria-invalid=${fault ? "true" : "false"}
              aria-describedby="verdict-${key}"
              @input=${events.input}
              @keydown=${events.key}
              @paste=${events.paste}
              @focus=${events.focus}
            ></textarea>`
          : html`<input
              type="text"
              inputmode="text"
              id="claim-${key}"
              autocomplete="off"
              spellcheck="false"
              .value=${live(text)}
              aria-invalid=${fault ? "true" : "false"}
              aria-describedby="verdict-${key}"
              @input=${events.input}
              @keydown=${events.key}
              @paste=${events.paste}
              @focus=${events.focus}
            />`
      }
      <p class="verdict" id="verdict-${key}">
        ${fault ? html`<span class="fault">${fault}</span>` : verdictText(judged)}
      </p>
    </div>`;
  };

  const rows = (graph: GraphDocument, evaluation: Evaluation): TemplateResult => {
    const ids = asked(graph, evaluation);
    const open = revealed.value === computation.value && look.exercise.value.length === 0;
    return html`<div class="claims" role="group" aria-label="Your gradients" @focusout=${unpoint}>
        ${repeat(
          ids.slice(0, ROWS),
          (id) => id,
          (id) =>
            html`${field(id, nameIn(graph, id), {
              graph,
              shape: evaluation.nodes[id]!.shape,
              judged: verdict.value?.judged[id],
            })}
            ${open ? html`<p class="expected">right: ${shortView(evaluation.nodes[id]!.gradient)}</p>` : nothing}`,
        )}
      </div>
      ${ids.length > ROWS ? html`<p class="hint">The first ${ROWS} of ${ids.length}. Paste the others' gradients below.</p>` : nothing}`;
  };

  const layerView = (graph: GraphDocument, evaluation: Evaluation): TemplateResult => {
    const all = layers(graph, evaluation);
    const chosen = all.find((id) => id === layer.value);
    const inputs = (chosen === undefined ? undefined : findNode(graph, chosen)?.inputs) ?? [];
    return html`<details>
      <summary>A layer that I wrote</summary>
      <p class="hint">
        Choose its node, and enter what your <code>backward</code> returned for each input.
      </p>
      <label class="line"
        >Layer
        <select
          @change=${(event: Event) => {
            layer.value = (event.target as HTMLSelectElement).value;
          }}
        >
          <option value="" .selected=${live(chosen === undefined)}>none</option>
          ${all.map((id) => html`<option value=${id} .selected=${live(id === chosen)}>${nameIn(graph, id)}</option>`)}
        </select></label
      >
      <div class="claims" role="group" aria-label="What your layer sent back" @focusout=${unpoint}>
        ${inputs.map((source, slot) => {
          const key = edgeId(chosen!, slot);
          return field(key, `to input ${slot + 1}, ${nameIn(graph, source)}`, {
            graph,
            shape: evaluation.nodes[source]?.shape ?? [],
            judged: verdict.value?.judged_edges[key],
          });
        })}
      </div>
    </details>`;
  };

  const pasteView = (graph: GraphDocument): TemplateResult =>
    html`<details>
      <summary>Paste them all at once</summary>
      <label for="claims-text" class="hint"
        >As <code>x = 2.2</code> on lines, JSON, or what Python prints of a dict. Nothing of it is
        run.</label
      >
      <textarea
        id="claims-text"
        rows="4"
        spellcheck="false"
        .value=${live(pasting.value)}
        @input=${(event: Event) => {
          pasting.value = (event.target as HTMLTextAreaElement).value;
        }}
      ></textarea>
      <button
        type="button"
        ?disabled=${pasting.value.trim() === ""}
        @click=${() => {
          if (takeOver(pasting.value, graph)) pasting.value = "";
        }}
      >
        Take over
      </button>
      <p role="status">${pasteNotice.value}</p>
    </details>`;

  const outcome = (graph: GraphDocument): TemplateResult | typeof nothing => {
    const result = verdict.value;
    if (!question.value) return nothing;
    if (!result)
      return answer.faults.value.length > 0 && !answer.busy.value
        ? html`<p class="fault">${answer.faults.value.map(sentence).join(" ")}</p>`
        : html`<p class="hint">Checking…</p>`;
    return slipView({
      graph,
      result,
      missing: asked(graph, session.run.value.evaluation!).filter((id) => !(id in result.judged))
        .length,
      full: full.value,
      unfold: () => {
        full.value = true;
      },
      go: (node) => {
        page.go(node);
      },
    });
  };

  return {
    view() {
      shown.value = true;
      const { evaluation, evaluated } = session.run.value;
      if (!evaluation || !evaluated)
        return html`<h2>Verify</h2>
          <p class="hint">
            Build a graph that can be computed. Then enter the gradients that you worked out for it,
            and see which is the first wrong one.
          </p>`;
      const others = work.isForOthers(computation.value);
      if (question.value) answer.want(question.value.key, question.value.ask);
      const some = work.typed.value.size > 0;
      const open = revealed.value === computation.value;
      const exercising = look.exercise.value.length > 0;
      return html`<div class="verify">
        <h2>Verify</h2>
        <p>
          Enter the gradients that you worked out, as many as you have. They are gone through on the
          way back.
        </p>
        <label class="line"
          ><input
            type="checkbox"
            .checked=${live(hide.value)}
            @change=${(event: Event) => {
              hide.value = (event.target as HTMLInputElement).checked;
            }}
          />
          Hide the gradients in the drawing</label
        >
        ${
          others
            ? html`<div class="note" role="status">
                <p>You entered these for other values of the graph.</p>
                <button
                  type="button"
                  @click=${() => {
                    work.basis.value = computation.peek();
                    submit();
                  }}
                >
                  Check them against the values now
                </button>
              </div>`
            : nothing
        }
        <div role="status" aria-live="polite">${outcome(evaluated)}</div>
        ${rows(evaluated, evaluation)}
        <div class="actions">
          <button type="button" class="primary" ?disabled=${!some} @click=${submit}>Check</button>
          <button
            type="button"
            aria-pressed=${open ? "true" : "false"}
            ?disabled=${exercising}
            title=${exercising ? "An exercise is under way: finish it first" : "Writes the right gradient beneath each field"}
            @click=${() => {
              revealed.value = open ? undefined : computation.peek();
            }}
          >
            ${open ? "Hide" : "Show"} the right numbers
          </button>
          <button
            type="button"
            ?disabled=${!some}
            @click=${() => {
              work.clear();
              submit();
            }}
          >
            Clear
          </button>
        </div>
        ${pasteView(evaluated)} ${layerView(evaluated, evaluation)}
      </div>`;
    },
    ask(kind, edge) {
      const { evaluation, graph } = session.run.peek();
      if (!shown.peek() || !evaluation || kind === "value" || edge === undefined) return false;
      const blank = blankAt(
        look.blanks.peek().filter(({ node }) => node !== undefined),
        kind,
        edge,
        graph,
        evaluation.output,
      );
      if (!blank) return false;
      document.getElementById(`claim-${blank.node!}`)?.focus();
      return true;
    },
    leave() {
      shown.value = false;
      session.pointed.value = undefined;
    },
  };
};

function verdictText(judged: JudgedClaim | undefined): TemplateResult | typeof nothing {
  if (!judged) return nothing;
  const mark = markOf(judged);
  if (!mark)
    return html`${judged.verdict === "no-gradient" ? "no gradient flows here" : "can't be judged: the true gradient isn't finite"}`;
  const [sign, word] = SIGNS[mark];
  return html`<span class="judged ${mark}"
    ><span aria-hidden="true">${sign}</span>
    ${judged.verdict === "shape" ? "wrong shape" : word}</span
  >`;
}
