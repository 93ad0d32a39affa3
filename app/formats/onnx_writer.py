"""Graphs as ONNX models: the way forward as other programs run and draw it.

Numbers are in double precision but for the operators that ONNX Runtime has in single precision alone, such as Conv.

A node's value has the node's id as its name and its label as its text. Inputs are inputs of the model that have their
values as defaults; parameters and constants are initializers.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from app import __version__
from app.core.build import FreshNames
from app.core.graph import Graph
from app.core.layer import Layer
from app.core.sentences import one_line
from app.core.spelling import Term
from app.core.tensor import Shape, Value
from app.formats.code_program import opened
from app.formats.format import Exporter, ExportOptions

if TYPE_CHECKING:
    import onnx

_OPSET: Final = 21
_IR: Final = 10


def missing() -> str | None:
    """What to install where the package isn't there."""
    return None if importlib.util.find_spec("onnx") else 'ONNX needs a package more: pip install "backarrow[onnx]"'


def write_onnx(graph: Graph, options: ExportOptions) -> bytes:
    """The model as a file.

    Raises :class:`app.core.errors.GraphError` for a graph that can't run, or holds an op that ONNX can't say.
    """
    return onnx_model(graph, options).SerializeToString()


def onnx_model(graph: Graph, options: ExportOptions) -> onnx.ModelProto:
    """The model, not yet as bytes; raises what :func:`write_onnx` does."""
    from onnx import helper

    title = graph.title
    graph, run = opened(graph, options, "ONNX", _says)
    plan, build = run.plan, _Build(graph)
    inputs = []
    for slot, place in plan.leaves:
        node, op = graph.nodes[place], plan.ops[slot]
        if node.value is not None:
            build.initializer(node.id, node.value)
        if op.asks_gradient and not op.is_trained:
            inputs.append(_described(node.id, plan.shapes[slot], node.label))
    for slot, _, taken in plan.steps:
        layer = run.layers[slot]
        if layer is not None:
            node_id = plan.ids[slot]
            terms = [Term(plan.ids[source], plan.shapes[source]) for source in taken]
            build.finish(node_id, layer.onnx(build, *terms), graph[node_id].label)
    values = [_described(plan.ids[step.slot], plan.shapes[step.slot]) for step in plan.steps]
    output = _described(plan.ids[plan.output], plan.shapes[plan.output])
    described = helper.make_graph(
        build.nodes, "graph", inputs, [output], build.initializers, value_info=[v for v in values if v != output]
    )
    return helper.make_model(
        described, opset_imports=[helper.make_opsetid("", _OPSET)], ir_version=_IR, doc_string=one_line(title),
        producer_name="backarrow", producer_version=__version__,
    )  # fmt: skip


def _described(name: str, shape: Shape, label: str | None = None) -> onnx.ValueInfoProto:
    """A value of the model: its name, its type and shape, its label."""
    from onnx import TensorProto, helper

    return helper.make_tensor_value_info(name, TensorProto.DOUBLE, shape, doc_string=one_line(label or ""))


def _says(layer: Layer, terms: Sequence[Term]) -> bool:
    return layer.onnx(_Build(Graph(())), *terms) is not None


class _Build:
    """Collects the nodes of a model; an :class:`app.core.spelling.OnnxNodes`."""

    def __init__(self, graph: Graph) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.initializers: list[onnx.TensorProto] = []
        self._names = FreshNames(graph)
        self._constants: dict[tuple[str, Shape, bytes], str] = {}

    def node(self, operator: str, *inputs: Term | str, **attributes: Any) -> str:
        """A node; the name of its output."""
        from onnx import helper

        name = self._names.fresh(f"{operator}_value")
        given = {key: _attribute(value) for key, value in attributes.items() if value is not None}
        self.nodes.append(helper.make_node(operator, list(map(str, inputs)), [name], name, **given))
        return name

    def constant(self, value: Any) -> str:
        """An initializer of its own; the same one for the same numbers."""
        array = np.asarray(value)
        key = (array.dtype.str, array.shape, array.tobytes())
        if key not in self._constants:
            self._constants[key] = self._names.fresh("number")
            self.initializer(self._constants[key], array)
        return self._constants[key]

    def initializer(self, name: str, value: Value | np.ndarray[Any, Any]) -> None:
        """A value that the model brings along."""
        from onnx import numpy_helper

        self.initializers.append(numpy_helper.from_array(np.asarray(value), name))

    def finish(self, node_id: str, made: str | None, label: str | None) -> None:
        """Gives what was made of a node its id as the name."""
        if not self.nodes or self.nodes[-1].output[0] != made:
            self.node("Identity", str(made))
        last = self.nodes[-1]
        last.name = last.output[0] = node_id
        last.doc_string = one_line(label or "")


def _attribute(value: Any) -> Any:
    """An attribute as ONNX has it: types are numbers there."""
    from onnx import helper

    return helper.np_dtype_to_tensor_dtype(value) if isinstance(value, np.dtype) else value


EXPORTER: Final = Exporter(
    "onnx",
    "ONNX, forward only",
    "application/octet-stream",
    ".onnx",
    write_onnx,
    missing,
    doc="The way forward as a model for ONNX Runtime and others.",
)
