"""The glossary: a term stands in bold where the chapter that it names introduces it."""

import re

import nbformat
import pytest

from tools.publish import chapters, glossary

TERMS = glossary.terms()


def bold_in(number: str, lang: str) -> str:
    """All that is bold in the text of a chapter, in one line, in small letters."""
    (path,) = chapters.chosen_files([number])
    texts = [getattr(cell, lang) for cell in chapters.read_chapter(path) if isinstance(cell, chapters.Text)]
    return " ".join(words for text in texts for words in re.findall(r"\*\*([^*]+)\*\*", text)).lower()


@pytest.mark.parametrize("term", TERMS, ids=lambda term: term.en)
def test_a_term_is_in_bold_in_its_chapter_in_both_languages(term):
    assert term.en.lower() in bold_in(term.chapter, "en")
    assert re.sub("（.*）", "", term.zh).lower() in bold_in(term.chapter, "zh")


@pytest.mark.parametrize("lang", chapters.LANGUAGES)
def test_no_word_stands_for_two_terms(lang):
    names = [getattr(term, lang) for term in TERMS]
    assert sorted(names) == sorted(set(names))


@pytest.mark.parametrize("lang", chapters.LANGUAGES)
def test_the_page_that_is_stored_is_the_one_that_would_be_written(lang):
    assert nbformat.read(glossary.path(lang), as_version=4) == glossary.edition(lang)
