"""Chapters as exported pages: opened from a file, with the network off, every explorer answers."""

import pytest

from explorers.samples import SAMPLES
from explorers.test_all import AUDIT, asked, changes
from tools.browser import jupyterlab as labs

nbconvert = pytest.importorskip("nbconvert", reason="needs nbconvert: pip install nbconvert")
NOTEBOOKS = labs.ROOT / "notebooks"
CHAPTERS = [path for lang in ("en", "zh") for path in sorted((NOTEBOOKS / lang).glob("0[1-9]*.ipynb"))]

# What nbconvert's own template asks of the network, in every page, explorers or not: formulas, and a loader for widgets
# that our pages do not need. Offline both are missing: formulas stay as they were written.
TEMPLATE = ("https://cdnjs.cloudflare.com/ajax/libs/mathjax/", "https://cdnjs.cloudflare.com/ajax/libs/require.js/")


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda path: f"{path.parent.name}-{path.stem[:2]}")
def test_a_chapter_is_alive_without_kernel_and_network(browser, tmp_path, chapter):
    page_of, _ = nbconvert.HTMLExporter().from_filename(str(chapter))
    count = page_of.count('class="d2l-alone"')
    assert count >= 1
    file = tmp_path / "chapter.html"
    file.write_text(page_of, encoding="utf-8")
    troubles, asked_for = [], []
    context = browser.new_context(viewport={"width": 1280, "height": 900}, offline=True)
    context.set_default_timeout(60_000)
    page = context.new_page()
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("request", lambda request: asked_for.append(request.url) if request.url.startswith("http") else None)

    def console(message):
        if message.type == "error" and not message.location.get("url", "").startswith(TEMPLATE):
            troubles.append(message.text)

    page.on("console", console)
    page.goto(file.as_uri(), wait_until="domcontentloaded")
    page.wait_for_function(f"document.querySelectorAll('.d2l-explorer').length === {count}")
    page.add_script_tag(content=AUDIT)
    drawn = "[...document.querySelectorAll('.d2l-explorer')].every((e) => Object.keys(e.dataset).length > 1)"
    page.wait_for_function(drawn)
    for k in range(count):
        explorer = page.locator(".d2l-explorer").nth(k)
        name = explorer.get_attribute("class").split()[1].removeprefix("d2l-")
        explorer.scroll_into_view_if_needed()
        if name == "pad":  # the reader's own network answers there, and it is in the kernel
            needed = {"en": "needs a running notebook", "zh": "需要运行中的笔记本"}[chapter.parent.name]
            assert explorer.get_by_text(needed).is_visible()
            assert explorer.locator("button:not([disabled]):visible").count() == 0
            continue
        acts = SAMPLES[name]
        before = asked(page, "state", k)
        explorer.locator(acts.on).first.focus()
        page.keyboard.press(acts.key)
        changes(page, before, k)
        assert explorer.get_attribute("lang") == {"en": "en", "zh": "zh-CN"}[chapter.parent.name]
    assert not page.locator(".d2l-alone > [role=note]").count()
    context.close()
    assert troubles == []
    assert [url for url in asked_for if not url.startswith(TEMPLATE)] == []
