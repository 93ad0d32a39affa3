/** How wide texts come out. */

export const FONT = 'system-ui, "Segoe UI", Roboto, "Noto Sans", "Helvetica Neue", sans-serif';

let context: CanvasRenderingContext2D | null | undefined;

/** The width of a text at a font size, in drawing units. */
export function textWidth(text: string, size: number, weight = 400): number {
  context ??= document.createElement("canvas").getContext("2d");
  if (!context) return text.length * size * 0.58;
  context.font = `${weight} ${size}px ${FONT}`;
  return Math.ceil(context.measureText(text).width);
}

/** The text, cut where it would be wider than `most`. */
export function fitted(text: string, size: number, most: number, weight = 400): string {
  if (textWidth(text, size, weight) <= most) return text;
  const letters = Array.from(text);
  while (letters.length > 1 && textWidth(`${letters.join("")}…`, size, weight) > most)
    letters.pop();
  return `${letters.join("")}…`;
}
