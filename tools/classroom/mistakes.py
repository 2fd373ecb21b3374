"""What the name of a recognised mistake means, in the reader's language."""

import re

from d2lutil.exercises.engine import mistakes as engine
from d2lutil.exercises.engine.mistakes import Mistake
from d2lutil.exercises.engine.question import Question
from d2lutil.i18n import language

from .text import shortened, visible

__all__ = ["in_words"]

PLACE = re.compile(r" ?\(\{\w+\}\)|（\{\w+\}）|\{\w+\}")


def _general(sentence: str) -> str:
    """A sentence without what a check fills in from the case at hand.

    >>> _general("Your function changes its input ({names}).")
    'Your function changes its input.'
    """
    return PLACE.sub(lambda place: "…" if place[0].startswith("{") else "", sentence)


# Recognised in every exercise.
SHARED = {
    mistake.name: (_general(mistake.en), _general(mistake.zh))
    for mistake in vars(engine).values()
    if isinstance(mistake, Mistake)
}
# The check words these itself, so they come without a sentence.
SHARED |= {
    engine.AN_ERROR.name: ("Running the answer ends in an error.", "运行时出错。"),
    engine.ENDLESS.name: ("The answer does not come to an end.", "运行停不下来。"),
    engine.SIZE_OFF.name: ("The output is one too long or one short along an axis.", "输出沿某个轴多 1 或少 1。"),
    engine.SCALED.name: ("All numbers are off by the same factor.", "所有的数都差同一个倍数。"),
}


def in_words(question: Question, name: str) -> tuple[str, str]:
    """(a short name, a sentence) for a mistake of an exercise. A name that is not known comes alone, as it stands in
    the record.

    Names of mistakes are English, so a Chinese reader gets the first sentence instead, without its stop, and the rest.

    >>> from d2lutil.exercises import ch05
    >>> in_words(ch05.output_size, "padding counted once")[1].partition(".")[0]
    'The padding is counted once'
    >>> in_words(ch05.output_size, "<b>")
    ('<b>', '')
    """
    if name not in (sentences := _sentences(question)):
        return shortened(visible(name)), ""
    en, zh = sentences[name]
    if language() == "en":
        return name, en
    if name.startswith("chose "):
        return "选了 " + name.removeprefix("chose "), zh
    first, _, rest = zh.partition("。")
    return first, rest


def _sentences(question: Question) -> dict[str, tuple[str, str]]:
    own = {mistake.name: (mistake.en, mistake.zh) for mistake in getattr(question, "mistakes", ())}
    chosen = {f"chose {letter}": text for letter, text in getattr(question, "wrong", {}).items()}
    return SHARED | own | chosen
