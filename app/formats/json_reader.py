"""Graph documents read from files."""

from __future__ import annotations

from typing import Final

from pydantic_core import from_json

from app.core.errors import Fault, GraphError
from app.formats.document import GraphDocument
from app.formats.format import Imported, Importer, ImportOptions, read_text


def read_json(content: bytes, _options: ImportOptions) -> Imported:
    """The graph of a document; its references are not looked at, so that an unfinished graph can be opened.

    Raises :class:`GraphError` for what isn't JSON, and Pydantic's ``ValidationError`` for what isn't a document.
    """
    text = read_text(content)
    try:
        data = from_json(text, allow_inf_nan=False)
    except ValueError as error:
        raise GraphError([Fault("not-json", f"the file is not JSON: {error}")]) from None
    return Imported(GraphDocument.model_validate(data).to_graph())


IMPORTER: Final = Importer("json", "Graph document", "application/json", (".json",), read_json)
