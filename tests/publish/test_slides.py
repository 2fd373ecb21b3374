"""Slides: what the chapters give them, and how they stand in a browser."""

import re

import pytest

from tools.publish import chapters, slides

FILES = chapters.chapter_files()
EDITIONS = [(path, lang) for path in FILES for lang in chapters.LANGUAGES]
each_edition = pytest.mark.parametrize(("path", "lang"), EDITIONS, ids=lambda v: getattr(v, "stem", v))
MINUTES = re.compile(r"^<p><strong>(\d+) (?:min\.|分钟。)</strong>")
SIZES = [(1280, 720), (1920, 1080)]


def words(html: str) -> int:
    """How many words a reader sees: a Chinese character counts as two thirds of one. Figures and code do not count."""
    text = re.sub(r'<(script|style|math|pre|aside)\b.*?</\1>|<div class="stage.*', " ", html, flags=re.DOTALL)
    text = re.sub(r"<[^>]+>", " ", text)
    chinese = re.findall(r"[\u4e00-\u9fff]", text)
    return len(re.findall(r"[A-Za-z0-9'’]+", text)) + round(len(chinese) / 1.5)


# --- what a deck is made of


@each_edition
def test_a_deck_fills_a_lecture_and_every_slide_has_its_notes(path, lang):
    deck = slides.slides(path, lang)
    assert 10 <= len(deck) <= 18
    minutes = []
    for number, slide in enumerate(deck, 1):
        found = MINUTES.match("".join(slide.notes))
        assert found, f"slide {number} does not begin its notes with its minutes"
        minutes.append(int(found[1]))
    assert 30 <= sum(minutes) <= 50


@each_edition
def test_slides_have_few_words_and_many_ask(path, lang):
    deck = slides.slides(path, lang)
    for number, slide in enumerate(deck[1:], 2):
        assert words("".join(slide.pieces)) <= 75, f"slide {number}"
    assert sum({"en": "Predict", "zh": "先猜"}[lang] in slide.html for slide in deck) >= 5
    assert sum("fragment" in slide.html for slide in deck) >= 4


@each_edition
def test_every_figure_has_a_description_in_the_reader_s_language(path, lang):
    page = "".join(slide.html for slide in slides.slides(path, lang))
    figures = re.findall(r'<img class="output"[^>]*>', page)
    assert figures
    for figure in figures:
        alt = re.search(r'alt="([^"]+)"', figure)[1]
        assert bool(re.search(r"[\u4e00-\u9fff]", alt)) == (lang == "zh"), alt


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_both_languages_have_the_same_slides(path):
    english, chinese = (slides.slides(path, lang) for lang in chapters.LANGUAGES)
    assert [len(slide.pieces) for slide in english] == [len(slide.pieces) for slide in chinese]


def test_what_no_slide_can_take_is_refused_by_name(tmp_path, monkeypatch):
    path = tmp_path / "01_small.py"
    path.write_text(
        '# %% [markdown] lang="en" slide="slied"\n# a\n\n# %% [markdown] lang="zh" slide="slied"\n# 一\n',
        encoding="utf-8",
    )
    with pytest.raises(chapters.SourceError, match="01_small.py.*unknown slide='slied'; known are"):
        chapters.read_chapter(path)


def test_a_figure_that_the_notebook_does_not_hold_is_named(monkeypatch):
    path = FILES[0]
    cells = [
        (chapters.Text("# 01 A\n*why?*", "# 01 甲\n*为什么？*"), "a"),
        (chapters.Code("x = 1", "x = 1", ("slide",)), "b"),
    ]
    monkeypatch.setattr(slides, "identified", lambda path: cells)
    with pytest.raises(chapters.SourceError, match="does not hold 'x = 1': run `make build`"):
        slides.slides(path, "en")


# --- in a browser, from a file, with the network off


@pytest.fixture
def open_deck(browser, tmp_path):
    """Opens a deck; errors of its scripts, and requests to any host, fail the test."""
    troubles = []
    context = browser.new_context(viewport={"width": 1280, "height": 720}, offline=True, reduced_motion="reduce")
    context.set_default_timeout(60_000)

    def show(path, lang):
        file = tmp_path / "deck.html"
        file.write_text(slides.deck(path, lang), encoding="utf-8")
        page = context.new_page()
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("console", lambda message: troubles.append(message.text) if message.type == "error" else None)
        page.on("request", lambda request: troubles.append(request.url) if request.url.startswith("http") else None)
        page.goto(file.as_uri())
        page.wait_for_function("window.Reveal?.isReady()")
        page.wait_for_function("document.querySelectorAll('.d2l-alone:not([data-taken])').length === 0")
        settle(page)
        return page

    yield show
    context.close()
    assert troubles == []


def settle(page):
    """Wait until figures have been fitted: several frames, without anything that moves."""
    page.evaluate("""async () => {
        for (let k = 0; k < 4; k++) await new Promise((done) => requestAnimationFrame(done));
    }""")


def beyond(page) -> list[str]:
    """What reaches over the edge of the slide that is shown, or of its stage."""
    return page.evaluate("""() => {
        const slide = document.querySelector('section.present'), own = slide.getBoundingClientRect(), found = [];
        const outside = (box, frame) => box.width && box.height && (box.right > frame.right + 1.5
            || box.bottom > frame.bottom + 1.5 || box.left < frame.left - 1.5 || box.top < frame.top - 1.5);
        for (const block of slide.querySelectorAll(':scope > :not(.notes)')) {
            if (outside(block.getBoundingClientRect(), own)) found.push(block.className);
            const cut = block.scrollWidth > block.clientWidth + 1 && !block.matches('.stage');
            if (cut) found.push(block.className + ' is cut');
            for (const content of block.querySelectorAll('.fit')) {
                if (outside(content.getBoundingClientRect(), block.getBoundingClientRect())) found.push('figure');
            }
        }
        return found;
    }""")


@each_edition
def test_nothing_overflows_its_slide(open_deck, path, lang):
    page = open_deck(path, lang)
    count = page.evaluate("Reveal.getTotalSlides()")
    assert count == len(slides.slides(path, lang))
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        for number in range(count):
            page.evaluate(f"Reveal.slide({number}, 0, 99)")  # with all fragments
            settle(page)
            assert beyond(page) == [], f"slide {number + 1} at {width} x {height}"


EDGES = next(path for path in FILES if path.name.startswith("03"))


def test_a_lecture_can_be_given_with_the_keyboard_alone(open_deck):
    page = open_deck(EDGES, "en")
    place = "Reveal.getIndices().h"
    page.keyboard.press("Space")
    assert page.evaluate(place) == 1
    answer = page.locator("section.present .fragment")
    assert answer.is_hidden()
    page.keyboard.press("Space")  # the answer, on the same slide
    assert page.evaluate(place) == 1
    answer.wait_for(state="visible")
    while not page.locator("section.present .d2l-explorer").count():
        page.keyboard.press("Space")
    here = page.evaluate(place)
    studio = page.locator("section.present .d2l-studio")
    page.keyboard.press("e")
    assert studio.evaluate("(explorer) => explorer.contains(document.activeElement)")
    page.locator("section.present [role=application]").first.focus()
    before = studio.get_attribute("data-value")
    for _ in range(6):
        page.keyboard.press("ArrowRight")
    settle(page)
    assert studio.get_attribute("data-value") != before
    assert page.evaluate(place) == here  # the arrows belonged to the explorer
    page.keyboard.press("Escape")
    assert not studio.evaluate("(explorer) => explorer.contains(document.activeElement)")
    assert not page.evaluate("Reveal.isOverview()")
    page.keyboard.press("e")
    page.keyboard.press("PageDown")  # a presenter's remote turns the page from anywhere
    assert page.evaluate(place) == here + 1


def test_the_speaker_sees_the_notes_and_the_class_does_not(open_deck):
    page = open_deck(EDGES, "zh")
    assert page.evaluate("Reveal.hasPlugin('notes')")
    for number in range(page.evaluate("Reveal.getTotalSlides()")):
        page.evaluate(f"Reveal.slide({number})")
        assert "分钟" in page.evaluate("Reveal.getSlideNotes()")
        assert page.locator("section.present aside.notes").is_hidden()


def test_the_speaker_s_window_shows_the_notes_of_the_slide_at_hand(open_deck):
    page = open_deck(EDGES, "en")
    with page.context.expect_page() as opened:
        page.keyboard.press("s")
    window = opened.value
    notes = window.locator(".speaker-controls-notes .value")
    notes.get_by_text("draw a cat").wait_for()
    page.keyboard.press("Space")
    notes.get_by_text("how many columns").wait_for()
    assert notes.inner_text().startswith("4 min.")
    window.close()
