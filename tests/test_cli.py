from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from click.testing import CliRunner

from app.cli import main

APPLES = {
    "title": "Buying apples",
    "nodes": [
        {"id": "apple", "op": "input", "value": 100},
        {"id": "count", "op": "input", "value": 2},
        {"id": "tax", "op": "input", "value": 1.1},
        {"id": "subtotal", "op": "mul", "inputs": ["apple", "count"]},
        {"id": "total", "op": "mul", "inputs": ["subtotal", "tax"]},
    ],
}


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["eval", *arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result.exit_code, result.output


def row(output: str, node: str) -> list[str]:
    line = next(line for line in output.splitlines() if re.search(rf"\b{node}\b", line) and "∂" not in line)
    return [cell.strip() for cell in re.split(r"[│┃|]", line) if cell.strip()]


def test_a_file_as_a_table(tmp_path: Path) -> None:
    path = tmp_path / "apples.json"
    path.write_text(json.dumps(APPLES))
    code, output = run(str(path))
    assert code == 0
    assert "Buying apples" in output
    assert row(output, "apple") == ["apple", "input", "100", "2.2"]
    assert row(output, "total") == ["total", "mul", "220", "1"]


def test_a_program_and_its_faults(tmp_path: Path) -> None:
    path = tmp_path / "apples.py"
    path.write_text("apple = 100\nlayer = MulLayer()\nprice = layer.forward(apple, count)\n")
    code, output = run(str(path))
    assert code == 0
    assert row(output, "price") == ["price", "mul", "100", "1"]
    assert "count has no value" in output
    path.write_text("x = 1\nwhile x: pass\n")
    code, output = run(str(path))
    assert code == 1
    assert "line 2, column 1: “while” can't stand here" in output


def test_a_formula_with_values() -> None:
    code, output = run("(x+y)^2", "--set", "x=3", "--set", "y=2")
    assert code == 0
    assert row(output, "x") == ["x", "input", "3", "10"]
    assert row(output, "c") == ["c", "constant", "2", "–"]


def test_a_value_set_over_a_files() -> None:
    code, output = run("x = 3\nx * x", "--set", "x=4")
    assert code == 0
    assert row(output, "x") == ["x", "input", "4", "8"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["(x +* y)"], "line 1, column 5"),
        (["missing.json"], "there is no such file"),
        (["x + y", "--set", "z=1"], "no leaf is named z; the graph has x, y"),
        (["x", "--set", "x=__import__('os')"], "is not NAME=VALUE"),
        (["x", "--set", "x=[1,[2]]"], "is not NAME=VALUE"),
        (["nope(x)"], "nope"),
    ],
)
def test_faults_are_told_in_a_sentence(arguments: list[str], said: str) -> None:
    code, output = run(*arguments)
    assert code != 0
    assert said in output
    assert "Traceback" not in output


def test_a_file_that_is_no_graph(tmp_path: Path) -> None:
    path = tmp_path / "graph.json"
    for content, said in (
        ("[1]", "is not a graph document"),
        ("{", str(path)),
        ('{"nodes": [{"id": "a"}]}', "/nodes/0/op"),
    ):
        path.write_text(content)
        code, output = run(str(path))
        assert code == 1
        assert said in output.replace("\n", "")


def test_serve(tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = tmp_path / "log"
    with (
        log.open("wb") as output,
        subprocess.Popen(
            [sys.executable, "-c", "from app.cli import main; main()", "serve", "--port", str(port)],
            stdout=output,
            stderr=subprocess.STDOUT,
        ) as server,
    ):
        try:
            for _ in range(200):
                time.sleep(0.1)
                try:
                    with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as answer:
                        assert answer.status == 200
                        break
                except OSError:
                    assert server.poll() is None, log.read_text()
            else:
                pytest.fail(log.read_text())
        finally:
            server.terminate()


def test_a_graph_is_written_in_the_format_of_the_file_name(tmp_path: Path) -> None:
    target = tmp_path / "apples.tex"
    result = CliRunner().invoke(main, ["export", "y = a*b", "--set", "a=3", "-o", str(target)])
    assert result.exit_code == 0, result.output
    assert r"\begin{aligned}" in target.read_text("utf-8")
    refused = CliRunner().invoke(main, ["export", "y = a*b", "-o", str(tmp_path / "apples.doc")])
    assert refused.exit_code == 1
    assert ".tex" in refused.output
    faulty = CliRunner().invoke(main, ["export", "y = a*", "-o", str(target)])
    assert "line 1" in faulty.output


LINE = "w = parameter(0)\nidentity_with_loss(w * x, t)"


def train(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["train", *arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result.exit_code, result.output


def test_a_formula_learns_a_line_from_a_file(tmp_path: Path) -> None:
    table, target = tmp_path / "line.csv", tmp_path / "trained.json"
    table.write_text("x,y\n" + "".join(f"{x},{3 * x}\n" for x in range(1, 11)))
    code, output = train(LINE, "--data", str(table), "-o", str(target), "--steps", "300", "--rate", "0.001")
    assert code == 0
    assert "loss:" in output
    (weight,) = (node["value"] for node in json.loads(target.read_text())["nodes"] if node["op"] == "parameter")
    assert weight == pytest.approx(3, abs=1e-6)


def test_a_net_learns_a_built_in_set(tmp_path: Path) -> None:
    net = Path(__file__).parent.parent / "app/formats/examples/15b-digits-net.json"
    graph = tmp_path / "net.json"
    graph.write_text(json.dumps(json.loads(net.read_text("utf-8"))["graph"]))
    options = ("--data", "digits", "--optimizer", "adam", "--rate", "0.01", "--steps", "200", "--init", "he")
    code, output = train(str(graph), *options)
    assert code == 0
    accuracy = re.search(r"test accuracy: (\S+)", output)
    assert accuracy is not None
    assert float(accuracy[1]) > 0.9


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((LINE, "--data", "nothing"), "neither a data set nor a file"),
        (("x * t", "--data", "xor"), "which leaf takes the targets"),
        (("identity_with_loss(x, t)", "--data", __file__), "line"),
        ((LINE, "--data", "iris"), "rows of 4 do not fit"),
        ((LINE, "--data", "xor", "--rate", "-1"), "larger than 0"),
    ],
)
def test_what_can_not_be_trained_says_why(arguments: tuple[str, ...], says: str) -> None:
    code, output = train(*arguments)
    assert code == 1
    assert says in output


def test_a_loss_that_explodes_is_a_failure_with_advice(tmp_path: Path) -> None:
    table = tmp_path / "line.csv"
    table.write_text("1,3\n2,6\n")
    code, output = train(LINE, "--data", str(table), "--rate", "1e100")
    assert code == 1
    assert "smaller rate" in output
