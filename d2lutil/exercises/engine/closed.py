"""Questions with one right answer: a value to predict, a letter to pick."""

import inspect
from collections.abc import Callable, Sequence
from typing import Unpack

import torch

from ...i18n import docstring_in, say
from .comparing import difference
from .mistakes import Mistake
from .question import Question, Text, Words
from .reading import letter_of, numbers_of
from .verdict import Verdict, shown

__all__ = ["Choice", "Prediction", "choice", "prediction"]

WIDEST = 100  # a longer comment stands above its line


class Prediction(Question):
    """A value to predict; see :func:`prediction`."""

    def __init__(self, answer: Callable, *, mistakes: Sequence[Mistake], tolerance: float, **words: Unpack[Words]):
        super().__init__(answer, **words)
        self.mistakes, self.tolerance = tuple(mistakes), tolerance

    def _judge(self, attempt: object) -> Verdict:
        right = self.found()
        given, attempt = attempt, _as_numbers(attempt, right)
        if attempt is None:
            return self._not_yet(None, _wanted(given, right))
        complaint = difference(attempt, right, self.tolerance)
        if complaint is None:
            return self._correct()
        for mistake in self.mistakes:
            if mistake.wrong and difference(attempt, mistake.wrong(), self.tolerance) is None:
                return self._not_yet(mistake)
        # The right value stays hidden, or there would be nothing left to predict.
        return self._not_yet(None, _shape_complaint(attempt, right))

    def _answer_in_words(self) -> str:
        return say("Answer: ", "答案：") + f"`{_plain(self.found())}`"

    def stub(self, lang: str) -> str:
        comment = docstring_in(inspect.getdoc(self.answer) or "", lang)
        beside = f"{self.name} = ...  # {comment}" if comment else f"{self.name} = ..."
        return beside if len(beside) <= WIDEST else f"# {comment}\n{self.name} = ..."

    def filled_in(self) -> str:
        return f"{self.name} = {_plain(self.found())}"


class Choice(Question):
    """A letter to pick; see :func:`choice`."""

    def __init__(self, answer: Callable, *, options: dict[str, Text], wrong: dict[str, Text], **words: Unpack[Words]):
        super().__init__(answer, **words)
        self.options, self.wrong = dict(options), dict(wrong)
        if not set(self.wrong) < set(self.options):
            raise ValueError(f"{self.key} has the options {list(self.options)}, and wrong ones {list(self.wrong)}")

    @property
    def letters(self) -> list[str]:
        return list(self.options)

    def text(self, lang: str) -> str:
        options = (f"- **{letter}** {text[lang == 'zh']}" for letter, text in self.options.items())
        return "\n".join([super().text(lang), "", *options])

    def stub(self, lang: str) -> str:
        *letters, last = (f'"{letter}"' for letter in self.options)
        others, either = (", ".join(letters), "or") if lang == "en" else ("、".join(letters), "或")
        return f"{self.name} = ...  # {others} {either} {last}"

    def _judge(self, attempt: object) -> Verdict:
        letter = letter_of(attempt, self.options)
        if letter == self.found():
            return self._correct()
        if letter in self.wrong:
            return Verdict(self.key, "not yet", [say(*self.wrong[letter])], mistake=f"chose {letter}")
        letters = say(", ", "、").join(f'"{one}"' for one in self.letters)
        return self._not_yet(
            None, say(f"Answer with one of the letters {letters}; you gave {shown(attempt)}.",
                      f"请从 {letters} 中选一个字母作答；你给出的是 {shown(attempt)}。")
        )  # fmt: skip

    def _answer_in_words(self) -> str:
        return say("Answer: ", "答案：") + f'`"{self.found()}"`'

    def filled_in(self) -> str:
        return f'{self.name} = "{self.found()}"'


def prediction(
    *,
    en: str,
    zh: str,
    hints: Sequence[Text],
    because: Text,
    mistakes: Sequence[Mistake] = (),
    tolerance: float = 1e-3,
    effort: str = "",
) -> Callable[[Callable], Prediction]:
    """Make a question for a value of the function that computes it.

    The docstring says in one line what form the value has, and stands beside the ``...`` of the stub; a paragraph
    ``zh: ...`` is its Chinese. ``mistakes`` are made by functions without arguments that return the wrong value
    which they explain. The other parameters are those of :func:`exercise`.
    """
    return lambda answer: Prediction(
        answer, en=en, zh=zh, effort=effort, hints=hints, because=because, mistakes=mistakes, tolerance=tolerance
    )


def choice(
    *,
    en: str,
    zh: str,
    options: dict[str, Text],
    hints: Sequence[Text],
    because: Text,
    wrong: dict[str, Text],
    effort: str = "",
) -> Callable[[Callable], Choice]:
    """Make a multiple-choice question of a function that finds out which letter is right.

    ``options`` holds what there is to choose from, by letter; ``wrong`` says of every other letter why it is wrong. The
    other parameters are those of :func:`exercise`.
    """
    return lambda answer: Choice(
        answer, en=en, zh=zh, effort=effort, options=options, hints=hints, because=because, wrong=wrong
    )


def _as_numbers(attempt: object, right: object) -> object | None:
    """The attempt with texts in it read as numbers, where numbers are asked for; None if one cannot be read."""
    if isinstance(attempt, str):
        return numbers_of(attempt)
    if isinstance(attempt, (list, tuple)):
        if len(attempt) == 1 and isinstance(right, (int, float)):
            return _as_numbers(attempt[0], right)
        parts = [_as_numbers(part, None) for part in attempt]
        return None if any(part is None for part in parts) else parts
    return attempt


def _as_list(value: object) -> object:
    """Tensors and NumPy's arrays as the lists that they hold."""
    return value.tolist() if hasattr(value, "tolist") else value


def _wanted(given: object, right: object) -> str:
    """What form of answer is asked for, which does not give the answer away."""
    right = _as_list(right)
    if isinstance(right, (list, tuple)):
        return say(f"A list of {len(right)} is asked for; you gave {shown(given)}.",
                   f"这里要的是长度为 {len(right)} 的列表；你给出的是 {shown(given)}。")  # fmt: skip
    return say(f"A number is asked for; you gave {shown(given)}.", f"这里要的是一个数；你给出的是 {shown(given)}。")


def _shape_complaint(mine: object, right: object) -> str:
    """A word on the form of a wrong prediction that does not give the answer away."""
    right, mine = _as_list(right), _as_list(mine)
    if isinstance(right, (list, tuple)) and not isinstance(mine, (list, tuple)):
        return _wanted(mine, right)
    if isinstance(right, (list, tuple)) and isinstance(mine, (list, tuple)) and len(mine) == len(right) > 1:
        hits = sum(difference(one, other, 1e-3) is None for one, other in zip(mine, right, strict=True))
        return say(f"{hits} of {len(right)} are right.", f"{len(right)} 个中有 {hits} 个是对的。")
    return say("That is not the result.", "结果不对。")


def _plain(value: object) -> str:
    """A value as a reader would type it."""
    if isinstance(value, torch.Tensor):
        value = value.tolist()
    return repr(value)
