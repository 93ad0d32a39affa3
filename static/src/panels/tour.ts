/** A short tour that points at the parts of the page, one after the other. */
import { html, nothing, render } from "lit-html";

interface Stop {
  readonly title: string;
  readonly text: string;
  /** The first of these that is on the page is pointed at; none: the middle of the page. */
  readonly at: readonly string[];
}

const STOPS: readonly Stop[] = [
  {
    title: "Write a formula",
    text: "Type (x+y)^2 here and press Enter: the graph draws itself. Lines such as x = 3 give values; Shift+Enter begins a new line.",
    at: ["#formula"],
  },
  {
    title: "Or build by hand",
    text: "Double-click anywhere in the drawing, or press a letter, to search an op. Pull the dot at a node's right side to another node to connect them.",
    at: ["[data-command=add-op]", ".stage"],
  },
  {
    title: "Values forward, gradients backward",
    text: "The number above each thin arrow is its value. The number below the thick arrow is the gradient: by how much the result follows.",
    at: [".canvas [data-edge]", ".canvas"],
  },
  {
    title: "Move the numbers",
    text: "Drag a number sideways in the drawing, or type and slide here. Everything follows.",
    at: [".panel [data-place=values]:not([hidden])", ".panel"],
  },
  {
    title: "Ask why",
    text: "Point at a node: here stands where its gradient comes from, step by step.",
    at: [".panel section:has([data-place=inspector])", ".panel"],
  },
  {
    title: "Everything else",
    text: "All commands by name, with their keys. What you do is kept in this browser and can be undone.",
    at: ["[data-command=commands]"],
  },
];

const CARD = { width: 300, height: 190 };
const AIR = 12;

export class Tour {
  private step: number | undefined;
  private before: Element | null = null;

  constructor(private readonly host: HTMLElement) {
    addEventListener("resize", () => {
      this.paint();
    });
  }

  begin(): void {
    this.before = document.activeElement;
    document.body.classList.remove("panel-closed");
    this.go(0);
  }

  private go(step: number | undefined): void {
    this.step = step;
    this.paint();
    if (step !== undefined)
      this.host.querySelector<HTMLElement>(".primary")?.focus({ preventScroll: true });
    else if (this.before instanceof HTMLElement || this.before instanceof SVGElement)
      this.before.focus({ preventScroll: true });
  }

  private paint(): void {
    const { step } = this;
    this.host.hidden = step === undefined;
    if (step === undefined) {
      render(nothing, this.host);
      return;
    }
    const { title, text, at } = STOPS[step]!;
    const last = step === STOPS.length - 1;
    const target = at.map(shown).find((box) => box !== undefined);
    const close = (): void => {
      this.go(undefined);
    };
    render(
      html`${target ? html`<div class="tour-ring" style=${boxStyle(target)}></div>` : nothing}
        <div
          class="tour-card"
          role="dialog"
          aria-label=${title}
          style=${cardStyle(target)}
          @keydown=${(event: KeyboardEvent) => {
            if (event.key !== "Escape") return;
            event.stopPropagation();
            close();
          }}
        >
          <h2>${title}</h2>
          <p>${text}</p>
          <footer>
            <small>${step + 1} of ${STOPS.length}</small>
            ${last ? nothing : html`<button type="button" @click=${close}>Skip</button>`}
            <button
              type="button"
              class="primary"
              @click=${() => {
                this.go(last ? undefined : step + 1);
              }}
            >
              ${last ? "Start" : "Next"}
            </button>
          </footer>
        </div>`,
      this.host,
    );
  }
}

/** The box of an element that can be seen, in the window. */
function shown(selector: string): DOMRect | undefined {
  const element = document.querySelector(selector);
  element?.scrollIntoView({ block: "nearest" });
  const box = element?.getBoundingClientRect();
  return box && box.width > 0 && box.top < innerHeight && box.left < innerWidth ? box : undefined;
}

const boxStyle = ({ x, y, width, height }: DOMRect): string =>
  `left:${x - 4}px;top:${y - 4}px;width:${width + 8}px;height:${height + 8}px`;

/** Below what it speaks of, else above, else beside it. */
function cardStyle(target: DOMRect | undefined): string {
  const width = Math.min(CARD.width, innerWidth - 2 * AIR);
  const place = (x: number, y: number): string => {
    const left = Math.max(AIR, Math.min(x, innerWidth - width - AIR));
    const top = Math.max(AIR, Math.min(y, innerHeight - CARD.height - AIR));
    return `left:${left}px;top:${top}px;width:${width}px`;
  };
  if (!target) return place(innerWidth / 2 - width / 2, innerHeight / 2 - CARD.height / 2);
  if (target.bottom + CARD.height + AIR < innerHeight) return place(target.x, target.bottom + AIR);
  if (target.top - CARD.height - AIR > 0) return place(target.x, target.top - CARD.height - AIR);
  if (target.left - width - AIR > 0) return place(target.left - width - AIR, target.top);
  return place(target.right + AIR, target.top);
}
