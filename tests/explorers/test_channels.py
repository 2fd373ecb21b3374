"""The channel explorer: the Python class, the exported page, and a real JupyterLab."""

import json
import re
import subprocess

import pytest
import torch
import torch.nn.functional as F
import traitlets
from torch import nn

import d2lutil as d2l
from d2lutil.explorers import ChannelExplorer
from explorers.test_core import CORE, node

NUMBERS = torch.arange(27.0).reshape(3, 3, 3)
SEPIA = torch.tensor([[0.393, 0.769, 0.189], [0.349, 0.686, 0.168], [0.272, 0.534, 0.131]])
FLAT = [[0.0] * 3, [0.0, 1.0, 0.0], [0.0] * 3]


def image():
    torch.manual_seed(3)
    return torch.randint(0, 256, (3, 60, 80), dtype=torch.uint8)


def settle(page):
    """Wait for the next painted frame."""
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def shown(page, number=0) -> dict:
    """The essential numbers of the page."""
    settle(page)
    data = page.locator(".d2l-channels").nth(number).evaluate("(main) => ({...main.dataset})")
    return {name: json.loads(data[name]) for name in ("pixel", "parameters", "chosen", "position")}


def hold(page, explorer):
    """The page must show what torch computes for this explorer, at the page's pixel."""
    seen = shown(page)
    row, column = seen["position"]
    torch.testing.assert_close(
        torch.tensor(seen["pixel"], dtype=torch.float32), explorer.output[:, row, column], rtol=1e-4, atol=1e-3
    )
    assert seen["parameters"] == explorer.weight.numel() + (len(explorer.bias) if any(explorer.bias) else 0)


def weight(page, output, colour):
    return page.get_by_role("spinbutton", name=f"weight of output {output} for {colour}")


def pixel_of(canvas, row, column):
    """What colour a canvas has there."""
    return canvas.evaluate(
        "(c, [r, k]) => [...c.getContext('2d').getImageData(k, r, 1, 1).data].slice(0, 3)", [row, column]
    )


# --- the class --------------------------------------------------------------------------------------------------------


def test_the_output_is_a_layer_s():
    torch.manual_seed(0)
    layer = nn.Conv2d(3, 3, 1)
    explorer = ChannelExplorer(d2l.photo("china"), layer.weight[:, :, 0, 0].detach(), bias=layer.bias.detach())
    assert explorer.input.shape == (3, 85, 128)
    torch.testing.assert_close(explorer.output, layer(explorer.input[None])[0].detach(), rtol=1e-4, atol=1e-3)
    assert explorer.weight.shape == (3, 3, 1, 1)


def test_every_pair_of_channels_has_a_kernel_of_its_own():
    torch.manual_seed(0)
    kernels, matrix = torch.randn(2, 3, 3, 3), torch.randn(2, 3)
    explorer = ChannelExplorer(NUMBERS, matrix, kernels)
    expected = F.conv2d(NUMBERS[None], matrix[:, :, None, None] * kernels, padding=1)[0]
    torch.testing.assert_close(explorer.output, expected)
    explorer.kernels = "identity"
    torch.testing.assert_close(explorer.output, torch.einsum("oc,chw->ohw", matrix, NUMBERS))


def test_groups_lock_what_they_do_not_read():
    explorer = ChannelExplorer(NUMBERS, SEPIA, kernels=[["blur"] * 3] * 3)
    explorer.groups = 3
    torch.testing.assert_close(torch.tensor(explorer.matrix), torch.diag(SEPIA.diag()))
    assert explorer.weight.shape == (3, 1, 3, 3)
    expected = F.conv2d(NUMBERS[None], explorer.weight, padding=1, groups=3)[0]
    torch.testing.assert_close(explorer.output, expected)
    with pytest.raises(traitlets.TraitError, match="matrix must be 3 by 3 and 0 beside its diagonal"):
        explorer.matrix = SEPIA.tolist()


def test_another_number_of_outputs_brings_kernels_and_biases_along():
    explorer = ChannelExplorer(NUMBERS, bias=[1, 2, 3], chosen=2)
    explorer.matrix = [[1, 1, 1]]
    assert (len(explorer.kernels), explorer.bias, explorer.chosen) == (1, [1.0], 0)
    explorer.matrix = torch.ones(4, 3)
    assert explorer.kernels[3] == [FLAT] * 3
    assert explorer.output.shape == (4, 3, 3)


def test_the_input_can_be_replaced():
    explorer = ChannelExplorer(image(), position=[59, 79])
    explorer.input = NUMBERS
    assert explorer.input.equal(NUMBERS)
    assert explorer.position == [2, 2]
    explorer.input = image()
    assert explorer.input.equal(image().float())


@pytest.mark.parametrize(
    ("trait", "value"),
    [("matrix", [[1, 2], [3, 4]]), ("matrix", []), ("matrix", [[1, 0, 11]]), ("matrix", [[1, 0, float("nan")]]),
     ("kernels", "sharpen"), ("kernels", [["blur"] * 3]), ("kernels", [[[[1, 2], [3, 4]]] * 3] * 3), ("bias", [1, 2]),
     ("bias", [0, 0, 1001]), ("groups", 2), ("display", "colour"), ("position", [0, -1])],
)  # fmt: skip
def test_values_that_no_layer_can_have_are_refused(trait, value):
    explorer = ChannelExplorer(NUMBERS)
    before = getattr(explorer, trait)
    with pytest.raises(traitlets.TraitError, match=trait):
        setattr(explorer, trait, value)
    assert getattr(explorer, trait) == before


@pytest.mark.parametrize("wrong", [torch.zeros(2, 9, 9), torch.full((3, 9, 9), 2.0), "photo", torch.zeros(3, 0, 4)])
def test_images_that_it_cannot_show_are_refused(wrong):
    with pytest.raises(traitlets.TraitError, match="image must"):
        ChannelExplorer(wrong)


def test_one_output_has_no_groups():
    with pytest.raises(traitlets.TraitError, match="groups must divide the number of outputs"):
        ChannelExplorer(NUMBERS, [[1, 1, 1]]).groups = 3


def test_its_text_form_is_in_the_reader_s_language():
    assert "three channels of 3 × 3, mixed into 3" in repr(ChannelExplorer(NUMBERS))
    d2l.use_language("zh")
    assert "三个 3 × 3 的通道，混合成 3 个" in repr(ChannelExplorer(NUMBERS))


def test_the_script_is_small():
    assert len(ChannelExplorer(NUMBERS)._esm.encode()) <= 60_000


def test_core_s_weighted_sum_is_torch_s():
    torch.manual_seed(0)
    planes, weights = torch.randn(3, 4, 5).double(), torch.randn(3).double()
    code = (
        f"import {{weighted, fromRows, toRows}} from {json.dumps(CORE.as_uri())};"
        f"console.log(JSON.stringify(toRows(weighted({planes.tolist()}.map(fromRows), {weights.tolist()}, 0.5))))"
    )
    done = subprocess.run([node(), "--input-type=module", "-e", code], capture_output=True, text=True, check=True)
    expected = torch.einsum("c,chw->hw", weights, planes) + 0.5
    torch.testing.assert_close(torch.tensor(json.loads(done.stdout)).double(), expected, rtol=1e-6, atol=1e-6)


# --- the page ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kernels", ["identity", "blur", "horizontal edge", "vertical edge"])
def test_the_page_shows_what_torch_computes(alone, kernels):
    explorer = ChannelExplorer(image(), SEPIA, kernels, bias=[0, 5, -7.5], position=[17, 0])
    hold(alone(explorer), explorer)


def test_presets_and_amount(alone):
    explorer = ChannelExplorer(image())
    page = alone(explorer)
    button = page.get_by_role("button", name="sepia")
    button.click()
    explorer.matrix = SEPIA.tolist()
    hold(page, explorer)
    assert button.get_attribute("aria-pressed") == "true"
    slider = page.get_by_role("slider", name="amount")
    slider.focus()
    page.keyboard.press("End")
    explorer.matrix = (-torch.eye(3) + 2 * SEPIA).tolist()
    hold(page, explorer)
    assert page.get_by_text("t = 2: (1 − t) · identity + t · sepia").is_visible()
    assert button.get_attribute("aria-pressed") == "false"
    page.get_by_role("button", name="negative of red").click()
    explorer.matrix, explorer.bias = [[-1, 0, 0], [0, 1, 0], [0, 0, 1]], [255, 0, 0]
    hold(page, explorer)
    assert page.locator("code").inner_text() == "nn.Conv2d(3, 3, kernel_size=1)"
    assert page.get_by_text("3 outputs · 3 inputs · 1 · 1 + 3 biases = 12").is_visible()


def test_a_weight_by_typing_by_arrow_and_by_slider(alone):
    explorer = ChannelExplorer(image())
    page = alone(explorer)
    cell = weight(page, 1, "blue")
    cell.fill("−1/2")
    explorer.matrix = [[1, 0, 0], [0, 1, -0.5], [0, 0, 1]]
    hold(page, explorer)
    assert shown(page)["chosen"] == 1
    cell.press("ArrowUp")
    explorer.matrix = [[1, 0, 0], [0, 1, -0.4], [0, 0, 1]]
    hold(page, explorer)
    slider = page.get_by_role("slider", name="weight of output 2 for red")
    slider.fill("1.5")
    explorer.matrix = [[1, 0, 0], [0, 1, -0.4], [1.5, 0, 1]]
    hold(page, explorer)
    assert weight(page, 2, "red").input_value() == "1.5"


@pytest.mark.parametrize(
    ("typed", "message"), [("abc", "Not a number."), ("", "Not a number."), ("99", "From −10 to 10.")]
)
def test_invalid_weights_are_shown_and_the_last_image_stays(alone, typed, message):
    explorer = ChannelExplorer(image())
    page = alone(explorer)
    cell = weight(page, 0, "red")
    cell.fill(typed)
    hold(page, explorer)
    assert cell.get_attribute("aria-invalid") == "true"
    assert page.get_by_text(message).is_visible()
    cell.fill("0.5")
    settle(page)
    assert cell.get_attribute("aria-invalid") == "false"
    assert not page.get_by_text(message).is_visible()


def test_a_preset_mends_an_invalid_weight(alone):
    page = alone(ChannelExplorer(image()))
    weight(page, 0, "red").fill("abc")
    page.get_by_role("button", name="grey").click()
    settle(page)
    assert weight(page, 0, "red").input_value() == "0.299"
    assert page.locator("[aria-invalid='true']").count() == 0


def test_pointing_with_mouse_and_arrows_shows_the_arithmetic(alone):
    explorer = ChannelExplorer(image(), [[0.3, 0.6, 0.1], [0, 1, 0], [1, 0, -1]])
    page = alone(explorer)
    first = page.locator(".d2l-image").nth(1)
    box = first.bounding_box()
    page.mouse.move(box["x"] + box["width"] * 20.5 / 80, box["y"] + box["height"] * 10.5 / 60)
    assert shown(page)["position"] == [10, 20]
    hold(page, explorer)
    r, g, b = (f"{value:.0f}" for value in explorer.input[:, 10, 20].tolist())
    said = page.locator(".d2l-sum")
    start = f"output 0 at [10, 20] = 0.3·{r} + 0.6·{g} + 0.1·{b} = "
    assert said.inner_text().startswith(start)
    total = said.inner_text().removeprefix(start).replace("−", "-")
    assert float(total) == pytest.approx(explorer.output[0, 10, 20].item(), abs=0.06)
    assert said.get_attribute("aria-live") == "polite"
    page.get_by_role("application", name="output 2").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Shift+ArrowRight")
    seen = shown(page)
    assert (seen["position"], seen["chosen"]) == ([11, 30], 2)
    hold(page, explorer)
    for _ in range(10):
        page.keyboard.press("Shift+ArrowUp")
    assert shown(page)["position"] == [0, 30]


def test_choosing_an_output_shows_its_row(alone):
    explorer = ChannelExplorer(image(), [[1, 0, 0], [0, 1, 0], [0.5, 0.5, -1]])
    page = alone(explorer)
    page.get_by_role("button", name="output 2").press("Enter")
    settle(page)
    assert shown(page)["chosen"] == 2
    assert page.get_by_text("What output 2 sums").is_visible()
    r, g, b = explorer.input[:, 30, 40].tolist()
    assert page.locator(".d2l-term .d2l-caption").nth(2).inner_text() == f"(−1) · {b:.0f} = −{b:.0f}"
    page.get_by_role("application", name="output 1").click()
    assert shown(page)["chosen"] == 1


def test_the_images_show_the_numbers(alone):
    explorer = ChannelExplorer(image(), [[0, 0, 1], [0.5, 0.5, 0], [1, 1, 1]])
    page = alone(explorer)
    canvases = page.locator("canvas")  # input in colour, its three channels, output in colour, three outputs, ...
    for row, column in [(0, 0), (59, 79), (31, 7)]:
        there = explorer.input[:, row, column]
        assert pixel_of(canvases.nth(0), row, column) == there.int().tolist()
        assert pixel_of(canvases.nth(2), row, column) == [int(there[1])] * 3
        wanted = explorer.output[:, row, column].clamp(0, 255)
        seen = torch.tensor(pixel_of(canvases.nth(4), row, column))
        assert (seen - wanted).abs().max() <= 0.5
        assert abs(pixel_of(canvases.nth(7), row, column)[0] - wanted[2]) <= 0.5
    page.get_by_role("combobox", name="show outputs").select_option("signed")
    settle(page)
    output = explorer.output[2]
    row, column = divmod(int(output.argmax()), 80)
    assert pixel_of(canvases.nth(7), row, column) == [33, 102, 172]
    assert page.get_by_text(f"Blue: up to {round(output.max().item())}").is_visible()


def test_kernels_are_chosen_and_edited(alone):
    explorer = ChannelExplorer(image(), SEPIA)
    page = alone(explorer)
    page.get_by_role("combobox", name="kernel of output 0 for green").select_option("blur")
    blur = [[1 / 9] * 3] * 3
    explorer.kernels = [[FLAT, blur, FLAT], [FLAT] * 3, [FLAT] * 3]
    hold(page, explorer)
    assert page.locator("code").inner_text() == "nn.Conv2d(3, 3, kernel_size=3, padding=1, bias=False)"
    page.get_by_role("combobox", name="all kernels").select_option("vertical edge")
    explorer.kernels = "vertical edge"
    hold(page, explorer)
    page.locator("summary").click()
    settle(page)
    cell = page.get_by_role("grid", name="blue").locator("input").nth(4)
    cell.fill("2")
    kernels = explorer.kernels
    kernels[0][2][1][1] = 2.0
    explorer.kernels = list(kernels)
    hold(page, explorer)
    own = page.get_by_role("combobox", name="kernel of output 0 for blue")
    assert own.input_value() == "own"
    cell.fill("99")
    hold(page, explorer)
    assert page.get_by_text("From −10 to 10.").is_visible()


def test_groups_lock_the_others_and_give_them_back(alone):
    explorer = ChannelExplorer(image(), SEPIA)
    page = alone(explorer)
    groups = page.get_by_role("combobox", name="groups")
    groups.select_option("3")
    explorer.groups = 3
    hold(page, explorer)
    assert page.locator(".d2l-locked:visible").count() == 6
    assert page.get_by_text("3 outputs · 1 input · 1 · 1 = 3").is_visible()
    page.get_by_role("button", name="swap red and blue").click()
    explorer.matrix = [[0, 0, 0], [0, 1, 0], [0, 0, 0]]
    hold(page, explorer)
    assert page.get_by_text("“swap red and blue” needs numbers that groups=3 locks at 0").is_visible()
    page.get_by_role("button", name="negative of red").click()
    explorer.matrix, explorer.bias = [[-1, 0, 0], [0, 1, 0], [0, 0, 1]], [255, 0, 0]
    hold(page, explorer)
    assert not page.get_by_text("needs numbers that groups=3 locks").is_visible()
    page.get_by_role("button", name="sepia").click()
    groups.select_option("1")
    settle(page)
    page.get_by_role("button", name="sepia").click()
    groups.select_option("3")
    settle(page)
    groups.select_option("1")  # what was locked comes back
    explorer.groups, explorer.matrix, explorer.bias = 1, SEPIA.tolist(), [0, 0, 0]
    hold(page, explorer)


def test_few_numbers_are_shown_as_numbers_and_edited(alone):
    explorer = ChannelExplorer(NUMBERS, [[1, 0, 2], [0, 1, -1]])
    page = alone(explorer)
    hold(page, explorer)
    assert page.locator("canvas").count() == 0
    cells = page.get_by_role("grid", name="output 0").locator("td")
    assert cells.all_inner_texts() == [f"{value:.0f}" for value in explorer.output[0].flatten().tolist()]
    page.get_by_role("grid", name="input 2").locator("input").nth(4).fill("−3")
    explorer.numbers = [
        table if c < 2 else [[18, 19, 20], [21, -3, 23], [24, 25, 26]] for c, table in enumerate(explorer.numbers)
    ]
    hold(page, explorer)
    page.get_by_role("grid", name="output 1").locator("td").nth(8).click()
    seen = shown(page)
    assert (seen["position"], seen["chosen"]) == ([2, 2], 1)
    assert page.locator(".d2l-sum").inner_text() == "output 1 at [2, 2] = 0·8 + 1·17 + (−1)·26 = −9"


def test_two_copies_do_not_disturb_each_other(alone):
    page = alone(ChannelExplorer(image()), ChannelExplorer(image()))
    page.get_by_role("button", name="grey").nth(1).click()
    explorer = ChannelExplorer(image())
    hold(page, explorer)
    explorer.matrix = [[0.299, 0.587, 0.114]] * 3
    expected = explorer.output[:, 30, 40]
    torch.testing.assert_close(
        torch.tensor(shown(page, 1)["pixel"], dtype=torch.float32), expected, rtol=1e-4, atol=1e-3
    )


@pytest.mark.parametrize("width", [800, 640, 400])
def test_a_narrow_page_does_not_overflow(alone, width):
    page = alone(ChannelExplorer(image(), SEPIA, bias=[0, 5, 0], chosen=1), width=width)
    settle(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate(
        "(({scrollWidth, clientWidth}) => scrollWidth <= clientWidth)(document.querySelector('.d2l-explorer'))"
    )


def test_the_chinese_edition_speaks_chinese(alone):
    d2l.use_language("zh")
    page = alone(ChannelExplorer(image()))
    settle(page)
    page.get_by_role("button", name="红蓝对调").click()
    settle(page)
    assert page.locator(".d2l-explorer").get_attribute("lang") == "zh-CN"
    assert page.get_by_text("输出 0 由什么相加而成").is_visible()
    assert page.locator(".d2l-sum").inner_text().startswith("输出 0 在 [30, 40] 处 = 0·")


def test_the_answer_is_there_in_the_next_frame(alone):
    page = alone(ChannelExplorer(d2l.photo("china"), SEPIA, "blur"))
    weight(page, 0, "red").focus()
    sums = page.evaluate("""async () => {
        const field = document.activeElement, sum = document.querySelector(".d2l-sum"), sums = [];
        for (let n = 0; n < 21; n++) {
            field.value = String(n / 10);
            field.dispatchEvent(new Event("input", {bubbles: true}));
            await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
            sums.push(sum.innerText);
        }
        return sums;
    }""")
    assert [float(re.search(r"= (\d\.?\d*)", text)[1]) for text in sums] == [n / 10 for n in range(21)]


# --- JupyterLab -------------------------------------------------------------------------------------------------------


def test_python_and_the_view_follow_each_other_in_jupyterlab(lab, python):
    page = lab(
        "import torch\nimport d2lutil as d2l\nfrom d2lutil.explorers import ChannelExplorer",
        "w = ChannelExplorer(d2l.photo('flower'), position=[40, 60]); w",
    )
    page.wait_for_selector(".d2l-channels[data-pixel]")
    there = python(page, "w.output[:, 40, 60].tolist()")
    assert shown(page)["pixel"] == there
    page.get_by_role("button", name="swap red and blue").click()
    swapped = json.dumps([int(value) for value in there[::-1]], separators=(",", ":"))
    page.wait_for_function(f"document.querySelector('.d2l-channels').dataset.pixel === '{swapped}'")
    cell = weight(page, 0, "blue")
    cell.click()
    page.keyboard.press("Control+a")
    page.keyboard.type("0.5")
    python.until(page, "w.matrix", [[0, 0, 0.5], [0, 1, 0], [1, 0, 0]])
    assert python(page, "w.output[:, 40, 60].tolist()") == pytest.approx([there[2] / 2, there[1], there[0]])
    python(page, "w.set_trait('groups', 3)")
    page.wait_for_function("document.querySelector('.d2l-channels').dataset.parameters === '3'")
    python(page, "setattr(w, 'input', torch.arange(12).reshape(3, 2, 2))")
    page.wait_for_function("document.querySelector('.d2l-channels').dataset.pixel === '[0,7,0]'")
