/** Views whose programs are loaded when they are first shown. */
import { html, type TemplateResult } from "lit-html";
import { Late } from "../model/late.js";
import { TABS } from "./all.js";
import type { Assigned, MakePanel, Panel, PanelPage, Tab } from "./panel.js";

const loaded = new Map<Tab, MakePanel>();

async function load(tab: Tab): Promise<MakePanel> {
  const make = loaded.get(tab) ?? (await tab.load());
  loaded.set(tab, make);
  return make;
}

/** Loads what has to be there before anything is drawn: a view that keeps numbers back from the beginning. */
export const loadEarly = async (task: Assigned | undefined): Promise<void> => {
  await Promise.all(TABS.filter(({ early }) => early?.(task)).map(load));
};

/** Loads the others one by one while the browser has nothing to do. One that fails is loaded again when it is wanted. */
export function loadIdly(): void {
  const rest = TABS.filter((tab) => !loaded.has(tab));
  const next = (): void => {
    const tab = rest.shift();
    if (tab) load(tab).then(later, later);
  };
  const later = (): void => {
    // Safari has no such call.
    if ("requestIdleCallback" in globalThis) requestIdleCallback(next);
    else setTimeout(next, 1000);
  };
  later();
}

/** A view of one page, as soon as its program is there. */
export class LatePanel {
  private readonly panel: Late<Panel>;

  constructor(
    private readonly tab: Tab,
    private readonly page: PanelPage,
  ) {
    this.panel = new Late(async () => (await load(tab))(page));
    if (tab.early?.(page.task)) this.enter();
  }

  get label(): string {
    return this.tab.label;
  }

  get title(): string {
    return this.tab.title;
  }

  get first(): boolean {
    return this.panel.value.peek()?.first ?? false;
  }

  /** It is about to be shown. */
  enter(): void {
    const make = loaded.get(this.tab);
    // At once where that is possible, so that nothing flickers.
    if (make) this.panel.value.value ??= make(this.page);
    else this.panel.want();
  }

  view(): TemplateResult {
    const panel = this.panel.value.value;
    if (panel) return panel.view();
    if (!this.panel.failed.value) return html`<p class="hint working" role="status">Loading…</p>`;
    return html`<p class="fault" role="alert">
        This view could not be loaded. Perhaps the server can’t be reached.
      </p>
      <button
        type="button"
        @click=${() => {
          this.enter();
        }}
      >
        Try again
      </button>`;
  }

  ask(...[kind, edge]: Parameters<NonNullable<Panel["ask"]>>): boolean {
    return this.panel.value.peek()?.ask?.(kind, edge) ?? false;
  }

  leave(): void {
    this.panel.value.peek()?.leave?.();
  }
}
