"""Python as a graph: what it means, and what is refused with its place."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.core.errors import GraphError
from app.core.evaluate import Evaluation, evaluate
from app.core.graph import Graph
from app.core.validate import Limits
from app.formats.python import parse_python
from tests.formats import python_programs as programs

GOLDEN = Path(__file__).parent.parent / "golden"


def read(source: str) -> tuple[Graph, Evaluation]:
    graph = parse_python(source).graph
    return graph, evaluate(graph)


def output_of(source: str) -> Any:
    run = evaluate(parse_python(source).graph)
    return run.values[run.plan.output]


def ops(graph: Graph) -> dict[str, str]:
    return {node.id: node.op for node in graph.nodes}


def run_for_real(source: str) -> dict[str, Any]:
    """Run a program of this file's own, and tell what its names hold."""
    names: dict[str, Any] = {"__name__": "__main__"}
    exec(source, names)
    return names


def test_apples() -> None:
    graph, run = read(programs.APPLES)
    assert ops(graph) == {
        "apple": "input", "apple_num": "input", "apple_price": "mul", "tax": "input", "price": "mul",
    }  # fmt: skip
    assert run.value("price") == pytest.approx(220.0)
    assert [run.gradient(name) for name in ("apple", "apple_num", "tax")] == pytest.approx([2.2, 110.0, 200.0])


def test_layers_that_the_text_defines_are_the_ops_of_that_name() -> None:
    names = run_for_real(programs.APPLES_AND_ORANGES)
    graph, run = read(programs.APPLES_AND_ORANGES)
    assert [node.op for node in graph.nodes if node.inputs] == ["mul", "mul", "add", "mul"]
    for node in graph.nodes:
        assert run.value(node.id) == pytest.approx(names[node.id])
        if node.id != "price":
            assert run.gradient(node.id) == pytest.approx(names[f"d{node.id}"])


def test_the_two_layer_net_as_a_file_of_its_own() -> None:
    found = parse_python(programs.TWO_LAYER_NET)
    assert ops(found.graph) == {
        "x": "input", "W1": "parameter", "b1": "parameter", "Affine1": "affine", "Relu1": "relu", "W2": "parameter",
        "b2": "parameter", "Affine2": "affine", "t": "input", "lastLayer": "softmax_with_loss",
    }  # fmt: skip
    assert np.asarray(found.graph["x"].value).shape == (1, 3)
    assert any("“input_size” = 3" in note for note in found.notes)
    assert any("seed 0" in note for note in found.notes)
    assert np.isfinite(evaluate(found.graph).value("lastLayer")).all()


def test_the_two_layer_net_computes_what_python_computes() -> None:
    names = run_for_real(programs.TRAINED_NET)
    graph, run = read(programs.TRAINED_NET)
    network = names["network"]
    assert run.values[run.plan.output] == pytest.approx(names["first"])
    for name, gradient in names["grad"].items():
        assert graph[name].op == "parameter"
        np.testing.assert_array_equal(run.value(name), network.params[name])
        np.testing.assert_allclose(np.asarray(run.gradient(name)), gradient, rtol=1e-12, atol=1e-15)


def test_of_training_the_graph_is_the_first_forward_pass() -> None:
    found = parse_python(programs.UNTRAINED_NET + programs.TRAINING)
    assert sum(node.op == "softmax_with_loss" for node in found.graph.nodes) == 1
    assert any("Updates of parameters" in note for note in found.notes)
    torch_style = parse_python(programs.TORCH_TRAINING)
    assert sum(node.op == "relu" for node in torch_style.graph.nodes) == 1
    assert any("first turn" in note for note in torch_style.notes)


def test_micrograd_style() -> None:
    graph, run = read(programs.MICROGRAD)
    assert run.values[run.plan.output] == pytest.approx(24.70408163265306)
    assert run.gradient("a") == pytest.approx(138.83381924198252)
    assert run.gradient("b") == pytest.approx(645.5772594752186)
    assert graph["a"].op == graph["b"].op == "parameter"


@pytest.mark.parametrize(
    "source", [programs.TORCH_TENSORS, programs.TORCH_MODULE, programs.TORCH_IMAGES, programs.TORCH_PARTS]
)
def test_torch_style_against_torch(source: str) -> None:
    pytest.importorskip("torch")
    names = run_for_real(source)
    graph = parse_python(source).graph
    if "net" in names:
        weights = {name.replace(".", "_"): weight for name, weight in names["net"].named_parameters()}
    else:
        weights = {name: held for name, held in names.items() if getattr(held, "is_leaf", False) and held.requires_grad}
    assert {node.id for node in graph.nodes if node.op == "parameter"} == set(weights)
    run = evaluate(graph.with_values({name: weight.detach().numpy() for name, weight in weights.items()}))
    end = names["loss"] if "net" in names else names["y"]
    assert run.values[run.plan.output] == pytest.approx(end.item(), rel=1e-12)
    for name, weight in weights.items():
        np.testing.assert_allclose(np.asarray(run.gradient(name)), weight.grad.numpy(), rtol=1e-9, atol=1e-12)


def test_functions_that_take_their_inputs_in_another_order() -> None:
    torch = pytest.importorskip("torch")
    x, w, b = "torch.tensor([[1.0, 2.0], [3.0, 5.0]])", "torch.tensor([2.0, 0.5])", "torch.tensor([0.1, 0.2])"
    head = f"import torch\nimport torch.nn.functional as F\nx = {x}\nw = {w}\nb = {b}\nm = b * 2\nv = w * 3\n"
    torch.set_default_dtype(torch.float64)
    for call in ("F.layer_norm(x, (2,), w, b, 1e-3)", "F.layer_norm(x, [2])", "F.batch_norm(x, m, v, w, b)",
                 "F.batch_norm(x, m, v, w, b, training=True, eps=1e-2)"):  # fmt: skip
        source = f"{head}y = ({call} * x).sum()\n"
        assert output_of(source) == pytest.approx(run_for_real(source)["y"].item(), rel=1e-12)


def test_jax_style() -> None:
    graph, run = read(programs.JAX)
    w, x = np.asarray(graph["w"].value), np.asarray(graph["x"].value)
    assert run.values[run.plan.output] == pytest.approx(np.sum(np.maximum(np.tanh(np.dot(x, w)), 0) * 2.0))
    assert run.gradient("w") is not None


@pytest.mark.parametrize("path", sorted(GOLDEN.glob("*.python.golden")), ids=lambda path: path.name)
def test_what_is_exported_reads_back(path: Path) -> None:
    """Layer by layer, as the exporter writes it; ids are the variables' names."""
    source = path.read_text("utf-8")
    graph, run = read(source)
    shown = [line for line in source.splitlines() if line.startswith("print(")]
    assert shown[0] == f"print({run.plan.ids[run.plan.output]})"
    gradients = [name.strip()[1:] for name in shown[1][6:-1].split(",")]
    assert all(run.gradient(name) is not None for name in gradients if name in graph)


CLASSES = """
class Scale:
    k = 2.0
    def __init__(self, a):
        self.a = a
    def __call__(self, x):
        return self.a * x + self.k
class Five(Scale):
    def __init__(self):
        super().__init__(5.0)
x = 3.0
y = Five()(x)
"""


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("x = 3.0\ny = -x ** 2", -9.0),
        ("x = 2\ny = x ** -1 + 2 * 3", 6.5),
        ("x = 7\ny = x / 2 - (10 // 4) + 9 % 4", 2.5),
        ("import numpy as np\nx = np.array([[1, 2], [3, 4]])\ny = np.sum(x, axis=0) @ np.array([1, 10])", 64.0),
        ("import numpy as np\nx = np.arange(6).reshape(2, 3)\ny = np.dot(x, x.T).sum()", 83.0),
        ("import math\nx = 1.0\ny = math.sqrt(x) + math.pi * x", 1 + np.pi),
        ("import numpy as np\nx = np.ones((2, 3))\ny = x.sum(1).max() * x.shape[0] + x.ndim + len(x) + x.size", 16.0),
        ("from math import exp as e\nx = 0.0\ny = e(x)", 1.0),
        ("def f(x, y=2, *, z):\n    return x * y + z\na = 3.0\ny = f(a, z=1)", 7.0),
        ("x = 1.0\nfor i in range(1, 4):\n    x = x * i", 6.0),
        ("x = 2.0\ny = 0\nfor a, b in zip([x, 3], [4, x]):\n    y += a * b", 14.0),
        ("x = 2.0\nif 1 < 2 and not False:\n    y = x * 3\nelse:\n    y = x", 6.0),
        ("x = 2.0\nbias = None\ny = x * x if bias is None else x + bias", 4.0),
        ("p = {'a': 2.0, 'b': 3.0}\ny = p['a'] * p['b'] if 'a' in p else p['b']", 6.0),
        ("ws = {}\nfor i in range(1, 3):\n    ws['W' + str(i)] = 1.0 * i\ny = ws['W1'] + ws['W2']", 3.0),
        ("x = 2.0\nxs = []\nfor i in range(3):\n    xs.append(x * i)\ny = sum(xs)", 6.0),
        ("x, y = 2.0, 3.0\nz = max(x, y) * min(x, y) + abs(-x) + pow(x, 2)", 12.0),
        ("import numpy as np\nx = np.array([3.0, 4.0])[1] * 2\ny = x * 1", 8.0),
        ("import numpy as np\nn = 2\nh = n * 2\nx = np.ones((h, n))\ny = np.mean(x) * np.sum(x)", 8.0),
        ("softmax_of = 3.0\ny = relu(softmax_of) + sigmoid(0.0)", 3.5),
        (CLASSES, 17.0),
        ("import torch\nx = torch.ones(2, 1, 3)\ny = (x.squeeze(1).unsqueeze(0).flatten() * torch.arange(6)).sum()",
         15.0),
        ("import numpy as np\nx = np.linspace(0, 1, 3) + np.eye(3) + np.full((3,), 2)\ny = np.sum(x)", 25.5),
        ("# coding: utf-8\n\"A docstring.\"\nx: float = 2.0\nassert x > 1\npass\ny = (\n    x\n    * x\n)", 4.0),
        ("def f(x):\n    def g(y):\n        return x * y\n    return g(x)\nx = 3.0\ny = f(x)", 9.0),
        ("def f(x):\n    for i in range(9):\n        if i == 2:\n            return x * i\nx = 3.0\ny = f(x)", 6.0),
    ],
)  # fmt: skip
def test_reads_as_python_computes(source: str, value: float) -> None:
    assert output_of(source) == pytest.approx(value)


def test_what_becomes_a_node() -> None:
    graph, _ = read(
        "import numpy as np\nn = 4\nk = 2 * np.pi\nw = np.ones(n)\nx = 3.0\ny = x * k + 1\nz = np.sum(y * w)"
    )
    assert ops(graph) == {
        "x": "input", "k": "input", "mul": "mul", "c": "constant", "y": "add", "w": "input", "mul_2": "mul", "z": "sum",
    }  # fmt: skip
    assert graph["k"].value == 2 * np.pi


def test_a_number_that_only_python_needs_is_no_node() -> None:
    graph, _ = read("import numpy as np\nn = 4\nhalf = n / 2\nx = np.ones((int(half), n)) / np.sqrt(n)\ny = np.exp(x)")
    assert ops(graph) == {"x": "input", "y": "exp"}


def test_names_that_no_id_can_be_are_labels() -> None:
    graph, _ = read("α = 2.0\n값 = α * 3.0")
    assert [(node.id, node.label) for node in graph.nodes if node.op != "constant"] == [("alpha", "α"), ("x", "값")]


def test_free_names_and_arguments_take_the_values_of_inputs() -> None:
    found = parse_python("z = x * y", {"x": 3.0})
    assert [found.graph[name].value for name in "xy"] == [3.0, 1.0]
    assert found.notes == ("y has no value in the code, so it is an input of value 1.",)
    function = parse_python("def f(x, y):\n    return x * y", {"y": 5.0})
    assert [function.graph[name].value for name in "xy"] == [1.0, 5.0]
    assert "“f” is called" in function.notes[0]


def test_random_numbers_are_numpys_own_where_the_code_says_the_seed() -> None:
    source = (
        "import numpy as np\nnp.random.seed(3)\nw = np.random.randn(2, 3) * 0.1\nu = np.random.uniform(-1, 1, size=2)\n"
    )
    source += "r = np.random.default_rng(5)\nv = r.normal(0.5, 2.0, (3,))\nt = np.random.randint(0, 9, 2)\n"
    names = run_for_real(source)
    found = parse_python(source + "y = u @ (w * v) * np.sum(t)")
    for name in "wuvt":
        np.testing.assert_array_equal(found.graph[name].value, names[name])
    assert found.notes == ("Random numbers are NumPy's own from seed 3, as in the code.",
                           "Random numbers are NumPy's own from seed 5, as in the code.")  # fmt: skip
    again = parse_python("import torch\nw = torch.randn(2)\ny = w.sum()")
    assert "PyTorch and JAX draw others" in again.notes[0]


def test_what_is_only_printed_is_the_graph_where_nothing_else_is() -> None:
    assert output_of("x = 2.0\nprint(x * x)\n") == 4.0


PLACES = [
    ("x = 1\nwhile x:\n    pass", 2, 1, "for i in range(n)"), ("f = lambda x: x", 1, 5, "def f(x)"),
    ("x = [i for i in range(3)]", 1, 5, "for loop"), ("x = f'{1}'", 1, 5, "f-string"),
    ("x = 2.0\ny = x.__class__", 2, 5, "underscore"), ("().__class__.__bases__", 1, 1, "underscore"),
    ("import subprocess", 1, 8, "numpy"), ("from os import system\nsystem('ls')", 2, 1, "system"),
    ("import numpy as np\nx = np.ones(2)\nif x.sum() > 1:\n    pass", 3, 4, "depends on the data"),
    ("eval('1')", 1, 1, "eval"), ("x = 2.0\n\n    y = x", 3, 0, "indent"), ("x = = 3", 1, 5, "invalid syntax"),
    ("try:\n    pass\nexcept ValueError:\n    pass", 1, 1, "try"), ("y = (x := 3)", 1, 6, ":="),
    ("def f(*a):\n    return 1\nf(1)", 1, 8, "star"), ("값 = lambda: 1", 1, 5, "lambda"), ("'가나' + 3", 1, 1, "str"),
    ("", 1, 1, "y = x * x"),
    ("x = 1\0", 1, 1, "null"),
    ("x = '\ud800'", 1, 6, "character"),
    ("x = 1e400", 1, 5, "1.797"),
    ("x = " + "9" * 5000, 1, 1, "4300"), ("@property\ndef f(x):\n    return x", 1, 2, "decorator"),
    ("import numpy as np\nx = np.ones((2, 3))\ny = x @ x", 3, 5, "isn't defined"),
    ("x = relu(1, 2, 3)", 1, 5, "takes 1"),
    ("x = 2.0\ny = x.sum(axis='a')", 2, 5, "axis takes"),
    ("y = sigmiod(2.0)", 1, 5, "sigmiod"),
    ("y = y + 1", 1, 5, "before"),
    ("x = 2.0\ny = softmax_with_loss(x, t)", 2, 5, "do not fit"),
    ("a, b = 1, 2, 3", 1, 1, "2 names"), ("x = {}\ny = x['a']", 2, 7, "key"),
    ("def f(x):\n    return x\nf()", 3, 1, "given its “x”"),
    ("import numpy as np\nx = np.array([[1], [2, 3]])", 2, 5, "length"), ("x = [1, 2][5]", 1, 5, "items"),
    ("class A(A):\n    pass", 1, 9, "before"), ("def f():\n    global x\n    x = 1\nf()", 2, 5, "global"),
]  # fmt: skip


@pytest.mark.parametrize(("source", "line", "column", "word"), PLACES)
def test_faults_say_where_and_what_could_stand_there(source: str, line: int, column: int, word: str) -> None:
    with pytest.raises(GraphError) as caught:
        parse_python(source)
    fault = caught.value.faults[0]
    assert fault.line == line
    assert column in (0, fault.column)
    assert word in fault.detail


def test_every_statement_tells_its_first_fault_and_what_follows_from_one_is_quiet() -> None:
    with pytest.raises(GraphError) as caught:
        parse_python("import numpy as np\nx = np.foo(2)\ny = x * 2\nz = y + x\nf = lambda q: q\nk = [i for i in z]\n")
    assert [(fault.line, fault.column) for fault in caught.value.faults] == [(2, 5), (5, 5), (6, 5)]


ATTACKS = [
    "for i in range(10**9): pass", "for i in range(10**30): pass", "x = list(range(10**9))", "x = 9**9**9**9",
    "x = (-9)**9**9", "x = 'a' * 10**10", "x = [0] * 10**9", "x = 10**9 * [0]", "x = " + "(" * 150 + "1" + ")" * 150,
    "x = " + "-" * 50_000 + "1", "x = " + "[" * 95 + "]" * 95, "x = 1.0\ny = " + "+".join(["x"] * 20_000),
    "for i in range(1000):\n    for j in range(1000):\n        pass", "def f(x):\n    return f(x)\ny = f(1.0)",
    "".join(f"def f{i}(x):\n  return f{i - 1}(f{i - 1}(x)) if {i} else x\n" for i in range(20)) + "f19(2.)",
    "class A:\n    def __call__(self): return self()\nA()()", "x = 1.0" + ".relu()" * 3000, "#" * 200_000,
    "class A:\n    forward = 1.0\n    __init__ = 2.0", "class A:\n    forward = 1.0\nA()(2.0)",
    "a = [1]\nfor i in range(100):\n    a = a + a", "a = 'aa'\nfor i in range(100):\n    a = a + a",
    "import numpy as np\na = [1]\nfor i in range(40):\n    a = [a, a]\nx = np.array(a) * 2",
    "a = []\na.append(a)\nx = relu(a)",
    "import numpy as np\nx = np.zeros((10**5, 10**5))", "import numpy as np\nx = np.arange(0, 1e300, 1e-300)",
    "import numpy as np\nfor i in range(1000):\n    x = np.zeros((300, 300))\n    y = x * 2",
    "import numpy as np\nx = np.random.uniform(-1e308, 1e308, (2, 2))",
    "import numpy as np\nx = np.random.normal(0, 1e308, 9)",
    "a = ''\nfor a in a: pass\nx = a.format(1)",
    "__import__('os').system('ls')",
    "getattr(1, 'real')",
    "x = 1j",
    "yield 1",
    "import numpy as np\nnp.load('x')", "import numpy as np\nnp.ctypeslib.as_array(1)", "super().__init__()", "await x",
    "a = [1]\nfor x in a:\n    a.append(x)\n    a[0] = a\ny = relu(a)",
    "x = 2.0\nx.shape[0].y = 1",
    "del x",
    "x = b'a'",
]  # fmt: skip


@pytest.mark.parametrize("number", range(len(ATTACKS)))
def test_attacks_are_answered_with_a_fault_and_soon(number: int) -> None:
    began = time.perf_counter()
    with pytest.raises(GraphError):
        parse_python(ATTACKS[number], limits=Limits(nodes=5_000))
    assert time.perf_counter() - began < 5.0  # a tenth of that on a machine that has nothing else to do


def test_the_budget_of_nodes_counts() -> None:
    with pytest.raises(GraphError) as caught:
        parse_python("x = 1.0\nfor i in range(99):\n    x = x * x", limits=Limits(nodes=50))
    (fault,) = caught.value.faults
    assert (fault.code, fault.line, fault.limit) == ("budget-exceeded", 3, 50)


SAID_OTHERWISE = {
    "comparisons": """
import numpy as np
x = np.array([1.0, 2.0, 3.0, np.pi])
t = np.array([1.0, 3.0, 2.0, 4.0])
y = (x >= t) * 1.0 + 2.0 * (x <= t) + 4.0 * (x != t) + 8.0 * ((x > 1.5) & (t < 2.5)) + 16.0 * ((x > 2.5) | ~(t > 2.5))
""",
    "borders": """
import torch
x = torch.tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
y = (torch.nn.functional.pad(x, (1, 2, 0, 1), value=0.5) * torch.arange(15.0).reshape(3, 5)).sum()
y.backward()
""",
    "a pooling of a border that is no number": """
import torch
x = torch.tensor([[[-1.0, -2.0, -3.0]]], requires_grad=True)
y = torch.nn.functional.max_pool1d(torch.nn.functional.pad(x, (1, 0), value=-torch.inf), 2, stride=1).sum()
y.backward()
""",
    "a sample's deviation": """
import torch
x = torch.tensor([[1.0, 2.0, 4.0], [3.0, 5.0, 0.5]], requires_grad=True)
y = (torch.var(x) + x.std(dim=1).sum() + torch.var(x, dim=0, correction=0).sum() + torch.std(x, unbiased=False))
y.backward()
""",
    "attention with a scale": """
import torch
q = torch.tensor([[1.0, 0.5], [0.3, -1.0]], requires_grad=True)
k = torch.tensor([[0.2, 0.7], [1.5, -0.4]], requires_grad=True)
v = torch.tensor([[1.0], [2.0]])
y = torch.nn.functional.scaled_dot_product_attention(q[None], k[None], v[None], scale=0.3).sum()
y.backward()
""",
    "rows by number": """
import torch
w = torch.tensor([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]], requires_grad=True)
i = torch.tensor([2, 0, 2])
y = (torch.nn.functional.embedding(i, w) * w[i] * w[:, 1][i][:, None]).sum() + w[::2, 0].flip([0]).prod()
y.backward()
""",
    "new axes": """
import torch
x = torch.tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
y = (x[:, None] * x[None, ..., 1:] * x[..., None, 0]).sum()
y.backward()
""",
    "a seed": """
import torch
x = torch.tensor([1.0, 2.0], requires_grad=True)
y = torch.exp(x)
y.backward(torch.tensor([3.0, -1.0]))
""",
    "logarithms of sums": """
import torch
x = torch.tensor(1.0, requires_grad=True)
y = torch.logaddexp(x * x, 3.0 * x)
y.backward()
""",
}


@pytest.mark.parametrize("name", SAID_OTHERWISE)
def test_what_libraries_say_otherwise(name: str) -> None:
    source = SAID_OTHERWISE[name]
    if "torch" in source:
        torch = pytest.importorskip("torch")
        source = source.replace("import torch\n", "import torch\ntorch.set_default_dtype(torch.float64)\n")
    usual = torch.get_default_dtype() if "torch" in source else None
    try:
        names = run_for_real(source)
    finally:
        if usual is not None:
            torch.set_default_dtype(usual)
    _, run = read(source)
    theirs = names["y"].detach().numpy() if "torch" in source else names["y"]
    np.testing.assert_allclose(np.asarray(run.values[run.plan.output]), theirs, rtol=1e-12)
    for leaf, held in names.items():
        if getattr(held, "is_leaf", False) and held.requires_grad:
            np.testing.assert_allclose(np.asarray(run.gradient(leaf)), held.grad.numpy(), rtol=1e-12, atol=1e-15)


def test_bits_of_numbers_are_no_conditions() -> None:
    with pytest.raises(GraphError, match=r"between nodes of a graph there are \+ - \* / \*\* and @"):
        parse_python("import numpy as np\nx = np.array([1.0, 2.0])\ny = (x > 1.0) & x")


@pytest.mark.parametrize("index", ["x > 1.0", "np.greater(x, 1.0)", "i, i", "~(x > 1.0)", "i, 0"])
def test_elements_are_not_chosen_by_conditions_or_pairs(index: str) -> None:
    with pytest.raises(GraphError, match=r"a condition can't choose|only a colon can stand"):
        parse_python(f"import numpy as np\nx = np.eye(2)\ni = np.array([0, 1])\ny = x + x\nz = y[{index}]")


@pytest.mark.parametrize(
    "line",
    [
        "y = x * int(np.inf)",
        "y = x * np.arange(np.inf, np.inf)",
        "y = x + np.inf",
        "y = x * np.array([np.inf])",
        "y = torch.nn.functional.pad(x, (1, 1), value='a')",
        "y = np.flip(x, 'a')",
        "y = jax.lax.reduce_window(2.0, 0.0, jax.lax.add, (), (), [])",
        "y = jax.lax.reduce_window(x, 1.0, jax.lax.add, (2,), (2,), 'VALID')",
        "y = jax.lax.conv_general_dilated(x, x, (1,), 'VALID')",
        "y = torch.nn.functional.scaled_dot_product_attention(x, x, x, is_causal=True)",
    ],
)
def test_what_is_at_fault_has_its_place(line: str) -> None:
    with pytest.raises(GraphError) as caught:
        parse_python(f"x = np.array([1.0, 2.0])\n{line}")
    assert {fault.line for fault in caught.value.faults} == {2}


def test_what_is_printed_is_the_output() -> None:
    assert evaluate(parse_python("x = 2.0\ny = x * x\nz = y + x\nprint('y =', y)").graph).plan.ids[-1] == "z"
    assert parse_python("x = 2.0\ny = x * x\nz = y + x\nprint('y =', y)").graph.output == "y"
    assert parse_python("x = 2.0\ny = x * x\nz = y + x\nprint(y)\nprint(z)").graph.output is None


def test_a_value_made_of_data_alone_lets_no_gradient_through() -> None:
    _, run = read("from micrograd.engine import Value\nx = Value(3.0)\ny = Value(x.data) * x\ny.backward()")
    assert run.values[run.plan.output] == 9.0
    assert run.gradient("x") == 3.0


def test_a_line_of_a_class_is_at_fault_where_it_is_used() -> None:
    source = "class A:\n    table = {1, 2}\n    def f(self, x):\n        return x * x\n\ny = A().f(3.0)\n"
    assert output_of(source.replace("3.0", "x").replace("y =", "x = 3.0\ny =")) == 9.0
    with pytest.raises(GraphError, match="a set can't stand here"):
        parse_python(source.replace("x * x", "x * self.table").replace("3.0", "x").replace("y =", "x = 3.0\ny ="))


def test_a_leaf_is_the_output_where_it_is_all_there_is() -> None:
    assert (
        parse_python("import torch\nx = torch.tensor(2.0, requires_grad=True)\nx.backward()").graph.nodes[0].id == "x"
    )


JAX_WINDOWS = {
    "strides that keep the size": "jax.lax.conv_general_dilated(x, w, (2, 1), 'SAME')",
    "the short form": "jax.lax.conv(x, w, (1, 2), 'VALID')",
    "axes by name": "jax.lax.conv_general_dilated(x, w, (1, 1), 'SAME', dimension_numbers=('NCHW', 'OIHW', 'NCHW'))",
    "padding of its own": "jax.lax.conv_general_dilated(x, w, (1, 1), [(0, 2), (1, 0)], rhs_dilation=(1, 2))",
    "zeros between": "jax.lax.conv_general_dilated(x, w, (1, 1), [(1, 2), (0, 1)], lhs_dilation=(2, 3))",
    "the largest": "jax.lax.reduce_window(x, -jnp.inf, jax.lax.max, (1, 1, 2, 3), (1, 1, 1, 2), 'VALID')",
    "the sum": "jax.lax.reduce_window(x, 0.0, jax.lax.add, (1, 1, 1, 2), (1, 1, 1, 2), 'SAME')",
}


@pytest.mark.parametrize("name", JAX_WINDOWS)
def test_windows_of_jax(name: str) -> None:
    jax = pytest.importorskip("jax")
    data = "x = np.cos(np.arange(32.0)).reshape(1, 2, 4, 4)\nw = np.sin(np.arange(24.0)).reshape(3, 2, 2, 2)\n"
    source = f"import jax\nimport jax.numpy as jnp\nimport numpy as np\n{data}y = {JAX_WINDOWS[name]}\n"
    with jax.enable_x64(True):
        theirs = np.asarray(run_for_real(source)["y"])
    np.testing.assert_allclose(np.asarray(output_of(source)), theirs, rtol=1e-12, atol=1e-14)


def test_what_only_python_compares_is_no_part_of_the_graph() -> None:
    graph = parse_python("x = 2.0\nif x >= 1.0 and x != 3.0:\n    y = x * x\nelse:\n    y = x\n").graph
    assert [node.op for node in graph.nodes] == ["input", "mul"]
