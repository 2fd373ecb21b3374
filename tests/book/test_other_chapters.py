"""The book's names that are not here: whoever uses one is told where it is."""

import types

import pytest

import d2lutil
from d2lutil.book import other_chapters


def test_each_name_of_the_books_package_is_here_or_said_to_be_elsewhere(book):
    for name in dir(book):
        value = getattr(book, name)
        if name.startswith("_") or hasattr(d2lutil, name) or name in other_chapters.LIBRARIES:
            continue
        from_the_standard_library = getattr(value, "__module__", "d2l").split(".")[0] not in ("d2l", "torch")
        if isinstance(value, types.ModuleType) or from_the_standard_library:
            continue
        assert name in other_chapters.NAMES, name


@pytest.mark.parametrize("name", ["train_ch3", "load_array", "RNNLM"])
def test_a_name_of_another_chapter_says_where_it_is(name):
    with pytest.raises(AttributeError, match=f"^d2l.{name} belongs to another chapter of Dive into Deep Learning."):
        getattr(d2lutil, name)
    d2lutil.use_language("zh")
    with pytest.raises(AttributeError, match=f"^d2l.{name} 属于《动手学深度学习》的其他章节。"):
        getattr(d2lutil, name)


def test_nothing_that_is_here_is_said_to_be_elsewhere():
    names = other_chapters.NAMES | set(other_chapters.LIBRARIES)
    assert not {name for name in names if hasattr(d2lutil, name)}


def test_a_library_is_named_with_its_import():
    for name, line in other_chapters.LIBRARIES.items():
        with pytest.raises(AttributeError) as caught:
            getattr(d2lutil, name)
        assert str(caught.value) == f"d2l.{name} is a library of its own here: {line}"
        exec(line, {})


def test_pyplot_is_given_as_in_the_book():
    from matplotlib import pyplot

    assert d2lutil.plt is pyplot


def test_other_names_are_unknown():
    with pytest.raises(AttributeError, match="^module 'd2lutil' has no attribute 'corr3d'$"):
        d2lutil.corr3d  # noqa: B018
