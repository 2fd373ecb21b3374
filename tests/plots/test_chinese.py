"""Chinese in figures: the font has every character that is needed, and changes nothing where there is no Chinese."""

import io
import re
import subprocess
import sys

import pytest
import torch

import d2lutil as d2l
from d2lutil.plots import chinese
from plots.figures import CONFUSION, EXAMPLES, each_example, texts
from tools.publish import fonts

# Names of arguments, and what the examples give as names.
GIVEN = {
    *[
        "X",
        "K",
        "Y",
        "G",
        "dX",
        "floor",
        "max",
        "ramp",
        "map",
        "photo",
        "loss",
        "step",
        "SGD",
        "accuracy",
        "cat",
        "dog",
        "cow",
        "dense",
        "conv",
        "half",
        "weights",
    ]
}


@pytest.fixture(scope="module")
def glyphs():
    from fontTools.ttLib import TTFont

    return TTFont(chinese.FONT).getBestCmap()


def test_the_font_has_all_chinese_of_the_chapters_and_of_the_package(glyphs):
    missing = "".join(sorted(c for c in fonts.chinese_in_sources() if ord(c) not in glyphs))
    assert not missing, f"{chinese.FONT.name} lacks {missing}: run `python -m tools.publish.fonts` and commit the file"


def test_the_font_has_the_common_characters_and_no_letters(glyphs):
    assert len(fonts.common()) == 3755
    assert all(ord(c) in glyphs for c in fonts.common())
    assert not any(chr(code).isascii() for code in glyphs)


def test_the_font_is_small_and_has_a_name_of_its_own_and_its_licence_beside_it():
    from fontTools.ttLib import TTFont

    names = TTFont(chinese.FONT)["name"]
    assert [names.getDebugName(k) for k in (1, 4)] == [chinese.FAMILY] * 2
    assert chinese.FONT.stat().st_size < 1_000_000
    licence = chinese.FONT.with_name("OFL.txt").read_text(encoding="utf-8")
    assert licence.startswith("Copyright 2014-2021 Adobe") and "SIL OPEN FONT LICENSE Version 1.1" in licence


def test_the_font_is_made_alike_each_time():
    """Of a few characters of the shipped file, which is there on every machine."""

    def made():
        buffer = io.BytesIO()
        fonts.made_from(chinese.FONT, set("卷积核，")).save(buffer)
        return buffer.getvalue()

    assert made() == made()


def test_a_source_that_is_not_there_is_named():
    command = [sys.executable, "-m", "tools.publish.fonts", "nowhere.ttc"]
    result = subprocess.run(command, cwd=fonts.ROOT, capture_output=True, text=True)
    assert result.returncode == 2 and "there is no nowhere.ttc: install Debian's fonts-noto-cjk" in result.stderr


@each_example
def test_figures_without_chinese_look_the_same_without_the_font(call, numbers, monkeypatch):
    torch.manual_seed(0)
    with_font = call().data
    monkeypatch.setattr(chinese, "for_figure", lambda figure: None)
    torch.manual_seed(0)
    assert call().data == with_font


@each_example
def test_nothing_but_names_is_english_in_a_chinese_figure(agg, call, numbers):
    d2l.use_language("zh")
    image = call()
    words = {word for text in [*texts(image), image.alt] for word in re.findall(r"[A-Za-z]{2,}|\b[A-Z]\b", text)}
    assert words - GIVEN <= {"mathdefault"}


@pytest.mark.filterwarnings("error")
@each_example
def test_every_character_of_a_chinese_figure_is_drawn(agg, call, numbers):
    d2l.use_language("zh")
    assert call().data  # a missing glyph would be a warning


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("ending", ["png", "svg", "pdf"])
def test_chinese_titles_are_saved_in_every_format_and_edition(agg, language, ending, tmp_path):
    d2l.use_language(language)
    d2l.show_grids({"输入的梯度": -torch.eye(2)}, caption="共 4 个元素：−1 + 0 + 0 − 1 = −2").save(
        tmp_path / f"a.{ending}"
    )
    assert (tmp_path / f"a.{ending}").stat().st_size > 3000


@pytest.mark.filterwarnings("error")
def test_a_figure_of_the_readers_own_may_have_chinese():
    from matplotlib.figure import Figure

    figure = Figure()
    ax = figure.subplots()
    ax.plot([-2, 1], label="损失")
    ax.set(title="训练", xlabel="轮数")
    ax.set_xticks([0, 1], ["开始", "结束"])
    ax.legend()
    image = d2l.DescribedFigure(figure, "训练")
    assert image.data
    assert {t.get_text() for t in ax.yaxis.get_ticklabels() if "2" in t.get_text()} >= {"−2.0"}
    image.pack()
    assert d2l.DescribedFigure(image.figure, "训练").data


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("call", [lambda: d2l.show_confusion(CONFUSION, ["猫", "狗", "牛"]),
                                  lambda: d2l.show_images([torch.eye(2)], 1, 1, ["图"]),
                                  lambda: d2l.Animator(xlabel="轮数").add(1, 2.0)])  # fmt: skip
def test_in_the_chinese_edition_pyplot_has_chinese_after_the_first_figure(agg, call):
    agg.rcdefaults()
    agg.rcParams["font.family"] = "serif"
    d2l.use_language("zh")
    for _ in range(2):
        call()
        assert agg.rcParams["font.family"] == ["serif", chinese.FAMILY]
    figure, ax = agg.subplots()
    ax.set_title("训练")
    ax.plot([-1, 1])
    figure.savefig(io.BytesIO())


@pytest.mark.filterwarnings("error")
def test_names_along_an_axis_may_be_chinese(agg):
    from matplotlib.figure import Figure

    agg.rcdefaults()
    d2l.use_language("zh")
    figure = Figure()
    figure.subplots().bar(["卷积层", "全连接层"], [9, 12])  # their labels are made when the figure is drawn
    assert d2l.DescribedFigure(figure, "权重").data


def test_in_the_english_edition_pyplot_is_left_alone(agg):
    agg.rcdefaults()
    d2l.show_grids(X=torch.eye(2))
    assert agg.rcParams["font.family"] == ["sans-serif"]


@pytest.mark.filterwarnings("error")
def test_growing_curves_have_chinese(agg):
    d2l.use_language("zh")
    animator = d2l.Animator(xlabel="轮数", ylabel="损失", legend=["训练", "测试"])
    animator.add(1, (0.5, -0.8))
    animator.fig.savefig(io.BytesIO())
    assert animator.fig.axes[0].get_legend().get_texts()[0].get_fontfamily()[-1] == chinese.FAMILY


def test_wide_labels_are_slanted():
    def rotation(labels):
        return d2l.show_confusion(CONFUSION, labels).figure.axes[0].get_xticklabels()[0].get_rotation()

    assert [rotation([name] * 3) for name in ("bags", "boots", "衬衫", "连衣裙")] == [0, 45, 0, 45]


def test_there_is_an_example_of_each_figure():
    assert {name.split(",")[0] for name in EXAMPLES} == {name for name in d2l.plots.__all__ if name.startswith("show")}
