"""What chapters/ say and what notebooks/ hold, compared without executing anything."""

import re
import statistics
from pathlib import Path

import nbformat
import pytest

from tools.publish import chapters
from tools.publish import notebooks as build

FILES = chapters.chapter_files()
EDITIONS = [(path, lang) for path in FILES for lang in chapters.LANGUAGES]
each_chapter = pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
each_edition = pytest.mark.parametrize(("path", "lang"), EDITIONS, ids=lambda v: getattr(v, "stem", v))


def stored(path: Path, lang: str) -> nbformat.NotebookNode:
    return nbformat.read(chapters.notebook_path(path, lang), as_version=4)


def code_cells(path: Path) -> list[chapters.Code]:
    return [cell for cell in chapters.read_chapter(path) if isinstance(cell, chapters.Code)]


def texts(path: Path) -> list[chapters.Text]:
    return [cell for cell in chapters.read_chapter(path) if isinstance(cell, chapters.Text)]


def lesson(path: Path) -> list[chapters.Text]:
    """The texts of the notebook, without those of the slides."""
    return [pair for pair in texts(path) if not pair.slide]


def test_there_are_chapters():
    assert {path.name[:2] for path in FILES} >= {"02", "03", "04", "09"}


@each_chapter
def test_both_languages_carry_the_same_formulas_code_numbers_and_links(path):
    assert [difference for pair in texts(path) for difference in chapters.differences(pair)] == []


@each_chapter
def test_the_chinese_is_chinese_and_the_english_is_not(path):
    for pair in texts(path):
        assert any("\u4e00" <= character <= "\u9fff" for character in pair.zh), pair.zh
        assert not any("\u4e00" <= character <= "\u9fff" for character in pair.en), pair.en


@each_edition
def test_the_notebook_holds_what_the_chapter_says(path, lang):
    notebook, wanted = build.without_outputs(stored(path, lang)), chapters.edition(path, lang)
    assert [cell.source for cell in notebook.cells] == [cell.source for cell in wanted.cells], "run `make build`"
    assert notebook == wanted, "run `make build`"


@each_edition
def test_every_code_cell_was_executed_in_order(path, lang):
    counts = [cell.execution_count for cell in stored(path, lang).cells if cell.cell_type == "code"]
    assert counts == list(range(1, len(counts) + 1))


@each_edition
def test_no_output_is_an_error_or_belongs_to_one_machine(path, lang):
    for cell in stored(path, lang).cells:
        for output in cell.get("outputs", []):
            assert output.output_type != "error", cell.source
            assert output.get("name") != "stderr", cell.source
            assert build.machine_specific(output) is None, cell.source


@each_edition
def test_every_image_has_a_description_in_the_readers_language(path, lang):
    for cell in stored(path, lang).cells:
        for output in cell.get("outputs", []):
            for kind in ("image/png", "image/jpeg"):
                if kind in output.get("data", {}):
                    alt = output.metadata[kind]["alt"]
                    assert any("\u4e00" <= character <= "\u9fff" for character in alt) == (lang == "zh"), alt


@each_chapter
def test_code_cells_are_short(path):
    lengths = [len(cell.en.splitlines()) for cell in code_cells(path)]
    assert statistics.median(lengths) <= 5
    assert max(lengths) <= 20


@each_chapter
def test_a_chapter_has_goals_time_exercises_summary_and_reading(path):
    english = "\n".join(pair.en for pair in lesson(path))
    for part in ("**In this chapter you will**", "**Time:**", "**Predict:**", "## Exercises", "## Summary", "Further"):
        assert part in english, part
    assert sum("exercise" in cell.tags for cell in code_cells(path)) >= 5


@each_chapter
def test_each_exercise_is_followed_by_its_check(path):
    tags = [cell.tags for cell in code_cells(path)]
    for here, following in zip(tags, tags[1:] + [()], strict=True):
        assert ("exercise" in here) == ("check" in following)


@each_chapter
def test_only_the_device_is_left_out_of_the_comparison(path):
    ignored = [cell.en for cell in code_cells(path) if "nbval-ignore-output" in cell.tags]
    assert len(ignored) <= 1
    assert all("assert device.type in" in source for source in ignored)


@each_chapter
def test_a_device_is_named_where_it_is_used(path, request):
    if path.name[:2] in {"07", "08", "09", "11"}:
        request.applymarker(pytest.mark.xfail(strict=True, reason="not yet rewritten: it names a device and uses none"))
    uses = [cell.en for cell in code_cells(path) if re.search(r"\bdevice\b(?!=)", cell.en)]
    makes = [source for source in uses if "device = d2l.device()" in source]
    assert len(makes) <= 1
    assert not makes or len(uses) > 1, "the cell that names the device is used by no other"


@each_chapter
def test_every_section_asks_for_a_prediction_and_ends_in_a_check(path):
    for lang, predict, check in (
        ("en", "**Predict:**", "<b>Check yourself:</b>"),
        ("zh", "**先猜：**", "<b>自测：</b>"),
    ):
        whole = "\n".join(getattr(pair, lang) for pair in lesson(path))
        sections = [part for part in re.split(r"^## ", whole, flags=re.MULTILINE)[1:] if part[0].isdigit()]
        assert len(sections) >= 5
        for section in sections:
            title = section.splitlines()[0]
            assert predict in section, title
            assert check in section, title


@pytest.mark.parametrize("readme, lang, unit", [("README.md", "en", "min"), ("README.zh.md", "zh", "分钟")])
@each_chapter
def test_the_readmes_list_every_chapter_with_its_minutes(path, readme, lang, unit):
    (line,) = [
        line
        for line in (chapters.ROOT / readme).read_text().splitlines()
        if f"notebooks/{lang}/{path.stem}.ipynb" in line
    ]
    time = next(line for line in texts(path)[0].en.splitlines() if line.startswith("**Time:**"))
    minutes = re.search(r"about (\d+) minutes", time)[1]
    assert f"| {minutes} {unit} |" in line
