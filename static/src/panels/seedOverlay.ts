/** The seed's field in the drawing: a click on the number below the output's arrow opens it there. */
import { effect, signal } from "@preact/signals-core";
import { html, nothing, render } from "lit-html";
import type { Canvas } from "../canvas/canvas.js";
import type { Actions } from "../commands/actions.js";
import { outputOf } from "../model/document.js";
import { likelyOutput } from "../model/edit.js";
import type { Session } from "../model/session.js";
import { placeOverlay } from "./overlay.js";
import { seedField } from "./seedField.js";

const MARK = "[data-seed]";

export class SeedOverlay {
  private readonly open = signal(false);

  constructor(
    private readonly overlay: HTMLElement,
    /** The drawing's host. */
    private readonly host: HTMLElement,
    private readonly at: {
      readonly session: Session;
      readonly actions: Actions;
      readonly canvas: Canvas;
    },
  ) {
    const { session } = at;
    host.addEventListener("click", ({ target }) => {
      if ((target as Element).closest(MARK)) this.begin();
      else this.open.value = false;
    });
    overlay.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" && event.key !== "Enter") return;
      event.preventDefault();
      this.close();
    });
    session.selection.subscribe((ids) => {
      if (ids.length > 0) this.open.value = false;
    });
    effect(() => {
      this.paint();
    });
  }

  private begin(): void {
    const { session, actions } = this.at;
    const graph = session.graph.peek();
    const { output } = session.run.peek();
    if (output !== undefined && output !== likelyOutput(graph, output)) {
      actions.tell(
        "Only a part of the graph is computed, so gradients start from ones here. Finish the graph, or take the gradients of this node, to set its seed.",
      );
      return;
    }
    this.open.value = true;
    const field = this.overlay.querySelector<HTMLInputElement>("input[type=text]");
    // On a touch screen that would raise the keyboard over the drawing.
    if (!matchMedia("(pointer: coarse)").matches) field?.select();
  }

  private close(): void {
    const output = outputOf(this.at.session.graph.peek());
    this.open.value = false;
    if (output !== undefined) this.at.canvas.focus(output);
  }

  /** Draws it anew, where the number is now. */
  readonly paint = (): void => {
    const mark = this.open.value ? this.host.querySelector(MARK) : null;
    this.overlay.hidden = !mark;
    if (!mark) {
      render(nothing, this.overlay);
      return;
    }
    render(
      html`${seedField(this.at.session, this.at.actions, "drawing", this.paint)}
        <button
          type="button"
          class="icon close"
          aria-label="Close"
          title="Close (Esc)"
          @click=${() => {
            this.close();
          }}
        >
          ×
        </button>`,
      this.overlay,
    );
    const [box, around] = [mark.getBoundingClientRect(), this.host.getBoundingClientRect()];
    placeOverlay(
      this.overlay,
      { x: box.x - around.x, y: box.y - around.y, width: box.width, height: box.height },
      this.host,
    );
  };
}
