"""What could be better about a right answer: it is correct all the same, and hears of it."""

from collections.abc import Callable

from .comparing import holds_float32, holds_floats, in_float64
from .fake_gpu import lies_elsewhere, pretend_gpu, send
from .mistakes import INPUT_CHANGED, ONLY_CPU, ONLY_FLOAT32, Mistake
from .sandbox import Outcome, TooSlow, call
from .source_code import names_used

__all__ = ["input_changed", "only_cpu", "only_float32"]

# Where these compute, a pretended GPU loses sight of its tensors: see fake_gpu.py.
BEYOND_PRETENDING = {"vmap", "jacrev", "jacfwd", "vjp", "functional_call", "fuse_conv_bn_weights", "compile"}


def input_changed(outcomes: list[Outcome]) -> Mistake | None:
    """If one of the calls changed what it was given."""
    names = [name for outcome in outcomes for name in outcome.changed]
    return INPUT_CHANGED.filled_in(names=f"`{'`, `'.join(dict.fromkeys(names))}`") if names else None


def only_float32(attempt: Callable, names: list[str], case: tuple) -> Mistake | None:
    """If a function that is right for a case fails on the same numbers in float64, or returns float32."""
    if not holds_floats(case):
        return None
    outcome = call(attempt, names, tuple(map(in_float64, case)))
    if outcome.error is not None or holds_float32(outcome.value):
        return None if isinstance(outcome.error, TooSlow) else ONLY_FLOAT32
    return None


def only_cpu(attempt: Callable, names: list[str], case: tuple) -> Mistake | None:
    """If a function that is right for a case would fail on a GPU, or bring the result back to the CPU."""
    if not holds_floats(case) or names_used(attempt) & BEYOND_PRETENDING:
        return None

    def on_a_gpu(*inputs: object) -> object:
        with pretend_gpu():
            return attempt(*send(inputs))

    outcome = call(on_a_gpu, names, case)
    if outcome.error is not None:
        return None if isinstance(outcome.error, TooSlow) else ONLY_CPU
    return None if lies_elsewhere(outcome.value) else ONLY_CPU
