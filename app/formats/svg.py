"""Graphs as pictures in SVG: no fonts or styles from elsewhere, nothing that runs."""

from __future__ import annotations

from typing import Final

from app.formats import drawing
from app.formats.format import Exporter

EXPORTER: Final = Exporter(
    "svg",
    "Picture (SVG)",
    "image/svg+xml",
    ".svg",
    drawing.svg,
    missing=drawing.needs("quickjs"),
    doc="Sharp at any size; for pages and drawing programs.",
    heeds=("dark", "convention", "tensors"),
)
