"""Questions for a function that the reader writes."""

import functools
import inspect
import zlib
from collections.abc import Callable, Collection, Sequence
from typing import Unpack

import torch

from ...i18n import language, say
from . import mistakes as known
from .cases import Draw
from .comparing import difference, size_of
from .mistakes import Mistake, seen_in
from .question import Question, Text, Words
from .remarks import input_changed, only_cpu, only_float32
from .sandbox import Outcome, TooSlow, call, time_limit, words_of
from .source_code import first_loop, names_used, parameters, parts
from .verdict import Evidence, Verdict

__all__ = ["Exercise", "exercise"]

SECONDS = 5.0  # for all cases of a check together
CASES = 30


class Exercise(Question):
    """A function to write; see :func:`exercise`."""

    def __init__(
        self,
        solution: Callable,
        *,
        truth: Callable | None,
        case: Callable[[Draw], tuple] | None,
        also: Sequence[tuple] | Callable[[], Sequence[tuple]],
        count: int,
        mistakes: Sequence[Mistake],
        observe: Callable | None,
        accepts: Callable | None,
        tolerance: float,
        loops: bool,
        without: Sequence[str],
        inputs_stay: bool,
        types: bool,
        devices: bool,
        given: str,
        **words: Unpack[Words],
    ):
        super().__init__(solution, **words)
        self.given = inspect.cleandoc(given)
        self.truth, self.observe, self.accepts = truth, observe, accepts
        self.mistakes, self.tolerance = tuple(mistakes), tolerance
        self.loops, self.without, self.inputs_stay = loops, tuple(without), inputs_stay
        self.types, self.devices = types, devices
        self._case, self._also, self._count = case, also, count
        self._truths: dict[int, object] = {}
        self._wrongs: dict[tuple[int, int], Outcome] = {}
        self.arguments = list(inspect.signature(solution).parameters)

    @functools.cached_property
    def cases(self) -> list[tuple]:
        """All cases, small ones first."""
        draw = Draw(seed=zlib.crc32(self.key.encode()))
        drawn = [self._case(draw) for _ in range(self._count)] if self._case else []
        also = self._also() if callable(self._also) else self._also
        return sorted([*also, *drawn], key=size_of) or [()]

    def _judge(self, attempt: object) -> Verdict:
        if not callable(attempt) or isinstance(attempt, torch.nn.Module):
            return self._not_yet(known.NOT_A_FUNCTION)
        if complaint := self._signature_complaint(attempt):
            return complaint
        for case in self.cases:  # all that is the exercise's own work is done before the clock runs
            self._expected(case)
        outcomes: list[Outcome] = []
        complaints: list[str | Mistake | None] = []
        remarks: list[Mistake] = []
        try:
            with time_limit(SECONDS):
                for case in self.cases:
                    outcomes.append(self._call(attempt, case))
                    complaints.append(self._complaint(outcomes[-1], case))
                    if complaints[-1] is known.ENDLESS:
                        break
                if not any(complaints):
                    remarks = self._remarks(attempt, outcomes)
        except TooSlow as error:  # it rang outside of the reader's function
            if len(complaints) < len(self.cases):
                outcomes[len(complaints) :] = [Outcome(error=error)]
                complaints.append(known.ENDLESS)
        failing = {number: complaint for number, complaint in enumerate(complaints) if complaint}
        if failing:
            return self._explain(attempt, outcomes, failing)
        return self._beyond_the_results(attempt, outcomes) or self._correct(remarks)

    def _call(self, function: Callable, case: tuple) -> Outcome:
        return call(function, self.arguments, case[: len(self.arguments)])

    def _signature_complaint(self, attempt: Callable) -> Verdict | None:
        try:
            inspect.signature(attempt).bind(*self.cases[0][: len(self.arguments)])
        except TypeError:
            wanted = f"{self.name}({', '.join(self.arguments)})"
            given = f"{getattr(attempt, '__name__', '?')}{inspect.signature(attempt)}"
            words = say(f"Wanted: `{wanted}`; yours: `{given}`.", f"题目是 `{wanted}`，你的是 `{given}`。")
            return self._not_yet(known.OTHER_ARGUMENTS, words)
        except ValueError:  # a function without a signature, such as some of torch's own
            return None
        return None

    def _expected(self, case: tuple) -> object:
        """What the truth says of one of the cases, worked out once; None where many results are right."""
        if self.truth and id(case) not in self._truths:
            self._truths[id(case)] = self.truth(*case)
        return self._truths.get(id(case))

    def _observed(self, value: object, case: tuple) -> object:
        """What is held against the truth; raises whatever the reader's value makes of it."""
        return self.observe(value, *case) if self.observe else value

    def _complaint(self, outcome: Outcome, case: tuple) -> str | Mistake | None:
        """What is wrong with the outcome of one case, or None."""
        if outcome.error is not None:
            return known.ENDLESS if isinstance(outcome.error, TooSlow) else known.AN_ERROR
        if outcome.value is None and not self._none_is_an_answer(case):
            return known.NOTHING_RETURNED
        if self.accepts:
            return _accepted(self.accepts, outcome.value, case)
        try:
            observed = self._observed(outcome.value, case)
        except Exception as error:
            return say(
                f"What your function returns cannot be used as the exercise says: {error}",
                f"你的函数返回的结果无法按题目的要求使用：{error}",
            )
        return difference(observed, self._expected(case), self.tolerance)

    def _none_is_an_answer(self, case: tuple) -> bool:
        return not self.accepts and not self.observe and self._expected(case) is None

    def _explain(self, attempt: Callable, outcomes: list[Outcome], failing: dict[int, str | Mistake]) -> Verdict:
        """The smallest failing case, and the mistake that it shows, if it is one that we know."""
        smallest, complaint = next(iter(failing.items()))
        outcome = outcomes[smallest]
        evidence = self._evidence(outcome, self.cases[smallest])
        mistake = self._same_as(outcomes)
        if isinstance(complaint, Mistake):
            words = words_of(outcome.error, attempt) if outcome.error is not None else ""
            return self._not_yet(mistake or complaint, words, evidence=evidence)
        return self._not_yet(mistake or self._visible_mistake(outcomes, failing), complaint, evidence=evidence)

    def _same_as(self, outcomes: list[Outcome]) -> Mistake | None:
        """The known mistake whose program gives the reader's results on every case."""
        for mistake in self.mistakes:
            if mistake.wrong and all(
                _same_outcome(self._wrong_outcome(mistake, case), outcome, self.tolerance)
                for case, outcome in zip(self.cases, outcomes, strict=False)
            ):
                return mistake
        return None

    def _wrong_outcome(self, mistake: Mistake, case: tuple) -> Outcome:
        """What a known mistake makes of one of the cases, worked out once as well."""
        key = id(mistake), id(case)
        if key not in self._wrongs:
            assert mistake.wrong
            outcome = self._call(mistake.wrong, case)
            if outcome.error is not None:  # without the frames, which hold on to all that was in them
                outcome.error = outcome.error.with_traceback(None)
            self._wrongs[key] = outcome
        return self._wrongs[key]

    def _visible_mistake(self, outcomes: list[Outcome], failing: Collection[int]) -> Mistake | None:
        """What can be seen without knowing the exercise."""
        if any(outcomes[number].error for number in failing):
            return None
        if changed := input_changed(outcomes):
            return changed
        if mistake := self._seen(outcomes, failing):
            return mistake
        square = [number for number, case in enumerate(self.cases) if _is_square(case)]
        if len(square) >= 3 and not set(square) & set(failing):
            return known.ONLY_SQUARE
        return None

    def _seen(self, outcomes: list[Outcome], failing: Collection[int]) -> Mistake | None:
        if self.accepts:
            return None
        failures = [(outcomes[number].value, self.cases[number]) for number in failing]
        try:
            return seen_in([(self._observed(value, case), self._expected(case)) for value, case in failures])
        except Exception:  # a value that cannot be observed shows nothing
            return None

    def _beyond_the_results(self, attempt: Callable, outcomes: list[Outcome]) -> Verdict | None:
        """All results are right. Is the way there as the exercise asks?"""
        if not self.loops and (line := first_loop(attempt)):
            return self._not_yet(known.PYTHON_LOOP, say(f"Here: `{line}`.", f"在这里：`{line}`。"))
        if used := names_used(attempt) & set(self.without):
            names = "`" + "`, `".join(sorted(used)) + "`"
            return self._not_yet(known.NOT_ALLOWED, say(f"Used: {names}.", f"用到了：{names}。"))
        if self.inputs_stay and (changed := input_changed(outcomes)):
            first = next(number for number, outcome in enumerate(outcomes) if outcome.changed)
            return self._not_yet(changed, evidence=self._evidence(outcomes[first], self.cases[first]))
        return None

    def _remarks(self, attempt: Callable, outcomes: list[Outcome]) -> list[Mistake]:
        """What could be better, though the text asks for no more."""
        case = self.cases[-1][: len(self.arguments)]
        found = [
            input_changed(outcomes),
            only_float32(attempt, self.arguments, case) if self.types else None,
            only_cpu(attempt, self.arguments, case) if self.devices else None,
        ]
        return [remark for remark in found if remark]

    def _evidence(self, outcome: Outcome, case: tuple) -> Evidence:
        given = list(zip(self._names(case), case, strict=False))
        expected, got = self.truth(*case) if self.truth else None, None  # the reader's own copy
        if outcome.error is None:
            try:
                got = self._observed(outcome.value, case)
            except Exception:
                got = outcome.value
        return Evidence(given, expected, got, outcome.printed)

    def _names(self, case: tuple) -> list[str]:
        """The names of a case's items: the function's own, then those that `observe` or the truth gives to the rest."""
        if judge := self.observe or self.accepts:
            named = parameters(judge)[1:]  # the first one is the result
        else:
            named = parameters(self.truth) if self.truth else []
        named = named if len(named) == len(case) else []
        return [*self.arguments, *named[len(self.arguments) :]][: len(case)]

    def stub(self, lang: str) -> str:
        signature, docstring, _ = parts(self.source(lang))
        return f"{signature}{docstring}    ..."

    def filled_in(self) -> str:
        return self.source(language()).rstrip()


def exercise(
    *,
    en: str,
    zh: str,
    hints: Sequence[Text],
    truth: Callable | None = None,
    case: Callable[[Draw], tuple] | None = None,
    also: Sequence[tuple] | Callable[[], Sequence[tuple]] = (),
    count: int = CASES,
    mistakes: Sequence[Mistake] = (),
    observe: Callable | None = None,
    accepts: Callable | None = None,
    tolerance: float = 1e-4,
    loops: bool = True,
    without: Sequence[str] = (),
    inputs_stay: bool = False,
    types: bool = True,
    devices: bool = True,
    because: Text = ("", ""),
    effort: str = "",
    given: str = "",
) -> Callable[[Callable], Exercise]:
    """Make an exercise of its worked solution.

    The function's signature and docstring are the stub's. A paragraph ``zh: ...`` of the docstring is the Chinese of
    the one above it, a line ``# zh: ...`` of the code that of the line above it (:func:`d2lutil.i18n.code_in`).

    Parameters
    ----------
    en, zh : the question, as Markdown; its number is written by the builder
    hints : two or three, from vague to clear, each in English and Chinese
    truth : the right result for the arguments of a case, computed in another way than the solution, by torch if it can
    case : makes a tuple of arguments from a :class:`Draw`; called ``count`` times. If a case holds more than the
        function takes, the rest is for ``truth``, ``observe`` and ``accepts`` alone
    also : cases that must be tried; a function where making them costs something
    mistakes : known mistakes, each with a program that makes it
    observe : what to hold against the truth, ``observe(result, *case)``, where the result itself is not unique
    accepts : ``accepts(result, *case)`` in place of a truth: None if the result is right, else a :class:`Mistake`, or a
        sentence as (English, Chinese)
    tolerance : the largest difference allowed, relative to the largest expected number where that is above 1
    loops : False where the text asks for no Python loop
    without : names that the text rules out, such as ``("conv2d",)``
    inputs_stay : True where the text asks that the inputs stay as they are; elsewhere a right answer that changes them
        is correct, with a remark
    types, devices : False where there is no remark on a function that works only in float32, or only on the CPU
    because : why the solution works, shown with it and after a correct answer
    effort : "warm-up", "harder", "takes a while" or "takes an hour"
    given : code of a cell between question and stub, such as data that the question speaks of

    Raises
    ------
    ValueError
        If there are not two or three hints, or not exactly one of ``truth`` and ``accepts``.

    Examples
    --------
    >>> @exercise(
    ...     en="How many rows has the output for an input of n rows and a kernel of k?",
    ...     zh="输入有 n 行，卷积核有 k 行，输出有几行？",
    ...     truth=lambda n, k: torch.arange(n).unfold(0, k, 1).shape[0],
    ...     case=lambda draw: (draw.size(5, 9), draw.size(1, 5)),
    ...     hints=[("Try n = 3 and k = 2.", "试试 n = 3、k = 2。"), ("It is n - k + 1.", "是 n - k + 1。")],
    ... )
    ... def rows(n: int, k: int) -> int:
    ...     return n - k + 1
    >>> rows.check(lambda n, k: n - k).mistake
    'one too few'
    """
    if (truth is None) == (accepts is None):
        raise ValueError("an exercise has a truth or an accepts, exactly one of them")

    def decorate(solution: Callable) -> Exercise:
        return Exercise(
            solution, en=en, zh=zh, effort=effort, given=given, case=case, truth=truth, hints=hints, also=also,
            count=count, mistakes=mistakes, observe=observe, accepts=accepts, tolerance=tolerance, loops=loops,
            without=without, inputs_stay=inputs_stay, types=types, devices=devices, because=because,
        )  # fmt: skip

    return decorate


def _accepted(accepts: Callable, value: object, case: tuple) -> str | Mistake | None:
    try:
        answer = accepts(value, *case)
    except Exception as error:
        return say(
            f"What your function returns cannot be used as the exercise says: {error}",
            f"你的函数返回的结果无法按题目的要求使用：{error}",
        )
    return say(*answer) if isinstance(answer, tuple) else answer


def _same_outcome(wrong: Outcome, mine: Outcome, tolerance: float) -> bool:
    if wrong.error is not None or mine.error is not None:
        both = wrong.error is not None and mine.error is not None
        return both and isinstance(wrong.error, TooSlow) == isinstance(mine.error, TooSlow)
    if isinstance(mine.value, torch.nn.Module) or isinstance(wrong.value, torch.nn.Module):
        return False
    if mine.value is None or wrong.value is None:
        return mine.value is wrong.value
    return difference(mine.value, wrong.value, tolerance) is None


def _is_square(case: tuple) -> bool:
    """Whether every image, kernel and pair of sizes among the arguments has as many rows as columns."""
    shapes: list[tuple] = [value.shape[-2:] for value in case if isinstance(value, torch.Tensor) and value.dim() >= 2]
    shapes += [value for value in case if isinstance(value, tuple) and len(value) == 2]
    return bool(shapes) and all(len(shape) == 2 and shape[0] == shape[1] for shape in shapes)
