"""Every slip by name, the likeliest first: of two that lead to the same number, the earlier one is told first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Slip:
    """One way to go wrong on the way back.

    ``detail`` says what happened, with ``{node}`` for the node where it did and ``{source}`` for the one whose gradient
    came out wrong; ``hint`` is the rule to remember.
    """

    code: str
    title: str
    detail: str
    hint: str

    def at(self, node: str, source: str) -> str:
        """``detail`` with names."""
        return self.detail.format(node=node, source=source)


_SLIPS: Final[list[Slip]] = []


def _slip(code: str, title: str, detail: str, hint: str) -> Slip:
    slip = Slip(code, title, detail, hint)
    _SLIPS.append(slip)
    return slip


CORNER = _slip(
    "corner", "Another convention at a corner",
    "{node} has a corner here, or two equal inputs of which it takes one: there is no derivative, and this is what "
    "another convention sends to {source}.",
    "At a corner backpropagation takes a number between the slopes of both sides: here 0 for ReLU and |x|, and equal "
    "parts for equal maxima. Others may choose otherwise.",
)  # fmt: skip
USES_OVERWRITTEN = _slip(
    "uses-overwritten", "The last use overwrote the others",
    "{source} is used more than once. Only the share that came back last was kept; it replaced the others.",
    "Shares are added: write +=, not =, where a node is used more than once.",
)  # fmt: skip
USE_FORGOTTEN = _slip(
    "use-forgotten", "A use was forgotten",
    "{source} is used more than once, and not every use's share was added.",
    "Every arrow that leaves a node brings a share of its gradient back. Count the arrows, then add all the shares.",
)  # fmt: skip
TARGET_FORGOTTEN = _slip(
    "target-forgotten", "The target was not subtracted",
    "{node} sends back how far the prediction is from the target; here the prediction alone was sent.",
    "The backward step of such a loss starts with the difference of prediction and target.",
)  # fmt: skip
COUNT_FORGOTTEN = _slip(
    "count-forgotten", "The division by the count is missing",
    "{node} averages, and the 1/N of the average was left out of what it sends back.",
    "What is divided by N forward is divided by N backward.",
)  # fmt: skip
COUNT_TWICE = _slip(
    "count-twice", "Divided by the count twice",
    "{node} averages, and the 1/N of the average was taken twice.",
    "Divide by N once: in the loss, and not once more in the gradients.",
)  # fmt: skip
COUNTED_ELEMENTS = _slip(
    "counted-elements", "Divided by the number of elements",
    "{node} averages over the samples of the batch; here every element of every sample was counted.",
    "N is the number of samples (rows), not of samples times classes.",
)  # fmt: skip
COUNTED_SAMPLES = _slip(
    "counted-samples", "Divided by the number of samples",
    "{node} averages over every element; here only the samples of the batch were counted.",
    "N is the number of all elements, samples times outputs.",
)  # fmt: skip
HALF_FORGOTTEN = _slip(
    "half-forgotten", "The ½ was forgotten",
    "{node} has a factor ½, which cancels the 2 that the square's derivative brings; here the 2 stayed.",
    "The derivative of ½ e² is e, not 2e.",
)  # fmt: skip
TRANSPOSE_MISSING = _slip(
    "transpose-missing", "A transpose is missing",
    "In what {node} sends to {source} a matrix was used as it stands where its transpose is needed.",
    "For Y = X · W: dX = dY · Wᵀ and dW = Xᵀ · dY.",
)  # fmt: skip
PRODUCT_ORDER = _slip(
    "product-order", "The factors of a matrix product are the wrong way round",
    "What {node} sends to {source} is a product of matrices whose order was exchanged.",
    "For Y = X · W: dX = dY · Wᵀ and dW = Xᵀ · dY. Matrix products can't be reordered.",
)  # fmt: skip
TRANSPOSED = _slip(
    "transposed", "The gradient is transposed",
    "The gradient that {node} sends to {source} has the right numbers, with rows and columns exchanged.",
    "A gradient has the shape of what it belongs to. For Y = X · W: dX = dY · Wᵀ and dW = Xᵀ · dY.",
)  # fmt: skip
CROSS_TERMS_FORGOTTEN = _slip(
    "cross-terms-forgotten", "Only the diagonal was counted",
    "Every result of {node} depends on every input; here each input was given its own result's part only.",
    "In a softmax one score moves all probabilities: y · (upstream − Σ upstream · y).",
)  # fmt: skip
MASK_INVERTED = _slip(
    "mask-inverted", "The mask is the wrong way round",
    "{node} treats positive and negative inputs differently; the gradient passed where it is held back, and the other "
    "way round.",
    "The gradient passes where the input was positive on the way forward.",
)  # fmt: skip
MASK_BY_UPSTREAM = _slip(
    "mask-by-upstream", "The mask looks at the gradient",
    "Whether {node} passes the gradient on was decided by the sign of the gradient, not by the sign of the input.",
    "The mask is made on the way forward, from the input, and kept.",
)  # fmt: skip
OVERLAP_OVERWRITTEN = _slip(
    "overlap-overwritten", "Overlapping windows overwrote each other",
    "Windows of {node} overlap: an element of {source} was in several, and only the last one's part was kept.",
    "An element's gradient is the sum over all windows that held it: += where the windows go back, not =.",
)  # fmt: skip
KERNEL_FLIPPED = _slip(
    "kernel-flipped", "The kernel is turned around",
    "In what {node} sends to {source} the kernel runs the wrong way round.",
    "Forward, y(i) takes w(u) · x(i + u). Back, x(h) is sent w(u) · upstream(h − u): the kernel slides flipped. "
    "The kernel's own gradient isn't.",
)  # fmt: skip
STATISTICS_HELD = _slip(
    "statistics-held", "The mean or the variance was taken for a constant",
    "{node} works out mean and variance from its input; here at least one of them was treated as if it stood still.",
    "Every element moves the mean and the variance, and with them every result: "
    "dx = γ/σ · (g − mean(g) − x̂ · mean(g · x̂)), g the upstream gradient.",
)  # fmt: skip
SCALE_FORGOTTEN = _slip(
    "scale-forgotten", "The scale was forgotten",
    "What {node} lets through it scales, forward and so backward too; here the gradient passed without it.",
    "Dropout sends back upstream · mask / (1 − rate).",
)  # fmt: skip
FACTOR_FORGOTTEN = _slip(
    "factor-forgotten", "A factor of the derivative is missing",
    "The local derivative of {node} with respect to {source} is a product of which one factor was left out.",
    "Write the whole derivative down first: (xⁿ)′ = n·xⁿ⁻¹, (√x)′ = 1/(2√x), σ′ = y·(1 − y).",
)  # fmt: skip
TERM_FORGOTTEN = _slip(
    "term-forgotten", "A term of the product rule is missing",
    "{node} is a product in which {source} stands in both factors, and one of them was taken for a constant.",
    "(u·v)′ = u′·v + u·v′: both factors move when the input does.",
)  # fmt: skip
EXPONENT_KEPT = _slip(
    "exponent-kept", "The exponent was not lowered",
    "In the local derivative of {node} the exponent stayed as it was.",
    "(xⁿ)′ = n·xⁿ⁻¹: the exponent comes down as a factor and is then one smaller.",
)  # fmt: skip
SQUARE_FORGOTTEN = _slip(
    "square-forgotten", "A square is missing",
    "The local derivative of {node} with respect to {source} holds a square that was left out.",
    "(1/x)′ = −1/x², (x/y) by y is −x/y², tanh′ = 1 − y².",
)  # fmt: skip
INPUT_FOR_OUTPUT = _slip(
    "input-for-output", "The input stands where the output is meant",
    "The local derivative of {node} is written in its output, and its input was put in.",
    "In σ′ = y·(1 − y), exp′ = y or tanh′ = 1 − y² the y is what the node gave, not what it took.",
)  # fmt: skip
OUTPUT_FOR_INPUT = _slip(
    "output-for-input", "The output stands where the input is meant",
    "The local derivative of {node} is written in its input, and its output was put in.",
    "In (x²)′ = 2x or log′ = 1/x the x is what the node took, not what it gave.",
)  # fmt: skip
NOT_SUMMED = _slip(
    "not-summed", "The copies were not summed",
    "{source} was broadcast, to a batch for example: every copy gets a gradient, and they were left side by side.",
    "What was copied forward is summed backward: a bias gets the sum over the batch, in the bias's own shape.",
)  # fmt: skip
ONE_COPY = _slip(
    "one-copy", "Only one copy was counted",
    "{source} was broadcast, to a batch for example, and the gradient of one copy alone was taken.",
    "What was copied forward is summed backward: every row of the batch counts.",
)  # fmt: skip
AVERAGED = _slip(
    "averaged", "Averaged instead of summed",
    "{source} was broadcast, to a batch for example, and its copies' gradients were averaged.",
    "What was copied forward is summed backward; the average is the loss's affair.",
)  # fmt: skip
SIGN = _slip(
    "wrong-sign", "The sign is wrong",
    "What {node} sends to {source} has the right size and the wrong sign.",
    "Look at the sign of the local derivative: x − y is −1 in y, cos′ = −sin, (1/x)′ = −1/x².",
)  # fmt: skip
SWAPPED_INPUTS = _slip(
    "swapped-inputs", "The inputs are exchanged",
    "{node} sent {source} what belongs to its other input.",
    "In a product each input is sent upstream times the *other* input.",
)  # fmt: skip
LOCAL_FORGOTTEN = _slip(
    "local-forgotten", "The local derivative was forgotten",
    "{node} handed the upstream gradient on as it was, without its own derivative.",
    "Every step back multiplies: share = upstream × local derivative. Only a sum passes the gradient on unchanged.",
)  # fmt: skip
UPSTREAM_FORGOTTEN = _slip(
    "upstream-forgotten", "The upstream gradient was forgotten",
    "{node} sent {source} its local derivative alone.",
    "Every step back multiplies: share = upstream × local derivative.",
)  # fmt: skip
VALUE_AS_LOCAL = _slip(
    "value-as-local", "The value stands for the derivative",
    "As its local derivative {node} used its own value.",
    "Only exp is its own derivative.",
)  # fmt: skip
ADDED = _slip(
    "added", "Added instead of multiplied",
    "At {node} the local derivative was added to the upstream gradient.",
    "The chain rule multiplies along a path, and adds only where paths meet.",
)  # fmt: skip
USES_AVERAGED = _slip(
    "uses-averaged", "The uses were averaged",
    "{source} is used more than once, and the mean of the shares was taken.",
    "Shares of one node are added, however many there are.",
)  # fmt: skip
VALUE_FOR_GRADIENT = _slip(
    "value-for-gradient", "The value stands for the gradient",
    "This is the value of {source} from the way forward, not its gradient.",
    "The gradient says how the output moves when the node moves: it is found on the way back.",
)  # fmt: skip
SEED = _slip(
    "seed", "A wrong start",
    "{node} is where the way back begins, and its gradient is the one that is handed to it.",
    "The gradient of the output with respect to itself is 1, unless another upstream gradient is given.",
)  # fmt: skip

CATALOGUE: Final = tuple(_SLIPS)
RANK: Final = {slip: rank for rank, slip in enumerate(CATALOGUE)}
"""How far behind the likeliest a slip stands."""
