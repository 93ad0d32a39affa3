"""Writes `static/src/picture/widths.ts`: how wide the font of pictures is, for the layout that knows no fonts.

Run it when the font package is a newer one: `python docs/widths.py`, then `npm run format`.
"""

from __future__ import annotations

from pathlib import Path

from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

from app.formats.fonts import font_files

TARGET = Path(__file__).parent.parent / "static/src/picture/widths.ts"
BLOCKS = (
    (0x20, 0x7E),
    (0xA0, 0x17F),
    (0x370, 0x3FF),
    (0x400, 0x45F),
    (0x2010, 0x2027),
    (0x2070, 0x209F),
    (0x2190, 0x2193),
    (0x2200, 0x2265),
)
"""Characters that labels, signs and numbers are likely to have: Latin, Greek, Cyrillic, punctuation, mathematics."""
WEIGHT = 500


def widths() -> tuple[int, list[tuple[int, list[int]]]]:
    """Units of an em, and each block: its first character, and the widths from there on, 0 where there is no glyph."""
    font = instantiateVariableFont(TTFont(font_files()[0]), {"wght": WEIGHT, "opsz": 14})
    glyphs, advances = font.getBestCmap(), font["hmtx"]
    blocks = [
        (first, [advances[glyphs[code]][0] if code in glyphs else 0 for code in range(first, last + 1)])
        for first, last in BLOCKS
    ]
    return font["head"].unitsPerEm, blocks


def main() -> None:
    """Write the file."""
    units, blocks = widths()
    lines = "\n".join(f"  [0x{first:x}, {block}]," for first, block in blocks)
    TARGET.write_text(f"""/** Advance widths of Inter at weight {WEIGHT}, written by `docs/widths.py`. */

/** Units of an em. */
export const UNITS = {units};

/** Blocks of characters: the first one's code, and the widths from there on; 0 where the font has no such character. */
export const BLOCKS: readonly (readonly [number, readonly number[]])[] = [
{lines}
];
""")


if __name__ == "__main__":
    main()
