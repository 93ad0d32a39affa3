/** SVG as text. Whatever is written in it stays text for every reader of XML. */

export type Attributes = Readonly<Record<string, string | number | undefined>>;

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
};

/** Characters that XML has no way to write. */
const UNFIT = /[\p{Cc}\p{Cs}\ufffe\uffff]/gu;

export const escaped = (text: string): string =>
  text.replace(UNFIT, " ").replace(/[&<>"]/g, (character) => ESCAPES[character]!);

/** An element with its content, which is SVG already. Attributes that are undefined are left out. */
export function element(
  name: string,
  attributes: Attributes,
  ...content: readonly (string | undefined)[]
): string {
  const given = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${escaped(written(value!))}"`)
    .join("");
  const inside = content.filter((part) => part !== undefined).join("");
  return inside === "" ? `<${name}${given}/>` : `<${name}${given}>${inside}</${name}>`;
}

/** Numbers to a hundredth of a unit. */
const written = (value: string | number): string =>
  typeof value === "number" ? String(Math.round(value * 100) / 100) : value;

/** From the middle down to the baseline, for each unit of the font's size: of figures and capitals, and of signs such as ×. */
const TO_BASELINE = 0.36;
export const SIGN_TO_BASELINE = 0.31;

/** A text around a point: its baseline is worked out, since readers don't agree on other ways to say it. */
export const label = (
  x: number,
  y: number,
  size: number,
  text: string,
  attributes: Attributes = {},
  toBaseline = TO_BASELINE,
): string =>
  element(
    "text",
    {
      x,
      y: y + size * toBaseline,
      "font-size": size,
      "text-anchor": "middle",
      ...attributes,
    },
    escaped(text),
  );
