"""Data sets: the built-in ones, a person's own table, and how they are bound to leaves."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Mapping

import numpy as np
import pytest

from app.core.errors import GraphError
from app.core.graph import Graph, Node
from app.core.tensor import Shape, shape_of
from app.formats.datasets.binding import Binding, Sampling, bind
from app.formats.datasets.builtin import DATASETS, MISSING
from app.formats.datasets.csv_text import MAX_COLUMNS, MAX_ROWS, read_csv
from app.formats.datasets.dataset import split, standardised

FLOWERS = "sepal, petal, species\n5.1, 1.4, setosa\n7.0, 4.7, versicolor\n4.9, 1.5, setosa\n"


@pytest.mark.parametrize("name", DATASETS)
def test_a_data_set_is_what_its_entry_says(name: str) -> None:
    entry = DATASETS[name]
    assert entry.missing() is None
    data = entry.load(0)
    assert data.features.shape == (entry.count, len(entry.names))
    assert np.prod(entry.shape) == len(entry.names)
    assert data.targets.shape == (entry.count,)
    assert set(data.targets) == set(range(len(entry.classes)))
    assert np.isfinite(data.features).all()
    with pytest.raises(ValueError, match="read-only"):
        data.features[0, 0] = 1.0


def test_digits_and_flowers_are_scikit_learns() -> None:
    from sklearn.datasets import load_digits, load_iris

    for name, load, scale in (("digits", load_digits, 16.0), ("iris", load_iris, 1.0)):
        features, targets = load(return_X_y=True)
        data = DATASETS[name].load(0)
        np.testing.assert_array_equal(data.features, features / scale)
        np.testing.assert_array_equal(data.targets, targets)
    assert DATASETS["digits"].load(0).features.max() == 1.0


def test_spirals_follow_their_seed() -> None:
    one, again, other = (DATASETS["spirals"].load(seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(one.features, again.features)
    assert not np.array_equal(one.features, other.features)
    # Each arm lies on its own curve: the radius grows from 0 to 1.
    assert np.allclose(np.linalg.norm(one.features, axis=1)[:100], np.linspace(0, 1, 100))


def test_a_missing_package_is_named_with_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert {name: entry.missing() for name, entry in DATASETS.items()} == {
        "digits": MISSING, "iris": MISSING, "xor": None, "spirals": None,
    }  # fmt: skip
    assert "backarrow[data]" in MISSING


def test_the_package_is_not_imported() -> None:
    import subprocess

    code = "import sys; from app.formats.datasets.builtin import *; DIGITS.load(0); sys.exit('sklearn' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_table_with_names() -> None:
    data = read_csv(FLOWERS)
    assert data.names == ("sepal", "petal")
    assert data.target == "species"
    assert data.classes == ("setosa", "versicolor")
    assert data.features.tolist() == [[5.1, 1.4], [7.0, 4.7], [4.9, 1.5]]
    assert data.targets.tolist() == [0, 1, 0]


@pytest.mark.parametrize("target", ["petal", "2"])
def test_a_target_by_name_or_number(target: str) -> None:
    data = read_csv("\ufeffsepal,petal,width\n5.1,1.4,1\n\n7.0,4.7,2\n", target)
    assert data.names == ("sepal", "width")
    assert data.target == "petal"
    assert data.classes == ()
    assert data.targets.tolist() == [1.4, 4.7]


def test_a_table_without_names() -> None:
    data = read_csv("1,2,0\n3,4,1\n5,6,1\n")
    assert data.names == ("column_1", "column_2")
    assert data.classes == ("0", "1")
    words = read_csv("1,2,yes\n3,4,no\n")
    assert words.classes == ("no", "yes")
    assert words.targets.tolist() == [1, 0]


def test_a_number_is_never_a_columns_name() -> None:
    assert read_csv("1,2,3\n4,5,6\n", "2").targets.tolist() == [2, 5]
    assert read_csv("7,2,1\n4,5,6\n", "1").features.tolist() == [[2, 1], [5, 6]]


def test_whole_targets_with_a_gap_are_numbers_to_come_near() -> None:
    assert read_csv("1,10\n2,20\n").classes == ()
    assert read_csv("1,0\n2,2\n").classes == ()


@pytest.mark.parametrize(
    ("text", "target", "line", "says"),
    [
        ("", None, None, "empty"),
        ("a,b\n", None, None, "no row"),
        ("1\n2\n", None, 1, "2 to 1,000 columns"),
        (",".join(["1"] * (MAX_COLUMNS + 1)), None, 1, "2 to 1,000 columns"),
        ("1,2\n3,4,5\n", None, 2, "line 2: 3 columns, and the first line has 2"),
        ("a,b,c\n1,2,x\n1,oops,x\n", None, 3, "line 3: column 2 holds no finite number"),
        ("1,2\nnan,3\n", None, 2, "line 2: column 1"),
        ("1,2\n1e999,3\n", None, 2, "line 2: column 1"),
        ("1,a\n2,\n", None, 2, "line 2: a class has a name"),
        ('1,2\n3,"4\n', None, 2, "line 2"),
        ("a,b\n1,2\n", "c", None, "a, b"),
        ("a,b\n1,2\n", "3", None, "a, b"),
        ("1,2\n" * (MAX_ROWS + 2), None, None, "50,000 rows"),
        ("".join(f"1,c{number}\n" for number in range(101)), None, None, "100 classes"),
    ],
)
def test_a_table_that_is_none_says_where(text: str, target: str | None, line: int | None, says: str) -> None:
    with pytest.raises(GraphError) as caught:
        read_csv(text, target)
    (fault,) = caught.value.faults
    assert (fault.code, fault.pointer, fault.line) == ("bad-csv", "/batches/csv", line)
    assert says in fault.detail


def test_a_split_takes_every_row_once() -> None:
    parts = split(100, 0.2, 4)
    assert len(parts.test) == 20
    assert sorted([*parts.train, *parts.test]) == list(range(100))
    np.testing.assert_array_equal(parts.test, split(100, 0.2, 4).test)
    assert not np.array_equal(parts.test, split(100, 0.2, 5).test)
    assert len(split(3, 0.99, 0).train) == 1


def test_standardising_looks_at_the_rows_to_train_on_alone() -> None:
    features = np.array([[1.0, 5.0], [3.0, 5.0], [100.0, 7.0]])
    scaled = standardised(features, np.array([0, 1]))
    assert scaled[:2].tolist() == [[-1, 0], [1, 0]]
    assert scaled[2].tolist() == [98, 2]


def net(x: Shape, t: Shape, width: int = 4, classes: int = 3) -> Graph:
    return Graph(
        (
            Node("x", "input", value=np.zeros(x)),
            Node("t", "input", value=np.zeros(t) if t else 0.0),
            Node("w", "parameter", value=np.zeros((width, classes))),
            Node("s", "matmul", ("x", "w")),
            Node("loss", "softmax_with_loss", ("s", "t")),
        )
    )


@pytest.mark.parametrize(
    ("x", "t", "rows", "targets"),
    [
        ((1, 4), (1,), (7, 4), (7,)),
        ((4,), (), (7, 4), (7,)),
        ((4,), (3,), (7, 4), (7, 3)),
        ((5, 4), (5, 3), (7, 4), (7, 3)),
        ((1, 1, 2, 2), (1,), (7, 1, 2, 2), (7,)),
        ((1, 4), (1, 1), (7, 4), (7, 1)),
    ],
)
def test_rows_lie_in_a_leaf_as_its_own_value_does(x: Shape, t: Shape, rows: Shape, targets: Shape) -> None:
    batch = bind(net(x, t), DATASETS["iris"].load(0), Binding(), Sampling(size=7)).at(1)
    assert {node: shape_of(value) for node, value in batch.items()} == {"x": rows, "t": targets}


def test_batches_hold_the_rows_of_the_data() -> None:
    data = DATASETS["iris"].load(0)
    batches = bind(net((1, 4), (1, 3)), data, Binding(), Sampling(size=150, seed=3, test=0.2))
    assert batches.test is not None
    seen = np.concatenate([np.asarray(part["x"]) for part in (batches.at(1), batches.test)])
    classes = np.concatenate([np.argmax(part["t"], axis=1) for part in (batches.at(1), batches.test)])
    assert len(np.asarray(batches.test["x"])) == 30
    rows = sorted([*row, kind] for row, kind in zip(seen.tolist(), classes.tolist(), strict=True))
    assert rows == sorted([*row, kind] for row, kind in zip(data.features.tolist(), data.targets.tolist(), strict=True))


def test_columns_go_to_leaves_of_their_own() -> None:
    nodes = [Node(name, "input", value=0.0) for name in ("a", "b", "t")]
    nodes += [Node("s", "mul", ("a", "b")), Node("loss", "identity_with_loss", ("s", "t"))]
    data = DATASETS["xor"].load(0)
    batch = bind(Graph(tuple(nodes)), data, Binding({"a": "x1", "b": "x2"}), Sampling(4, shuffle=False)).at(1)
    assert {node: np.asarray(value).tolist() for node, value in batch.items()} == {
        "a": [0, 0, 1, 1], "b": [0, 1, 0, 1], "t": [0, 1, 1, 0],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("graph", "inputs", "targets", "code", "says"),
    [
        (net((1, 5), (1,), 5), None, None, "shape-mismatch", "x has shape (1, 5), in which rows of 4 do not fit"),
        (net((1, 4), (1, 2)), None, None, "shape-mismatch", "one-hot rows of 3"),
        (net((1, 4), (1,)), "nobody", None, "unknown-node", "nobody"),
        (net((1, 4), (1,)), "s", None, "not-a-leaf", "s is computed"),
        (net((1, 4), (1,)), {"x": "weight"}, None, "unknown-column", "sepal_length"),
        (
            Graph((Node("x", "input", value=1.0), Node("y", "square", ("x",)))),
            None, None, "untold-leaf", "which leaf takes the targets",
        ),
        (
            Graph((*net((1, 4), (1,)).nodes, Node("z", "input", value=1.0))),
            None, None, "untold-leaf", "data leaves are x, t, z",
        ),
    ],
)  # fmt: skip
def test_what_can_not_be_bound_says_why(
    graph: Graph, inputs: str | Mapping[str, str] | None, targets: str | None, code: str, says: str
) -> None:
    with pytest.raises(GraphError) as caught:
        bind(graph, DATASETS["iris"].load(0), Binding(inputs, targets), Sampling())
    (fault,) = caught.value.faults
    assert fault.code == code
    assert says in fault.detail
