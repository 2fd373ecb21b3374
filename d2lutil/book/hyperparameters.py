"""What the classes of the book's edition 1.0 are made with: arguments that are kept, methods that are added later."""

import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

__all__ = ["HyperParameters", "add_to_class"]

Function = TypeVar("Function", bound=Callable)


def add_to_class(Class: type) -> Callable[[Function], Function]:
    """A decorator that makes a function a method of ``Class``, for objects that exist already, too.

    >>> class Classifier(HyperParameters): ...
    >>> model = Classifier()
    >>> @add_to_class(Classifier)
    ... def greet(self):
    ...     return f"I am a {type(self).__name__}"
    >>> model.greet()
    'I am a Classifier'
    """

    def register(function: Function) -> Function:
        setattr(Class, function.__name__, function)
        return function

    return register


class HyperParameters:
    """Objects that keep the arguments they were made with.

    >>> class Net(HyperParameters):
    ...     def __init__(self, lr, num_classes=10):
    ...         self.save_hyperparameters(ignore=["num_classes"])
    >>> net = Net(lr=0.1)
    >>> net.lr, net.hparams
    (0.1, {'lr': 0.1})
    """

    hparams: dict[str, Any]

    if TYPE_CHECKING:  # save_hyperparameters() makes attributes that no type checker can know

        def __getattr__(self, name: str) -> Any: ...

    def save_hyperparameters(self, ignore: Sequence[str] = ()) -> None:
        """Called inside ``__init__``: make an attribute, and an entry of ``hparams``, of each of its local variables
        but ``self``, those in ``ignore`` and those that begin with an underscore."""
        local = sys._getframe(1).f_locals
        self.hparams = {k: v for k, v in local.items() if k != "self" and k not in ignore and not k.startswith("_")}
        for name, value in self.hparams.items():
            setattr(self, name, value)
