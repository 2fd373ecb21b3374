"""Cells of a built notebook as HTML: what slides and site have in common. Mathematics becomes MathML, code is coloured,
and nothing is asked of a network."""

import base64
import html
import io

import nbformat
from latex2mathml.converter import convert
from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin
from PIL import Image
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

from .chapters import WIDGET

__all__ = ["CODE_STYLE", "CODE_STYLE_DARK", "code", "markdown", "outputs"]

_formatter = HtmlFormatter(nowrap=True, classprefix="code-")
# What the classes of coloured code look like, on white and on black.
CODE_STYLE, CODE_STYLE_DARK = (
    HtmlFormatter(classprefix="code-", style=style).get_style_defs("pre") for style in ("default", "monokai")
)
IMAGES = ("image/png", "image/jpeg")


def code(source: str, language: str = "python") -> str:
    """Source text with its words in spans of class ``code-...``; plain where the language is unknown.

    >>> code("x = 1")
    '<pre><code><span class="code-n">x</span> <span class="code-o">=</span> <span class="code-mi">1</span></code></pre>'
    """
    try:
        coloured = highlight(source, get_lexer_by_name(language or "text"), _formatter)
    except ClassNotFound:
        coloured = html.escape(source)
    return f"<pre><code>{coloured.rstrip()}</code></pre>"


def _mathml(formula: str, options: dict) -> str:
    upright = formula.strip().replace(r"\operatorname{", r"\text{")  # the converter would set it letter by letter
    return convert(upright, display="block" if options["display_mode"] else "inline")


_markdown = MarkdownIt("commonmark", {"html": True, "highlight": lambda source, name, _: code(source, name)})
_markdown.enable(["table", "strikethrough"]).use(dollarmath_plugin, renderer=_mathml, double_inline=True)


def markdown(text: str) -> str:
    """Markdown as JupyterLab reads it: tables, raw HTML, and formulas between dollars."""
    return _markdown.render(text)


def outputs(cell: nbformat.NotebookNode) -> str:
    """What a code cell has shown, in its richest form that needs no kernel; a widget that has none is left out."""
    return "\n".join(_output(one) for one in cell.outputs if set(one.get("data", {})) != {WIDGET, "text/plain"}).strip()


def _output(output: nbformat.NotebookNode) -> str:
    if output.output_type == "stream":
        return _plain(output.text)
    if output.output_type == "error":
        return _plain(f"{output.ename}: {output.evalue}")
    data = output.data
    if "text/html" in data:
        return f'<div class="output">{data["text/html"]}</div>'
    for kind in IMAGES:
        if kind in data:
            return _image(kind, data[kind], output.metadata.get(kind, {}))
    return _plain(data.get("text/plain", ""))


def _plain(text: str) -> str:
    return f'<pre class="output">{html.escape(text.rstrip())}</pre>' if text.strip() else ""


def _image(kind: str, data: str, metadata: dict) -> str:
    """A figure in the size that its author gave it, so that nothing moves when it appears, with its description."""
    encoded = "".join(data.split())
    columns, rows = Image.open(io.BytesIO(base64.b64decode(encoded))).size
    width = metadata.get("width", columns)
    alt = html.escape(metadata.get("alt", ""), quote=True)
    size = f'width="{width}" height="{round(width * rows / columns)}"'
    return f'<img class="output" alt="{alt}" {size} src="data:{kind};base64,{encoded}">'
