"""Exercises that answer back: ``.check(attempt)``, ``.hint()``, ``.solution()``.

Three kinds, each made by a decorator on a function that knows the answer:

- :func:`exercise`: the reader writes a function; the decorated one is the worked solution;
- :func:`prediction`: the reader gives a value; the decorated one computes it;
- :func:`choice`: the reader picks a letter; the decorated one finds out which letter is right.

The README's page for maintainers shows a complete example.
"""

import ast
import functools
import inspect
import textwrap
import zlib
from collections.abc import Callable, Sequence

import torch

from ...i18n import language, say
from . import mistakes as known
from .cases import Draw
from .comparing import difference, holds_float32, holds_floats, in_float64, size_of
from .fake_gpu import lies_elsewhere, pretend_gpu, send
from .mistakes import Mistake, seen_in
from .record import note
from .sandbox import Outcome, TooSlow, call, time_limit, undisturbed, untouched, words_of
from .verdict import Evidence, Note, Verdict

__all__ = ["Choice", "Exercise", "Prediction", "Question", "choice", "exercise", "prediction"]

SECONDS = 5.0  # for all cases of a check together
CASES = 30
# Where these compute, a pretended GPU loses sight of its tensors: see fake_gpu.py.
BEYOND_PRETENDING = {"vmap", "jacrev", "jacfwd", "vjp", "functional_call", "fuse_conv_bn_weights", "compile"}

Text = tuple[str, str]  # English, Chinese


class Question:
    """What the three kinds have in common. ``answer`` is the decorated function."""

    def __init__(self, answer: Callable, hints: Sequence[Text], because: Text = ("", "")):
        self.answer, self.hints, self.because = answer, tuple(hints), because
        self.name = answer.__name__
        self.chapter = answer.__module__.rpartition(".")[2]
        self._hints_seen = 0
        if not 2 <= len(self.hints) <= 3:
            raise ValueError(
                f"{self.key} has {len(self.hints)} hints; an exercise has two or three, from vague to clear"
            )

    @property
    def key(self) -> str:
        """The exercise's name in the record: ``"ch05.output_size"``."""
        return f"{self.chapter}.{self.name}"

    def check(self, attempt: object = None) -> Verdict:
        """Judge the reader's attempt: not attempted, not yet, or correct.

        Nothing of the reader's is changed, no random state moves, and no error leaves this method.
        """
        if untouched(attempt):
            return Verdict(self.key, "not attempted")
        with undisturbed():
            verdict = self._judge(attempt)
        verdict.warning = note(self.key, state=verdict.state)
        return verdict

    def hint(self) -> Note:
        """The next hint, and those before it."""
        self._hints_seen = min(self._hints_seen + 1, len(self.hints))
        warning = note(self.key, hints=self._hints_seen)
        total = len(self.hints)
        lines = [
            say(f"**Hint {number} of {total}.** ", f"**提示 {number}/{total}。** ") + say(*text)
            for number, text in enumerate(self.hints[: self._hints_seen], start=1)
        ]
        if self._hints_seen == total:
            lines.append(
                say(f"That was the last hint; `exercises.{self.key}.solution()` shows a solution.",
                    f"提示到此为止；`exercises.{self.key}.solution()` 会给出解答。")
            )  # fmt: skip
        return Note([*lines, *([warning] if warning else [])])

    def solution(self) -> Note:
        """The worked solution, to read. Nothing is defined."""
        words = [self._answer_in_words(), say(*self.because)]
        return Note([part for part in words if part], self.solution_source())

    def solution_source(self) -> str:
        """The decorated function as the reader would write it, its comments in the reader's language."""
        lines = textwrap.dedent(inspect.getsource(self.answer)).splitlines()
        while not lines[0].startswith("def "):  # the decorator
            del lines[0]
        mark, other = ("# en: ", "# zh: ") if language() == "en" else ("# zh: ", "# en: ")
        return "".join(f"{line.replace(mark, '# ')}\n" for line in lines if not line.lstrip().startswith(other))

    def found(self) -> object:
        """What the decorated function finds out, without a trace in anybody's random numbers."""
        with undisturbed():
            return self.answer()

    def filled_in(self, stub: str) -> str:
        """The source of an exercise cell with the solution in place of the stub."""
        raise NotImplementedError

    def _answer_in_words(self) -> str:
        return ""

    def _judge(self, attempt: object) -> Verdict:
        raise NotImplementedError

    def _not_yet(self, mistake: Mistake | None, *words: str, evidence: Evidence | None = None) -> Verdict:
        named = [mistake.words()] if mistake and mistake.words() else []
        return Verdict(
            self.key, "not yet", [*named, *(w for w in words if w)], mistake.name if mistake else None, evidence
        )

    def _correct(self) -> Verdict:
        because = say(*self.because)
        return Verdict(self.key, "correct", [because] if because else [])

    def __repr__(self) -> str:
        return f"exercises.{self.key}: .check(...), .hint(), .solution()"


class Exercise(Question):
    """A function to write; see :func:`exercise`."""

    def __init__(self, solution, *, case, truth, hints, also, count, mistakes, observe, accepts, tolerance, loops,
                 without, types, devices, because):  # fmt: skip
        super().__init__(solution, hints, because)
        self.truth, self.observe, self.accepts = truth, observe, accepts
        self.mistakes, self.tolerance = tuple(mistakes), tolerance
        self.loops, self.without, self.types, self.devices = loops, tuple(without), types, devices
        self._case, self._also, self._count = case, also, count
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
        outcomes = []
        try:
            with time_limit(SECONDS):
                for case in self.cases:
                    outcomes.append(self._call(attempt, case))
                    if isinstance(outcomes[-1].error, TooSlow):
                        break
        except TooSlow as error:  # it rang between two calls
            outcomes.append(Outcome(error=error))
        complaints = [self._complaint(o, case) for o, case in zip(outcomes, self.cases, strict=False)]
        failing = [number for number, complaint in enumerate(complaints) if complaint]
        if failing:
            return self._explain(attempt, outcomes, complaints, failing)
        return self._beyond_the_results(attempt, outcomes) or self._correct()

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
        return difference(observed, self.truth(*case), self.tolerance)

    def _none_is_an_answer(self, case: tuple) -> bool:
        return not self.accepts and not self.observe and self.truth(*case) is None

    def _explain(self, attempt, outcomes, complaints, failing) -> Verdict:
        """The smallest failing case, and the mistake that it shows, if it is one that we know."""
        smallest = failing[0]
        outcome, complaint, case = outcomes[smallest], complaints[smallest], self.cases[smallest]
        evidence = self._evidence(outcome, case)
        if complaint is known.ENDLESS or complaint is known.AN_ERROR:
            mistake = self._same_as(outcomes) or complaint
            return self._not_yet(mistake, words_of(outcome.error, attempt), evidence=evidence)
        if isinstance(complaint, Mistake):
            return self._not_yet(self._same_as(outcomes) or complaint, evidence=evidence)
        mistake = self._same_as(outcomes) or self._visible_mistake(outcomes, failing)
        return self._not_yet(mistake, complaint, evidence=evidence)

    def _same_as(self, outcomes: list[Outcome]) -> Mistake | None:
        """The known mistake whose program gives the reader's results on every case."""
        for mistake in self.mistakes:
            if mistake.wrong and all(
                _same_outcome(self._call(mistake.wrong, case), outcome, self.tolerance)
                for case, outcome in zip(self.cases, outcomes, strict=False)
            ):
                return mistake
        return None

    def _visible_mistake(self, outcomes: list[Outcome], failing: list[int]) -> Mistake | None:
        """What can be seen without knowing the exercise."""
        if any(outcomes[number].error for number in failing):
            return None
        if any(outcome.changed for outcome in outcomes):
            return known.INPUT_CHANGED
        if mistake := self._seen(outcomes, failing):
            return mistake
        square = [number for number, case in enumerate(self.cases) if _is_square(case)]
        if len(square) >= 3 and not set(square) & set(failing):
            return known.ONLY_SQUARE
        return None

    def _seen(self, outcomes: list[Outcome], failing: list[int]) -> Mistake | None:
        if self.accepts:
            return None
        failures = [(outcomes[number].value, self.cases[number]) for number in failing]
        try:
            return seen_in([(self._observed(value, case), self.truth(*case)) for value, case in failures])
        except Exception:  # a value that cannot be observed shows nothing
            return None

    def _beyond_the_results(self, attempt: Callable, outcomes: list[Outcome]) -> Verdict | None:
        """All results are right. Is the way there as the exercise asks?"""
        if not self.loops and (line := _loop_in(attempt)):
            return self._not_yet(known.PYTHON_LOOP, say(f"Here: `{line}`.", f"在这里：`{line}`。"))
        if used := _names_in(attempt) & set(self.without):
            names = "`" + "`, `".join(sorted(used)) + "`"
            return self._not_yet(known.NOT_ALLOWED, say(f"Used: {names}.", f"用到了：{names}。"))
        for outcome, case in zip(outcomes, self.cases, strict=True):
            if outcome.changed:
                names = "`" + "`, `".join(outcome.changed) + "`"
                words = say(f"What is changed: {names}.", f"被改动的是：{names}。")
                return self._not_yet(known.INPUT_CHANGED, words, evidence=self._evidence(outcome, case))
        if self.types and (verdict := self._in_float64(attempt)):
            return verdict
        return self._on_a_gpu(attempt) if self.devices else None

    def _in_float64(self, attempt: Callable) -> Verdict | None:
        case = self.cases[-1][: len(self.arguments)]
        if not holds_floats(case):
            return None
        with time_limit(SECONDS):
            outcome = call(attempt, self.arguments, in_float64(case))
        if outcome.error is not None:
            return self._not_yet(known.ONLY_FLOAT32, words_of(outcome.error, attempt))
        if holds_float32(outcome.value):
            return self._not_yet(known.ONLY_FLOAT32)
        return None

    def _on_a_gpu(self, attempt: Callable) -> Verdict | None:
        case = self.cases[-1][: len(self.arguments)]
        if not holds_floats(case) or _names_in(attempt) & BEYOND_PRETENDING:
            return None

        def on_a_gpu(*inputs):
            with pretend_gpu():
                return attempt(*send(inputs))

        with time_limit(SECONDS):
            outcome = call(on_a_gpu, self.arguments, case)
        if outcome.error is not None:  # it did not fail before, so the place is to blame
            return self._not_yet(known.ONLY_CPU, words_of(outcome.error, attempt))
        if not lies_elsewhere(outcome.value):
            return self._not_yet(
                known.ONLY_CPU,
                say(
                    "With an input on a GPU, your result would lie on the CPU.",
                    "输入在 GPU 上时，你的结果却在 CPU 上。",
                ),
            )
        return None

    def _evidence(self, outcome: Outcome, case: tuple) -> Evidence:
        given = list(zip(self._names(case), case, strict=False))
        expected = got = None
        if not self.accepts:
            expected = self.truth(*case)
        if outcome.error is None:
            try:
                got = self._observed(outcome.value, case)
            except Exception:
                got = outcome.value
        return Evidence(given, expected, got, outcome.printed)

    def _names(self, case: tuple) -> list[str]:
        """The names of a case's items: the function's own, then those that `observe` or the truth gives to the rest."""
        judge = self.observe or self.accepts
        named = _parameters(judge)[1:] if judge else _parameters(self.truth)  # a judge's first one is the result
        named = named if len(named) == len(case) else []
        return [*self.arguments, *named[len(self.arguments) :]][: len(case)]

    def filled_in(self, stub: str) -> str:
        return stub[: stub.rindex("    ...")] + _body(self.solution_source()).rstrip()


class Prediction(Question):
    """A value to predict; see :func:`prediction`."""

    def __init__(self, answer, *, hints, because, mistakes, tolerance):
        super().__init__(answer, hints, because)
        self.mistakes, self.tolerance = tuple(mistakes), tolerance

    def _judge(self, attempt: object) -> Verdict:
        right = self.found()
        complaint = difference(attempt, right, self.tolerance)
        if complaint is None:
            return self._correct()
        for mistake in self.mistakes:
            if difference(attempt, mistake.wrong(), self.tolerance) is None:
                return self._not_yet(mistake)
        # The right value stays hidden, or there would be nothing left to predict.
        return self._not_yet(None, _shape_complaint(attempt, right))

    def _answer_in_words(self) -> str:
        return say("Answer: ", "答案：") + f"`{_plain(self.found())}`"

    def filled_in(self, stub: str) -> str:
        return f"{stub.split('=')[0].strip()} = {_plain(self.found())}"


class Choice(Question):
    """A letter to pick; see :func:`choice`."""

    def __init__(self, answer, *, hints, because, wrong):
        super().__init__(answer, hints, because)
        self.wrong = dict(wrong)

    @property
    def letters(self) -> list[str]:
        return sorted([*self.wrong, self.found()])

    def _judge(self, attempt: object) -> Verdict:
        letter = attempt.strip().lower() if isinstance(attempt, str) else attempt
        if letter == self.found():
            return self._correct()
        if letter in self.wrong:
            return Verdict(self.key, "not yet", [say(*self.wrong[letter])], mistake=f"chose {letter}")
        letters = say(", ", "、").join(f'"{one}"' for one in self.letters)
        return self._not_yet(
            None, say(f"Answer with one of the letters {letters}; you gave {attempt!r}.",
                      f"请从 {letters} 中选一个字母作答；你给出的是 {attempt!r}。")
        )  # fmt: skip

    def _answer_in_words(self) -> str:
        return say("Answer: ", "答案：") + f'`"{self.found()}"`'

    def filled_in(self, stub: str) -> str:
        return f'{stub.split("=")[0].strip()} = "{self.found()}"'


def exercise(
    *,
    truth: Callable | None = None,
    hints: Sequence[Text],
    case: Callable[[Draw], tuple] | None = None,
    also: Sequence[tuple] | Callable[[], Sequence[tuple]] = (),
    count: int = CASES,
    mistakes: Sequence[Mistake] = (),
    observe: Callable | None = None,
    accepts: Callable | None = None,
    tolerance: float = 1e-4,
    loops: bool = True,
    without: Sequence[str] = (),
    types: bool = True,
    devices: bool = True,
    because: Text = ("", ""),
) -> Callable[[Callable], Exercise]:
    """Make an exercise of its worked solution.

    Comments in the solution come in pairs of lines, ``# en: ...`` and ``# zh: ...``; the reader sees one of each pair.

    Parameters
    ----------
    truth : the right result for the arguments of a case, computed in another way than the solution, by torch if it can
    hints : two or three, from vague to clear, each in English and Chinese
    case : makes a tuple of arguments from a :class:`Draw`; called ``count`` times. If a case holds more than the
        function takes, the rest is for ``truth``, ``observe`` and ``accepts`` alone
    also : cases that must be tried; a function where making them costs something
    mistakes : known mistakes, each with a program that makes it
    observe : what to hold against the truth, ``observe(result, *case)``, where the result itself is not unique
    accepts : ``accepts(result, *case)`` in place of a truth: None if the result is right, else a :class:`Mistake`, or a
        sentence as (English, Chinese)
    tolerance : the largest difference allowed, relative to the largest expected number where that is above 1
    loops : False where the task asks for no Python loop
    without : names that the task rules out, such as ``("conv2d",)``
    types, devices : False where the function need not work in float64, or on a GPU
    because : why the solution works, shown with it and after a correct answer

    Raises
    ------
    ValueError
        If there are not two or three hints, or not exactly one of ``truth`` and ``accepts``.

    Examples
    --------
    >>> @exercise(
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
            solution, case=case, truth=truth, hints=hints, also=also, count=count, mistakes=mistakes, observe=observe,
            accepts=accepts, tolerance=tolerance, loops=loops, without=without, types=types, devices=devices,
            because=because,
        )  # fmt: skip

    return decorate


def prediction(
    *, hints: Sequence[Text], because: Text, mistakes: Sequence[Mistake] = (), tolerance: float = 1e-3
) -> Callable[[Callable], Prediction]:
    """Make a question for a value of the function that computes it. ``mistakes`` are made by functions without
    arguments that return the wrong value which they explain."""
    return lambda answer: Prediction(answer, hints=hints, because=because, mistakes=mistakes, tolerance=tolerance)


def choice(*, hints: Sequence[Text], because: Text, wrong: dict[str, Text]) -> Callable[[Callable], Choice]:
    """Make a multiple-choice question of a function that finds out which letter is right. ``wrong`` explains every
    other letter."""
    return lambda answer: Choice(answer, hints=hints, because=because, wrong=wrong)


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
    shapes = [value.shape[-2:] for value in case if isinstance(value, torch.Tensor) and value.dim() >= 2]
    shapes += [value for value in case if isinstance(value, tuple) and len(value) == 2]
    return bool(shapes) and all(len(shape) == 2 and shape[0] == shape[1] for shape in shapes)


def _loop_in(attempt: Callable) -> str | None:
    """The first line of the function with a Python loop in it, or None (also where there is no source to look at)."""
    try:
        source = textwrap.dedent(inspect.getsource(attempt))
        tree = ast.parse(source)
    except (OSError, TypeError, SyntaxError):
        return None
    kinds = (ast.For, ast.While, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
    hidden = ("map", "filter")
    lines = [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, kinds) or (isinstance(node, ast.Name) and node.id in hidden)
    ]
    return source.splitlines()[min(lines) - 1].strip() if lines else None


def _body(source: str) -> str:
    """What stands below a function's signature, comments included."""
    lines = source.splitlines(keepends=True)
    for end in range(1, len(lines) + 1):
        try:
            ast.parse("".join(lines[:end]) + "    ...")
        except SyntaxError:
            continue
        return "".join(lines[end:])
    raise ValueError(f"no function in {source[:60]!r}")


def _parameters(function: Callable) -> list[str]:
    try:
        return list(inspect.signature(function).parameters)
    except ValueError:  # some of torch's functions have no signature
        return []


def _names_in(attempt: Callable) -> set[str]:
    """All names, attributes and keywords that a function uses, functions inside it included; none for what is not
    Python."""
    codes, names = [getattr(attempt, "__code__", None)], set()
    while codes:
        if code := codes.pop():
            names.update(code.co_names)
            codes += [constant for constant in code.co_consts if inspect.iscode(constant)]
            tuples = [constant for constant in code.co_consts if isinstance(constant, tuple)]  # keywords are kept so
            names.update(name for constants in tuples for name in constants if isinstance(name, str))
    return names


def _shape_complaint(mine: object, right: object) -> str:
    """A word on the form of a wrong prediction that does not give the answer away."""
    if isinstance(right, torch.Tensor):
        right = right.tolist()
    if isinstance(right, (list, tuple)) and not isinstance(mine, (list, tuple, torch.Tensor)):
        return say(f"A list of {len(right)} is asked for; you gave {mine!r}.",
                   f"这里要的是长度为 {len(right)} 的列表；你给出的是 {mine!r}。")  # fmt: skip
    if isinstance(right, (list, tuple)) and isinstance(mine, (list, tuple)) and len(mine) == len(right) > 1:
        hits = sum(difference(one, other, 1e-3) is None for one, other in zip(mine, right, strict=True))
        return say(f"{hits} of {len(right)} are right.", f"{len(right)} 个中有 {hits} 个是对的。")
    return say("That is not what comes out.", "算出来不是这个结果。")


def _plain(value: object) -> str:
    """A value as a reader would type it."""
    if isinstance(value, torch.Tensor):
        value = value.tolist()
    return repr(value)
