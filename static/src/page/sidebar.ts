/** The views at the side: tabs, and the one that is chosen, kept in line with the session. */
import { effect, signal } from "@preact/signals-core";
import { html, nothing, render } from "lit-html";
import { still } from "../canvas/glide.js";
import type { Example } from "../api/client.js";
import { Late } from "../model/late.js";
import { onlyTooMuch } from "../model/limits.js";
import { isScalar } from "../model/numbers.js";
import { groupOf, type Session } from "../model/session.js";
import { TABS } from "../panels/all.js";
import type { DrillView } from "../panels/drill.js";
import { edgeCard } from "../panels/edgeCard.js";
import { inspector } from "../panels/inspector.js";
import { LatePanel } from "../panels/late.js";
import type { PanelPage, Tab } from "../panels/panel.js";
import type { Pieces } from "../panels/pieces.js";
import { problemsPanel } from "../panels/problems.js";
import { RuleBook } from "../panels/ruleBook.js";
import { selectionPanel } from "../panels/selection.js";
import { settingsPanel } from "../panels/settings.js";
import type { TensorFigures } from "../panels/tensorFigure.js";
import { numbersTable, valuesPanel } from "../panels/values.js";
import { place } from "./place.js";

/** The first tab: values and the node that is looked at. */
const NODE: Pick<Tab, "label" | "title"> = {
  label: "Node",
  title: "The values, and where a node's numbers come from",
};

export class Sidebar {
  private readonly session: Session;
  private readonly panels: readonly LatePanel[];
  private readonly pieces: Late<Pieces>;
  private readonly drill: Late<DrillView>;
  private readonly figures: Late<TensorFigures>;
  private readonly rules: RuleBook;
  /** The list of all numbers is open. */
  private readonly listed = signal(false);
  /** Which of the panels is shown; undefined: the node. */
  private readonly open = signal<LatePanel | undefined>(undefined);

  constructor(
    private readonly page: PanelPage,
    private readonly example: Example | undefined,
    /** A node is pointed at in a list; undefined for none. */
    private readonly point: (node: string | undefined) => void,
  ) {
    this.session = page.session;
    this.pieces = new Late(
      async () => new (await import("../panels/views.js")).Pieces(page.session),
    );
    this.panels = TABS.map((tab) => new LatePanel(tab, page));
    this.drill = new Late(async () => new (await import("../panels/views.js")).DrillView(page));
    this.figures = new Late(
      async () => new (await import("../panels/views.js")).TensorFigures(page),
    );
    this.rules = new RuleBook(page.session);
    this.open.value = this.panels.find(({ first }) => first);
    const list = place("numbers") as HTMLDetailsElement;
    list.addEventListener("toggle", () => {
      this.listed.value = list.open;
    });
    const paints = [this.paintTabs, this.paintPanel, this.paintLesson, this.paintValues];
    for (const paint of [...paints, this.paintNumbers, this.paintNode]) effect(paint);
  }

  /** The words on the tabs. */
  get labels(): readonly string[] {
    return [NODE, ...this.panels].map(({ label }) => label);
  }

  /** Shows the view of that tab. */
  show(label: string): void {
    document.body.classList.remove("panel-closed");
    const panel = this.panels.find((other) => other.label === label);
    const before = this.open.peek();
    if (panel === before) return;
    // On a narrow screen the views are below the drawing.
    place("tabs").scrollIntoView({ block: "nearest", behavior: "smooth" });
    before?.leave();
    this.page.look.clear();
    panel?.enter();
    this.open.value = panel;
  }

  /** Brings what is said of a node or an edge into view, where it doesn't begin in the upper half of the panel. */
  lookAtNode(): void {
    const panel = place("node").parentElement!;
    const heading = place("inspector").parentElement!.getBoundingClientRect().top;
    const below = heading - panel.getBoundingClientRect().top;
    if (this.open.peek() || (below >= 0 && below < panel.clientHeight / 2)) return;
    panel.scrollBy({ top: below, behavior: still() ? "instant" : "smooth" });
  }

  /** Shows the view that asks for a number which was clicked in the drawing; the open one first. */
  ask({ kind, edge }: { kind: "value" | "gradient"; edge: string | undefined }): void {
    const open = this.open.peek();
    const panel = [...(open ? [open] : []), ...this.panels].find((one) => one.ask(kind, edge));
    if (panel) this.show(panel.label);
  }

  private readonly paintTabs = (): void => {
    const shown = this.open.value;
    const tabs = [NODE, ...this.panels];
    const at = shown ? this.panels.indexOf(shown) + 1 : 0;
    render(
      html`<div
        role="tablist"
        aria-label="Views"
        @keydown=${(event: KeyboardEvent) => {
          const way = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
          if (way === 0) return;
          event.preventDefault();
          this.show(tabs[(at + way + tabs.length) % tabs.length]!.label);
          place("tabs").querySelector<HTMLElement>("[aria-selected=true]")?.focus();
        }}
      >
        ${tabs.map(
          ({ label, title }, i) =>
            html`<button
              type="button"
              role="tab"
              id="tab-${i}"
              title=${title}
              aria-selected=${i === at ? "true" : "false"}
              aria-controls=${i === 0 ? "view-node" : "view-panel"}
              tabindex=${i === at ? 0 : -1}
              @click=${() => {
                this.show(label);
              }}
            >
              ${label}
            </button>`,
        )}
      </div>`,
      place("tabs"),
    );
    place("tabs").hidden = tabs.length < 2;
    place("node").hidden = shown !== undefined;
    place("panel").hidden = shown === undefined;
    place("panel").setAttribute("aria-labelledby", `tab-${at}`);
  };

  private readonly paintPanel = (): void => {
    render(this.open.value?.view() ?? nothing, place("panel"));
  };

  /** The lesson, as long as this is the graph that it speaks of. */
  private readonly paintLesson = (): void => {
    const { example } = this;
    const title = this.session.graph.value.title?.trim();
    place("lesson").hidden = !example || title !== example.graph.title;
    if (example)
      render(
        html`<p>${example.text}</p>
          <p class="question"><strong>Predict:</strong> ${example.question}</p>`,
        place("lesson-text"),
      );
  };

  private readonly paintValues = (): void => {
    const { session } = this;
    const { look } = this.page;
    const empty = session.graph.value.nodes.length === 0;
    place("values").hidden = empty;
    place("numbers").hidden = empty;
    render(valuesPanel(session, look, this.paintValues), place("values-fields"));
  };

  /** All numbers, once somebody has opened them. */
  private readonly paintNumbers = (): void => {
    const table = this.listed.value ? numbersTable(this.session, this.page.look) : nothing;
    render(table, place("numbers-table"));
  };

  private readonly paintNode = (): void => {
    const { session, page } = this;
    const { actions } = page;
    this.wantParts();
    const numbers =
      session.graph.value.nodes.length > 0
        ? inspector(session, page.look, {
            open: (id) => void actions.expand(id),
            fold: (group) => {
              actions.fold(group);
            },
            close: (group) => void actions.collapse(group),
            point: (id) => {
              this.point(id);
            },
            drill: this.drill.value.value,
            figures: this.figures.value.value,
            rules: this.open.value ? undefined : this.rules.read(),
          })
        : html`<p class="hint">The numbers of a node show here once there is a graph.</p>`;
    const problems = problemsPanel(session, actions, (id) => {
      page.go(id);
    });
    // What is no mistake stands first; a fault would move the field in which it is mended.
    const calm = onlyTooMuch(session.run.value.faults);
    render(calm ? problems : nothing, place("limits"));
    // A closed group is looked at by itself; what the inspector shows is another node.
    const closedGroup = groupOf(session.selected.value ?? "") !== undefined;
    const edge = session.inspectedEdge.value !== undefined;
    const ofNode = closedGroup ? nothing : numbers;
    const shown = edge ? edgeCard(session, page.look, this.figures.value.value) : ofNode;
    render(
      html`${calm ? nothing : problems} ${selectionPanel(session, actions, page.group)} ${shown}
      ${this.page.look.exercise.value.length > 0 ? nothing : this.pieces.value.value?.view()}
      ${settingsPanel(session, actions, this.paintNode)}`,
      place("inspector"),
    );
  };

  /** Loads what only some nodes need: the elements of tensors, the pieces of composites. */
  private wantParts(): void {
    const { evaluation, graph } = this.session.run.value;
    const numbers = Object.values(evaluation?.nodes ?? {});
    if (numbers.some(({ value }) => !isScalar(value))) {
      this.drill.want();
      this.figures.want();
    }
    const composite = graph.nodes.some(({ op }) => this.session.ops.get(op)?.decomposes);
    if (composite || (graph.groups ?? []).length > 0) this.pieces.want();
  }
}
