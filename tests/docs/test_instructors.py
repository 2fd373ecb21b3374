"""The instructors' guide names only what there is, its sums are right, and its two editions say the same."""

import json
import re

import pytest

from tools.publish import chapters

NAMES = {"en": "instructors.md", "zh": "instructors.zh.md"}
GUIDE = {lang: (chapters.ROOT / "docs" / name).read_text(encoding="utf-8") for lang, name in NAMES.items()}
README = {"en": "README.md", "zh": "README.zh.md"}
MINUTES = {
    "en": r"Minutes: lecture (\d+), reading (\d+), exercises (\d+)\.",
    "zh": r"分钟：讲授 (\d+)，阅读 (\d+)，练习 (\d+)。",
}
UNIT = {"en": "min", "zh": "分钟"}
PLANS = {"en": "## Plans", "zh": "## 课程安排"}
EACH = {"en": "## Chapter by chapter", "zh": "## 逐章说明"}
QUOTED = {"en": r'"([^"]+)"', "zh": "“([^”]+)”"}
SLIDE = {"en": "slide " + QUOTED["en"], "zh": "幻灯片" + QUOTED["zh"]}
CELL = {"en": r"cells? `([^`]+)`", "zh": "单元格 `([^`]+)`"}

languages = pytest.mark.parametrize("lang", chapters.LANGUAGES)


def part(lang: str, heading: str) -> str:
    """What stands under a heading of the second level."""
    (found,) = re.findall(rf"^{re.escape(heading)}$(.*?)(?=^## |\Z)", GUIDE[lang], re.MULTILINE | re.DOTALL)
    return found


def of_each_chapter(lang: str) -> dict[str, str]:
    """What the guide says of each chapter, by its number."""
    return dict(re.findall(r"^### (\d\d) (.*?)(?=^### |\Z)", part(lang, EACH[lang]), re.MULTILINE | re.DOTALL))


def rows(text: str) -> list[list[str]]:
    """The rows of all tables, without their headings, as cells."""
    found = []
    lines = text.splitlines()
    for before, line in zip(lines, lines[1:] + [""], strict=True):
        if before.startswith("|") and not re.match(r"\| ?:?---", line) and not re.match(r"\| ?:?---", before):
            found.append([cell.strip() for cell in before.strip("|").split("|")])
    return found


def plans(lang: str) -> list[tuple[int, str]]:
    """(minutes in the heading, what stands below it, lower headings included)."""
    found = []
    text = part(lang, PLANS[lang])
    for heading in re.finditer(rf"^(###+) .*?(\d+) {UNIT[lang]}$", text, re.MULTILINE):
        below = text[heading.end() :]
        end = re.search(rf"^#{{3,{len(heading[1])}}} ", below, re.MULTILINE)
        found.append((int(heading[2]), below[: end.start()] if end else below))
    return found


def slide_titles(lang: str, number: str = "") -> set[str]:
    return {
        cell.zh.splitlines()[0].removeprefix("## ") if lang == "zh" else cell.en.splitlines()[0].removeprefix("## ")
        for path in chapters.chapter_files()
        if path.name.startswith(number)
        for cell in chapters.read_chapter(path)
        if isinstance(cell, chapters.Text) and cell.slide == "slide"
    }


def as_in_the_chapter(title: str) -> str:
    """A title without the quotation marks around it, inside which its own were single ones."""
    return title.replace("‘", "“").replace("’", "”") if re.search("[\u4e00-\u9fff]", title) else title


@languages
def test_exercises_exist_and_nothing_else_is_called_on_them(lang):
    from d2lutil.exercises.engine.progress import CHAPTERS, questions

    known = {f"{chapter}.{question.name}" for chapter in CHAPTERS for question in questions(chapter)}
    named = re.findall(r"exercises\.(ch\d\d\.\w+)(?:\.(\w+))?", GUIDE[lang])
    assert len(named) > 100
    for name, method in named:
        assert name in known
        assert method in ("", "hint", "solution", "check")


@languages
def test_every_chapter_has_exercises_of_its_own_in_three_degrees(lang):
    assert list(of_each_chapter(lang)) == [path.name[:2] for path in chapters.chapter_files()]
    for number, text in of_each_chapter(lang).items():
        degrees = re.findall(r"^- \S+?[:：]\s?(`exercises\..*)$", text, re.MULTILINE)
        assert len(degrees) == 3
        named = [name for degree in degrees for name in re.findall(r"exercises\.(\w+\.\w+)", degree)]
        assert len(named) == len(set(named)) > 5
        assert all(name.startswith(f"ch{number}.") for name in named)


def test_both_editions_name_the_same_exercises_in_the_same_order():
    en, zh = (re.findall(r"exercises\.ch\d\d\.\w+", GUIDE[lang]) for lang in chapters.LANGUAGES)
    assert en == zh


@languages
def test_make_targets_and_their_variables_exist(lang):
    makefile = (chapters.ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    named = re.findall(r"`make ([a-z]+)((?: [A-Z]+=\w+)*)`", GUIDE[lang])
    assert {"slides", "site", "present", "solutions", "setup", "times"} <= {target for target, _ in named} <= targets
    for _, settings in named:
        for variable in re.findall(r"([A-Z]+)=", settings):
            assert f"$({variable})" in makefile


@languages
def test_minutes_are_those_of_the_readme_and_of_the_speaker_notes(lang):
    readme = (chapters.ROOT / README[lang]).read_text(encoding="utf-8")
    for path in chapters.chapter_files():
        number = path.name[:2]
        name = re.escape(path.stem)
        row = rf"^\| \[{number} .*{name}\.ipynb\) \| .* \| (\d+) {UNIT[lang]} \| (\d+) {UNIT[lang]} \|$"
        ((reading, exercises),) = re.findall(row, readme, re.MULTILINE)
        notes = sum(
            int(minutes)
            for cell in chapters.read_chapter(path)
            if isinstance(cell, chapters.Text) and cell.slide == "notes"
            for minutes in re.findall(r"^\*\*(\d+) min", cell.en)
        )
        assert notes, f"{path.name} has no speaker notes"
        expected = (str(notes), reading, exercises)
        assert re.findall(MINUTES[lang], of_each_chapter(lang)[number]) == [expected], f"chapter {number}"
        table = rf"^\| \[{number} .*{name}\.ipynb\) \|" + "".join(rf" (\d+) {UNIT[lang]} \|" for _ in range(3))
        assert re.findall(table, GUIDE[lang], re.MULTILINE) == [expected], f"chapter {number}"


@languages
def test_the_minutes_of_a_plan_add_up_to_its_heading(lang):
    assert [minutes for minutes, _ in plans(lang)][:2] == [120, 240]
    assert len(plans(lang)) == 2 + 1 + 5  # the week and its days
    for minutes, below in plans(lang):
        assert sum(int(row[0]) for row in rows(below)) == minutes


@languages
def test_nobody_sits_for_two_hours_without_a_break(lang):
    pause = {"en": "break", "zh": "休息"}[lang]
    for minutes, below in plans(lang):
        if minutes > 300:
            continue  # the week: its days are tested each
        sitting = 0
        for row in rows(below):
            sitting = 0 if row[1] == pause else sitting + int(row[0])
            assert sitting < 120


def test_both_editions_have_the_same_tables_with_the_same_numbers():
    en, zh = (rows(GUIDE[lang]) for lang in chapters.LANGUAGES)
    assert len(en) == len(zh) > 100
    for one, other in zip(en, zh, strict=True):
        for cell, its_pair in zip(one, other, strict=True):
            assert numbers(cell) == numbers(its_pair), (cell, its_pair)


def numbers(text: str) -> list[str]:
    return sorted(re.findall(r"\d+(?:\.\d+)?", re.sub(r"(?<=\d),(?=\d)", "", text)))


@languages
def test_links_lead_to_files_and_headings(lang):
    docs = chapters.ROOT / "docs"
    headings = re.findall(r"^#+ (.*)$", GUIDE[lang], re.MULTILINE)
    anchors = {heading.lower().replace(" ", "-") for heading in headings}
    for target in re.findall(r"\]\(([^)]+)\)", GUIDE[lang]):
        if target.startswith("#"):
            assert target[1:] in anchors
        elif not target.startswith("http"):
            assert (docs / target).is_file(), target


@languages
def test_sections_are_named_as_they_stand(lang):
    links = re.findall(r"\[(\d · [^\]]+)\]\(\.\./notebooks/(\w\w)/(\w+)\.ipynb\)", GUIDE[lang])
    assert len(links) > 50
    for heading, edition, stem in links:
        assert edition == lang
        text = [c for c in chapters.read_chapter(chapters.CHAPTERS / f"{stem}.py") if isinstance(c, chapters.Text)]
        assert any(f"## {heading}" in chapters.in_language(cell, lang).splitlines() for cell in text), heading


@languages
def test_slides_are_named_as_they_stand(lang):
    titles = slide_titles(lang)
    cells = [cell for row in rows(part(lang, PLANS[lang])) for cell in row]
    quoted = [title for cell in cells for title in re.findall(QUOTED[lang], cell)]
    assert len(quoted) > 30
    for title in quoted:
        assert as_in_the_chapter(title) in titles, title
    for number, text in of_each_chapter(lang).items():
        for title in re.findall(SLIDE[lang], text):
            assert as_in_the_chapter(title) in slide_titles(lang, number), title


@languages
def test_cells_and_explorers_are_in_their_chapters(lang):
    from d2lutil import explorers

    for number, text in of_each_chapter(lang).items():
        (path,) = (path for path in chapters.chapter_files() if path.name.startswith(number))
        code = [cell.en for cell in chapters.read_chapter(path) if isinstance(cell, chapters.Code)]
        named = re.findall(CELL[lang], text)
        assert len(named) >= 2
        for begin in named:
            assert any(begin in source for source in code), f"chapter {number}: {begin}"
        for explorer in re.findall(r"`(\w+Explorer|Kernel\w+|\w+Pad)`", text):
            assert hasattr(explorers, explorer)
            assert any(explorer in source for source in code), f"chapter {number}: {explorer}"


@languages
def test_what_students_hand_in_by_the_lines_shown_is_what_the_command_reads(lang, tmp_path, capsys, monkeypatch):
    from d2lutil.exercises.engine import record
    from tools.classroom.__main__ import main

    (code,) = re.findall(r"```python\n(.*?)```", GUIDE[lang], re.DOTALL)
    assert "`make class FOLDER=handed_in" in GUIDE[lang]
    monkeypatch.setenv("D2LUTIL_PROGRESS", str(tmp_path / "record"))
    record.note("ch02.output_cells", state="correct")
    record.note("ch03.unsharp", hints=2)
    for _ in range(3):
        record.note("ch03.band_edges", state="not yet")
    (tmp_path / "handed_in").mkdir()
    monkeypatch.chdir(tmp_path / "handed_in")
    exec(compile(code, NAMES[lang], "exec"), {})
    monkeypatch.chdir(tmp_path)
    assert main(["handed_in", "--lang", lang]) == 0
    assert re.search(r"^  ada(: |：)ch03\.band_edges$", capsys.readouterr().out, re.MULTILINE)
    assert (tmp_path / "class.html").is_file()


@languages
def test_the_record_has_the_form_that_is_shown(lang, tmp_path, monkeypatch):
    from d2lutil.exercises.engine import record

    (shown,) = re.findall(r"`(\{\"version\".*?\})`", GUIDE[lang])
    monkeypatch.setenv("D2LUTIL_PROGRESS", str(tmp_path))
    ((name, entry),) = json.loads(shown)["exercises"].items()
    made = [mistake for mistake, count in entry["mistakes"].items() for _ in range(count)]
    for number in range(entry["tries"]):
        record.note(name, state=entry["state"], mistake=made[number] if number < len(made) else None)
    record.note(name, hints=entry["hints"])
    assert json.loads((tmp_path / "exercises.json").read_text(encoding="utf-8")) == json.loads(shown)


@languages
def test_environment_variables_are_ones_that_something_reads(lang):
    files = [*(chapters.ROOT / "d2lutil").rglob("*.py"), *(chapters.ROOT / "tools").glob("*")]
    read = "".join(path.read_text(encoding="utf-8") for path in files if path.is_file())
    named = set(re.findall(r"D2LUTIL_[A-Z]+", GUIDE[lang]))
    assert {"D2LUTIL_DATA", "D2LUTIL_PROGRESS"} <= named
    assert all(name in read for name in named)
