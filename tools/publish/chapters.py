"""The source format of a chapter, and the two editions made from it.

A chapter is a file chapters/NN_name.py in jupytext's percent format. Its text cells come in pairs, English then
Chinese, marked ``lang="en"`` and ``lang="zh"``; its code cells serve both editions. A pair with ``slide=`` is for the
slides alone and no part of a notebook: ``"slide"`` begins a slide, ``"fragment"`` appears on the next key, ``"notes"``
is for the speaker. A code cell tagged ``slide`` shows its output on the slide at hand, with ``slide-answer`` on the
next key, with ``slide-code`` the code as well. In a code cell a run of lines ``# zh: ...`` is the Chinese of as many
lines above it. A cell tagged ``exercises`` says where a chapter's exercises stand: in its place come, for each of
``d2lutil.exercises.chNN``, the question, the cell to fill in, and the cell that checks it. No cell is executed here.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import jupytext
import nbformat

from d2lutil.exercises.engine.progress import CHAPTERS as EXERCISES
from d2lutil.exercises.engine.progress import questions
from d2lutil.exercises.engine.question import EFFORTS, Question
from d2lutil.i18n import code_in

from .bilingual import differing_code

ROOT = Path(__file__).resolve().parent.parent.parent
CHAPTERS = ROOT / "chapters"
NOTEBOOKS = ROOT / "notebooks"
LANGUAGES = ("en", "zh")
SLIDE_TAGS = {"slide", "slide-answer", "slide-code"}
TAGS = {"exercises", "exercise", "check", "explorer", "nbval-ignore-output"} | SLIDE_TAGS
SLIDES = {"slide", "fragment", "notes"}
WIDGET = "application/vnd.jupyter.widget-view+json"  # the type of an output that is a widget

KERNELSPEC = {"display_name": "Python 3", "language": "python", "name": "python3"}

INTRODUCTION = {  # to a chapter's exercises; {key} is the first one's name
    "en": """## Exercises

Write your answer in place of `...`, run its cell, and then run the cell below it. If the answer is not right yet, the
check shows the smallest failing case that it tried. If you are stuck, run `exercises.{key}.hint()` in a new cell, with
the name of your exercise in place of this one; `.solution()` shows a worked solution, and `exercises.progress()` shows
what you have done so far.

""",
    "zh": """## 练习

用你的答案代替 `...`，运行这个单元格，再运行下面那个单元格。如果还不对，检查会给出试过的最小反例。
做不下去时，可以新建一个单元格，运行 `exercises.{key}.hint()`（换成你正在做的练习的名字）；`.solution()` 给出详解，
`exercises.progress()` 列出你已经完成的练习。

""",
}


class SourceError(ValueError):
    """A chapter's source breaks the format; the message names the chapter and the cell."""


@dataclass(frozen=True)
class Text:
    """A pair of text cells; ``slide`` says which part it has in the slides, where it is for them alone."""

    en: str
    zh: str
    slide: str = ""


@dataclass(frozen=True)
class Code:
    """A code cell; ``zh`` is the same code with its words in Chinese."""

    en: str
    zh: str
    tags: tuple[str, ...] = ()


def chapter_files() -> list[Path]:
    """The chapters in their order."""
    return sorted(CHAPTERS.glob("[0-9][0-9]_*.py"))


def chosen_files(numbers: Sequence[str]) -> list[Path]:
    """The chapters with these numbers, such as "03", or all if none is given; raises SourceError if there is none."""
    files = [path for path in chapter_files() if not numbers or path.name[:2] in {f"{n:0>2}" for n in numbers}]
    if not files:
        there = ", ".join(path.name[:2] for path in chapter_files())
        raise SourceError(f"no chapter {' '.join(numbers)}; there are {there}")
    return files


def read_chapter(path: Path) -> list[Text | Code]:
    """The cells of a chapter; raises SourceError where a pair is incomplete or a cell is not of the format."""
    return list(_parsed(path.name, path.read_text(encoding="utf-8")))


@cache  # parsing takes half a second, and builders ask often
def _parsed(name: str, text: str) -> tuple[Text | Code, ...]:
    cells, waiting = [], None
    for number, cell in enumerate(jupytext.reads(text, fmt="py:percent").cells):
        where = f"{name}, cell {number} ({cell.source[:40]!r})"
        lang = cell.metadata.get("lang")
        if cell.cell_type == "markdown" and lang == "en" and waiting is None:
            waiting = cell
        elif cell.cell_type == "markdown" and lang == "zh" and waiting is not None:
            slide = cell.metadata.get("slide", "")
            if waiting.metadata.get("slide", "") != slide:
                raise SourceError(f"{where}: slide={slide!r} stands at one cell of the pair only")
            if slide and slide not in SLIDES:
                raise SourceError(f"{where}: unknown slide={slide!r}; known are {sorted(SLIDES)}")
            cells.append(Text(waiting.source, cell.source, slide))
            waiting = None
        elif waiting is not None:
            raise SourceError(f"{where}: the English cell before it has no Chinese one")
        elif cell.cell_type == "code":
            tags = tuple(cell.metadata.get("tags", ()))
            if unknown := set(tags) - TAGS:
                raise SourceError(f"{where}: unknown tags {sorted(unknown)}; known are {sorted(TAGS)}")
            if "exercises" in tags:
                cells += exercise_cells(where, cell.source)
            else:
                cells.append(Code(*both_languages(where, cell.source), tags))
        else:
            raise SourceError(f"{where}: a {cell.cell_type} cell with lang={lang!r} does not belong here")
    if waiting is not None:
        raise SourceError(f"{name}: the last English cell has no Chinese one")
    return tuple(cells)


def both_languages(where: str, source: str) -> tuple[str, str]:
    """A code cell in English and in Chinese; raises SourceError where the two differ in more than words."""
    try:
        english, chinese = (code_in(source, lang) for lang in LANGUAGES)
        if complaint := differing_code(english, chinese):
            raise ValueError(complaint)
    except ValueError as reason:
        raise SourceError(f"{where}: {reason}") from reason
    return english, chinese


def exercise_cells(where: str, source: str) -> list[Text | Code]:
    """Question, cell to fill in and check of each exercise of a chapter; ``source`` names it: ``exercises.ch05``."""
    chapter = source.strip().removeprefix("exercises.")
    if chapter not in EXERCISES:
        raise SourceError(f"{where}: a cell tagged exercises names the chapter, such as exercises.{EXERCISES[0]}")
    cells: list[Text | Code] = []
    for number, question in enumerate(questions(chapter), 1):
        texts = (numbered(question, number, lang) for lang in LANGUAGES)
        cells.append(Text(*texts))
        if given := getattr(question, "given", ""):
            cells.append(Code(*both_languages(f"{where}, {question.key}", given)))
        cells.append(Code(*map(question.stub, LANGUAGES), ("exercise",)))
        check = f"exercises.{question.key}.check({question.name})"
        cells.append(Code(check, check, ("check",)))
    return cells


def numbered(question: Question, number: int, lang: str) -> str:
    """A question under its number; above the first one, how exercises are done."""
    if lang == "en":
        heading = f"**{number} ({question.effort}).** " if question.effort else f"**{number}.** "
    else:
        heading = f"**{number}（{EFFORTS[question.effort]}）。** " if question.effort else f"**{number}.** "
    introduction = INTRODUCTION[lang].format(key=question.key) if number == 1 else ""
    return introduction + heading + question.text(lang)


# What must be the same in both languages. Formulas and code are looked for first: numbers inside them are theirs.
MARKS = {
    "code block": re.compile(r"```.*?```", re.DOTALL),
    "code span": re.compile(r"`[^`\n]+`"),
    "formula": re.compile(r"\$\$.+?\$\$|\$[^$\n]+\$", re.DOTALL),
    "link": re.compile(r"(?<=\]\()[^)\s]+"),
    "number": re.compile(r"(?<![A-Za-z0-9_.])\d+(?:,\d{3})*(?:\.\d+)?%?"),
}


def differences(pair: Text) -> list[str]:
    """How the two texts of a pair differ in formulas, code, links and numbers: a sentence for each; empty if not."""
    found = {lang: _marks(getattr(pair, lang)) for lang in LANGUAGES}
    return [
        f"{kind} {mark!r}: {en} times in English, {zh} times in Chinese"
        for kind in MARKS
        for mark in sorted(set(found["en"][kind]) | set(found["zh"][kind]))
        if (en := found["en"][kind][mark]) != (zh := found["zh"][kind][mark])
    ]


def _marks(text: str) -> dict[str, Counter]:
    marks = {}
    for kind, pattern in MARKS.items():
        marks[kind] = Counter(pattern.findall(text))
        text = pattern.sub(" ", text)
    return marks


def edition(path: Path, lang: str) -> nbformat.NotebookNode:
    """The notebook of a chapter in one language, not yet executed."""
    notebook = nbformat.v4.new_notebook()
    notebook.metadata = {
        "kernelspec": KERNELSPEC,
        "language_info": {"name": "python", "file_extension": ".py", "mimetype": "text/x-python"},
        "d2lutil": {"chapter": path.stem, "lang": lang},
    }
    notebook.cells.append(_markdown("header", _switch(path, lang)))
    for cell, cell_id in identified(path):
        if isinstance(cell, Code):
            code = nbformat.v4.new_code_cell(in_language(cell, lang), id=cell_id)
            tags = [tag for tag in cell.tags if tag not in SLIDE_TAGS]
            code.metadata = {"tags": tags} if tags else {}
            notebook.cells.append(code)
        elif not cell.slide:
            notebook.cells.append(_markdown(cell_id, in_language(cell, lang)))
    notebook.cells.append(_markdown("footer", _neighbours(path, lang)))
    return notebook


def identified(path: Path) -> list[tuple[Text | Code, str]]:
    """The cells of a chapter, each with its id: the same in both editions, and untouched by changes elsewhere."""
    taken, cells = Counter(), []
    for cell in read_chapter(path):
        digest = hashlib.sha1(f"{path.stem} {type(cell).__name__} {cell.en}".encode()).hexdigest()[:10]
        taken[digest] += 1
        cells.append((cell, digest if taken[digest] == 1 else f"{digest}-{taken[digest]}"))
    return cells


def in_language(cell: Text | Code, lang: str) -> str:
    """The source of a cell in one language."""
    if lang == "en":
        return cell.en
    return cell.zh if isinstance(cell, Code) else _joined(cell.zh)


def notebook_path(path: Path, lang: str) -> Path:
    """Where the edition of a chapter is stored."""
    return NOTEBOOKS / lang / f"{path.stem}.ipynb"


def title(path: Path, lang: str) -> str:
    """The heading of a chapter."""
    first = read_chapter(path)[0]
    return getattr(first, lang).splitlines()[0].lstrip("# ")


HAN = "\u3000-\u303f\u4e00-\u9fff\uff00-\uffef\u201c\u201d"  # characters, and the punctuation that goes with them
BREAK_IN_CHINESE = re.compile(rf"(?<=[{HAN}])\n(?=\*{{0,2}}[{HAN}])")


def _joined(chinese: str) -> str:
    """Markdown shows a line break as a space, which is wrong between two Chinese characters."""
    return BREAK_IN_CHINESE.sub("", chinese)


def _markdown(cell_id: str, source: str) -> nbformat.NotebookNode:
    return nbformat.v4.new_markdown_cell(source, id=cell_id)


def _switch(path: Path, lang: str) -> str:
    other = {"en": "zh", "zh": "en"}[lang]
    link = f"[{'English' if other == 'en' else '中文'}](../{other}/{path.stem}.ipynb)"
    return f"English · {link}" if lang == "en" else f"{link} · 中文"


def _neighbours(path: Path, lang: str) -> str:
    files = chapter_files()
    here = files.index(path)
    before, terms, after = {"en": ("Previous:", "Glossary", "Next:"), "zh": ("上一章：", "术语表", "下一章：")}[lang]
    links = []
    if here > 0:
        links.append(f"← {before} [{title(files[here - 1], lang)}]({files[here - 1].stem}.ipynb)")
    links.append(f"[{terms}](glossary.ipynb)")
    if here + 1 < len(files):
        links.append(f"{after} [{title(files[here + 1], lang)}]({files[here + 1].stem}.ipynb) →")
    return "---\n\n" + " · ".join(links)
