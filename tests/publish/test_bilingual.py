"""One source, two languages: `# zh:` lines in code cells, and what is still English in the Chinese notebooks."""

import nbformat
import pytest

from d2lutil.i18n import code_in, docstring_in
from tools.publish import chapters
from tools.publish.bilingual import differing_code
from tools.publish.english_left import english_left

# Their code cells, figures and exercises become Chinese when they are rewritten.
NOT_YET = {"01", "03", "06", "07", "08", "09", "10", "11"}


# --- lines of Chinese ---


def test_a_run_of_chinese_lines_stands_for_as_many_lines_above_it():
    source = 'x = 1\nprint("a")\nprint("b")\n# zh: print("甲")\n# zh: print("乙")\ny = 2'
    assert code_in(source, "en") == 'x = 1\nprint("a")\nprint("b")\ny = 2'
    assert code_in(source, "zh") == 'x = 1\nprint("甲")\nprint("乙")\ny = 2'


def test_a_chinese_line_takes_the_indentation_of_the_line_above():
    source = "with quiet():  # hush\n    # zh: with quiet():  # 安静\n    pass"
    assert code_in(source, "zh") == "with quiet():  # 安静\n    pass"


def test_source_without_chinese_lines_is_the_same_in_both_languages():
    source = "def f():\n\n    return 1\n"
    assert code_in(source, "en") == code_in(source, "zh") == source


def test_more_chinese_lines_than_lines_above_are_refused():
    with pytest.raises(ValueError, match=r"2 lines `# zh:` have only 1 lines above them: '甲'"):
        code_in("a\n# zh: 甲\n# zh: 乙", "en")


@pytest.mark.parametrize(
    ("docstring", "english", "chinese"),
    [
        ("Twice n.\n\nzh: 两倍。", "Twice n.", "两倍。"),
        ("Twice n.", "Twice n.", "Twice n."),
        ("A.\n\nzh: 甲。\n\nB.\n\nzh: 乙。\n\n>>> 1\n1", "A.\n\nB.\n\n>>> 1\n1", "甲。\n\n乙。\n\n>>> 1\n1"),
        ('    """Twice.\n\n    zh: 两倍。\n    """\n', '    """Twice."""\n', '    """两倍。"""\n'),
    ],
)
def test_a_paragraph_of_a_docstring_can_have_its_chinese_below_it(docstring, english, chinese):
    assert docstring_in(docstring, "en") == english
    assert docstring_in(docstring, "zh") == chinese


# --- the same code ---


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ('print("rows", n)  # how many', 'print("行数", n)  # 多少'),
        ('print(f"{n:,} of {m} rows")', 'print(f"{m} 行中的 {n:,} 行")'),
        ('f"{n} epoch" + "s"', 'f"{n} 轮" + ""'),
        ('d = {"uses": 1}', 'd = {"次数": 1}'),
        ('def f():\n    """Twice."""\n    return 2', 'def f():\n    """两倍。"""\n    return 2'),
        ("%load_ext tensorboard\nx = 1", "%load_ext tensorboard\nx = 1  # 一"),
    ],
)
def test_words_and_comments_may_differ(english, chinese):
    assert differing_code(english, chinese) == ""


@pytest.mark.parametrize(
    ("english", "chinese", "told"),
    [
        ("x = 1  # one", "x = 2  # 一", "`2` for `1`"),
        ("print(n)", "print(m)", "`m` for `n`"),
        ('photo("china")', 'photo("flower")', "`'flower'` for `'china'`"),
        ('print(f"{n:,} rows")', 'print(f"{n} 行")', "for `f'{n:,} rows'`"),
        ('print(f"{n} {m} rows")', 'print(f"{n} 行")', "`f'{n} 行'` for"),
        ('print("a", n)', 'print("甲")', "for `print('a', n)`"),
        ("f(a=1)", "f(b=1)", "for `a=1`"),
        ('print("a")', "print(1)", "`1` for `'a'`"),
        ("x = True", "x = 1", "`1` for `True`"),
        ("x = 1", "x = 1\ny = 2", "other statements than the English"),
    ],
)
def test_any_other_difference_is_named(english, chinese, told):
    assert told in differing_code(english, chinese)


def test_chinese_that_is_no_python_is_told_with_its_line():
    assert (
        differing_code('f("a")', 'f("甲"') == "the Chinese code is no Python: '(' was never closed, line 1: 'f(\"甲\"'"
    )


def test_the_builder_refuses_such_a_pair_and_names_chapter_and_cell():
    with pytest.raises(
        chapters.SourceError, match=r"01_x.py, cell 3: line 2 of the Chinese code differs .* `m` for `n`"
    ):
        chapters.both_languages("01_x.py, cell 3", 'x = 1\nprint("a", n)\n# zh: print("甲", m)')


# --- English that is left ---


def cell(source, *outputs):
    made = nbformat.v4.new_code_cell(source)
    made.outputs = [nbformat.v4.new_output("stream", text=text) for text in outputs]
    return nbformat.v4.new_notebook(cells=[made])


def words(notebook):
    return sorted(english_left(notebook))


def test_english_is_found_in_comments_docstrings_strings_and_output():
    source = 'def f(rows):\n    """Twice rows.\n\n    >>> print("yes")\n    """\n    print("hello")  # look at rows\n'
    assert words(cell(source, "hello 2\n")) == [
        ("comment", "at"), ("comment", "look"), ("docstring", "Twice"), ("output", "hello"), ("string", "hello"),
    ]  # fmt: skip


def test_names_are_no_english():
    source = 'y = corr2d(X, padding_mode="reflect")  # y 用 `any words` 与 f(rows, columns) 得到\nprint("PyTorch：", y)'
    assert words(cell(source, "PyTorch： tensor([1.]), padding_mode\n")) == []


def test_what_python_says_itself_is_left_out():
    assert words(cell("try:\n    f()\nexcept ValueError as e:\n    print(e)", "some words\n")) == []


@pytest.mark.parametrize("path", chapters.chapter_files(), ids=lambda path: path.stem)
def test_nothing_is_english_in_the_chinese_notebook(path, request):
    left = english_left(nbformat.read(chapters.notebook_path(path, "zh"), as_version=4))
    if path.name[:2] in NOT_YET:
        reason = f"not yet rewritten: {left.total()} English words are left in its code cells"
        request.applymarker(pytest.mark.xfail(strict=True, reason=reason))  # strict: once it is done, it has to stay so
    assert not left, dict(left)
