"""Names in LaTeX: a person's text as text, and no two nodes alike."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.graph import Node
from app.core.naming import latex_id, latex_names, latex_text
from app.core.sentences import one_line


@pytest.mark.parametrize(
    ("name", "latex"),
    [
        ("x", "x"), ("x1", "x_{1}"), ("w_10", "w_{10}"), ("alpha", r"\alpha"), ("beta2", r"\beta_{2}"),
        ("apple", r"\mathrm{apple}"), ("one_more", r"\mathrm{one\_more}"), ("_", r"\mathrm{\_}"),
    ],
)  # fmt: skip
def test_ids_are_set_as_mathematics(name: str, latex: str) -> None:
    assert latex_id(name) == latex


def names(*pairs: tuple[str, str | None]) -> list[str]:
    return list(latex_names([Node(node_id, "input", value=1.0, label=label) for node_id, label in pairs]).values())


def test_a_label_is_the_name_unless_it_reads_like_anothers() -> None:
    assert names(("a", "apple price"), ("b", None)) == [r"\text{apple price}", "b"]
    assert names(("a", "b"), ("b", None)) == ["a", "b"]
    assert names(("p", "same one"), ("q", "same one"), ("r", "r 2")) == ["p", "q", r"\text{r 2}"]
    assert names(("x1", None), ("x_1", None), ("y", "my label")) == [
        r"\mathrm{x1}",
        r"\mathrm{x\_1}",
        r"\text{my label}",
    ]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["a", "b", "x1", "x_1", "x_", "xy"]), st.sampled_from(["a", "b", "x_1", "", "x 1", "{"])
        ),
        unique_by=lambda pair: pair[0],
    )
)
def test_no_two_names_are_alike(pairs: list[tuple[str, str]]) -> None:
    found = names(*pairs)
    assert len(set(found)) == len(found)


def test_a_long_label_is_cut() -> None:
    assert names(("a", "long " * 40)) == [r"\text{long long long long long long long long…}"]
    assert names(("a", "l" * 199 + "1"), ("b", "l" * 199 + "2")) == ["a", "b"]


def test_labels_in_a_long_chain_still_differ() -> None:
    found = names(("n0", "n99"), *((f"n{n}", f"n{n - 1}") for n in range(1, 100)), ("m", "n0"))
    assert len(set(found)) == len(found)


@given(st.text(max_size=30))
def test_nothing_of_a_text_is_obeyed(text: str) -> None:
    written = latex_text(text)
    assert written.startswith(r"\text{")
    assert written.endswith("}")
    inner = written[len(r"\text{") : -1]
    for word, char in ((r"\textbackslash{}", ""), (r"\textasciicircum{}", ""), (r"\textasciitilde{}", "")):
        inner = inner.replace(word, char)
    for char in "{}$&#%_":
        inner = inner.replace(f"\\{char}", "")
    assert not set(inner) & set("\\{}$&#%_^~\n\r\x0b\x85\u2028\u2029")


@given(st.text(max_size=30))
def test_one_line_is_one(text: str) -> None:
    assert len(one_line(text).splitlines()) <= 1
