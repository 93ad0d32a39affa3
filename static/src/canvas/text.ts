/** How wide texts come out. */

export const FONT = 'system-ui, "Segoe UI", Roboto, "Noto Sans", "Helvetica Neue", sans-serif';

/** The width of a text at a font size and weight, in drawing units. */
export type Measure = (text: string, size: number, weight: number) => number;

let context: CanvasRenderingContext2D | null | undefined;
let set = "";

function onCanvas(text: string, size: number, weight: number): number {
  context ??= document.createElement("canvas").getContext("2d");
  if (!context) return text.length * size * 0.58;
  const font = `${weight} ${size}px ${FONT}`;
  // Reading a font takes longer than measuring a number in it, and the context may write it otherwise than we do.
  if (font !== set) context.font = set = font;
  return context.measureText(text).width;
}

let measure: Measure = onCanvas;

/** Measures with something else than the page's own fonts: where there is no page. */
export function measureWith(other: Measure): void {
  measure = other;
  widths.clear();
}

const widths = new Map<string, number>();
const MOST_WIDTHS = 10_000;

/** The width of a text at a font size, in whole drawing units. */
export function textWidth(text: string, size: number, weight = 400): number {
  const key = `${weight} ${size} ${text}`;
  let width = widths.get(key);
  if (width === undefined) {
    if (widths.size >= MOST_WIDTHS) widths.clear();
    width = Math.ceil(measure(text, size, weight));
    widths.set(key, width);
  }
  return width;
}

/** A name within names, rather than a sentence with a stroke in it. */
const PATH = /^[\w./:@-]+$/;

/** A name, cut where it would be wider than `most`. Of names within names, `net/conv1/Add`, the last ones tell most. */
export function fittedName(name: string, size: number, most: number, weight = 400): string {
  const words = PATH.test(name) ? name.split("/") : [name];
  let text = name;
  while (words.length > 1 && textWidth(text, size, weight) > most) {
    words.shift();
    text = `…/${words.join("/")}`;
  }
  return fitted(text, size, most, weight);
}

/** The text, cut where it would be wider than `most`. */
export function fitted(text: string, size: number, most: number, weight = 400): string {
  if (textWidth(text, size, weight) <= most) return text;
  const letters = Array.from(text);
  while (letters.length > 1 && textWidth(`${letters.join("")}…`, size, weight) > most)
    letters.pop();
  return `${letters.join("")}…`;
}
