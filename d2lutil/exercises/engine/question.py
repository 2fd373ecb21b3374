"""What all kinds of questions have in common."""

import inspect
import textwrap
from collections.abc import Callable, Sequence
from typing import TypedDict

from ...i18n import code_in, docstring_in, language, say
from .mistakes import UNREADABLE, Mistake
from .record import note
from .sandbox import undisturbed, untouched
from .source_code import parts
from .verdict import Evidence, Note, Verdict, shown

__all__ = ["EFFORTS", "Question", "Text", "Words"]

Text = tuple[str, str]  # English, Chinese
EFFORTS = {"warm-up": "热身", "harder": "较难", "takes a while": "要花些工夫", "takes an hour": "约需一小时"}


class Words(TypedDict):
    """What every kind of question hands on to :class:`Question`."""

    en: str
    zh: str
    hints: Sequence[Text]
    because: Text
    effort: str


class Question:
    """A question to the reader: its text in both languages, the function that knows the answer, and how to help.

    Parameters
    ----------
    answer : the decorated function; its name is the question's
    en, zh : the text as Markdown, without its number
    hints : two or three, from vague to clear
    because : why the answer is right; shown with the solution and after a correct answer
    effort : one of :data:`EFFORTS`, or ""

    Raises
    ------
    ValueError
        If a text is missing, the effort is unknown, or there are not two or three hints.
    """

    def __init__(
        self, answer: Callable, *, en: str, zh: str, hints: Sequence[Text], because: Text = ("", ""), effort: str = ""
    ):
        self.answer, self.hints, self.because, self.effort = answer, tuple(hints), because, effort
        self.name = answer.__name__
        self.chapter = answer.__module__.rpartition(".")[2]
        self.en, self.zh = inspect.cleandoc(en), inspect.cleandoc(zh)
        self._hints_seen = 0
        if not self.en or not self.zh:
            raise ValueError(f"{self.key} needs its text in English and in Chinese: en=..., zh=...")
        if effort and effort not in EFFORTS:
            raise ValueError(f"{self.key}: unknown effort {effort!r}; known are {', '.join(map(repr, EFFORTS))}")
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
        try:
            with undisturbed():
                verdict = self._judge(attempt)
        except Exception as error:  # of a value that can't even be looked at, such as one whose == raises
            reason = f"{type(error).__name__}: {shown(error)}"
            verdict = self._not_yet(UNREADABLE.filled_in(reason=reason))
        verdict.warning = note(self.key, state=verdict.state, mistake=verdict.mistake)
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

    def text(self, lang: str) -> str:
        """The question as Markdown in one language, without its number."""
        return self.en if lang == "en" else self.zh

    def stub(self, lang: str) -> str:
        """The cell that the reader fills in."""
        raise NotImplementedError

    def source(self, lang: str) -> str:
        """The decorated function as the reader would write it, docstring and comments in one language."""
        lines = textwrap.dedent(inspect.getsource(self.answer)).splitlines(keepends=True)
        while not lines[0].startswith("def "):  # the decorator
            del lines[0]
        signature, docstring, body = parts("".join(lines))
        return signature + docstring_in(docstring, lang) + code_in(body, lang)

    def solution_source(self) -> str:
        """The decorated function without its docstring, which stands in the stub."""
        signature, _, body = parts(self.source(language()))
        return signature + body

    def found(self) -> object:
        """What the decorated function finds out, without a trace in anybody's random numbers."""
        with undisturbed():
            return self.answer()

    def filled_in(self) -> str:
        """The source of the cell with the solution in place of the stub, in the reader's language."""
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

    def _correct(self, remarks: Sequence[Mistake] = ()) -> Verdict:
        because = say(*self.because)
        words = [say("Could be better: ", "还可以更好：") + remark.words() for remark in remarks]
        return Verdict(
            self.key, "correct", [because, *words] if because else words, remarks=[remark.name for remark in remarks]
        )

    def __repr__(self) -> str:
        return f"exercises.{self.key}: .check(...), .hint(), .solution()"
