"""Graphs as pictures in PNG: the SVG, drawn by resvg with the fonts that come with it.

A character that these lack is taken from the machine's fonts, and is a box where none has it.
"""

from __future__ import annotations

from typing import Final

from app.core.errors import GraphError
from app.core.graph import Graph
from app.core.validate import over_budget
from app.formats import drawing
from app.formats.fonts import font_files
from app.formats.format import Exporter, ExportOptions

_MOST_PIXELS: Final = 40_000_000


def write_png(graph: Graph, options: ExportOptions) -> bytes:
    """The drawing with ``scale`` pixels a unit. Raises :class:`GraphError` as SVG does, and for too many pixels."""
    import resvg_py

    picture = drawing.svg(graph, options)
    width, height = drawing.svg_size(picture)
    if (pixels := width * height * options.scale**2) > _MOST_PIXELS:
        raise GraphError([over_budget("pixels, of which a smaller scale has fewer", _MOST_PIXELS, pixels)])
    return bytes(resvg_py.svg_to_bytes(svg_string=picture, zoom=options.scale, font_files=font_files()))


EXPORTER: Final = Exporter(
    "png",
    "Picture (PNG)",
    "image/png",
    ".png",
    write_png,
    missing=drawing.needs("quickjs", "resvg_py", "fontpkg_inter", "fontpkg_noto_sans"),
    doc="Pixels; for slides and documents.",
    heeds=("scale", "dark", "convention", "tensors"),
)
