"""Graphs as pictures in PDF: the SVG as vectors, its text as text, with the glyphs that are used.

A character that the fonts lack is taken from the machine's, and is a box where none has it.
"""

from __future__ import annotations

from typing import Final

from app.core.graph import Graph
from app.formats import drawing
from app.formats.fonts import font_files
from app.formats.format import Exporter, ExportOptions


def write_pdf(graph: Graph, options: ExportOptions) -> bytes:
    """The drawing on a page of its size. Raises :class:`GraphError` as SVG does."""
    import svg2pdf_py

    fonts = svg2pdf_py.FontDatabase.system()
    for file in font_files():
        fonts.load_font_file(file)
    return bytes(svg2pdf_py.svg_to_pdf(drawing.svg(graph, options), fonts))


EXPORTER: Final = Exporter(
    "pdf",
    "Picture (PDF)",
    "application/pdf",
    ".pdf",
    write_pdf,
    missing=drawing.needs("quickjs", "svg2pdf_py", "fontpkg_inter", "fontpkg_noto_sans"),
    doc="Sharp at any size, its text can be searched; for printing and LaTeX.",
    heeds=("dark", "convention", "tensors"),
)
