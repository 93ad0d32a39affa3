/** A field over a node of the drawing, in which its name is changed where it stands. */
import { html, nothing, render } from "lit-html";
import type { Rect } from "../layout/types.js";

const LEAST_WIDTH = 120;
const HEIGHT = 34;

export interface Naming {
  readonly name: string;
  /** The node's box in the host, in pixels. */
  readonly box: Rect;
  rename(name: string): void;
  /** It is over, renamed or not; `back` where the keyboard's focus belongs to the node again. */
  done(back: boolean): void;
}

export class NameField {
  private naming: Naming | undefined;

  constructor(private readonly host: HTMLElement) {}

  open(naming: Naming): void {
    this.naming = naming;
    this.paint();
    const field = this.host.querySelector("input")!;
    field.value = naming.name;
    field.select();
  }

  private close(keep: boolean, back: boolean): void {
    const { naming } = this;
    if (!naming) return;
    this.naming = undefined;
    const name = this.host.querySelector("input")!.value;
    this.paint();
    if (keep && name.trim() !== naming.name) naming.rename(name);
    naming.done(back);
  }

  private paint(): void {
    const { naming } = this;
    this.host.hidden = !naming;
    if (!naming) {
      render(nothing, this.host);
      return;
    }
    const { x, y, width, height } = naming.box;
    const wide = Math.max(LEAST_WIDTH, width + 24);
    const area = this.host.parentElement!.getBoundingClientRect();
    const left = Math.max(4, Math.min(x + width / 2 - wide / 2, area.width - wide - 4));
    this.host.style.left = `${left}px`;
    this.host.style.top = `${y + height / 2 - HEIGHT / 2}px`;
    this.host.style.width = `${wide}px`;
    render(
      html`<input
        type="text"
        aria-label="Name"
        title="Enter keeps the name, Escape leaves it as it was"
        maxlength="200"
        autocomplete="off"
        spellcheck="false"
        @keydown=${(event: KeyboardEvent) => {
          event.stopPropagation();
          if (event.isComposing || !["Enter", "Escape"].includes(event.key)) return;
          event.preventDefault();
          this.close(event.key === "Enter", true);
        }}
        @blur=${() => {
          this.close(true, false);
        }}
      />`,
      this.host,
    );
  }
}
