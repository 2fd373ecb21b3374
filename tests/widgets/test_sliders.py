"""Sliders: what moving them does, and what is stored of them in a notebook."""

import re

import pytest
import torch

import d2lutil as d2l


def grid_of(n=1, sign="plus"):
    return d2l.show_grids(X=torch.eye(n) * {"plus": 1, "minus": -1}[sign])


def parts(box):
    """The message widget and the image widget, which follow the controls."""
    return box.children[-3:-1]


def test_the_first_values_are_drawn_to_begin_with():
    box = d2l.sliders(grid_of, n=[2, 1], sign=["minus", "plus"])
    assert box.figure.alt == grid_of(2, "minus").alt


def test_moving_a_control_draws_anew():
    box = d2l.sliders(grid_of, n=range(1, 5))
    before = parts(box)[1].value
    box.controls["n"].value = 3
    assert box.figure.alt == grid_of(3).alt
    assert parts(box)[1].value != before
    assert f'alt="{grid_of(3).alt}"' in parts(box)[1].value


def test_the_other_controls_keep_their_values():
    box = d2l.sliders(grid_of, n=range(1, 5), sign=["plus", "minus"])
    box.controls["n"].value = 2
    box.controls["sign"].value = "minus"
    assert box.figure.alt == grid_of(2, "minus").alt


@pytest.mark.filterwarnings("error")
def test_numbers_become_a_slider_and_strings_a_menu_under_their_names():
    box = d2l.sliders(grid_of, n=range(1, 5), sign=["plus", "minus"])
    kinds = {name: (type(control).__name__, control.description) for name, control in box.controls.items()}
    assert kinds == {"n": ("SelectionSlider", "n"), "sign": ("Dropdown", "sign")}
    assert list(box.children[:2]) == list(box.controls.values())


def test_a_control_may_have_a_label_that_is_no_name():
    box = d2l.sliders(grid_of, labels={"n": "边长"}, n=range(1, 5), sign=["plus", "minus"])
    assert [control.description for control in box.controls.values()] == ["边长", "sign"]
    box.controls["n"].value = 3
    assert box.figure.alt == grid_of(3).alt
    assert repr(box) == "Interactive figure (边长 = 3, sign = plus); run the cell to move it"


def broken_at_2(n):
    if n == 2:
        raise ValueError("2 < 3 does not go")
    return grid_of(n)


def test_an_error_is_shown_and_the_last_image_stays():
    box = d2l.sliders(broken_at_2, n=range(1, 4))
    figure, shown = box.figure, parts(box)[1].value
    box.controls["n"].value = 2
    message, image = parts(box)
    assert 'role="alert"' in message.value
    assert "2 &lt; 3 does not go" in message.value
    assert box.figure is figure
    assert image.value == shown


def test_an_error_is_gone_when_the_next_image_comes():
    box = d2l.sliders(broken_at_2, n=range(1, 4))
    box.controls["n"].value = 2
    box.controls["n"].value = 3
    assert parts(box)[0].value == ""
    assert box.figure.alt == grid_of(3).alt


def test_an_error_without_words_is_shown_by_its_kind():
    def draw(n):
        if n == 2:
            raise AssertionError
        return grid_of(n)

    box = d2l.sliders(draw, n=range(1, 4))
    box.controls["n"].value = 2
    assert "AssertionError" in parts(box)[0].value


def test_an_error_in_the_first_image_comes_at_once():
    with pytest.raises(ValueError, match="2 < 3 does not go"):
        d2l.sliders(broken_at_2, n=[2, 3])


@pytest.mark.parametrize(
    "language, words",
    [
        ("en", "Interactive figure (n = 3); run the cell to move it"),
        ("zh", "交互演示（n = 3）；运行此单元格即可操作"),
    ],
)
def test_as_text_it_is_one_sentence(language, words):
    d2l.use_language(language)
    box = d2l.sliders(grid_of, n=range(1, 5))
    box.controls["n"].value = 3
    assert repr(box) == words


def test_a_notebook_stores_the_sentence_the_widget_and_an_image_for_where_no_kernel_runs():
    box = d2l.sliders(grid_of, n=range(1, 5))
    data, metadata = box._repr_mimebundle_()
    assert data["text/plain"] == repr(box)
    assert "application/vnd.jupyter.widget-view+json" in data
    assert re.fullmatch(r"[A-Za-z0-9+/=]+", data[box.figure.mime])
    assert metadata[box.figure.mime]["alt"] == box.figure.alt


def test_quotes_in_a_description_do_not_end_it():
    box = d2l.sliders(lambda n: d2l.DescribedFigure(grid_of(n).figure, 'the "so called" <X>'), n=[1])
    assert 'alt="the &quot;so called&quot; &lt;X&gt;"' in parts(box)[1].value


def test_no_figure_is_left_open(agg):
    box = d2l.sliders(grid_of, n=range(1, 5))
    box.controls["n"].value = 3
    assert agg.get_fignums() == []


def test_a_control_without_values_is_named():
    with pytest.raises(ValueError, match="^control 'n' has no values to choose from$"):
        d2l.sliders(grid_of, n=[])


def test_a_control_begins_where_it_is_told():
    box = d2l.sliders(lambda n, mode: d2l.show_grids(X=torch.eye(n)), start={"n": 3}, n=range(1, 5), mode=["a", "b"])
    assert (box.controls["n"].value, box.controls["mode"].value) == (3, "a")
    assert box.figure.alt.startswith("Grids of numbers: X, 3 by 3")


@pytest.mark.parametrize("start, words", [
    ({"m": 1}, "start names 'm', but the controls are 'n'"),
    ({"n": 9}, "control 'n' cannot start at 9: it is not among its values"),
])  # fmt: skip
def test_a_start_that_makes_no_sense_is_refused(start, words):
    with pytest.raises(ValueError, match=words):
        d2l.sliders(lambda n: d2l.show_grids(X=torch.eye(n)), start=start, n=range(1, 5))


def test_a_label_of_no_control_is_refused():
    with pytest.raises(ValueError, match="labels names 'm', but the controls are 'n'"):
        d2l.sliders(lambda n: d2l.show_grids(X=torch.eye(n)), labels={"m": "边长"}, n=range(1, 5))


def test_a_screen_reader_is_told_what_a_slider_is_and_where_it_stands(lab):
    page = lab(
        "import torch, d2lutil as d2l\n"
        "d2l.sliders(lambda n, m: d2l.show_grids(X=torch.eye(n)), labels={'n': 'side'}, n=range(2, 5), m=[0.5, 1.5])"
    )
    side, other = page.get_by_role("slider", name="side"), page.get_by_role("slider", name="m", exact=True)
    side.wait_for()
    assert (side.get_attribute("aria-valuetext"), other.get_attribute("aria-valuetext")) == ("2", "0.5")
    side.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("document.querySelector('[role=slider]').getAttribute('aria-valuetext') === '3'")
