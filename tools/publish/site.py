"""The site: ``python -m tools.publish.site`` writes site/, all chapters in both languages as static pages.

Pages come from the built notebooks and need no server, no kernel and no network. What stands on a page has the same
anchor in both languages, so that a reader can change the language and stay at the place.
"""

import html
import json
import re
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

import nbformat
from jinja2 import Environment, FileSystemLoader

from . import glossary
from . import html as rendered
from .chapters import LANGUAGES, ROOT, chapter_files, notebook_path, title

SITE = ROOT / "site"
TEMPLATES = Path(__file__).parent / "templates"
WORDS = {
    "en": {
        "lang": "en",
        "other": "中文",
        "series": "Convolution",
        "contents": "Contents",
        "on_page": "On this page",
        "previous": "Previous",
        "next": "Next",
        "glossary": "Glossary",
        "search": "Search",
        "nothing": "Nothing found.",
        "theme": "Light or dark",
        "skip": "To the text",
        "tagline": "From the fully connected layer to LeNet: a series of interactive notebooks. These pages show them "
        "as they were executed, and the explorers work here, too. To change code, and to have exercises checked, open "
        "the notebooks.",
        "exercise": "To be filled in, and checked, in the notebook.",
        "sliders": "In the notebook this image has sliders.",
    },
    "zh": {
        "lang": "zh-CN",
        "other": "English",
        "series": "卷积",
        "contents": "目录",
        "on_page": "本页内容",
        "previous": "上一章",
        "next": "下一章",
        "glossary": "术语表",
        "search": "搜索",
        "nothing": "没有找到。",
        "theme": "浅色或深色",
        "skip": "跳到正文",
        "tagline": "从全连接层到 LeNet：一套交互式笔记本。这里的页面是运行过的样子，其中的交互演示在这里也能操作。"
        "要修改代码、检查练习，请打开笔记本。",
        "exercise": "请在笔记本中填写并检查。",
        "sliders": "在笔记本中，这张图带有滑块。",
    },
}
CHAPTER_NAMED = {"en": re.compile(r"\b[Cc]hapter (\d\d)\b"), "zh": re.compile(r"第 (\d\d) 章")}


@dataclass
class Heading:
    """A heading of a page, with its anchor and the plain text below it."""

    level: int
    text: str
    anchor: str
    below: str = ""


def main() -> int:
    build(SITE)
    print(f"{SITE.relative_to(ROOT)}/index.html")
    return 0


def build(target: Path) -> None:
    """Write the whole site into a folder; what stood there is gone."""
    shutil.rmtree(target, ignore_errors=True)
    environment = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=False)
    for lang in LANGUAGES:
        folder = target / lang
        folder.mkdir(parents=True)
        places = []
        for path in chapter_files():
            page, headings = chapter_page(environment, path, lang)
            (folder / f"{path.stem}.html").write_text(page, encoding="utf-8")
            places += [
                {"page": f"{path.stem}.html#{place.anchor}", "title": title(path, lang), "heading": place.text,
                 "text": place.below}
                for place in headings
            ]  # fmt: skip
        (folder / f"{glossary.NAME}.html").write_text(glossary_page(environment, lang), encoding="utf-8")
        contents = environment.get_template("contents.html").render(chapters=table(lang), **common(lang, "index"))
        (folder / "index.html").write_text(contents, encoding="utf-8")
        index = f"const PLACES = {json.dumps(places, ensure_ascii=False)};"
        (folder / "search.js").write_text(index, encoding="utf-8")
    shutil.copy(TEMPLATES / "site.js", target)
    dark = "\n".join(f':root[data-theme="dark"] {line}' for line in rendered.CODE_STYLE_DARK.splitlines())
    style = "\n".join([rendered.CODE_STYLE, dark, (TEMPLATES / "site.css").read_text(encoding="utf-8")])
    (target / "site.css").write_text(style, encoding="utf-8")
    shutil.copy(TEMPLATES / "start.html", target / "index.html")


def common(lang: str, page: str) -> dict:
    """What every page's template needs to know."""
    return {"words": WORDS[lang], "other": {"en": "zh", "zh": "en"}[lang], "page": page}


def table(lang: str) -> list[dict]:
    """A line for each chapter: its page, its title, its question and its minutes, as the README has them."""
    readme = ROOT / ("README.md" if lang == "en" else "README.zh.md")
    row = re.compile(r"^\| \[(.+?)\]\(notebooks/\w+/(.+?)\.ipynb\) \| (.+?) \| (.+?) \|", re.MULTILINE)
    return [
        {"title": name, "page": f"{page}.html", "question": question, "minutes": minutes}
        for name, page, question, minutes in row.findall(readme.read_text("utf-8"))
    ]


def chapter_page(environment: Environment, path: Path, lang: str) -> tuple[str, list[Heading]]:
    """A chapter as an HTML page, and its headings."""
    notebook = nbformat.read(notebook_path(path, lang), as_version=4)
    headings: list[Heading] = []
    # The first and the last cell lead from notebook to notebook; a page has its own ways.
    cells = [cell_html(cell, lang, headings) for cell in notebook.cells[1:-1]]
    files = chapter_files()
    here = files.index(path)
    neighbours = {
        name: {"page": f"{files[there].stem}.html", "title": title(files[there], lang)}
        for name, there in (("previous", here - 1), ("next", here + 1))
        if 0 <= there < len(files)
    }
    page = environment.get_template("chapter.html").render(
        title=html.escape(title(path, lang)),
        cells=list(filter(None, cells)),
        headings=headings,
        neighbours=neighbours,
        **common(lang, path.stem),
    )
    return page, headings


def glossary_page(environment: Environment, lang: str) -> str:
    """The terms of the series, with ways to their chapters."""
    cells = [cell_html(glossary.edition(lang).cells[-1], lang, [])]
    return environment.get_template("chapter.html").render(
        title=glossary.TITLE[lang], cells=cells, headings=[], neighbours={}, **common(lang, glossary.NAME)
    )


def cell_html(cell: nbformat.NotebookNode, lang: str, headings: list[Heading]) -> str:
    """One cell as a section; adds its headings to the list. Checks of exercises have nothing to say here."""
    tags = cell.metadata.get("tags", [])
    if cell.cell_type == "markdown":
        body = text(cell, lang, headings)
    elif "check" in tags:
        return ""
    else:
        shown = "" if "exercise" in tags else shown_by(cell, lang)
        note = f'<p class="note">{WORDS[lang]["exercise"]}</p>' if "exercise" in tags else ""
        body = f'<div class="source">{rendered.code(cell.source)}</div>{shown}{note}'
    kind = " ".join(["cell", cell.cell_type, *tags])
    return f'<section id="{cell.id}" class="{kind}">{body}</section>'


def shown_by(cell: nbformat.NotebookNode, lang: str) -> str:
    """The outputs of a code cell, and what sliders would do to them."""
    with_sliders = any(
        rendered.WIDGET in one.get("data", {}) and set(one.data) & set(rendered.IMAGES) for one in cell.outputs
    )
    note = f'<p class="note">{WORDS[lang]["sliders"]}</p>' if with_sliders else ""
    return rendered.outputs(cell) + note


def text(cell: nbformat.NotebookNode, lang: str, headings: list[Heading]) -> str:
    """The text of a cell, with anchors at its headings and ways to the chapters that it names."""
    body = rendered.markdown(cell.source)
    numbers = {path.name[:2]: path.stem for path in chapter_files()}
    body = re.sub(r'href="(?:\./)?(\d\d_\w+)\.ipynb', r'href="\1.html', body)

    def way(found: re.Match) -> str:
        name = numbers.get(found[1])
        return f'<a href="{name}.html">{found[0]}</a>' if name else found[0]

    # Only in running text: not inside a tag, a link, code or a heading.
    parts = re.split(r"(<(?:a|code|h\d|pre|summary)\b.*?</(?:a|code|h\d|pre|summary)>|<[^>]+>)", body, flags=re.S)
    body = "".join(part if k % 2 else CHAPTER_NAMED[lang].sub(way, part) for k, part in enumerate(parts))

    def anchored(found: re.Match) -> str:
        headings.append(Heading(int(found[1]), plain(found[2]), f"{cell.id}-{len(headings)}"))
        return f'<h{found[1]} id="{headings[-1].anchor}">{found[2]}</h{found[1]}>'

    body = re.sub(r"<h(\d)>(.*?)</h\1>", anchored, body, flags=re.S)
    if headings:
        headings[-1].below += " " + plain(body)
    return body


def plain(markup: str) -> str:
    """The words of a piece of HTML."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", markup)).split())


if __name__ == "__main__":
    sys.exit(main())
