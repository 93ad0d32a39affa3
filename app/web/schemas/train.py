"""``/api/train`` and ``/api/optimizers``."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    StrictBool,
    StrictInt,
    StrictStr,
    Tag,
    model_validator,
)

from app.formats.document import Coordinate, GraphDocument, LeafField, NodeId
from app.web.schemas.catalogue import OpParam
from app.web.schemas.values import TAGS, Request, WireNumber

MAX_STEPS: Final = 1_000_000

LISTED, ROWS, SINGLE = TAGS
Name = Annotated[StrictStr, Field(max_length=64)]
Seed = Annotated[StrictInt, Field(ge=0, lt=2**53)]
Count = Annotated[StrictInt, Field(ge=1, le=MAX_STEPS)]
Batch = dict[NodeId, LeafField]


class OptimizerSettings(BaseModel):
    """An optimizer with its settings, which ``/api/optimizers`` lists; a ``rate`` may be called ``lr``."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, Coordinate]

    name: Name


class Initialise(Request):
    """What the parameters start from: weights drawn from a normal distribution, biases 0."""

    method: Literal["normal", "xavier", "he"]
    std: Annotated[float, Field(gt=0, le=1e6)] | None = Field(None, description="of normal; 0.01 where left out")
    seed: Seed = 0


class DataBatches(Request):
    """Batches of a data set's rows: one of ``/api/datasets``, or the text of a table."""

    data: Name | None = Field(None, description="a name of /api/datasets; the field may be called dataset too")
    csv: StrictStr | None = Field(None, description="numbers, a row a line; the first line may name the columns")
    target: Name | None = Field(None, description="the table's target, a column by its name or number; the last one")
    inputs: NodeId | dict[NodeId, Name] | None = Field(
        None, description="the leaf that takes the features, or by leaf the column that it takes"
    )
    targets: NodeId | None = Field(None, description="the leaf that takes the targets; the label of the loss")
    size: Annotated[StrictInt, Field(ge=1, le=100_000)] = Field(32, description="rows in a batch")
    seed: Seed = Field(0, description="of the split, of the rows' order, and of data that is made")
    shuffle: StrictBool = True
    test: Annotated[float, Field(ge=0, lt=1)] | None = Field(
        None, description="the part of the rows to test with; 0.2, and none where there are fewer than 20 rows"
    )
    standardise: StrictBool = Field(False, description="whether columns are brought to mean 0 and deviation 1")

    @model_validator(mode="before")
    @classmethod
    def _by_either_name(cls, data: Any) -> Any:
        if isinstance(data, dict) and "data" not in data and "dataset" in data:
            return {"data" if name == "dataset" else name: value for name, value in data.items()}
        return data


class TrainState(BaseModel):
    """What there is to go on from besides the parameters. The order of the rows follows from ``step``."""

    model_config = ConfigDict(extra="forbid", arbitrary_types_allowed=True)

    step: Annotated[StrictInt, Field(ge=0, lt=2**53)]
    optimizer: Name
    moments: dict[NodeId, dict[Name, LeafField]]


def _kind_of_batches(data: Any) -> str:
    if isinstance(data, list):
        return LISTED
    names_data = isinstance(data, dict) and any(isinstance(data.get(key), str) for key in ("data", "dataset", "csv"))
    return ROWS if names_data or isinstance(data, DataBatches) else SINGLE


def _named(field: str, model: type[BaseModel]) -> BeforeValidator:
    """A name alone stands for the object that holds no more."""
    return BeforeValidator(
        lambda data: {field: data} if isinstance(data, str) else data, json_schema_input_type=str | model
    )


class TrainRequest(Request):
    """A graph to train: its parameters follow the gradient of its output down."""

    graph: GraphDocument
    steps: Count
    optimizer: Annotated[OptimizerSettings, _named("name", OptimizerSettings)]
    batches: (
        Annotated[
            Annotated[list[Batch], Field(min_length=1, max_length=10_000), Tag(LISTED)]
            | Annotated[DataBatches, Tag(ROWS)]
            | Annotated[Batch, Tag(SINGLE)],
            Discriminator(_kind_of_batches),
        ]
        | None
    ) = Field(
        None,
        description="a list of values by leaf, a step each and again from the first; one such; or rows of a data set. "
        "Leaves that aren't named, and all where this is left out, keep the graph's values",
    )
    output: NodeId | None = Field(None, description="stands in for the document's own output; the loss")
    scores: NodeId | None = Field(None, description="the scores of classes, where the loss itself doesn't tell them")
    targets: NodeId | None = Field(None, description="the classes that are meant, to go with scores")
    initialise: Annotated[Initialise, _named("method", Initialise)] | None = None
    state: TrainState | None = Field(None, description="of an earlier answer's last line, to go on from")
    every: Count | None = Field(None, description="report every so many steps; so that at most 1,000 are, if left out")
    test_every: Count = Field(20, description="try the test data every so many steps")
    gradients: StrictBool = Field(False, description="whether to report the lengths of the gradients")


class TrainLine(BaseModel):
    """A step: the loss and the metrics of its batch before the parameters moved.

    ``metrics``: ``accuracy`` where classes are judged; in some lines ``test_loss`` and ``test_accuracy``. ``gradients``
    are their 2-norms by node, null where not asked for. Times are in seconds.
    """

    step: int
    loss: WireNumber
    metrics: dict[str, WireNumber]
    gradients: dict[str, WireNumber] | None
    elapsed: float
    remaining: float


class TrainStop(BaseModel):
    """Why training ended early: numbers that aren't finite, the deadline, or a fault of the graph."""

    code: str
    detail: str


class TrainEnd(TrainLine):
    """The last line: the last step once more, and the trained graph. ``scores`` is the node that holds them, if any."""

    graph: GraphDocument
    state: TrainState
    scores: str | None
    stopped: TrainStop | None


class OptimizerEntry(BaseModel):
    """An optimizer."""

    name: str
    title: str
    doc: str
    latex: str
    params: list[OpParam]
