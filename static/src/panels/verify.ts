/** Gradients that somebody worked out, judged node by node: which is the first wrong one on the way back, and why. */
import { computed, effect, signal } from "@preact/signals-core";
import { html, nothing, type TemplateResult } from "lit-html";
import { live } from "lit-html/directives/live.js";
import { repeat } from "lit-html/directives/repeat.js";
import type { Evaluation, GraphDocument } from "../api/client.js";
import { verify, type Verification } from "../api/practice.js";
import { Answer } from "../model/answer.js";
import { computationOf, edgeId, findNode, nameIn } from "../model/document.js";
import { blankAt } from "../model/blanks.js";
import { formatRows } from "../model/numbers.js";
import { asked, claimsOf, gradientBlanks, layers, marksOf, Work } from "../model/work.js";
import { claimField, type ClaimField } from "./claimField.js";
import { ClaimsPaste } from "./claimsPaste.js";
import { shortView } from "./numbers.js";
import type { MakePanel } from "./panel.js";
import { sentence } from "./problems.js";
import { slipView } from "./slip.js";

/** How long after the last key what is typed is judged, in milliseconds. */
const PAUSE = 1200;
/** Up to so many nodes have a field; the others' gradients can be pasted. */
const ROWS = 100;

const NO_MARKS = { nodes: new Map<string, string>(), edges: new Map<string, string>() };

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
  const paste = new ClaimsPaste((claims) => {
    for (const [id, tensor] of claims) work.type(id, formatRows(tensor), computation.peek());
    submit();
  });

  const field = (
    key: string,
    {
      name,
      graph,
      shape,
      judged,
    }: Pick<ClaimField, "name" | "shape" | "judged"> & { readonly graph: GraphDocument },
  ): TemplateResult => {
    const { value: typed } = work.typed;
    const fault = handed.value === typed ? claimsOf(typed, graph).faults.get(key) : undefined;
    return claimField(
      { key, name, shape, judged, fault, text: typed.get(key) ?? "" },
      {
        type,
        submit,
        paste: (text) => paste.takeOver(text, graph),
        focus: (at) => {
          session.pointed.value = at.split(":")[0];
        },
      },
    );
  };

  const rows = (graph: GraphDocument, evaluation: Evaluation): TemplateResult => {
    const ids = asked(graph, evaluation);
    const open = revealed.value === computation.value && look.exercise.value.length === 0;
    return html`<div class="claims" role="group" aria-label="Your gradients" @focusout=${unpoint}>
        ${repeat(
          ids.slice(0, ROWS),
          (id) => id,
          (id) =>
            html`${field(id, {
              name: nameIn(graph, id),
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
          return field(key, {
            name: `to input ${slot + 1}, ${nameIn(graph, source)}`,
            graph,
            shape: evaluation.nodes[source]?.shape ?? [],
            judged: verdict.value?.judged_edges[key],
          });
        })}
      </div>
    </details>`;
  };

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
          Enter the gradients that you worked out, as many as you have, with at least three
          significant digits. They are gone through on the way back.
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
        ${paste.view(evaluated)} ${layerView(evaluated, evaluation)}
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
