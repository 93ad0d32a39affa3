"""Every formula that the API gives, before the renderer that the browser program uses: none may be refused."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.client import Client
from app.core.ops import OPS

ROOT = Path(__file__).parent.parent.parent
RENDER = """
import { readFileSync } from "node:fs";
import temml from "temml";
const refused = [];
for (const text of JSON.parse(readFileSync(0, "utf8"))) {
  try {
    const page = temml.renderToString(text, { throwOnError: true, displayMode: true });
    if (/<merror|temml-error/.test(page)) refused.push([text, page]);
  } catch (error) {
    refused.push([text, String(error)]);
  }
}
console.log(JSON.stringify(refused));
"""
LABELS = [
    "apple price", "50% off", "a\\b{c}^~_#&$", "\\frac{1}{0}", "}", "{", "$$", "한국어 라벨", "日本語", "عربى", "😀 x",
    "\u0301 accent alone", "^\u0301", "e\u0301", "\u200d", "👨‍👩‍👧", "<script>alert(1)</script>", "a`b'\"c",
    "\n\t\x0b\u2028", "½", "%",
    "\\end{aligned}", "\\href{javascript:1}{x}", "x_1", "เพื่อ", "क्षि", "\u202eright", "\\\\", "&amp;", "∂", "\\",
]  # fmt: skip


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    with Client() as client:
        yield client


def refused(texts: list[str]) -> list[Any]:
    command = [sys.executable, "hatch_build.py", "node", "--input-type=module", "--eval", RENDER]
    done = subprocess.run(command, cwd=ROOT, input=json.dumps(texts), capture_output=True, text=True, check=True)
    found = json.loads(done.stdout)
    assert isinstance(found, list)
    return found


def formulas(data: Any) -> Iterator[str]:
    """Every string under a key that says LaTeX, and the pieces of a factor."""
    stack: list[tuple[str, Any]] = [("", data)]
    while stack:
        key, item = stack.pop()
        if isinstance(item, dict):
            # An op's formulas are an object and a view's is too: their strings are theirs by place.
            stack += [
                ("latex" if key == "latex" and name in {"value", "text"} else name, sub) for name, sub in item.items()
            ]
        elif isinstance(item, list):
            stack += [(key, sub) for sub in item]
        elif isinstance(item, str) and (key.startswith("latex") or key in {"chain", "partials"}):
            yield item


def answers(client: Client, graph: Any) -> Iterator[Any]:
    run = client.evaluate(graph, trace=True)
    yield run
    yield client.views(graph)
    for node in run["order"]:
        if all(entry["shape"] == [] for entry in run["nodes"].values()):
            yield client.derivation(graph, node, limit=256)


def test_the_renderer_refuses_what_is_wrong() -> None:
    assert len(refused([r"\frac{1}{2", r"\nosuchthing", r"\text{}}", "x", r"\left( x"])) == 4


def test_every_formula_of_the_ops_and_of_the_gallery(client: Client) -> None:
    texts = set(formulas(client.ops()))
    assert len(texts) > 60
    for entry in client.examples():
        for answer in answers(client, client.example(entry["name"])["graph"]):
            texts |= set(formulas(answer))
    assert len(texts) > 500
    assert any(r"\begin{aligned}" in text for text in texts)
    assert any(r"\text{apple price}" in text for text in texts)
    assert refused(sorted(texts)) == []


def test_every_op_in_a_graph_of_its_own(client: Client) -> None:
    texts: set[str] = set()
    for op in OPS:
        for sample in op.samples:
            leaves = [{"id": f"x{n}", "op": "input", "value": value} for n, value in enumerate(sample.inputs)]
            inputs = [leaf["id"] for leaf in leaves]
            node = {"id": "y", "op": op.name, "inputs": inputs, "params": dict(sample.params)}
            for answer in answers(client, {"nodes": [*leaves, node]}):
                texts |= set(formulas(answer))
    assert len(texts) > 300
    assert refused(sorted(texts)) == []


def test_no_label_breaks_a_formula(client: Client) -> None:
    texts: set[str] = set()
    for label in LABELS:
        nodes = [
            {"id": "x", "op": "input", "value": 2, "label": label},
            {"id": "y", "op": "pow", "inputs": ["x", "x"], "label": f"{label} {label}"},
        ]
        for answer in answers(client, {"nodes": nodes}):
            texts |= set(formulas(answer))
    assert refused(sorted(texts)) == []
