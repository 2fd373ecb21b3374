"""Chinese that readers see keeps to AutoCorrect's rules of spacing and punctuation; what looks for it finds it."""

import pytest

from tools.lint import chinese


@pytest.mark.parametrize("path", chinese.files(), ids=lambda path: path.relative_to(chinese.ROOT).as_posix())
def test_chinese_is_spaced_and_punctuated(path):
    assert not chinese.complaints(path), "\n".join(map(str, chinese.complaints(path)))


def test_every_kind_of_file_is_looked_at():
    names = {path.relative_to(chinese.ROOT).as_posix() for path in chinese.files()}
    assert {"README.zh.md", "docs/instructors.zh.md", "d2lutil/exercises/ch05.py", "tools/publish/site.py"} <= names
    assert "deploy/jupyterhub/README.zh.md" in names
    assert "chapters/02_cross_correlation.py" in names and "d2lutil/explorers/static/window.js" in names


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("共9格", "共 9 格"),
        ("对,不对", "对，不对"),
        ("步幅$s$与", "步幅 $s$ 与"),
        ("用`stride`时", "用 `stride` 时"),
        ("见 $n$,和", "见 $n$，和"),
    ],
)
def test_a_mistake_in_a_text_is_found(text, right):
    assert [new for _, _, new in chinese.corrections(f"## 标题\n\n{text}\n")] == [right]


@pytest.mark.parametrize(
    "text",
    [
        "行数是 $3\\times 3$，即 `output_size(3,1)`。",
        "`a`、`b` 和 $c$：三个。",
        "变成 6×6：36 个。",
        "命令：\n\n    make lab,中文3个\n    make test # 共3格\n\n完。",
        "```python\nprint('中文3个')\n```",
    ],
)
def test_code_formulas_and_what_is_right_are_left_alone(text):
    assert chinese.corrections(text) == []


@pytest.mark.parametrize(
    ("source", "old"),
    [
        ('say("a", "共3格")', "共3格"),
        ('# %% [markdown] lang="zh"\n# 共3格\n\n# %%\nx = 1', "共3格"),
        ('print("a")\n# zh: print("共3格")', "共3格"),
        ("x = 1  # one\n# zh: x = 1  # 共3格", "共3格"),
        ("# one\n# zh: # 共3格\nx = 1", "共3格"),
        ('with f("a",\n# zh: with f("共3格",\n  2): pass', "共3格"),
        ('"""Rows.\n\nzh: 共3格。\n"""', "zh: 共3格。"),
    ],
)
def test_chinese_is_found_wherever_it_stands_in_python(tmp_path, source, old):
    path = tmp_path / "some.py"
    path.write_text(source, encoding="utf-8")
    assert [complaint.old for complaint in chinese.complaints(path)] == [old]


def test_the_fields_of_an_f_string_ask_for_no_space(tmp_path):
    path = tmp_path / "some.py"
    path.write_text('say("a", f"第{n}章，{x:,}格，{words}的{d["k"]}")', encoding="utf-8")
    assert chinese.complaints(path) == []


def test_the_line_is_the_file_s(tmp_path):
    path = tmp_path / "some.py"
    path.write_text('x = 1\nsay(\n    "a",\n    """\n    好。\n    共3格。\n    """,\n)\n', encoding="utf-8")
    assert [complaint.line for complaint in chinese.complaints(path)] == [6]
