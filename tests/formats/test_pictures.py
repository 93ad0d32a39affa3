"""Pictures, read by what they are made for: an XML parser, resvg, pdfium, LaTeX; and what they say."""

from __future__ import annotations

import io
import json
import re
import shutil
import subprocess
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import numpy as np
import pypdfium2
import pytest
import resvg_py
import svg2pdf_py
from fontTools.ttLib import TTFont
from PIL import Image

from app.core.errors import GraphError
from app.core.graph import Graph, Group, Node
from app.core.ops import OPS
from app.formats import drawing, html, pdf, png, tikz
from app.formats.dot import write_dot
from app.formats.fonts import font_files
from app.formats.format import Convention, ExportOptions
from app.formats.formula import parse_formula
from app.formats.mermaid import write_mermaid
from app.formats.registry import EXPORTERS
from app.formats.sketch import brief, sketch
from docs.widths import widths
from tests.formats.hostile import HOSTILE, LABELS
from tests.formats.test_writers import AWKWARD, GOLDEN, GRAPHS

ROOT = Path(__file__).parent.parent.parent
SVG = "{http://www.w3.org/2000/svg}"
GALLERY = ("apples", "quotient", "affine-batch", "sigmoid-in-pieces")
DRAWN = {name: GRAPHS[name] for name in GALLERY} | {"awkward": AWKWARD, "hostile": HOSTILE}
CASES = [pytest.param(graph, id=name) for name, graph in DRAWN.items()]
OPTIONS = ExportOptions()
ACCENT = (0xC2, 0x41, 0x0C)
MAY_STAND = {
    "svg": {"width", "height", "viewBox", "role", "font-family"},
    "title": set(), "desc": set(), "g": {"transform"},
    "rect": {"x", "y", "width", "height", "rx", "fill", "fill-opacity", "stroke", "stroke-width"},
    "path": {"d", "fill", "fill-opacity", "stroke", "stroke-opacity", "stroke-width"},
    "polygon": {"points", "fill"},
    "text": {"x", "y", "font-size", "font-weight", "text-anchor", "text-decoration", "fill"},
}  # fmt: skip
"""Every element of a picture with its attributes: nothing that runs, and nothing that is fetched."""


def texts(svg: str) -> Counter[str]:
    return Counter(element.text or "" for element in ET.fromstring(svg).iter(f"{SVG}text"))


def pixels(picture: bytes) -> np.ndarray[Any, np.dtype[np.int64]]:
    return np.asarray(Image.open(io.BytesIO(picture)).convert("RGB"), dtype=np.int64)


@pytest.mark.parametrize("convention", ["book", "cs231n", "colah"])
@pytest.mark.parametrize("graph", CASES)
def test_svg_holds_nothing_but_shapes_and_texts(graph: Graph, convention: Convention) -> None:
    picture = drawing.svg(graph, ExportOptions(convention=convention))
    root = ET.fromstring(picture)
    for element in root.iter():
        assert element.tag.startswith(SVG)
        assert set(element.attrib) <= MAY_STAND[element.tag.removeprefix(SVG)]
        assert not any("url" in value or ":" in value for value in element.attrib.values())
    first = [element.tag.removeprefix(SVG) for element in root][:2]
    assert first == ["title", "desc"]
    assert not re.search("[\u202a-\u202e\u2066-\u2069]", picture)


def test_svg_says_every_number_and_name() -> None:
    shown = texts(drawing.svg(GRAPHS["apples"], OPTIONS))
    wanted = [
        "apple price", "how many", "tax", "×", "×", "100", "2", "1.1", "200", "220", "2.2", "110", "1.1", "200", "1",
    ]  # fmt: skip
    assert shown == Counter(wanted)
    carried = texts(drawing.svg(GRAPHS["apples"], ExportOptions(convention="colah")))
    assert any(text.startswith("∂") and text.endswith(" = 2.2") for text in carried)


@pytest.mark.parametrize("dark", [False, True])
def test_tensors_are_numbers_heat_maps_images_and_histograms(dark: bool) -> None:
    ink, plus, minus = ("#e8e6e0", "#6fd08c", "#c58be0") if dark else ("#1f2328", "#17692f", "#7b3294")
    root = ET.fromstring(drawing.svg(GRAPHS["digits-net"], ExportOptions(dark=dark)))
    edges = {element.findtext(f"{SVG}title", "").partition(":")[0]: element for element in root}

    def value(edge: str) -> tuple[str, list[tuple[str | None, bool]]]:
        """An edge's caption of its value, and the colours of the picture beneath, each with whether it is in levels."""
        element = edges[edge]
        paths = next(element.iterfind(f"{SVG}g[@transform]")).iter(f"{SVG}path")
        fills = [(path.get("fill"), path.get("fill-opacity") is not None) for path in paths]
        return element.findtext(f"{SVG}text", ""), [fill for fill in fills if fill[0] in {ink, plus, minus}]

    assert value("from pixels to a1") == ("1×64\u00a0 0…1", [(ink, True)])
    assert value("from weights 1 to a1")[1] == [(plus, False), (minus, False)]
    caption, levels = value("from weights 2 to scores")
    assert caption.startswith("50×10\u00a0 −0.3")
    assert len(set(levels)) == 2 < len(levels)
    assert "1×64" in texts(drawing.svg(GRAPHS["digits-net"], OPTIONS))  # under its name
    few = texts(drawing.svg(GRAPHS["affine-batch"], OPTIONS))
    assert few["44"] == few["78"] == few["2×2"] - 2 == 1


def test_what_is_not_finite_is_told_in_tensors_too() -> None:
    nodes = [Node("x", "input", value=np.array([1.0, 0.0])), Node("l", "log", ("x",))]
    nodes += [Node("y", "input", value=np.arange(7.0)), Node("m", "log", ("y",)), Node("s", "sum", ("l",))]
    nodes += [Node("t", "sum", ("m",)), Node("o", "add", ("s", "t"))]
    root = ET.fromstring(drawing.svg(Graph(tuple(nodes)), OPTIONS))
    bad = [text.text for text in root.iter(f"{SVG}text") if text.get("fill") == "#8f1d1d"]
    assert bad.count("−∞") == 4  # an element, two sums, and what comes out
    crosses = [path for path in root.iter(f"{SVG}path") if path.get("stroke") == "#8f1d1d"]
    assert len(crosses) == 2  # in the value of m, and in the gradient of y


def test_names_are_written_as_they_are() -> None:
    shown = "\n".join(texts(drawing.svg(HOSTILE, OPTIONS)))
    for name in ("end", "class", "graph"):
        # Long ones are cut, and nothing else happens to them.
        assert LABELS[name][:14] in shown


def test_nothing_touches_the_edge_of_a_picture() -> None:
    for graph in DRAWN.values():
        for dark in (False, True):
            picture = pixels(png.write_png(graph, ExportOptions(scale=1, dark=dark)))
            ground = (0x16, 0x18, 0x1B) if dark else (0xFF, 0xFF, 0xFF)
            for side in (picture[:4], picture[-4:], picture[:, :4], picture[:, -4:]):
                assert (side == ground).all()


@pytest.mark.parametrize("scale", [1, 2, 3, 4])
def test_png_has_so_many_pixels_a_unit(scale: int) -> None:
    width, height = drawing.svg_size(drawing.svg(GRAPHS["apples"], OPTIONS))
    picture = png.write_png(GRAPHS["apples"], ExportOptions(scale=scale))
    assert pixels(picture).shape == (height * scale, width * scale, 3)
    accent = (np.abs(pixels(picture) - ACCENT).max(axis=2) < 8).sum() / scale**2
    assert 5 * 300 < accent < 5 * 3000  # five thick arrows


def test_a_machine_without_fonts_draws_the_same() -> None:
    for name, graph in DRAWN.items():
        picture = drawing.svg(graph, OPTIONS)
        bare = bytes(resvg_py.svg_to_bytes(svg_string=picture, zoom=2, font_files=font_files(), skip_system_fonts=True))
        if name in GALLERY:
            assert bare == png.write_png(graph, OPTIONS)
        else:  # Hangul and emoji are boxes, of the same size
            assert Image.open(io.BytesIO(bare)).size == Image.open(io.BytesIO(png.write_png(graph, OPTIONS))).size
        fonts = svg2pdf_py.FontDatabase()
        for file in font_files():
            fonts.load_font_file(file)
        assert bytes(svg2pdf_py.svg_to_pdf(picture, fonts)).startswith(b"%PDF")


def test_png_that_would_be_enormous_is_refused() -> None:
    nodes = [Node("x0", "input", value=1.0)]
    for n in range(1, 400):
        nodes.append(Node(f"x{n}", "sin", (nodes[-1].id,)))
    with pytest.raises(GraphError, match="a smaller scale"):
        png.write_png(Graph(tuple(nodes)), ExportOptions(scale=4))
    assert png.write_png(Graph(tuple(nodes)), ExportOptions(scale=1)).startswith(b"\x89PNG")


@pytest.mark.parametrize("graph", CASES)
def test_pdf_looks_like_the_png(graph: Graph) -> None:
    document = pypdfium2.PdfDocument(pdf.write_pdf(graph, OPTIONS))
    assert len(document) == 1
    page = document[0]
    wanted = pixels(png.write_png(graph, ExportOptions(scale=2)))
    found = page.render(scale=wanted.shape[1] / page.get_width()).to_pil().convert("RGB")
    found = found.resize((wanted.shape[1], wanted.shape[0]))
    assert np.abs(np.asarray(found, dtype=np.int64) - wanted).mean() < 4  # of 255: weights of letters differ
    assert (np.abs(np.asarray(found, dtype=np.int64) - wanted).max(axis=2) > 150).mean() < 0.01
    page.close()
    document.close()


def letters_of(file: bytes) -> str:
    """The text of a PDF without its spaces, of which readers judge differently."""
    document = pypdfium2.PdfDocument(file)
    text = document[0].get_textpage()
    letters = "".join(text.get_text_bounded().split())
    text.close()
    document.close()
    return letters


def test_text_of_a_pdf_is_text() -> None:
    letters = letters_of(pdf.write_pdf(GRAPHS["apples"], OPTIONS))
    for word in ("appleprice", "howmany", "220", "1.1", "×"):
        assert word in letters


@pytest.mark.parametrize("name", EXPORTERS)
@pytest.mark.parametrize("graph", [pytest.param(HOSTILE, id="hostile"), pytest.param(AWKWARD, id="awkward")])
def test_every_format_takes_every_name(name: str, graph: Graph) -> None:
    assert EXPORTERS[name].missing() is None
    first = EXPORTERS[name].write(graph, OPTIONS)
    assert first
    if name != "pdf":  # svg2pdf numbers its objects as it likes
        assert EXPORTERS[name].write(graph, OPTIONS) == first


def test_a_picture_of_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    graph = parse_formula("y = a*b + c")
    monkeypatch.setattr(drawing, "MAX_NODES", 4)
    for write in (drawing.svg, write_dot, write_mermaid, tikz.write_tikz, html.write_html):
        with pytest.raises(GraphError, match="5 nodes in a picture") as caught:
            write(graph, OPTIONS)
        assert caught.value.faults[0].code == "budget-exceeded"


def test_an_engine_that_takes_too_long_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawing, "SECONDS", 0.001)
    with pytest.raises(GraphError, match="too long") as caught:
        drawing.svg(GRAPHS["quotient"], OPTIONS)
    assert caught.value.faults[0].code == "budget-exceeded"


def test_pictures_are_made_side_by_side() -> None:
    graphs = [graph for graph in DRAWN.values() for _ in range(3)]
    alone = [drawing.svg(graph, OPTIONS) for graph in graphs]
    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(lambda graph: drawing.svg(graph, OPTIONS), graphs)) == alone


def test_what_is_missing_is_said() -> None:
    assert drawing.needs("json")() is None
    assert "pip install 'backarrow[pictures]'" in str(drawing.needs("json", "no_such_package")())


def test_widths_are_those_of_the_font() -> None:
    units, blocks = widths()
    source = (ROOT / "static/src/picture/widths.ts").read_text("utf-8")
    assert f"UNITS = {units};" in source
    table = [int(number, 0) for number in re.findall(r"\b(?:0x)?[0-9a-f]+\b", source.partition("[] = [")[2])]
    assert table == [number for first, row in blocks for number in (first, *row)]


def test_every_sign_of_an_op_can_be_drawn() -> None:
    known = set[int]().union(*(TTFont(file).getBestCmap() for file in font_files()))
    lacking = {char for op in OPS for char in op.symbol if ord(char) not in known}
    assert lacking == drawing.NOT_IN_FONTS
    for op in OPS:
        if not lacking & set(op.symbol):
            assert "backarrowletter" not in tikz.latex(op.symbol), op.name
    floor = next(op for op in OPS if "⌊" in op.symbol)
    graph = Graph((Node("x", "input", value=2.5), Node("y", floor.name, ("x",))))
    assert floor.name in texts(drawing.svg(graph, OPTIONS))


NUMBERS = [
    0.0, -0.0, 1.0, -2.5, 100.0, 12345.0, 1234.5, 1235.5, 1234567.0, 12345678.0, 0.0012345, 0.00099999, 0.00012345,
    2.2e-9, -6.02e23, 1e300, 5e-324, 99999.5, 999999.5, 0.1 + 0.2, 1 / 3, -1e-7, 1e6, 1.5e6, 1234567.5, 0.5, 2.0005,
]  # fmt: skip


def test_short_numbers_are_those_of_the_drawing() -> None:
    leaves = [Node(f"x{n}", "input", value=value) for n, value in enumerate(NUMBERS)]
    sums = [Node(f"s{n}", "mul", (leaf.id, leaf.id)) for n, leaf in enumerate(leaves)]
    graph = Graph((*leaves, *sums), output="s0")
    for drawn in (graph, GRAPHS["overflow"], *DRAWN.values()):
        places = drawing.places(drawn, OPTIONS)["edges"]
        ours = sketch(drawn, OPTIONS).edges
        assert Counter((short(edge["value"]), short(edge["gradient"])) for edge in places) == Counter(
            (edge.value, edge.gradient) for edge in ours
        )
    assert brief(np.ones((2, 3))) == "2×3"
    assert brief(np.ones(3)) == "(3)"


def short(number: dict[str, Any]) -> str:
    """A number, or of a tensor's caption its shape."""
    return str(number["text"]).partition("\u00a0")[0] if number["caption"] else str(number["text"])


def test_groups_lie_in_one_another() -> None:
    lines = [line.strip() for line in write_mermaid(HOSTILE, OPTIONS).splitlines()]
    first = lines.index('n_o(["×"])')
    before, after = lines[:first], lines[first:]
    assert [line.split("[")[0] for line in before if line.startswith("subgraph")] == [
        "subgraph g_outer",
        "subgraph g_inner",
    ]
    assert after[:4] == ['n_o(["×"])', 'n_x(["×"])', "end", "end"]
    crossing = replace(HOSTILE, groups=(*HOSTILE.groups, Group("across", "", ("x", "style"))))
    assert "g_across" not in write_mermaid(crossing, OPTIONS)


class Elements(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.inside: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        tag, attributes = self.seen[-1] if self.seen else ("", {})
        self.inside[f"{tag} {attributes.get('id')}"] = self.inside.get(f"{tag} {attributes.get('id')}", "") + data


@pytest.mark.parametrize("graph", CASES)
def test_a_page_holds_its_graph_as_data(graph: Graph) -> None:
    page = html.write_html(graph, OPTIONS)
    elements = Elements()
    elements.feed(page)
    assert [tag for tag, _ in elements.seen] == [
        "html", "head", "meta", "meta", "meta", "title", "style", "body", "header", "h1", "main", "div", "section",
        "noscript", "script", "script",
    ]  # fmt: skip
    assert not any(name in {"src", "href"} or name.startswith("on") for _, attrs in elements.seen for name in attrs)
    assert "url(" not in elements.inside["style None"]
    content = json.loads(elements.inside["script content"])
    assert [node["id"] for node in content["graph"]["nodes"]] == [node.id for node in graph.nodes]
    assert len(page.encode()) < 400_000


LATEX = r"""\documentclass{article}
\usepackage[%s]{fontenc}
\usepackage{tikz}
\usetikzlibrary{arrows.meta}
\begin{document}
\resizebox{\textwidth}{!}{
%s
}
\end{document}
"""


@pytest.mark.parametrize(
    ("graph", "encoding"),
    [pytest.param(graph, "OT1", id=name) for name, graph in DRAWN.items()] + [pytest.param(HOSTILE, "T1", id="T1")],
)
def test_latex_sets_the_picture(graph: Graph, encoding: str, tmp_path: Path) -> None:
    if (program := shutil.which("pdflatex")) is None:
        pytest.skip("there is no pdflatex here: apt-get install texlive-latex-base texlive-pictures")
    (tmp_path / "secret.tex").write_text("This was obeyed.")
    (tmp_path / "picture.tex").write_text(LATEX % (encoding, tikz.write_tikz(graph, OPTIONS)), "utf-8")
    command = [program, "-halt-on-error", "-interaction=nonstopmode", "-no-shell-escape", "picture.tex"]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False, timeout=120)
    log = run.stdout.decode("latin-1")
    assert run.returncode == 0, log[-2000:]
    assert "Missing character" not in log
    words = letters_of((tmp_path / "picture.pdf").read_bytes())
    assert "obeyed" not in words
    for edge in sketch(graph, OPTIONS).edges:
        assert edge.value.replace("−", "").replace(" ", "").split("e")[0] in words


@pytest.mark.parametrize("name", ["dot", "mermaid", "tikz"])
def test_golden_files(name: str) -> None:
    """What tests/web/picture.test.ts and tests/e2e/test_export.py hand to Graphviz and Mermaid."""
    assert EXPORTERS[name].write(HOSTILE, OPTIONS) == (GOLDEN / f"hostile.{name}.golden").read_text("utf-8")


def test_letters_that_latex_lacks() -> None:
    assert tikz.latex("é × 한 \\x{}") == r"é $\times$ \backarrowletter{한} \textbackslash{}x\{\}"
