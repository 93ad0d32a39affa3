/** LaTeX as native MathML, by Temml, which is loaded when the first formula is shown. */
import { html, nothing, type TemplateResult } from "lit-html";
import type TemmlModule from "temml";
import { ref } from "lit-html/directives/ref.js";

type Temml = typeof TemmlModule;

let loading: Promise<Temml> | undefined;
let temml: Temml | undefined;

/** A formula. Until Temml is there, and where it can't read the formula, the LaTeX itself stands in its place. */
export function math(latex: string, display = false): TemplateResult | typeof nothing {
  if (latex === "") return nothing;
  return html`<span
    class=${display ? "math display" : "math"}
    ${ref((place) => {
      if (place) render(latex, place as HTMLElement, display);
    })}
  ></span>`;
}

function render(latex: string, place: HTMLElement, display: boolean): void {
  const key = `${display}:${latex}`;
  if (place.dataset.latex === key) return;
  place.dataset.latex = key;
  if (temml) {
    typeset(temml, latex, place, display);
    return;
  }
  place.textContent = latex;
  loading ??= import("temml").then((module) => module.default);
  void loading.then((loaded) => {
    temml = loaded;
    if (place.dataset.latex === key) typeset(loaded, latex, place, display);
  });
}

function typeset(loaded: Temml, latex: string, place: HTMLElement, displayMode: boolean): void {
  place.replaceChildren();
  loaded.render(latex, place, { displayMode, throwOnError: false });
}
