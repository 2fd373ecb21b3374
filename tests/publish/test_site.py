"""The site: its pages, as text and in a browser."""

import re
from html.parser import HTMLParser
from urllib.parse import unquote

import pytest

from tools.publish import chapters
from tools.publish import site as website

PAGES = [(path.stem, lang) for path in chapters.chapter_files() for lang in chapters.LANGUAGES]
each_page = pytest.mark.parametrize(("name", "lang"), PAGES)


class Page(HTMLParser):
    """What a page is made of: ids, links, headings, images without a description, things loaded."""

    def __init__(self, text: str):
        super().__init__()
        self.ids, self.links, self.headings, self.alts, self.loaded = [], [], [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if "id" in given:
            self.ids.append(given["id"])
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag == "img":
            self.alts.append(given.get("alt", ""))
        self.loaded += [
            given[name]
            for name in ("src", "href")
            if name in given and tag in ("script", "link", "img", "iframe") and given.get("rel") != "alternate"
        ]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The whole site, built once."""
    target = tmp_path_factory.mktemp("site")
    website.build(target)
    return target


@pytest.fixture(scope="module")
def parsed(site):
    return {file.relative_to(site).as_posix(): Page(file.read_text("utf-8")) for file in site.rglob("*.html")}


# --- the pages as text


@each_page
def test_links_lead_somewhere(parsed, name, lang):
    page = parsed[f"{lang}/{name}.html"]
    for link in page.links:
        if re.match(r"https?:", link):
            continue
        target, _, anchor = link.partition("#")
        path = f"{lang}/{target}" if not target.startswith("../") else target.removeprefix("../")
        there = parsed.get(unquote(path) if target else f"{lang}/{name}.html")
        assert there is not None, link
        assert not anchor or unquote(anchor) in there.ids, link


@each_page
def test_headings_are_in_order_ids_unique_and_figures_described(parsed, name, lang):
    page = parsed[f"{lang}/{name}.html"]
    assert page.headings[0] == 1 and page.headings.count(1) == 1
    assert all(after <= before + 1 for before, after in zip(page.headings, page.headings[1:], strict=False))
    assert len(page.ids) == len(set(page.ids))
    assert page.alts and all(page.alts)


@each_page
def test_a_page_loads_only_what_lies_beside_it(parsed, site, name, lang):
    for address in parsed[f"{lang}/{name}.html"].loaded:
        assert address.startswith("data:") or (site / lang / address).resolve().is_file(), address


@each_page
def test_the_other_language_has_the_same_anchors(parsed, name, lang):
    other = {"en": "zh", "zh": "en"}[lang]
    assert parsed[f"{lang}/{name}.html"].ids == parsed[f"{other}/{name}.html"].ids


@each_page
def test_a_page_says_what_its_notebook_says(site, name, lang):
    """Every paragraph of the chapter, and no trace of what only a kernel can show."""
    page = re.sub(r"<script.*?</script>", " ", (site / lang / f"{name}.html").read_text("utf-8"), flags=re.DOTALL)
    text = "".join(website.plain(page).split())
    path = chapters.CHAPTERS / f"{name}.py"
    for cell in chapters.read_chapter(path):
        if isinstance(cell, chapters.Text) and not cell.slide:
            first = re.split(r"[*`$\[\]<>|#\n]", chapters.in_language(cell, lang).lstrip("#* \n"))[0].strip()
            assert "".join(first.split()) in text, first
    assert "[trainingprogress" not in text and "[训练进度" not in text
    assert "exercises.ch" + name[:2] + ".progress" not in text


def test_chapters_that_the_text_names_are_links(site):
    page = (site / "en" / "03_edge_detection.html").read_text("utf-8")
    assert re.search(r'<a href="02_\w+\.html">chapter 02</a>', page)
    page = (site / "zh" / "03_edge_detection.html").read_text("utf-8")
    assert re.search(r'<a href="02_\w+\.html">第 02 章</a>', page)


@pytest.mark.parametrize("lang", chapters.LANGUAGES)
def test_the_contents_list_every_chapter_with_its_question(site, lang):
    page = (site / lang / "index.html").read_text("utf-8")
    rows = website.table(lang)
    assert [row["page"] for row in rows] == [f"{path.stem}.html" for path in chapters.chapter_files()]
    assert all(row["question"] and row["title"] in page for row in rows)


# --- in a browser, from a file, with the network off


@pytest.fixture
def browse(browser, site):
    """Opens a page of the site; errors of scripts, requests that fail, and requests to any host fail the test."""
    troubles, contexts = [], []

    def show(name, width=1280, height=900, **options):
        context = browser.new_context(viewport={"width": width, "height": height}, offline=True, **options)
        context.set_default_timeout(60_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("console", lambda message: troubles.append(message.text) if message.type == "error" else None)
        page.on("requestfailed", lambda request: troubles.append(f"failed: {request.url[:80]}"))
        page.on("request", lambda request: troubles.append(request.url) if request.url.startswith("http") else None)
        page.goto((site / name).as_uri())
        page.wait_for_function("document.querySelectorAll('.d2l-alone:not([data-taken])').length === 0")
        return page

    yield show
    for context in contexts:
        context.close()
    assert troubles == []


@pytest.mark.parametrize("lang", chapters.LANGUAGES)
def test_no_page_asks_any_host_for_anything(browse, lang):
    for path in chapters.chapter_files():
        page = browse(f"{lang}/{path.stem}.html")
        explorers = page.locator(".d2l-alone").count()
        page.wait_for_function(f"document.querySelectorAll('.d2l-explorer').length === {explorers}")
        page.close()


def test_the_first_page_chooses_the_language(browse):
    assert browse("index.html", locale="zh-CN").url.endswith("/zh/index.html")
    assert browse("index.html", locale="fr").url.endswith("/en/index.html")


def test_the_switch_keeps_the_place(browse):
    page = browse("en/05_padding_and_stride.html")
    heading = page.locator("h2").nth(3)
    heading.evaluate("(element) => element.scrollIntoView()")
    cell = heading.evaluate("(element) => element.closest('section.cell').id")
    box = page.locator("a.other").bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)  # .click() would scroll first
    page.wait_for_url("**/zh/05_padding_and_stride.html#*")
    assert page.url.endswith(f"#{cell}")
    top = page.locator(f"section[id='{cell}']").evaluate("(element) => element.getBoundingClientRect().top")
    assert 0 <= top < 200


@pytest.mark.parametrize(("lang", "word", "page_name"), [("en", "checkerboard", "08"), ("zh", "棋盘", "08")])
def test_the_search_finds_a_section(browse, lang, word, page_name):
    page = browse(f"{lang}/index.html")
    page.get_by_role("searchbox").fill(word)
    hits = page.locator("#found a")
    assert 1 <= hits.count() <= 8
    assert any(page_name in hit.get_attribute("href")[:2] for hit in hits.all())
    page.get_by_role("searchbox").press("Enter")
    page.wait_for_url("**/*.html#*")
    page.get_by_role("searchbox").fill("zzqx")
    assert page.locator("#found").inner_text().strip() == website.WORDS[lang]["nothing"]


def test_light_and_dark_are_the_readers_choice(browse):
    page = browse("en/02_cross_correlation.html", color_scheme="dark")
    paper = "getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(paper) == "rgb(22, 22, 22)"
    page.get_by_role("button", name="Light or dark").click()
    assert page.evaluate(paper) == "rgb(255, 255, 255)"
    explorer = page.locator(".d2l-explorer").first
    assert explorer.evaluate("(element) => getComputedStyle(element).colorScheme") == "light"


@each_page
def test_a_phone_needs_no_sideways_scrolling(browse, name, lang):
    page = browse(f"{lang}/{name}.html", width=390, height=844, has_touch=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_printed_page_is_a_handout(browse):
    page = browse("en/02_cross_correlation.html")
    page.emulate_media(media="print")
    for hidden in ("header.bar", "nav.toc", "nav.neighbours", ".d2l-explorer button", ".d2l-explorer select"):
        assert page.locator(hidden).first.is_hidden(), hidden
    explorer = page.locator(".d2l-window").first
    assert explorer.is_visible() and explorer.locator("table").first.is_visible()
    assert page.locator("img.output").first.is_visible()
