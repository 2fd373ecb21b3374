"""The glossary: chapters/glossary.toml as a notebook page in both languages, linked from every chapter.

A notebook, because JupyterLab shows it set as text, while a Markdown file would open in the editor.
"""

import tomllib
from dataclasses import dataclass
from pathlib import Path

import nbformat

from . import chapters
from .chapters import KERNELSPEC, SourceError, Text, chapter_files, differences, notebook_path

__all__ = ["NAME", "TITLE", "Term", "edition", "path", "terms"]

NAME = "glossary"
TITLE = {"en": "Glossary", "zh": "术语表"}
INTRODUCTION = {
    "en": "The terms of the series, each with the chapter that introduces it.",
    "zh": "本系列的术语，以及引入它的那一章。",
}
COLUMNS = {"en": ("Term", "中文", "Meaning", "Chapter"), "zh": ("术语", "English", "含义", "章")}


@dataclass(frozen=True)
class Term:
    """A term in both languages, what it means, and the number of the chapter that introduces it."""

    en: str
    zh: str
    chapter: str
    meaning: dict[str, str]


def terms(source: Path | None = None) -> list[Term]:
    """All terms; raises SourceError where one is incomplete, stands twice, or differs between the languages."""
    source = source or chapters.CHAPTERS / f"{NAME}.toml"
    numbers = {file.name[:2] for file in chapter_files()}
    found: dict[str, Term] = {}
    for entry in tomllib.loads(source.read_text(encoding="utf-8"))["term"]:
        where = f"{source.name}, {entry.get('en', entry)!r}"
        try:
            term = Term(entry["en"], entry["zh"], entry["chapter"], {lang: entry["meaning"][lang] for lang in TITLE})
        except KeyError as missing:
            raise SourceError(f"{where}: {missing} is missing") from None
        if term.chapter not in numbers:
            raise SourceError(f"{where}: there is no chapter {term.chapter!r}")
        if term.en in found:
            raise SourceError(f"{where} stands there twice")
        if complaints := differences(Text(term.meaning["en"], term.meaning["zh"])):
            raise SourceError(f"{where}: {complaints[0]}")
        found[term.en] = term
    return list(found.values())


def edition(lang: str) -> nbformat.NotebookNode:
    """The glossary in one language, as a notebook: the way to the other language, and the table."""
    names = {file.name[:2]: file.stem for file in chapter_files()}
    lines = [f"# {TITLE[lang]}", "", INTRODUCTION[lang], "", _row(COLUMNS[lang]), _row(["---"] * 4)]
    for term in sorted(terms(), key=lambda term: _place(term, lang)):
        own, other = (term.en, term.zh) if lang == "en" else (term.zh, term.en)
        link = f"[{term.chapter}]({names[term.chapter]}.ipynb)"
        lines.append(_row([f"**{own}**", other, term.meaning[lang], link]))
    notebook = nbformat.v4.new_notebook()
    notebook.metadata = {"kernelspec": KERNELSPEC}
    other_lang, other_name = ("zh", "中文") if lang == "en" else ("en", "English")
    back = f"[{other_name}](../{other_lang}/{NAME}.ipynb)"
    notebook.cells.append(nbformat.v4.new_markdown_cell(back, id="header"))
    notebook.cells.append(nbformat.v4.new_markdown_cell("\n".join(lines), id=NAME))
    return notebook


def path(lang: str) -> Path:
    """Where the page is stored, beside the chapters."""
    return notebook_path(Path(NAME), lang)


def _row(columns: list[str] | tuple[str, ...]) -> str:
    return "| " + " | ".join(columns) + " |"


def _place(term: Term, lang: str) -> bytes:
    """English in the order of the alphabet. GB 2312 has its common characters in the order of their sounds (pinyin)."""
    return term.en.lower().encode() if lang == "en" else term.zh.encode("gbk")
