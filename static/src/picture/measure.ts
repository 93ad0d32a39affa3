/** How wide texts come out in the font of pictures, from a table. Weights differ by so little that one stands for all. */
import { BLOCKS, UNITS } from "./widths.js";

/** For each unit of the font's size: what the table doesn't have, what East Asian scripts and emoji take, and accents. */
const OTHER = 0.62;
const WIDE = 1;
const IS_WIDE =
  /[\p{Script=Hangul}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Emoji_Presentation}\uff01-\uff60]/u;
const HAS_NO_WIDTH = /[\p{M}\p{Cf}]/u;

export function tableWidth(text: string, size: number): number {
  let width = 0;
  for (const character of text) width += widthOf(character);
  return width * size;
}

function widthOf(character: string): number {
  const code = character.codePointAt(0)!;
  for (const [first, widths] of BLOCKS) {
    const width = widths[code - first] ?? 0;
    if (width > 0) return width / UNITS;
  }
  if (IS_WIDE.test(character)) return WIDE;
  return HAS_NO_WIDTH.test(character) ? 0 : OTHER;
}
