"""A font for Chinese in figures: matplotlib's own, DejaVu Sans, has no Chinese characters.

The font is a *fallback*: matplotlib takes from it only what the fonts before it lack, so figures without Chinese look
the same with it as without it. It lies in fonts/, and is made by ``python -m tools.publish.fonts``.
"""

from functools import cache
from pathlib import Path

from ..i18n import language

__all__ = ["FAMILY", "FONT", "families", "for_pyplot"]

FAMILY = "d2lutil CJK"
FONT = Path(__file__).parent / "fonts" / "d2lutil-CJK.otf"


def families() -> list[str]:
    """The font families that are set, with the Chinese one behind them."""
    import matplotlib

    _make_known()
    return [*(name for name in matplotlib.rcParams["font.family"] if name != FAMILY), FAMILY]


def for_pyplot() -> None:
    """In the Chinese edition let what the reader draws with pyplot from now on have Chinese characters, too."""
    if language() == "zh":
        import matplotlib

        matplotlib.rcParams["font.family"] = families()


@cache
def _make_known() -> None:
    from matplotlib import font_manager

    font_manager.fontManager.addfont(FONT)
