/** What can be changed about the selected node: its name, its op, what leads into it, its settings. */
import { html, nothing, type TemplateResult } from "lit-html";
import { keyed } from "lit-html/directives/keyed.js";
import { live } from "lit-html/directives/live.js";
import type { Fault, GraphNode, Op } from "../api/client.js";
import type { Actions } from "../commands/actions.js";
import { findNode, isLeaf, nameOf, outputOf } from "../model/document.js";
import { HOLE, isLeafOp, likelyOutput, reaches, slotCount, slotsOf } from "../model/edit.js";
import { plainLetterOf } from "../model/letters.js";
import { groupOf, isSeedFault, type Session } from "../model/session.js";
import { defaultText, readSetting, writeSetting } from "../model/settingText.js";
import { sentence } from "./problems.js";
import { seedField } from "./seedField.js";

export function settingsPanel(
  session: Session,
  actions: Actions,
  redraw: () => void,
): TemplateResult | typeof nothing {
  const graph = session.graph.value;
  const id = session.selected.value;
  const group = id === undefined ? undefined : groupOf(id);
  if (group !== undefined) return groupSettings(session, actions, group);
  const node = id === undefined ? undefined : findNode(graph, id);
  if (!node) return nothing;
  const op = session.ops.get(node.op);
  const params = op?.params ?? [];
  const faults = session.run.value.faults.filter(
    (fault) => fault.node === node.id && !isSeedFault(fault),
  );
  return html`<form
    class="settings"
    data-settings=${node.id}
    @submit=${(event: Event) => {
      event.preventDefault();
    }}
  >
    <h4>Change this node</h4>
    ${nameField(node.id, node.label ?? node.id, (name) => {
      actions.rename(node.id, name);
    })}
    <label for="set-op">Op</label>
    <select
      id="set-op"
      @change=${(event: Event) => {
        const chosen = session.ops.get((event.target as HTMLSelectElement).value);
        if (chosen) actions.replace(node.id, chosen);
      }}
    >
      ${opOptions(session, node)}
    </select>
    ${isLeaf(node) ? nothing : inputSettings(session, actions, node, op)}
    ${params.map((param) => paramSetting(actions, node, param, faults.find(isOf(param))))}
    ${faults
      .filter((fault) => !params.some((param) => isOf(param)(fault)))
      .map((fault) => html`<p class="fault">${sentence(fault)}</p>`)}
    ${likelyOutput(graph, session.run.value.output) === node.id ? seedField(session, actions, "panel", redraw) : nothing}
    <div class="buttons">
      ${
        outputOf(graph) === node.id && graph.output === node.id
          ? html`<button
              type="button"
              @click=${() => {
                actions.setOutput(undefined);
              }}
            >
              Leave the output open
            </button>`
          : html`<button
              type="button"
              @click=${() => {
                actions.setOutput(node.id);
              }}
            >
              Take the gradients of this
            </button>`
      }
      ${
        slotsOf(node, session.ops).length > 1
          ? html`<button
              type="button"
              @click=${() => {
                actions.swap(node.id);
              }}
            >
              Swap inputs
            </button>`
          : nothing
      }
      <button
        type="button"
        class="danger"
        @click=${() => {
          actions.remove(false);
        }}
      >
        Delete
      </button>
    </div>
  </form>`;
}

/** A field of its own for each node or group, and not live: what is half typed would be lost at the next redrawing. */
const nameField = (id: string, name: string, rename: (name: string) => void): TemplateResult =>
  html`<label for="set-name">Name</label> ${keyed(
      id,
      html`<input
        id="set-name"
        type="text"
        maxlength="200"
        autocomplete="off"
        .value=${name}
        @change=${(event: Event) => {
          rename((event.target as HTMLInputElement).value);
        }}
      />`,
    )}`;

function opOptions(session: Session, node: GraphNode): TemplateResult[] {
  const leaf = isLeaf(node);
  return [...session.ops.values()]
    .filter((op) => isLeafOp(op) === leaf)
    .map(
      (op) =>
        html`<option value=${op.name} .selected=${live(op.name === node.op)}>
          ${op.symbol} ${op.name}
        </option>`,
    );
}

function inputSettings(
  session: Session,
  actions: Actions,
  node: GraphNode,
  op: Op | undefined,
): TemplateResult[] {
  const graph = session.graph.value;
  const slots = slotsOf(node, session.ops);
  const sources = graph.nodes.filter(({ id }) => !reaches(graph, node.id, id));
  return Array.from({ length: Math.max(slots.length, slotCount(node, session.ops)) }, (_, slot) => {
    const name = op ? plainLetterOf(op, slot) : slot + 1;
    const source = slots[slot] ?? HOLE;
    const spare = slot >= slots.length;
    return html`<label for="set-input-${slot}">Input ${name}</label>
      <select
        id="set-input-${slot}"
        class=${source === HOLE && !spare ? "open" : ""}
        @change=${(event: Event) => {
          const chosen = (event.target as HTMLSelectElement).value;
          if (chosen === HOLE) actions.disconnect({ target: node.id, slot });
          else actions.connect(chosen, node.id, slot);
        }}
      >
        <option value=${HOLE} .selected=${live(source === HOLE)}>
          ${spare ? "– one more –" : "– nothing yet –"}
        </option>
        ${sources.map(
          (from) =>
            html`<option value=${from.id} .selected=${live(from.id === source)}>
              ${nameOf(from)}
            </option>`,
        )}
      </select>`;
  });
}

type Param = Op["params"][number];

/** Whether it is that setting that the server refuses. */
const isOf =
  ({ name }: Param) =>
  ({ pointer }: Fault): boolean =>
    pointer?.endsWith(`/params/${name}`) ?? false;

function paramSetting(
  actions: Actions,
  node: GraphNode,
  param: Param,
  fault: Fault | undefined,
): TemplateResult {
  const id = `set-param-${param.name}`;
  const value = node.params?.[param.name];
  const label = html`<label for=${id}>${param.name.replaceAll("_", " ")}</label>`;
  if (param.kind === "boolean")
    return html`${label}<input
        id=${id}
        type="checkbox"
        .checked=${live(Boolean(value ?? param.default))}
        @change=${(event: Event) => {
          actions.setParam(node.id, param.name, (event.target as HTMLInputElement).checked);
        }}
      />`;
  // Not live: what is half typed would be lost at the next redrawing. A field of its own for each node instead.
  const field = html`<input
    id=${id}
    type="text"
    autocomplete="off"
    placeholder=${defaultText(param)}
    aria-invalid=${fault ? "true" : "false"}
    aria-describedby=${fault ? `${id}-fault` : nothing}
    .value=${writeSetting(value)}
    @change=${(event: Event) => {
      const field = event.target as HTMLInputElement;
      const setting = readSetting(field.value, param.kind);
      field.setCustomValidity(setting.ok ? "" : setting.wants);
      field.reportValidity();
      if (setting.ok) actions.setParam(node.id, param.name, setting.value);
    }}
  />`;
  return html`${label}${keyed(node.id, field)}${
    fault ? html`<p class="fault" id="${id}-fault">${sentence(fault)}</p>` : nothing
  }`;
}

function groupSettings(
  session: Session,
  actions: Actions,
  id: string,
): TemplateResult | typeof nothing {
  const group = session.graph.value.groups?.find((other) => other.id === id);
  if (!group) return nothing;
  return html`<form
    class="settings"
    @submit=${(event: Event) => {
      event.preventDefault();
    }}
  >
    <h4>Change this group</h4>
    ${nameField(id, group.label?.trim() ? group.label : group.id, (name) => {
      actions.renameGroup(id, name);
    })}
    <div class="buttons">
      <button
        type="button"
        @click=${() => {
          actions.fold(id);
        }}
      >
        Open the group
      </button>
      <button
        type="button"
        @click=${() => {
          actions.ungroup(id);
        }}
      >
        Ungroup
      </button>
    </div>
  </form>`;
}
