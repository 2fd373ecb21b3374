"""Cells as HTML: text, formulas, code, outputs."""

import base64
import io
import re

import nbformat
import pytest
from PIL import Image

from tools.publish import chapters
from tools.publish import html as render

FORMULAS = sorted(
    {
        formula.strip("$")
        for path in chapters.chapter_files()
        for cell in chapters.read_chapter(path)
        if isinstance(cell, chapters.Text)
        for text in (cell.en, cell.zh)
        for formula in chapters.MARKS["formula"].findall(re.sub(r"```.*?```|`[^`\n]+`", "", text, flags=re.DOTALL))
    }
)


def cell(*outputs) -> nbformat.NotebookNode:
    return nbformat.v4.new_code_cell("1", outputs=list(outputs))


def shown(**data) -> nbformat.NotebookNode:
    kinds = {"text_plain": "text/plain", "text_html": "text/html", "image_png": "image/png"}
    return nbformat.v4.new_output("display_data", {kinds[name]: value for name, value in data.items()})


def test_every_formula_of_the_chapters_becomes_mathml():
    assert len(FORMULAS) > 200
    for formula in FORMULAS:
        page = render.markdown(f"${formula}$")
        assert "<math" in page, formula
        assert not re.search(r"\\[a-zA-Z]|\$", page), (formula, page)


def test_formulas_stand_in_lines_or_on_their_own():
    assert 'display="inline"' in render.markdown("so $k^2$ of them")
    assert 'display="block"' in render.markdown("$$k^2$$")
    assert "atan2" in render.markdown(r"$\operatorname{atan2}(a, b)$")  # one word, not five variables
    assert "$5" in render.markdown("it costs `$5`")


def test_markdown_is_that_of_notebooks():
    assert "<th>a</th>" in render.markdown("| a | b |\n| - | - |\n| 1 | 2 |")
    folded = render.markdown("<details><summary>Q</summary>\n\nthe **answer**\n</details>")
    assert "<summary>Q</summary>" in folded and "<strong>answer</strong>" in folded


def test_code_is_coloured_and_says_what_it_said():
    page = render.code("x = f'<{1}>'  # why")
    assert "code-" in page
    assert re.sub(r"<[^>]+>", "", page).replace("&lt;", "<").replace("&gt;", ">").replace("&#39;", "'") == (
        "x = f'<{1}>'  # why"
    )
    assert render.code("a < b", "no such language") == "<pre><code>a &lt; b</code></pre>"


def test_outputs_are_shown_in_their_richest_form():
    assert render.outputs(cell(shown(text_plain="x", text_html="<b>x</b>"))) == '<div class="output"><b>x</b></div>'
    data = io.BytesIO()
    Image.new("L", (40, 30)).save(data, "PNG")
    encoded = base64.b64encode(data.getvalue()).decode()
    image = shown(text_plain="a cat", image_png=encoded + "\n")
    image.metadata["image/png"] = {"alt": 'a "cat"', "width": 320}
    assert render.outputs(cell(image)) == (
        f'<img class="output" alt="a &quot;cat&quot;" width="320" height="240" src="data:image/png;base64,{encoded}">'
    )
    stream = nbformat.v4.new_output("stream", text="1 < 2\n")
    assert render.outputs(cell(stream)) == '<pre class="output">1 &lt; 2</pre>'
    assert render.outputs(cell(nbformat.v4.new_output("stream", text="\n"))) == ""
    error = nbformat.v4.new_output("error", ename="ValueError", evalue="<no>", traceback=[])
    assert "ValueError: &lt;no&gt;" in render.outputs(cell(error))


@pytest.mark.parametrize("style", [render.CODE_STYLE, render.CODE_STYLE_DARK])
def test_the_style_speaks_of_the_classes_that_code_has(style):
    assert ".code-k " in style
