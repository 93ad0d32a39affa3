"""ONNX's operators in our ops: a file a family, each operator a function that registers itself by its name."""

from app.formats.onnx.operators import elementwise, layers, reductions, shapes
from app.formats.onnx.operators.registry import OPERATORS

__all__ = ["OPERATORS", "elementwise", "layers", "reductions", "shapes"]
