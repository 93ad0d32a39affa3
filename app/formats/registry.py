"""The formats that a graph is written in and read from, a line each."""

from __future__ import annotations

from typing import Final

from app.formats import (
    dot,
    formula,
    formula_writer,
    html,
    jax_writer,
    json_reader,
    json_writer,
    latex_writer,
    layers_python,
    mermaid,
    micrograd_writer,
    numpy_writer,
    onnx_writer,
    pdf,
    png,
    python,
    pytorch_writer,
    svg,
    tikz,
)
from app.formats.format import Exporter, Importer
from app.formats.onnx import reader as onnx_reader

EXPORTERS: Final[dict[str, Exporter]] = {
    exporter.name: exporter
    for exporter in (
        json_writer.EXPORTER,
        formula_writer.EXPORTER,
        layers_python.EXPORTER,
        numpy_writer.EXPORTER,
        pytorch_writer.EXPORTER,
        jax_writer.EXPORTER,
        micrograd_writer.EXPORTER,
        onnx_writer.EXPORTER,
        latex_writer.EXPORTER,
        svg.EXPORTER,
        png.EXPORTER,
        pdf.EXPORTER,
        html.EXPORTER,
        tikz.EXPORTER,
        dot.EXPORTER,
        mermaid.EXPORTER,
    )
}
"""By name."""

IMPORTERS: Final[dict[str, Importer]] = {
    importer.name: importer
    for importer in (
        json_reader.IMPORTER,
        formula.IMPORTER,
        python.IMPORTER,
        onnx_reader.IMPORTER,
    )
}
"""By name."""
