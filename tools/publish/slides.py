"""Slides: ``python -m tools.publish.slides [NN ...]`` writes slides/en and slides/zh, one reveal.js deck a chapter.

A deck is one file that opens from anywhere, without a kernel and without a network: text, notes and order come from the
chapter (see chapters.py), figures and explorers from its built notebook.
"""

import argparse
import html
import re
import sys
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

import nbformat
from jinja2 import Environment, FileSystemLoader

from . import html as rendered
from .chapters import (
    LANGUAGES,
    ROOT,
    SLIDE_TAGS,
    Code,
    SourceError,
    chosen_files,
    identified,
    in_language,
    notebook_path,
    title,
)

TEMPLATES = Path(__file__).parent / "templates"
WORDS = {
    "en": {"lang": "en", "keys": "keys", "explorer": "go into the image", "leave": "Esc: back to the slides"},
    "zh": {"lang": "zh-CN", "keys": "按键", "explorer": "进入图中操作", "leave": "Esc：回到幻灯片"},
}


@dataclass
class Slide:
    """One slide: pieces of HTML from top to bottom, and what the speaker reads."""

    pieces: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def html(self) -> str:
        notes = f'<aside class="notes">{"".join(self.notes)}</aside>' if self.notes else ""
        return "\n".join([*self.pieces, notes])


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("chapters", nargs="*", help="numbers of chapters, such as 03; default: all")
    options = arguments.parse_args()
    try:
        for path in chosen_files(options.chapters):
            for lang in LANGUAGES:
                target = ROOT / "slides" / lang / f"{path.stem}.html"
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(deck(path, lang), encoding="utf-8")
                print(target.relative_to(ROOT))
    except SourceError as reason:
        print(reason, file=sys.stderr)
        return 1
    return 0


def deck(path: Path, lang: str) -> str:
    """The deck of a chapter in one language, as one HTML page."""
    reveal = reveal_files()
    environment = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=False)
    return environment.get_template("deck.html").render(
        title=html.escape(title(path, lang)),
        slides=[slide.html for slide in slides(path, lang)],
        words=WORDS[lang],
        styles=[reveal["reveal.css"], rendered.CODE_STYLE, (TEMPLATES / "deck.css").read_text(encoding="utf-8")],
        scripts=[reveal["reveal.js"], reveal["notes.js"], (TEMPLATES / "deck.js").read_text(encoding="utf-8")],
    )


def slides(path: Path, lang: str) -> list[Slide]:
    """The slides of a chapter: a title, then what its cells mark.

    Raises
    ------
    SourceError
        If a cell is for a slide and none has begun, or a figure is wanted that the notebook does not hold.
    """
    stored = {cell.id: cell for cell in nbformat.read(notebook_path(path, lang), as_version=4).cells}
    found = [opening(path, lang)]
    for cell, cell_id in identified(path):
        if isinstance(cell, Code):
            if SLIDE_TAGS & set(cell.tags):
                if cell_id not in stored:
                    raise SourceError(f"{path.name}: the notebook does not hold {cell.en[:40]!r}: run `make build`")
                if "slide-code" in cell.tags:
                    found[-1].pieces.append(f'<div class="source">{rendered.code(in_language(cell, lang))}</div>')
                if shown := rendered.outputs(stored[cell_id]):
                    extra = " fragment" if "slide-answer" in cell.tags else ""
                    found[-1].pieces.append(f'<div class="stage{extra}"><div class="fit">{shown}</div></div>')
        elif cell.slide == "slide":
            found.append(Slide([_words(in_language(cell, lang))]))
        elif cell.slide == "fragment":
            found[-1].pieces.append(_words(in_language(cell, lang), "fragment"))
        elif cell.slide == "notes":
            found[-1].notes.append(rendered.markdown(in_language(cell, lang)))
    return found


def opening(path: Path, lang: str) -> Slide:
    """The title, and the question that the chapter begins with."""
    heading, _, rest = in_language(identified(path)[0][0], lang).partition("\n")
    question = re.search(r"(\*+)[^*]+\1", rest).group()  # Chinese is bold where English is slanted
    return Slide([f'<div class="words opening">{rendered.markdown(heading)}{rendered.markdown(question)}</div>'])


def reveal_files() -> dict[str, str]:
    """The parts of reveal.js (MIT License, Hakim El Hattab), which the package sphinx-revealjs carries."""
    package = find_spec("sphinx_revealjs")
    if package is None:
        raise SourceError("slides need reveal.js, which comes with the package sphinx-revealjs: run `make setup`")
    folder = Path(package.submodule_search_locations[0]) / "_static" / "revealjs"
    names = ("dist/reveal.css", "dist/reveal.js", "plugin/notes/notes.js")
    return {Path(name).name: (folder / name).read_text(encoding="utf-8") for name in names}


def _words(text: str, extra: str = "") -> str:
    return f'<div class="words {extra}">{rendered.markdown(text)}</div>'


if __name__ == "__main__":
    sys.exit(main())
