"""The page: complete, sound HTML whatever the files hold, in both languages, and readable in a browser."""

import html
import random
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from d2lutil import use_language
from d2lutil.exercises.engine.progress import CHAPTERS, questions
from tools.classroom import page as pages
from tools.classroom.finding import Damage
from tools.classroom.page import page, write
from tools.classroom.records import Attempt, Records
from tools.classroom.report import report
from tools.publish import chapters
from tools.publish.english_left import ANYWHERE

AUDIT = (Path(__file__).parents[1] / "explorers" / "audit.js").read_text(encoding="utf-8")
NAMES = [f"{first}{second}" for first in "王李张刘陈杨赵黄周吴" for second in "芳娜伟洋"]
VOID = {"meta", "link", "br"}


class Outline(HTMLParser):
    """The elements of a page; fails where they are not closed in order."""

    def __init__(self, text: str):
        super().__init__()
        self.elements, self.open = [], []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def all(self, tag: str) -> list[dict]:
        return [attributes for name, attributes in self.elements if name == tag]


def names_of_mistakes(question) -> list[str]:
    own = [mistake.name for mistake in getattr(question, "mistakes", ())]
    return own + [f"chose {letter}" for letter in getattr(question, "wrong", {})] + ["an error", "transposed"]


def large_class() -> Records:
    """Forty students who tried all exercises, with every kind of outcome."""
    draw = random.Random(1)
    students = {}
    for name in NAMES:
        students[name] = {
            question.key: Attempt(
                draw.random() < 0.6,
                draw.randint(0, 12),
                draw.randint(0, 3),
                {mistake: draw.randint(1, 4) for mistake in draw.sample(names_of_mistakes(question), 2)},
            )
            for chapter in CHAPTERS
            for question in questions(chapter)
        }
    return Records(students, [Damage("坏的.json", "嵌套太深。")], ["空的"])


def one(student: str = "ada", **mistakes: int) -> Records:
    return Records({student: {"ch05.output_size": Attempt(False, 5, 1, mistakes)}}, [], [])


def test_forty_students_and_all_exercises_stand_in_tables_that_name_rows_and_columns():
    outline = Outline(page(report(large_class(), "en")))
    exercises = sum(len(questions(chapter)) for chapter in CHAPTERS)
    cells = [cell for cell in outline.all("td") if "title" in cell]
    assert len(cells) == 40 * exercises
    assert all(heading.get("scope") in ("row", "col") for heading in outline.all("th"))
    assert len(outline.all("caption")) == 2 * len(CHAPTERS) + 1  # and the damaged files
    titles = [heading["title"] for heading in outline.all("th") if "title" in heading]
    assert titles == sorted(NAMES) * len(CHAPTERS)


def test_a_cell_tells_by_a_mark_and_counts_what_its_colour_tells():
    for attempt, expected in [
        (None, ("○", "", "untried")),
        (Attempt(False, 0, 2), ("○", "·2", "untried")),
        (Attempt(True, 1, 0), ("✓", "1", "correct")),
        (Attempt(False, 2, 1), ("✗", "2·1", "not-yet")),
        (Attempt(False, 3, 0), ("✗", "3", "stuck")),
        (Attempt(True, 12, 3), ("✓", "12·3", "correct")),
    ]:
        found = pages.cell(attempt)
        assert (found.mark, found.counts, found.kind) == expected
    assert pages.cell(Attempt(False, 3, 1)).words == "stuck, 3 tries, 1 hint"
    assert pages.cell(Attempt(False, 1, 0)).words == "not yet correct, 1 try, 0 hints"


def test_the_row_of_sums_says_how_many_are_stuck():
    text = page(report(large_class(), "en"))
    chapter = report(large_class(), "en").chapters[0]
    (sums,) = re.findall(r"<tfoot>(.*?)</tfoot>", text.partition('id="ch01"')[2].partition("</section>")[0], re.DOTALL)
    assert re.findall(r"<td[^>]*>(\d+)</td>", sums) == [str(exercise.stuck) for exercise in chapter.exercises]


HOSTILE = [
    "<img src=x onerror=alert(1)>",
    "</script><script>alert(1)</script>",
    '" onmouseover="alert(1)',
    "{{ 7*7 }}",
    "&lt;",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_what_comes_from_files_is_text_wherever_it_stands(text):
    records = one(text, **{text: 3})
    records.students[text][text] = Attempt(True, 1, 0)
    records.damaged.append(Damage(text, text))
    records.without.append(text)
    plain = Outline(page(report(one(), "en")))
    outline = Outline(shown := page(report(records, "en")))
    assert {tag for tag, _ in outline.elements} <= {tag for tag, _ in plain.elements} | {
        "ul",
        "li",
        "p",
        "b",
        "span",
        "h3",
    }
    assert not any(name.startswith("on") for _, attributes in outline.elements for name in attributes)
    assert "alert(1)</script>" not in shown and "49" not in shown
    assert any(attributes.get("title") == text for _, attributes in outline.elements)


def test_nothing_is_loaded_and_nothing_runs():
    text = page(report(large_class(), "en"))
    outline = Outline(text)
    assert outline.all("script") == [] and "http" not in re.sub(r"http-equiv", "", text)
    assert [link["href"] for link in outline.all("link")] == ["data:,"]
    (policy,) = [meta["content"] for meta in outline.all("meta") if "http-equiv" in meta]
    assert policy.startswith("default-src 'none'")


def test_the_sentence_of_a_known_mistake_stands_beside_it_and_an_unknown_one_stands_alone():
    text = page(report(one(**{"padding counted once": 2, "odd": 1}), "en"))
    assert "<b>padding counted once</b>" in text and "The padding is counted once." in text
    assert re.search(r"<b>odd</b> <span class=\"count\">\(1 student, 1 time\)</span></p>", text)


def test_the_chinese_page_has_no_english_but_names():
    use_language("zh")
    text = page(report(large_class(), "zh"))
    assert '<html lang="zh-CN">' in text
    body = re.sub(r"<(style|code)>.*?</\1>", " ", text, flags=re.DOTALL)
    titles = " ".join(re.findall(r'(?:title|aria-label)="([^"]*)"', body))
    words = re.findall(r"[A-Za-z][A-Za-z_]+", titles + html.unescape(re.sub(r"<[^>]+>", " ", body)))
    everything = [question for chapter in CHAPTERS for question in questions(chapter)]
    # Names of exercises and chapters, and what the exercises themselves say in Chinese.
    known = " ".join(
        [question.key.replace(".", " ") for question in everything]
        + [mistake.zh for question in everything for mistake in getattr(question, "mistakes", ())]
        + [sentence for question in everything for _, sentence in getattr(question, "wrong", {}).values()]
        + [chapters.title(path, "zh") for path in chapters.chapter_files()]
    )
    assert set(words) - set(re.findall(r"[A-Za-z][A-Za-z_]+", known)) - ANYWHERE == set()
    assert "卡住了" in text and "只算了" in text


def test_the_page_is_written_whole_or_not_at_all(tmp_path, monkeypatch):
    target = tmp_path / "class.html"
    write("first", target)
    write("second ✗", target)
    assert target.read_text(encoding="utf-8") == "second ✗"

    def full(*arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pages.os, "replace", full)
    with pytest.raises(OSError):
        write("third", target)
    assert target.read_text(encoding="utf-8") == "second ✗"
    assert list(tmp_path.iterdir()) == [target]


@pytest.fixture
def shown(browser, tmp_path):
    """Opens the page of the large class from a file; requests, dialogs and errors fail the test."""
    contexts, troubles = [], []

    def show(lang="en", theme="light", width=1280, records=None):
        use_language(lang)
        file = tmp_path / "class.html"
        write(page(report(records or large_class(), lang)), file)
        context = browser.new_context(viewport={"width": width, "height": 720}, offline=True, color_scheme=theme)
        contexts.append(context)
        view = context.new_page()
        view.on("dialog", lambda dialog: (troubles.append(dialog.message), dialog.dismiss()))
        view.on("pageerror", lambda error: troubles.append(str(error)))
        view.on("console", lambda message: troubles.append(message.text))
        view.on("request", lambda request: troubles.append(request.url) if request.url.startswith("http") else None)
        view.goto(file.as_uri())
        return view

    yield show
    for context in contexts:
        context.close()
    assert troubles == []


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("lang", chapters.LANGUAGES)
def test_every_word_is_readable_on_its_ground(shown, lang, theme):
    few = Records(dict(list(large_class().students.items())[:6]), large_class().damaged, ["x"])
    view = shown(lang, theme, records=few)
    # The page forbids scripts; the audit comes through the browser's own door.
    view.context.new_cdp_session(view).send("Page.setBypassCSP", {"enabled": True})
    view.reload()
    view.evaluate(AUDIT)
    assert view.evaluate("audit.faint(document.body)") == []
    dark = view.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(22, 22, 22)"
    assert dark == (theme == "dark")


@pytest.mark.parametrize("width", [390, 1280, 1920])
def test_the_page_is_as_wide_as_its_window(shown, width):
    view = shown(width=width)
    assert view.evaluate("document.documentElement.scrollWidth") <= width


def test_names_and_exercises_stay_in_sight_while_one_scrolls(shown):
    view = shown()
    view.evaluate("document.querySelectorAll('.students tbody tr')[25].scrollIntoView({block: 'center'})")
    inside = "(e) => { const r = e.getBoundingClientRect(); return r.top >= -1 && r.bottom <= innerHeight + 1; }"
    for part in ("thead th:nth-child(2)", "tfoot td"):
        assert view.eval_on_selector(f".students {part}", inside), part
    narrow = shown(width=390)
    narrow.evaluate("document.querySelector('.wide').scrollLeft = 300")
    left = narrow.eval_on_selector(".students tbody th", "(e) => e.getBoundingClientRect().left")
    assert 0 <= left < 40


def test_hostile_names_do_nothing_in_a_browser(shown):
    records = Records({name: {"ch05.output_size": Attempt(False, 4, 0, {name: 1})} for name in HOSTILE}, [], [])
    view = shown(records=records)
    view.wait_for_timeout(200)
    assert view.evaluate("document.images.length + document.scripts.length") == 0
    assert view.locator("#stuck tbody th").all_text_contents() == sorted(HOSTILE, key=str.casefold)


def test_a_printed_page_fits_its_paper(shown):
    view = shown(width=703)  # A4 without margins of 12 mm
    view.emulate_media(media="print")
    assert view.evaluate("document.documentElement.scrollWidth") <= 703
    wide = "(tables) => tables.filter((table) => table.getBoundingClientRect().right > 704).length"
    assert view.eval_on_selector_all("table", wide) == 0
