"""How a check's answer, a hint and a solution look: in a notebook as HTML or Markdown, elsewhere as text."""

import html
import re
from dataclasses import dataclass, field

import torch

from ..._arguments import tensor_in_words
from ...i18n import say

__all__ = ["Evidence", "Note", "Verdict", "shown"]

COLORS = {"correct": "#009E73", "not yet": "#D55E00", "not attempted": "#888888"}  # Okabe and Ito
MARKS = {"correct": "✓", "not yet": "✗", "not attempted": "○"}
MOST_CELLS = 8  # rows and columns of a grid that are shown; more would not be read
MOST_GRIDS = 4


@dataclass
class Evidence:
    """One case: the inputs by name, what is expected (None where many results are right), what the reader got."""

    given: list[tuple[str, object]]
    expected: object
    got: object
    printed: str = ""

    def headline(self) -> list[str]:
        """The line above; none for a function without inputs, of which there is one case only."""
        return [say("The smallest case found:", "找到的最小反例：")] if self.given else []

    def parts(self) -> list[tuple[str, object, object]]:
        """(title, value, what it is compared with) in the order in which they are shown."""
        parts: list[tuple[str, object, object]] = [
            (say(f"input {name}", f"输入 {name}"), value, None) for name, value in self.given
        ]
        if self.expected is not None:
            parts.append((say("expected", "正确结果"), self.expected, self.got))
        if self.got is not None:
            got = self.got if _has_cells(self.got) else shown(self.got)
            parts.append((say("yours", "你的结果"), got, self.expected))
        if self.printed.strip():
            parts.append((say("printed", "打印的内容"), self.printed.strip()[:500], None))
        return parts


@dataclass
class Verdict:
    """What :meth:`Question.check` answers: ``state`` is "not attempted", "not yet" or "correct"; ``mistake`` names the
    known mistake, if it is one, ``remarks`` what could be better about a right answer."""

    key: str
    state: str
    words: list[str] = field(default_factory=list)
    mistake: str | None = None
    evidence: Evidence | None = None
    warning: str = ""
    remarks: list[str] = field(default_factory=list)

    def _headline(self) -> str:
        return {
            "correct": say("Correct.", "正确。"),
            "not yet": say("Not yet.", "还不对。"),
            "not attempted": say("Not attempted yet.", "尚未作答。"),
        }[self.state]

    def _paragraphs(self) -> list[str]:
        paragraphs = [*self.words]
        if self.state != "correct":
            paragraphs.append(
                say(f"Stuck? `exercises.{self.key}.hint()`", f"卡住了？试试 `exercises.{self.key}.hint()`")
            )
        return paragraphs + ([self.warning] if self.warning else [])

    def __repr__(self) -> str:
        lines = [f"{MARKS[self.state]} {self._headline()}"]
        *words, last = [*self._paragraphs(), ""] if self.state == "correct" else self._paragraphs()
        lines += words
        if self.evidence:
            lines += self.evidence.headline()
            lines += [f"{title}: {_text(value)}" for title, value, _ in self.evidence.parts()]
        return "\n".join([*lines, *([last] if last else [])])

    def _repr_html_(self) -> str:
        color = COLORS[self.state]
        body = f'<div><b style="color:{color}">{MARKS[self.state]} {self._headline()}</b></div>'
        *words, last = [*self._paragraphs(), ""] if self.state == "correct" else self._paragraphs()
        body += "".join(f"<div>{_inline(text)}</div>" for text in words)
        if self.evidence:
            body += "".join(f"<div>{line}</div>" for line in self.evidence.headline()) + _evidence_html(self.evidence)
        if last:
            body += f'<div style="opacity:.75">{_inline(last)}</div>'
        style = f"border-left:4px solid {color};padding:2px 0 2px 12px;line-height:1.6"
        return f'<div role="status" style="{style}">{body}</div>'


@dataclass
class Note:
    """A hint or a solution: paragraphs of Markdown, and code below them."""

    paragraphs: list[str]
    code: str = ""

    @property
    def markdown(self) -> str:
        return "\n\n".join([*self.paragraphs, *([f"```python\n{self.code}```"] if self.code else [])])

    def __repr__(self) -> str:
        paragraphs = [paragraph.replace("**", "") for paragraph in self.paragraphs]
        return "\n\n".join([*paragraphs, *([self.code.rstrip()] if self.code else [])])

    def _repr_markdown_(self) -> str:
        return self.markdown


def _inline(text: str) -> str:
    """Text with `code` in it as HTML."""
    escaped = html.escape(text, quote=False).replace("\n", "<br>")
    return re.sub(r"`([^`\n]+)`", r"<code>\1</code>", escaped)


def shown(value: object) -> str:
    """A value in one line, whatever its own ``repr`` does."""
    try:
        text = f"{value:.6g}" if isinstance(value, float) else repr(value)
    except Exception:
        text = type(value).__name__
    return text if len(text) <= 200 else text[:200] + " …"


def _has_cells(value: object) -> bool:
    """Whether the numbers of all tensors in it can be read one by one; not those of sparse, meta and quantised ones."""
    if isinstance(value, (list, tuple)):
        try:
            return all(map(_has_cells, value))
        except RecursionError:  # a list that holds itself
            return False
    if isinstance(value, torch.Tensor):
        return value.layout is torch.strided and not value.is_meta and not value.is_quantized
    return True


def _text(value: object) -> str:
    if isinstance(value, torch.Tensor):
        if value.numel() <= MOST_CELLS**2:
            numbers = str(value.detach().cpu().tolist()) if value.dim() < 2 else "\n" + str(value.detach().cpu())
            return f"{tuple(value.shape)} {numbers}"
        return tensor_in_words(value)
    if isinstance(value, (list, tuple)) and any(isinstance(part, torch.Tensor) for part in value):
        return ", ".join(map(_text, value))
    return value if isinstance(value, str) else _short(value)


def _short(value: object) -> str:
    """A value that is no tensor, without a memory address."""
    if isinstance(value, type):
        return value.__name__
    if callable(value) and not isinstance(value, torch.nn.Module):
        return value.__doc__ or getattr(value, "__name__", None) or type(value).__name__
    return shown(value)


def _evidence_html(evidence: Evidence) -> str:
    boxes = "".join(
        f'<div><div style="opacity:.75">{html.escape(title)}</div>{_value_html(value, other)}</div>'
        for title, value, other in evidence.parts()
    )
    return f'<div style="display:flex;flex-wrap:wrap;gap:8px 24px;margin:6px 0;align-items:flex-start">{boxes}</div>'


def _value_html(value: object, other: object) -> str:
    if isinstance(value, (list, tuple)) and any(isinstance(part, torch.Tensor) for part in value):
        others = other if isinstance(other, (list, tuple)) and len(other) == len(value) else [None] * len(value)
        return "".join(_value_html(part, against) for part, against in zip(value, others, strict=True))
    if isinstance(value, torch.Tensor) and value.numel() and value.dim():
        return _tensor_html(value.detach().cpu(), other)
    if isinstance(value, torch.Tensor) and value.numel() == 1:
        value = value.item()
    return f'<pre style="margin:0">{html.escape(_text(value))}</pre>'


def _tensor_html(tensor: torch.Tensor, other: object) -> str:
    """A tensor as one small table for each of its last two axes, cells that differ framed and bold."""
    different = torch.zeros(tensor.shape, dtype=torch.bool)
    if isinstance(other, torch.Tensor) and other.shape == tensor.shape:
        other = other.detach().cpu()
        kind = torch.complex128 if tensor.is_complex() or other.is_complex() else torch.float64
        different = ~torch.isclose(tensor.to(kind), other.to(kind), rtol=1e-4, atol=1e-4)
    columns = tensor.shape[-1]
    rows = tensor.shape[-2] if tensor.dim() > 1 else 1
    grids, marks = tensor.reshape(-1, rows, columns), different.reshape(-1, rows, columns)
    # Grids with a difference are worth seeing before those without.
    order = sorted(range(len(grids)), key=lambda i: not marks[i].any())[:MOST_GRIDS]
    leading = tensor.shape[:-2]
    tables = ""
    for number in sorted(order):
        title = f"<div><code>[{_index(number, leading)}]</code></div>" if leading else ""
        tables += f"<div>{title}{_grid_html(grids[number], marks[number])}</div>"
    shape = f'<div style="opacity:.75;font-size:85%">{tuple(tensor.shape)}</div>'
    more = f"<div>… {len(grids)}</div>" if len(grids) > len(order) else ""
    return f'<div style="display:flex;flex-wrap:wrap;gap:8px">{tables}{more}</div>{shape}'


def _grid_html(grid: torch.Tensor, marks: torch.Tensor) -> str:
    """A table of numbers; of a large one the part around the first difference."""
    top, left = 0, 0
    if marks.any():
        row, column = divmod(int(marks.flatten().int().argmax()), grid.shape[1])
        top = max(0, min(row - MOST_CELLS // 2, grid.shape[0] - MOST_CELLS))
        left = max(0, min(column - MOST_CELLS // 2, grid.shape[1] - MOST_CELLS))
    part, marked = (t[top : top + MOST_CELLS, left : left + MOST_CELLS] for t in (grid, marks))
    body = ""
    for cells, flags in zip(part.tolist(), marked.tolist(), strict=True):
        body += "<tr>" + "".join(_cell_html(c, f) for c, f in zip(cells, flags, strict=True)) + "</tr>"
    cut = ""
    if part.shape != grid.shape:
        bottom, right = top + part.shape[0] - 1, left + part.shape[1] - 1
        cut = say(f"rows {top}–{bottom}, columns {left}–{right}", f"第 {top} 至 {bottom} 行，第 {left} 至 {right} 列")
        cut = f'<div style="opacity:.75;font-size:85%">{cut}</div>'
    return f'<table style="border-collapse:collapse;margin:2px 0;font-variant-numeric:tabular-nums">{body}</table>{cut}'


def _cell_html(number: object, different: bool) -> str:
    text = str(number) if isinstance(number, bool) else f"{number:.4g}".replace("-", "−")
    frame = "2px solid #D55E00;font-weight:bold" if different else "1px solid rgba(128,128,128,.4)"
    return f'<td style="border:{frame};padding:1px 6px;text-align:right;background:none">{text}</td>'


def _index(number: int, leading: tuple[int, ...]) -> str:
    place = []
    for size in reversed(leading):
        number, index = divmod(number, size)
        place.append(str(index))
    return ", ".join(reversed(place))
