"""The window explorer: the Python class, the exported page, and a real JupyterLab."""

import json

import pytest
import torch
import traitlets

import d2lutil as d2l
from d2lutil.explorers import WindowExplorer

X, K = torch.arange(9.0).reshape(3, 3), torch.arange(4.0).reshape(2, 2)


def output(page, number=0):
    """The numbers that the page shows."""
    return json.loads(page.locator(".d2l-window").nth(number).get_attribute("data-output"))


def settle(page):
    """Wait for the next painted frame."""
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def test_the_output_is_torch_s_in_every_mode():
    assert WindowExplorer(X, K).output.tolist() == [[19, 25], [37, 43]]
    assert WindowExplorer(X, K, "convolution").output.tolist() == [[5, 11], [23, 29]]
    assert WindowExplorer(X, K, "max").output.tolist() == [[4, 5], [7, 8]]
    assert WindowExplorer(X, K, "average").output.tolist() == [[2, 3], [5, 6]]
    assert WindowExplorer(X, K, "gradient").output.tolist() == [[0, 1, 1], [2, 6, 4], [2, 5, 3]]


@pytest.mark.parametrize(
    ("trait", "value"),
    [("kernel", [[1, 2], [3]]), ("kernel", []), ("stride", [0, 1]), ("mode", "median"), ("padding", {"top": 1}),
     ("padding", -1), ("dilation", [1])],
)  # fmt: skip
def test_values_that_no_window_can_have_are_refused(trait, value):
    explorer = WindowExplorer(X, K)
    before = getattr(explorer, trait)
    with pytest.raises(traitlets.TraitError, match=trait):
        setattr(explorer, trait, value)
    assert getattr(explorer, trait) == before


def test_its_text_form_is_the_same_every_time_and_in_the_reader_s_language():
    assert repr(WindowExplorer(X, K)) == "Interactive figure: a 2 × 2 window on a 3 × 3 input; run the cell to move it"
    d2l.use_language("zh")
    assert "3 × 3 的输入上的 2 × 2 窗口" in repr(WindowExplorer(X, K))


def test_the_script_is_small():
    explorer = WindowExplorer(X, K)
    assert len(explorer._esm.encode()) <= 60_000


@pytest.mark.parametrize("mode", ["correlation", "convolution", "max", "average", "gradient"])
def test_the_page_shows_what_torch_computes(alone, mode):
    torch.manual_seed(1)
    explorer = WindowExplorer(
        torch.randn(5, 6).round(decimals=1), torch.randn(3, 2).round(decimals=1), mode, padding=1, stride=2
    )
    page = alone(explorer)
    torch.testing.assert_close(torch.tensor(output(page)), explorer.output, rtol=1e-4, atol=1e-4)


def test_stepping_shows_the_arithmetic(alone):
    page = alone(WindowExplorer(X, K))
    said = page.locator(".d2l-sum")
    assert said.inner_text() == "output [0, 0] = 0·0 + 1·1 + 3·2 + 4·3 = 19"
    page.get_by_role("button", name="Step").click()
    settle(page)
    assert said.inner_text() == "output [0, 1] = 1·0 + 2·1 + 4·2 + 5·3 = 25"
    for _ in range(2):
        page.get_by_role("button", name="Back").click()
    settle(page)
    assert said.inner_text().endswith("= 43")
    assert said.get_attribute("aria-live") == "polite"


def test_pointing_at_an_output_lights_its_window_and_at_an_input_its_uses(alone):
    page = alone(WindowExplorer(X, K))
    grids = page.locator("table.d2l-grid")
    grids.nth(2).locator("td").nth(3).hover()
    settle(page)
    lit = grids.nth(0).locator("td.d2l-lit input")
    assert [cell.input_value() for cell in lit.all()] == ["4", "5", "7", "8"]
    grids.nth(0).locator("td").nth(4).hover()
    settle(page)
    assert page.locator("td.d2l-answer").count() == 4
    assert page.locator(".d2l-sum").inner_text() == "This pixel is used 4 times."


def test_cells_are_edited_in_place_and_invalid_ones_keep_the_last_image(alone):
    page = alone(WindowExplorer(X, K))
    cell = page.locator("table.d2l-grid").nth(1).locator("input").first
    cell.fill("−2")
    settle(page)
    assert output(page) == [[19, 23], [31, 35]]
    cell.fill("abc")
    settle(page)
    assert output(page) == [[19, 23], [31, 35]]
    assert cell.get_attribute("aria-invalid") == "true"
    assert page.get_by_text("Not a number").is_visible()
    cell.fill("1/2")
    settle(page)
    assert output(page)[0] == [19, 25.5]
    assert not page.get_by_text("Not a number").is_visible()


def test_the_arrows_walk_through_the_cells(alone):
    page = alone(WindowExplorer(X, K))
    page.locator("table.d2l-grid").nth(2).locator("[tabindex='0']").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    settle(page)
    assert page.locator(".d2l-sum").inner_text().endswith("= 43")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "row 1, column 1: 43"


def test_a_kernel_that_does_not_fit_is_named_and_the_last_image_stays(alone):
    page = alone(WindowExplorer(X, K))
    field = page.get_by_role("spinbutton", name="dilation").first
    field.fill("3")
    settle(page)
    assert page.get_by_text("The kernel spans 4 rows, the padded input has only 3.").is_visible()
    assert output(page) == [[19, 25], [37, 43]]
    field.fill("2")
    settle(page)
    assert output(page) == [[0 * 0 + 2 * 1 + 6 * 2 + 8 * 3]]
    field.fill("")
    assert page.get_by_text("a whole number from 1 to 4").is_visible()


def test_what_the_floor_drops_is_shown(alone):
    page = alone(WindowExplorer(torch.arange(30.0).reshape(5, 6), torch.ones(2, 2), "max", stride=2))
    assert page.get_by_text("1 row at the bottom is never read.").is_visible()
    assert page.locator("td.d2l-dropped").count() == 6
    assert page.locator("code").inner_text() == "F.max_pool2d(X[None, None], 2, stride=2)"


def test_two_copies_do_not_disturb_each_other(alone):
    page = alone(WindowExplorer(X, K), WindowExplorer(X, K))
    page.get_by_role("button", name="Step").nth(1).click()
    settle(page)
    said = page.locator(".d2l-sum")
    assert said.nth(0).inner_text().endswith("= 19")
    assert said.nth(1).inner_text().endswith("= 25")


def test_the_chinese_edition_speaks_chinese(alone):
    d2l.use_language("zh")
    page = alone(WindowExplorer(X, K))
    assert page.get_by_role("button", name="前进").is_visible()
    assert page.locator(".d2l-explorer").get_attribute("lang") == "zh-CN"


def test_python_and_the_view_follow_each_other_in_jupyterlab(lab, python):
    page = lab(
        "import torch\nfrom d2lutil.explorers import WindowExplorer",
        "w = WindowExplorer(torch.arange(9.0).reshape(3, 3), torch.arange(4.0).reshape(2, 2)); w",
        "1 + 1",
    )
    page.wait_for_selector(".d2l-window[data-output]")
    assert output(page) == [[19, 25], [37, 43]]
    cells_before = page.locator(".jp-Cell").count()
    cell = page.locator("table.d2l-grid").nth(1).locator("input").first
    cell.click()
    page.keyboard.press("Control+a")
    page.keyboard.type("5")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("b")  # would insert a cell, if the notebook heard it
    python.until(page, "w.kernel[0][0]", 5)
    assert page.locator(".jp-Cell").count() == cells_before
    assert python(page, "w.output.tolist()") == [[19, 30], [52, 63]]
    python(page, "w.set_trait('kernel', [[0, 0], [0, 1]])")
    page.wait_for_function("document.querySelector('.d2l-window').dataset.output === '[[4,5],[7,8]]'")


def test_pooling_refuses_what_pytorch_refuses(alone):
    page = alone(WindowExplorer(torch.arange(25.0).reshape(5, 5), torch.ones(3, 3), "max"))
    field = page.get_by_role("spinbutton", name="padding").first
    before = output(page)
    field.fill("2")
    settle(page)
    assert page.get_by_text("Pooling pads by at most half the window.").first.is_visible()
    assert output(page) == before
    field.fill("1")
    settle(page)
    assert len(output(page)) == 5
