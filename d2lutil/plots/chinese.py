"""A font for Chinese in figures: matplotlib's own, DejaVu Sans, has no Chinese characters.

The font is a *fallback*: matplotlib takes from it only what the fonts before it lack, so figures without Chinese look
the same with it as without it. It lies in fonts/, and is made by ``python -m tools.publish.fonts``.
"""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from ..i18n import language

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["FAMILY", "FONT", "for_figure", "for_pyplot"]

FAMILY = "d2lutil CJK"
FONT = Path(__file__).parent / "fonts" / "d2lutil-CJK.otf"


def for_figure(figure: "Figure") -> None:
    """Let all that is written in a figure have Chinese characters."""
    from matplotlib.text import Text

    _make_known()
    for text in figure.findobj(Text):
        text.set_fontfamily(_behind(text.get_fontfamily()))


def for_pyplot() -> None:
    """In the Chinese edition let what is written into any figure from now on have Chinese characters."""
    if language() == "zh":
        import matplotlib

        _make_known()
        matplotlib.rcParams["font.family"] = _behind(matplotlib.rcParams["font.family"])


def _behind(families: Sequence[str]) -> list[str]:
    return [*(family for family in families if family != FAMILY), FAMILY]


@cache
def _make_known() -> None:
    from matplotlib import font_manager

    font_manager.fontManager.addfont(FONT)
