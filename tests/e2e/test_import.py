"""Files that the server reads, opened in the browser: models above all."""

from __future__ import annotations

import json
import sys
from base64 import b64encode
from pathlib import Path

import numpy as np
import pytest
from onnx import TensorProto, helper, numpy_helper
from playwright.sync_api import Page, Route, expect

from tests.e2e.test_accessible import serious

CLS = "models/ch_ppocr_mobile_v2.0_cls_infer.onnx"


def net() -> bytes:
    """A network of two layers, whose batch and one hidden length are open."""
    draw = np.random.default_rng(1).standard_normal
    weights = {"w1": draw((3, 4)), "b1": draw(4), "w2": draw((4, 2)), "b2": draw(2)}
    graph = helper.make_graph(
        [
            helper.make_node("Gemm", ["x", "w1", "b1"], ["h"], name="/fc1/Gemm"),
            helper.make_node("Relu", ["h"], ["a"], name="/act/Relu"),
            helper.make_node("Gemm", ["a", "w2", "b2"], ["y"], name="/fc2/Gemm"),
        ],
        "two layers",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ("batch", 3))],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, ("batch", 2))],
        [numpy_helper.from_array(value.astype(np.float32), name) for name, value in weights.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    return bytes(model.SerializeToString())


def open_file(page: Page, name: str, content: bytes) -> None:
    page.goto("/graph")
    with page.expect_file_chooser() as chooser:
        page.locator("[data-command=open]").click()
    chooser.value.set_files({"name": name, "mimeType": "application/octet-stream", "buffer": content})


def test_a_model_has_values_and_gradients(page: Page) -> None:
    open_file(page, "net.onnx", net())
    expect(page.locator("[data-output-value]")).to_contain_text("1×2")
    expect(page.locator("[data-output-gradient]")).to_contain_text("1×2")
    expect(page).to_have_title("two layers – Backarrow")
    notes = page.locator("[data-place=opened]")
    expect(notes).to_contain_text("What the file couldn’t say")
    expect(notes).to_contain_text("random numbers")
    assert serious(page) == []
    page.get_by_role("button", name="Close the notes").click()
    expect(notes).to_be_hidden()
    page.keyboard.press("ControlOrMeta+z")
    expect(page.locator(".canvas [data-node]")).to_have_count(0)


def test_open_lengths_are_taken_from_a_form(page: Page) -> None:
    open_file(page, "net.onnx", net())
    length = page.get_by_role("spinbutton", name="batch")
    expect(length).to_have_value("1")
    length.fill("0")
    page.get_by_role("button", name="Read again").click()
    assert length.evaluate("field => field.validity.rangeUnderflow")
    length.fill("5")
    page.get_by_role("button", name="Read again").click()
    expect(page.locator("[data-output-value]")).to_contain_text("5×2")
    expect(length).to_have_value("5")


def test_a_model_is_dropped_on_the_drawing(page: Page) -> None:
    page.goto("/graph/apples")
    page.locator("[data-output-value]").wait_for()
    dropped = page.evaluate_handle(
        "bytes => { const data = new DataTransfer();"
        " data.items.add(new File([new Uint8Array(bytes)], 'Net.ONNX')); return data; }",
        list(net()),
    )
    page.dispatch_event("[data-place=stage]", "drop", {"dataTransfer": dropped})
    expect(page.locator("[data-output-value]")).to_contain_text("1×2")


def test_a_file_that_is_no_model_says_so(page: Page, browser_faults: list[str]) -> None:
    open_file(page, "broken.onnx", b"junk")
    box = page.locator("[data-place=opening] [role=alert]")
    expect(box).to_contain_text("broken.onnx can’t be opened")
    expect(box).to_contain_text("ONNX")
    assert serious(page) == []
    box.get_by_role("button", name="Close").click()
    expect(box).to_have_count(0)
    assert all("422" in fault for fault in browser_faults)
    browser_faults.clear()


def test_a_formula_is_a_file_too(page: Page, browser_faults: list[str]) -> None:
    open_file(page, "price.txt", b"a = 3\nb = 4\na * b + 1")
    expect(page.locator("[data-output-value]")).to_have_text("13")
    expect(page.locator("[data-place=opened]")).to_be_hidden()
    open_file(page, "price.txt", b"a = 3\nb = )")
    expect(page.locator("[data-place=opening]")).to_contain_text("Line 2, column 5")
    browser_faults.clear()


def test_an_import_can_be_given_up(page: Page) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/api/import/onnx", hold)
    open_file(page, "net.onnx", net())
    expect(page.locator("[data-place=opening] [role=status]")).to_contain_text("net.onnx…")
    page.get_by_role("button", name="Cancel").click()
    expect(page.locator("[data-place=opening] [role=status]")).to_have_count(0)
    assert held
    expect(page.locator(".canvas [data-node]")).to_have_count(0)


def test_a_graph_that_is_too_large_is_drawn_without_numbers(page: Page) -> None:
    """Nothing is sent of it, however it is changed, and it is there again after a reload."""
    packed = {"shape": [300_000], "dtype": "float64", "data": b64encode(bytes(2_400_000)).decode()}
    nodes = [{"id": "w0", "op": "parameter", "value": packed}, {"id": "total", "op": "sum", "inputs": ["w0"]}]
    posts: list[str] = []
    page.on("request", lambda request: posts.append(request.url) if request.method == "POST" else None)
    open_file(page, "wide.json", json.dumps({"nodes": nodes}).encode())
    problems = page.locator(".problems.calm")
    expect(problems).to_contain_text("this server takes 2 MB")
    expect(problems).to_contain_text("BACKARROW_MAX_BODY=")
    page.locator(".canvas [data-node=w0]").click()
    page.keyboard.press("Delete")
    expect(page.locator(".canvas [data-node=w0]")).to_have_count(0)
    page.keyboard.press("ControlOrMeta+z")
    expect(page.locator(".canvas [data-node=w0]")).to_be_visible()
    expect(page.locator("[data-place=state]")).to_have_text("Saved in this browser")
    assert posts == []
    page.reload()
    expect(page.locator(".canvas [data-node=w0]")).to_be_visible()
    expect(problems).to_contain_text("this server takes 2 MB")
    page.get_by_role("button", name="Copy a link to this graph").click()
    expect(page.locator("[data-place=notice]")).to_contain_text("too large for a link")


def test_a_node_is_found_by_its_name(page: Page) -> None:
    page.goto("/graph/apples")
    page.locator("[data-output-value]").wait_for()
    page.keyboard.press("ControlOrMeta+f")
    page.keyboard.type("subtot")
    page.keyboard.press("Enter")
    expect(page.locator(".canvas [data-node=subtotal]")).to_be_focused()


def test_a_real_classifier_is_computed(page: Page) -> None:
    model = Path(sys.prefix) / "models" / "rapidocr_onnxruntime" / CLS
    if not model.exists():
        pytest.skip(f"the package rapidocr-onnxruntime, which carries the model, isn't in {model}")
    open_file(page, "cls.onnx", model.read_bytes())
    expect(page.locator(".canvas .node.group").first).to_contain_text(" · ", timeout=30_000)
    expect(page.locator(".canvas [data-node=x]")).to_be_visible()
    expect(page.locator(".canvas .edge .value").first).to_contain_text("(1, ", timeout=30_000)
    expect(page.get_by_role("spinbutton")).to_have_count(3)
    closed = page.locator(".canvas .node.group")
    before = closed.evaluate_all("all => all.map(node => node.dataset.node)")
    closed.first.dblclick()
    expect(page.locator(f".canvas [data-node='{before[0]}']")).to_have_count(0)
