/** The health of a graph's gradients: what is found, a lens over the drawing, and sizes against the depth. */
import { signal } from "@preact/signals-core";
import { html, nothing, type TemplateResult } from "lit-html";
import type { GraphDocument } from "../api/client.js";
import { diagnose, type Diagnosis, type Finding } from "../api/lens.js";
import { Answer } from "../model/answer.js";
import { nameIn } from "../model/document.js";
import {
  depthPoints,
  grouped,
  marksOf,
  SEVERITY,
  SIZES,
  summary,
  withRepair,
  type DepthPoint,
} from "../model/health.js";
import { formatNumber } from "../model/numbers.js";
import { depthChartOrNothing } from "./depthChart.js";
import type { MakePanel, PanelPage } from "./panel.js";
import { sentence } from "./problems.js";
import { unfinished } from "./unfinished.js";

/** So many depths are points of their own. */
const MOST_POINTS = 60;
const MOST_LINKS = 6;

/** A diagnosis and the graph that it is of. */
interface Found {
  readonly graph: GraphDocument;
  readonly diagnosis: Diagnosis;
}

class Health {
  private readonly answer = new Answer<Found>();
  private readonly lens = signal(true);
  private readonly chosen = signal<number | undefined>(undefined);
  private readonly hovered = signal<number | undefined>(undefined);
  private asked: { graph: GraphDocument; number: number } | undefined;

  constructor(private readonly page: PanelPage) {}

  view(): TemplateResult {
    const { session } = this.page;
    const { evaluated } = session.run.value;
    if (!evaluated) {
      this.unmark();
      return html`<p class="hint">
        Once the graph has numbers, this shows whether its gradients vanish, explode or stop on the
        way back. Draw a formula or add an op to begin.
      </p>`;
    }
    if (this.asked?.graph !== evaluated)
      this.asked = { graph: evaluated, number: (this.asked?.number ?? 0) + 1 };
    this.answer.want(String(this.asked.number), async () => ({
      graph: evaluated,
      diagnosis: await diagnose(evaluated),
    }));
    const { value, faults, busy } = this.answer;
    if (faults.value.length > 0) {
      this.unmark();
      return html`<ul>
        ${faults.value.map((fault) => html`<li class="fault">${sentence(fault)}</li>`)}
      </ul>`;
    }
    const found = value.value;
    if (!found)
      return html`<p class="hint" role="status">
        ${busy.value ? "Examining the gradients…" : "A moment…"}
      </p>`;
    const points = depthPoints(found.diagnosis, found.graph, MOST_POINTS);
    this.mark(found, points);
    return html`<div class="health" data-health>
      <p role="status" class="summary" data-health-summary>${summary(found.diagnosis)}</p>
      ${grouped(found.diagnosis.findings).map(
        ({ title, findings }) =>
          html`<section>
            <h3>${title}</h3>
            <ul class="findings">
              ${findings.map((finding) => this.findingView(finding, found))}
            </ul>
          </section>`,
      )}
      ${this.chartView(found, points)} ${this.lensView()}
    </div>`;
  }

  leave(): void {
    this.hovered.value = undefined;
  }

  /** Colours the drawing by the sizes of gradients. */
  private mark({ diagnosis }: Found, points: readonly DepthPoint[]): void {
    const { evaluation } = this.page.session.run.value;
    const at = this.hovered.value ?? this.chosen.value;
    const here = new Set(points.find(({ depth }) => depth === at)?.nodes);
    if (!evaluation || !this.lens.value) this.unmark();
    else this.page.look.lens.value = marksOf(diagnosis, evaluation, here);
  }

  private unmark(): void {
    this.page.look.lens.value = { nodes: new Map(), edges: new Map() };
  }

  private findingView(finding: Finding, found: Found): TemplateResult {
    const { sign, word } = SEVERITY[finding.severity];
    const { repaired, formula } = finding;
    return html`<li class="finding ${finding.severity}" data-finding=${finding.code}>
      <p class="severity">
        <span class="sign" aria-hidden="true">${sign}</span> ${word}
        <small>${this.extent(finding)}</small>
      </p>
      <p>${sentence({ code: finding.code, detail: finding.detail, node: finding.node })}</p>
      <p>${finding.advice}</p>
      ${
        repaired
          ? html`<button
              type="button"
              class="wide"
              title="Puts ${formula ?? "it"} in the place of the pieces that it equals"
              @click=${() => {
                this.repair(found.graph, repaired, formula ?? "");
              }}
            >
              Use ${formula ?? "it"}
            </button>`
          : nothing
      }
      ${this.linksView(finding.nodes, found)}
    </li>`;
  }

  /** By how much, or for whom, in a few words. */
  private extent({ ratio, factor, units }: Finding): string {
    if (ratio !== null && factor !== null)
      return `× ${formatNumber(ratio)} in all, × ${formatNumber(Number(factor.toPrecision(2)))} a step`;
    if (units.length === 0) return "";
    const listed = units.slice(0, 8).join(", ");
    return `unit${units.length > 1 ? "s" : ""} ${listed}${units.length > 8 ? ", …" : ""}`;
  }

  private linksView(nodes: readonly string[], { graph }: Found): TemplateResult {
    const { page } = this;
    const { session } = page;
    const more = nodes.length - MOST_LINKS;
    return html`<p
      class="links"
      @pointerleave=${() => {
        session.pointed.value = undefined;
      }}
    >
      <small>Show</small>
      ${nodes.slice(0, MOST_LINKS).map(
        (id) =>
          html`<button
            type="button"
            class="link"
            data-go=${id}
            title="Go to ${nameIn(graph, id)} in the drawing"
            @pointerenter=${() => {
              session.pointed.value = id;
            }}
            @click=${() => {
              page.go(id);
            }}
          >
            ${nameIn(graph, id)}
          </button> `,
      )}
      ${more > 0 ? html`<small>and ${more} more</small>` : nothing}
    </p>`;
  }

  private repair(examined: GraphDocument, repaired: GraphDocument, formula: string): void {
    const { session } = this.page;
    if (
      session.run.peek().evaluated !== examined ||
      session.graph.peek() !== session.run.peek().graph
    ) {
      this.page.tell("The graph has changed meanwhile. Try again.");
      return;
    }
    session.apply(`Use ${formula}`, withRepair(session.graph.peek(), examined, repaired), []);
  }

  private chartView(found: Found, points: readonly DepthPoint[]): TemplateResult {
    const chosen = points.find(({ depth }) => depth === this.chosen.value);
    const { profile } = found.diagnosis;
    return html`<section>
      <h3>Size of gradients on the way back</h3>
      ${depthChartOrNothing({
        points,
        chosen: chosen?.depth,
        choose: (depth) => {
          this.chosen.value = depth;
        },
        point: (depth) => {
          this.hovered.value = depth;
        },
        names: (nodes) => this.names(nodes, found.graph),
      })}
      ${
        chosen
          ? html`<p class="at-depth" role="status">
                ${chosen.depth === 0 ? "At the output" : `${chosen.depth} step${chosen.depth > 1 ? "s" : ""} back`}:
                gradient size <span class="digits">${formatNumber(chosen.gradient)}</span>, at
              </p>
              ${this.linksView(chosen.nodes, found)}`
          : html`<p class="hint">
              ${points.length > 1 ? "Choose a point to see whose gradients they are. Squares are leaves." : "There is nothing on the way back to compare."}
              ${points.length < profile.length && points.length === MOST_POINTS ? `Every ${Math.round(profile.length / points.length)}th step is drawn.` : nothing}
            </p>`
      }
    </section>`;
  }

  private names(nodes: readonly string[], graph: GraphDocument): string {
    const listed = nodes.slice(0, 4).map((id) => nameIn(graph, id));
    return listed.join(", ") + (nodes.length > 4 ? ` and ${nodes.length - 4} more` : "");
  }

  private lensView(): TemplateResult {
    return html`<section>
      <label class="lens-switch">
        <input
          type="checkbox"
          .checked=${this.lens.value}
          @change=${(event: Event) => {
            this.lens.value = (event.target as HTMLInputElement).checked;
          }}
        />
        Mark the drawing by gradient size
      </label>
      <ul class="lens-legend" aria-label="What the marks mean" ?hidden=${!this.lens.value}>
        ${SIZES.map(
          ({ size, label }) =>
            html`<li>
              <svg
                viewBox="0 0 44 14"
                width="44"
                height="14"
                class="size-${size}"
                aria-hidden="true"
              >
                <line x1="2" x2="42" y1="7" y2="7" />
              </svg>
              ${label}
            </li>`,
        )}
        <li>
          <span class="swatch dead" aria-hidden="true">⊘</span> dead: lets no gradient through
        </li>
        <li>
          <span class="swatch saturated" aria-hidden="true">≈</span> saturated: hardly lets any
          through
        </li>
      </ul>
    </section>`;
  }
}

export const health: MakePanel = (page) => {
  const panel = new Health(page);
  return {
    view: () => unfinished(page.look) ?? panel.view(),
    leave: () => {
      panel.leave();
    },
  };
};
