"""The builder, on small chapters of its own."""

import errno
import re
import sys
from pathlib import Path

import nbformat
import pytest

from killing import killed_writers, needs_a_process_to_kill
from tools.publish import chapters, glossary
from tools.publish import notebooks as build

CHAPTER = """\
# %% [markdown] lang="en"
# # 01 Small
# The sum of $1 + 2$ is 3, says `print`.

# %% [markdown] lang="zh"
# # 01 小章
# `print` 说，$1 + 2$ 等于 3。

# %%
print(1 + 2)

# %% [markdown] lang="en" slide="notes"
# Ask the class.

# %% [markdown] lang="zh" slide="notes"
# 问全班。

# %% tags=["exercise"]
def f(): ...
"""
GLOSSARY = """\
[[term]]
en = "sum"
zh = "和"
chapter = "01"
meaning.en = "What `print` shows."
meaning.zh = "`print` 显示的结果。"
"""


@pytest.fixture
def house(tmp_path, monkeypatch):
    """An empty checkout; write(text) puts a chapter into it."""
    (tmp_path / "chapters").mkdir()
    for module in (chapters, build):
        monkeypatch.setattr(module, "ROOT", tmp_path)
        monkeypatch.setattr(module, "NOTEBOOKS", tmp_path / "notebooks")
    monkeypatch.setattr(chapters, "CHAPTERS", tmp_path / "chapters")

    def write(text: str, name: str = "01_small.py") -> Path:
        glossary = GLOSSARY.replace("01", name[:2])
        (tmp_path / "chapters" / "glossary.toml").write_text(glossary, encoding="utf-8")
        path = tmp_path / "chapters" / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


def run(monkeypatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["build.py", *arguments])
    return build.main()


def test_an_edition_holds_its_own_language_and_all_code(house):
    path = house(CHAPTER)
    english, chinese = (chapters.edition(path, lang) for lang in ("en", "zh"))
    assert "The sum of" in english.cells[1].source and "等于" in chinese.cells[1].source
    assert build.code_of(english) == build.code_of(chinese) == ["print(1 + 2)", "def f(): ..."]
    assert [cell.id for cell in english.cells] == [cell.id for cell in chinese.cells]
    assert english.cells[3].metadata == {"tags": ["exercise"]}
    assert english.metadata["kernelspec"]["name"] == "python3"
    assert chinese.metadata["d2lutil"] == {"chapter": "01_small", "lang": "zh"}


def test_lines_of_chinese_are_joined_without_a_space(house):
    text = CHAPTER.replace("等于 3。", "等于 3。\n# 这是第二行，\n# **很重要**\n#\n# - 一项\n# - 两项 `x`\n# 和 y")
    text = text.replace("says `print`.", "says `print`. Then `x`.")
    source = chapters.edition(house(text), "zh").cells[1].source
    assert "等于 3。这是第二行，**很重要**\n\n- 一项\n- 两项 `x`\n和 y" in source


def test_the_glossary_is_a_page_beside_the_chapters(house):
    house(CHAPTER)
    english, chinese = (glossary.edition(lang).cells[-1].source for lang in ("en", "zh"))
    assert "| **sum** | 和 | What `print` shows. | [01](01_small.ipynb) |" in english
    assert "| **和** | sum | `print` 显示的结果。 | [01](01_small.ipynb) |" in chinese


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('zh = "和"\n', "", "glossary.toml, 'sum': 'zh' is missing"),
        ("01", "07", "glossary.toml, 'sum': there is no chapter '07'"),
        (GLOSSARY, GLOSSARY * 2, "glossary.toml, 'sum' stands there twice"),
        ("`print` 显", "显", "glossary.toml, 'sum': code span '`print`': 1 times in English, 0 times in Chinese"),
    ],
)
def test_a_glossary_that_does_not_agree_is_refused(house, old, new, complaint):
    source = house(CHAPTER).with_name("glossary.toml")
    assert old in GLOSSARY
    source.write_text(GLOSSARY.replace(old, new), encoding="utf-8")
    with pytest.raises(chapters.SourceError, match=re.escape(complaint)):
        glossary.terms()


def test_speaker_notes_stay_out_of_notebooks(house):
    assert not any("Ask the class" in cell.source for cell in chapters.edition(house(CHAPTER), "en").cells)


def test_cells_keep_their_ids_when_others_come_before_them(house):
    before = chapters.edition(house(CHAPTER), "en").cells[-2].id
    more = CHAPTER.replace("# %%\nprint", "# %%\nx = 1\n\n# %%\nprint")
    assert chapters.edition(house(more), "en").cells[-2].id == before


def test_equal_cells_get_different_ids(house):
    twice = CHAPTER.replace("# %%\nprint(1 + 2)", "# %%\nprint(1 + 2)\n\n# %%\nprint(1 + 2)")
    ids = [cell.id for cell in chapters.edition(house(twice), "en").cells]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('# %% [markdown] lang="zh"\n# # 01 小章', '# %% [markdown] lang="en"\n# # 01 小章', "has no Chinese one"),
        ('lang="zh" slide="notes"', 'lang="zh"', "stands at one cell of the pair only"),
        ('tags=["exercise"]', 'tags=["exrcise"]', r"unknown tags \['exrcise'\]"),
        ('# %% [markdown] lang="en"\n# # 01 Small', "# %% [markdown]\n# # 01 Small", "lang=None does not belong here"),
    ],
)
def test_a_broken_source_is_refused_by_name(house, old, new, message):
    assert old in CHAPTER
    with pytest.raises(chapters.SourceError, match=f"01_small.py.*{message}"):
        chapters.read_chapter(house(CHAPTER.replace(old, new)))


@pytest.mark.parametrize(
    ("en", "zh", "complaint"),
    [
        ("of $a + b$", "的 $a - b$", "formula '$a + b$': 1 times in English, 0 times in Chinese"),
        ("see `x`", "见 `y`", "code span '`x`'"),
        ("after 10 steps", "20 步之后", "number '10'"),
        ("[a](b.ipynb)", "[甲](c.ipynb)", "link 'b.ipynb'"),
        ("97% right", "对了 97", "number '97%'"),
        ("3 and 3", "3", "number '3': 2 times in English, 1 times in Chinese"),
    ],
)
def test_languages_that_drift_apart_are_noticed(en, zh, complaint):
    assert any(complaint in difference for difference in chapters.differences(chapters.Text(en, zh)))


def test_the_same_in_other_words_is_no_drift():
    assert chapters.differences(chapters.Text("In 10 steps, $x$ is `y`.", "十步不是 10 步？`y` 就是 $x$。")) == []


@pytest.mark.parametrize(
    "output",
    [
        {"output_type": "stream", "name": "stdout", "text": "<object at 0x7f3a2b4c5d60>"},
        {"output_type": "execute_result", "data": {"text/plain": f"{Path.home()}/data"}},
        {"output_type": "display_data", "data": {"text/html": "<a href='/tmp/x'>"}},
    ],
)
def test_outputs_of_one_machine_are_found(output):
    assert build.machine_specific(nbformat.from_dict(output))


def test_harmless_outputs_pass():
    output = {"output_type": "stream", "name": "stdout", "text": "0x1 and 3.5 and tensor([1.])"}
    assert build.machine_specific(nbformat.from_dict(output)) is None


@pytest.mark.slow("executes a notebook in a kernel")
def test_building_executes_once_then_keeps_what_is_up_to_date(house, monkeypatch, capsys):
    path = house(CHAPTER)
    assert run(monkeypatch) == 0
    for lang in ("en", "zh"):
        notebook = nbformat.read(chapters.notebook_path(path, lang), as_version=4)
        assert notebook.cells[2].outputs[0].text == "3\n"
        assert notebook.cells[2].execution_count == 1
    assert capsys.readouterr().out.count("executed in") == 2
    before = chapters.notebook_path(path, "en").read_bytes()

    run(monkeypatch)
    assert capsys.readouterr().out.count("up to date") == 2
    assert chapters.notebook_path(path, "en").read_bytes() == before

    house(CHAPTER.replace("The sum", "A sum"))  # text alone: nothing is executed again
    run(monkeypatch)
    assert "notebooks/en/01_small.ipynb: text changed, outputs kept" in capsys.readouterr().out

    path.unlink()
    house(CHAPTER, "02_other.py")
    run(monkeypatch)
    assert "notebooks/en/01_small.ipynb: removed, its chapter is gone" in capsys.readouterr().out


@pytest.mark.parametrize("code", ["import sys; print('careful', file=sys.stderr)", "print(object())", "1 / 0"])
@pytest.mark.slow("executes a notebook in a kernel")
def test_a_chapter_that_fails_leaves_the_old_notebook_whole(house, monkeypatch, capsys, code):
    path = house(CHAPTER)
    target = chapters.notebook_path(path, "en")
    target.parent.mkdir(parents=True)
    target.write_text("the old one is not even a notebook", encoding="utf-8")
    monkeypatch.setattr(build.nbformat, "read", lambda *a, **k: None)
    house(CHAPTER.replace("print(1 + 2)", code))
    assert run(monkeypatch) == 1
    assert target.read_text(encoding="utf-8").startswith("the old one")
    assert capsys.readouterr().err


def test_an_unknown_chapter_number_is_answered_with_the_known_ones(house, monkeypatch, capsys):
    house(CHAPTER)
    assert run(monkeypatch, "07") == 1
    assert "no chapter 07; there are 01" in capsys.readouterr().err


SOLVABLE = CHAPTER[: CHAPTER.index("# %% tags")] + '''\
# %%
import torch

import d2lutil as d2l
from d2lutil import exercises

# %% tags=["exercise"]
def corr1d(x: torch.Tensor, k: torch.Tensor) -> torch.Tensor:
    """What is to be done."""
    ...

# %% tags=["check"]
exercises.ch02.corr1d.check(corr1d)

# %% tags=["exercise"]
same_both_ways = ...  # "a", "b", "c" or "d"

# %% tags=["check"]
exercises.ch02.same_both_ways.check(same_both_ways)

# %% tags=["exercise"]
convolved = ...

# %% tags=["check"]
exercises.ch02.convolved.check(convolved)
'''  # fmt: skip


@pytest.mark.slow("executes a notebook in a kernel")
def test_solutions_are_filled_in_executed_and_found_correct(house, monkeypatch, tmp_path):
    house(SOLVABLE)
    assert run(monkeypatch, "--solutions") == 0
    assert not (tmp_path / "notebooks").exists() or not list((tmp_path / "notebooks").glob("*/*.ipynb"))
    for lang, correct, docstring, comment in (
        ("en", "✓ Correct.", "Cross-correlation of x", "One number for each"),
        ("zh", "✓ 正确。", "卷积核的互相关", "每一个位置"),
    ):
        cells = nbformat.read(tmp_path / "solutions" / lang / "01_small.ipynb", as_version=4).cells
        checks = [cell for cell in cells if "check" in cell.metadata.get("tags", [])]
        assert len(checks) == 3
        assert all(check.outputs[0].data["text/plain"].startswith(correct) for check in checks)
        (solved,) = [cell.source for cell in cells if cell.source.startswith("def corr1d")]
        assert docstring in solved and comment in solved and "..." not in solved


@pytest.mark.slow("executes a notebook in a kernel")
def test_a_solution_that_is_not_correct_stops_the_build(house, monkeypatch, capsys):
    from d2lutil.exercises import ch02

    house(SOLVABLE)
    monkeypatch.setattr(ch02.same_both_ways, "answer", lambda: "a")
    assert run(monkeypatch, "--solutions") == 1
    assert "exercises.ch02.same_both_ways.check(same_both_ways)' does not say that" in capsys.readouterr().err


def test_an_interrupt_ends_in_one_sentence(house, monkeypatch, capsys):
    house(CHAPTER)

    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(build, "execute", interrupted)
    assert run(monkeypatch) == 130
    assert capsys.readouterr().err.startswith("Stopped. The notebooks that are named above are built")


def test_a_full_disk_leaves_the_old_notebook_and_nothing_beside_it(house, monkeypatch, capsys):
    target = chapters.notebook_path(house(CHAPTER), "en")
    target.parent.mkdir(parents=True)
    target.write_text("old", encoding="utf-8")

    def full(notebook, partial):
        partial.write_text("half", encoding="utf-8")
        raise OSError(errno.ENOSPC, "No space left on device", str(partial))

    monkeypatch.setattr(build.nbformat, "write", full)
    with pytest.raises(OSError, match="No space left"):
        build.write(nbformat.v4.new_notebook(), target)
    assert [file.read_text() for file in target.parent.iterdir()] == ["old"]


@needs_a_process_to_kill
@pytest.mark.slow("kills a writing process twenty times")
def test_a_builder_that_is_killed_leaves_a_whole_notebook(tmp_path):
    target = tmp_path / "01_small.ipynb"
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("x" * 1000) for _ in range(300)])
    build.write(notebook, target)
    for _ in killed_writers(lambda: build.write(notebook, target)):
        assert len(nbformat.read(target, as_version=4).cells) == 300
