"""The Chinese font of the figures: ``python -m tools.publish.fonts [FONT]`` makes it from Noto Sans CJK.

Kept are the Chinese characters that occur in chapters/ and d2lutil/, the 3,755 common ones of GB 2312 (for what readers
write into their own figures), and Chinese punctuation. Letters and digits are left out: those are matplotlib's own.
"""

import argparse
import re
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

from d2lutil.plots.chinese import FAMILY, FONT

__all__ = ["chinese_in_sources", "made_from"]

ROOT = Path(__file__).resolve().parents[2]
SOURCE = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")  # where Debian's fonts-noto-cjk puts it
SOURCE_FAMILY = "Noto Sans CJK SC"  # one of several in the file: the shapes of characters as mainland China writes them

CHINESE = re.compile("[\u2e80-\u303f\u3400-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]")
PUNCTUATION = "".join(map(chr, [*range(0x3000, 0x3020), *range(0xFF01, 0xFF5F), *range(0xFFE0, 0xFFE7)]))
NAMES_KEPT = {0, 9, 13, 14}  # copyright, designers, licence and its address


def common() -> set[str]:
    """The characters of level 1 of GB 2312, rows 16 to 55 of its table."""
    cells = (bytes((row + 0xA0, cell + 0xA0)) for row in range(16, 56) for cell in range(1, 95))
    return set("".join(cell.decode("gb2312", "ignore") for cell in cells))


def chinese_in_sources() -> set[str]:
    """The Chinese characters and punctuation in the chapters and in the package."""
    files = [*ROOT.glob("chapters/*.py"), *ROOT.glob("d2lutil/**/*.py")]
    return set(CHINESE.findall("".join(file.read_text(encoding="utf-8") for file in files)))


def made_from(source: Path, characters: set[str]) -> TTFont:
    """These characters of the source font, under a name of their own; the same bytes each time that they are saved."""
    options = subset.Options(
        layout_features=[], hinting=False, name_IDs=NAMES_KEPT, notdef_outline=True, recalc_timestamp=False
    )
    options.drop_tables += ["BASE", "GDEF", "GPOS", "GSUB", "VORG", "vhea", "vmtx"]
    font = _member(source)
    subsetter = subset.Subsetter(options)
    subsetter.populate(text="".join(sorted(characters)))
    subsetter.subset(font)
    _rename(font)
    return font


def _member(source: Path) -> TTFont:
    """The simplified Chinese font in a collection, or the font in the file."""
    if source.suffix.lower() not in (".ttc", ".otc"):
        return TTFont(source, recalcTimestamp=False)
    number = 0
    while True:
        font = TTFont(source, fontNumber=number, lazy=True, recalcTimestamp=False)
        if font["name"].getDebugName(1) == SOURCE_FAMILY:
            return font
        number += 1


def _rename(font: TTFont) -> None:
    """A changed font may not be called as the original is."""
    old, new = font["CFF "].cff.fontNames[0], FONT.stem
    version = font["name"].getDebugName(5) or f"Version {font['head'].fontRevision:.3f}"
    names = {1: FAMILY, 2: "Regular", 3: f"{version};{new}", 4: FAMILY, 5: version, 6: new}
    for number, text in names.items():
        font["name"].setName(text, number, 3, 1, 0x409)
    cff = font["CFF "].cff
    cff.fontNames = [new]
    top = cff.topDictIndex[0]
    top.FullName = top.FamilyName = FAMILY
    for part in getattr(top, "FDArray", ()):
        part.FontName = part.FontName.replace(old, new)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument(
        "font", nargs="?", type=Path, default=SOURCE, help=f"Noto Sans CJK, .ttc or .otf; default: {SOURCE}"
    )
    source = arguments.parse_args().font
    if not source.exists():
        arguments.error(f"there is no {source}: install Debian's fonts-noto-cjk, or name the font's file")
    font = made_from(source, common() | chinese_in_sources() | set(PUNCTUATION))
    font.save(FONT)
    print(f"{FONT.relative_to(ROOT)}: {len(font.getBestCmap()):,} characters, {FONT.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
