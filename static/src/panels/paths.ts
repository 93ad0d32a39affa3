/** The paths of a derivation, a row each, and their sum. */
import { html, nothing, type TemplateResult } from "lit-html";
import type { DerivationFactor, DerivationPath } from "../api/derivation.js";
import {
  formatCount,
  isMeant,
  listedSum,
  pathName,
  pathNodes,
  seedOf,
  sumText,
  type Found,
  type Pointing,
} from "../model/derivation.js";
import { nameIn } from "../model/document.js";
import { formatFull, formatNumber, isNonFinite } from "../model/numbers.js";
import { alongStops, copyButton } from "./linked.js";
import { math } from "./math.js";
import type { PanelPage } from "./panel.js";

export interface PathsContext extends Pointing {
  /** Lists more paths; undefined where there are no more to list. */
  readonly more: (() => void) | undefined;
  /** Numbers are kept back: formulas stand alone. */
  readonly kept: boolean;
}

export function pathsView(page: PanelPage, found: Found, context: PathsContext): TemplateResult {
  const { graph, derivation } = found;
  const { paths, wrt, output, paths_total: total } = derivation;
  const [from, to] = [nameIn(graph, wrt), nameIn(graph, output)];
  const alone = total === "1";
  return html`
    <p class="how">
      ${
        wrt === output
          ? html`With respect to itself the derivative is 1.`
          : alone
            ? html`One path leads from ${from} to ${to}. Along it the local derivatives multiply.`
            : html`${formatCount(total)} paths lead from ${from} to ${to}. Along each the local
              derivatives multiply; the gradient is the sum of these products.`
      }
    </p>
    <ol class="paths">
      ${paths.map((path, i) => pathView(page, found, path, i, context))}
    </ol>
    ${context.kept ? nothing : sumView(found)}
    ${
      paths.some(({ factors }) => factors.some(({ chain }) => chain.startsWith("\\left(")))
        ? html`<p class="hint">
            A derivative in brackets is that of one edge alone: its node also counts in other ways.
          </p>`
        : nothing
    }
    <p class="shown" data-shown=${derivation.shown}>
      ${
        alone
          ? nothing
          : html`${derivation.shown} of ${formatCount(total)} paths shown.
            ${
              context.more
                ? html`<button type="button" class="link" @click=${context.more}>Show more</button>`
                : nothing
            }`
      }
    </p>
    <p class="takes">
      <span>Copy LaTeX:</span>
      ${copyButton(page, "Symbols", "The derivation in symbols, as LaTeX", () => derivation.latex)}
      ${context.kept ? nothing : copyButton(page, "Numbers", "The derivation with numbers, as LaTeX", () => derivation.latex_numbers)}
    </p>
  `;
}

function pathView(
  page: PanelPage,
  { graph, derivation }: Found,
  path: DerivationPath,
  place: number,
  context: PathsContext,
): TemplateResult {
  const edges = path.factors.map(({ edge }) => edge).join(" ");
  const nodes = pathNodes(path, derivation.wrt);
  return html`<li data-path=${place} data-edges=${edges} @keydown=${alongStops}>
    <button
      type="button"
      class="path-name"
      data-stop
      title="Selects the nodes of this path. The arrow keys go on to its factors."
      @click=${() => {
        page.session.selection.value = nodes;
      }}
    >
      <span class="number">path ${place + 1}:</span> ${pathName(graph, path, derivation.wrt)}
    </button>
    <span class="factors">
      ${path.factors.map(
        (factor, i) =>
          html`${i > 0 ? html`<span class="times" aria-label="times">×</span>` : nothing}
          ${factorView(page, graph, factor, { meant: isMeant(context, factor), kept: context.kept })}`,
      )}
      ${context.kept ? nothing : productView(path)}
    </span>
  </li>`;
}

const productView = ({ product }: DerivationPath): TemplateResult =>
  html`<span class="equals">
    =
    <strong
      class=${isNonFinite(product) ? "digits bad" : "digits"}
      data-product
      title=${formatFull(product)}
      >${formatNumber(product)}</strong
    >
  </span>`;

function factorView(
  page: PanelPage,
  graph: Found["graph"],
  factor: DerivationFactor,
  { meant, kept }: { readonly meant: boolean; readonly kept: boolean },
): TemplateResult {
  const { edge, source, target, chain, local } = factor;
  const [above, below] = [nameIn(graph, target), nameIn(graph, source)];
  return html`<button
    type="button"
    class="factor ${meant ? "here" : ""}"
    data-stop
    tabindex="-1"
    data-factor=${edge}
    data-edges=${edge}
    data-point=${target}
    title="How fast ${above} moves with ${below}${kept ? "" : `: ${formatFull(local)}`}. Click to select ${above}."
    @click=${() => {
      page.go(target);
    }}
  >
    ${math(chain)}
    <span class="is">${kept ? formulaAlone(factor) : withNumber(factor)}</span>
  </button>`;
}

const formulaAlone = ({ latex, chain }: DerivationFactor): unknown =>
  latex === chain ? nothing : math(latex);

function withNumber({
  latex,
  latex_number: number,
  chain,
  local,
}: DerivationFactor): TemplateResult {
  return html`${latex === number || latex === chain ? nothing : html`${math(latex)} =`}
    <span
      class=${isNonFinite(local) ? "digits bad" : "digits"}
      data-local-number
      title=${formatFull(local)}
      >${formatNumber(local)}</span
    >`;
}

/** The products added up, and the seed that the gradient has beside them. */
function sumView({ graph, derivation }: Found): TemplateResult {
  const { paths, value, paths_total: total } = derivation;
  const seed = seedOf(graph);
  const complete = String(paths.length) === total;
  const sum = sumText(paths.map(({ product }) => product));
  const seeded =
    seed === 1 ? sum : `${formatNumber(seed)} × ${paths.length > 1 ? `(${sum})` : sum}`;
  const gradient = html`<strong data-sum title=${formatFull(value)}
    >${formatNumber(value)}</strong
  >`;
  if (!complete)
    return html`<p class="gradient-sum" data-incomplete>
      shown: ${formatNumber(listedSum(derivation))} of the
      gradient${seed === 1 ? nothing : html`, before the seed ${formatNumber(seed)}`}: ${gradient}
    </p>`;
  if (paths.length === 1 && seed === 1)
    return html`<p class="gradient-sum">the gradient: ${gradient}</p>`;
  return html`<p class="gradient-sum">
    ${seeded} = ${gradient}
    ${seed === 1 ? nothing : html`<br /><small>${formatNumber(seed)} is the seed, the gradient of the output</small>`}
  </p>`;
}
