/** How many multiplications each way of finding a gradient takes. */
import { html, nothing, type TemplateResult } from "lit-html";
import { barLength, countsSentence, formatCount, type Found } from "../model/derivation.js";
import { nameIn } from "../model/document.js";

interface Way {
  readonly name: string;
  /** In digits: it may be astronomical. */
  readonly count: string;
  readonly key: string;
}

export function costs({ graph, derivation }: Found): TemplateResult {
  const { counts, wrt, paths_total: paths } = derivation;
  const one: Way[] = [
    { name: "all paths written out", count: counts.path_multiplications, key: "paths" },
    { name: "one forward pass", count: String(counts.forward_multiplications), key: "forward" },
    { name: "one reverse pass", count: String(counts.reverse_multiplications), key: "reverse" },
  ];
  const all: Way[] = [
    {
      name: passes("forward", counts.inputs),
      count: String(counts.forward_all_multiplications),
      key: "forward-all",
    },
    {
      name: passes("reverse", counts.outputs),
      count: String(counts.reverse_all_multiplications),
      key: "reverse-all",
    },
  ];
  return html`<section class="costs">
    <h4>What it costs</h4>
    ${table(`Multiplications for the gradient of ${nameIn(graph, wrt)}`, one)}
    ${paths === "0" ? nothing : html`<p data-counts-sentence>${countsSentence(derivation)}</p>`}
    ${table("Multiplications for the gradients of all inputs", all)}
    <p>${counts.sentence}</p>
    <p class="hint">
      Every edge that a derivative is carried over counts as one multiplication, also where the
      factor is 1.
    </p>
  </section>`;
}

const passes = (mode: string, count: number): string =>
  `${count} ${mode} ${count === 1 ? "pass" : "passes"}`;

function table(caption: string, ways: readonly Way[]): TemplateResult {
  const largest = Math.max(...ways.map(({ count }) => Number(count)));
  return html`<table class="counts">
    <caption>
      ${caption}
    </caption>
    <tbody>
      ${ways.map(
        ({ name, count, key }) =>
          html`<tr>
            <th scope="row">${name}</th>
            <td class="length" aria-hidden="true">
              <span style="--length:${barLength(Number(count), largest)}%"></span>
            </td>
            <td class="digits" data-count=${key} title=${count.slice(0, 400)}>
              ${formatCount(count)}
            </td>
          </tr>`,
      )}
    </tbody>
  </table>`;
}
