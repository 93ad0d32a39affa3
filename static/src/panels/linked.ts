/** What the views at the side share: places linked to the drawing, switches, and texts to take away. */
import { batch } from "@preact/signals-core";
import { html, type TemplateResult } from "lit-html";
import type { PanelPage } from "./panel.js";

export interface Links {
  readonly over: (event: Event) => void;
  readonly leave: () => void;
}

/**
 * Listeners of an element in which places are linked to the drawing: `data-point` names a node, `data-edges` edges.
 * They hear the pointer and the keyboard's focus.
 */
export function links({ session, look }: Pick<PanelPage, "session" | "look">): Links {
  const set = (node: string | undefined, edges: readonly string[]): void => {
    batch(() => {
      session.pointed.value = node;
      if (edges.length > 0 || look.litEdges.peek().length > 0) look.litEdges.value = edges;
    });
  };
  return {
    over: ({ target }) => {
      const place = target as Element;
      const edges = place.closest<HTMLElement>("[data-edges]")?.dataset.edges ?? "";
      set(
        place.closest<HTMLElement>("[data-point]")?.dataset.point,
        edges === "" ? [] : edges.split(" "),
      );
    },
    leave: () => {
      set(undefined, []);
    },
  };
}

/** The arrow keys go along the `[data-stop]`s of an element, of which the tab key reaches one. */
export function alongStops(event: KeyboardEvent): void {
  const way = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
  const at = (event.target as Element).closest<HTMLElement>("[data-stop]");
  if (way === undefined || !at || event.altKey || event.ctrlKey || event.metaKey) return;
  const stops = [...(event.currentTarget as Element).querySelectorAll<HTMLElement>("[data-stop]")];
  stops[stops.indexOf(at) + way]?.focus();
  event.preventDefault();
  event.stopPropagation();
}

export interface Choice<T extends string> {
  readonly value: T;
  readonly label: string;
  readonly title: string;
}

/** One of a few, side by side. */
export function switchView<T extends string>(
  label: string,
  all: readonly Choice<T>[],
  chosen: T,
  choose: (value: T) => void,
): TemplateResult {
  return html`<div class="switch" role="group" aria-label=${label}>
    ${all.map(
      ({ value, label: text, title }) =>
        html`<button
          type="button"
          title=${title}
          aria-pressed=${value === chosen ? "true" : "false"}
          @click=${() => {
            choose(value);
          }}
        >
          ${text}
        </button>`,
    )}
  </div>`;
}

/** A button that puts a text into the clipboard. */
export function copyButton(
  { tell }: Pick<PanelPage, "tell">,
  label: string,
  name: string,
  text: () => string,
): TemplateResult {
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text());
      tell(`Copied: ${name}.`);
    } catch {
      tell("The clipboard can't be used here.");
    }
  };
  return html`<button
    type="button"
    class="small"
    aria-label="${label}: ${name}"
    title="${name}, into the clipboard"
    @click=${() => void copy()}
  >
    ${label}
  </button>`;
}
