"""The kernel studio: the Python class, the exported page, and a real JupyterLab."""

import io
import json
import math
import re
import subprocess

import pytest
import torch
import torch.nn.functional as F
import traitlets
from PIL import Image

import d2lutil as d2l
from d2lutil.explorers import KernelStudio
from explorers.test_core import CORE, node

SOBEL = torch.tensor([[-1.0, 0.0, 1.0], [-2.0, 0.0, 2.0], [-1.0, 0.0, 1.0]])
ROOF = d2l.photo("china", gray=True)[60:260, 150:406]


def data(page, number=0):
    """What the page says about itself."""
    return page.evaluate("(n) => ({...document.querySelectorAll('.d2l-studio')[n].dataset})", number)


def settle(page):
    """Wait for the next painted frame."""
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def agrees(page, explorer, number=0):
    """The page's answer is torch's for the image of `explorer` and the page's kernel."""
    shown = data(page, number)
    divisor = float(shown["divisor"])
    kernel = torch.tensor(json.loads(shown["kernel"])) / divisor
    Y = F.conv2d(explorer.image[None, None], kernel[None, None])[0, 0]
    i, j = json.loads(shown["place"])
    numbers = [float(shown[name]) for name in ("min", "max", "mean", "value")]
    torch.testing.assert_close(
        torch.tensor(numbers), torch.stack([Y.min(), Y.max(), Y.mean(), Y[i, j]]), rtol=1e-4, atol=1e-5
    )
    assert [int(shown["rows"]), int(shown["cols"])] == list(Y.shape)
    return shown


def colour(page, canvas, row, col):
    """The colour of a pixel: of the photograph (canvas 0) or of the answer (1)."""
    return page.evaluate(
        """([n, r, c]) => {
            const context = document.querySelectorAll('.d2l-frame canvas')[n].getContext('2d');
            return [...context.getImageData(c, r, 1, 1).data];
        }""",
        [canvas, row, col],
    )


def png(array) -> dict:
    """A file as a reader might upload it."""
    file = io.BytesIO()
    Image.fromarray(array).save(file, "PNG")
    return {"name": "mine.png", "mimeType": "image/png", "buffer": file.getvalue()}


# --- the Python class


def test_the_output_is_torch_s():
    explorer = KernelStudio(ROOF)
    torch.testing.assert_close(explorer.image, ROOF, rtol=0, atol=0.5 / 255)
    torch.testing.assert_close(explorer.output, d2l.corr2d(explorer.image, SOBEL))
    explorer.kernel = torch.ones(5, 5)
    explorer.normalise = True
    torch.testing.assert_close(explorer.output, d2l.corr2d(explorer.image, torch.ones(5, 5) / 25))
    explorer.kernel = SOBEL.tolist()
    torch.testing.assert_close(explorer.output, d2l.corr2d(explorer.image, SOBEL / 8))
    explorer.kernel = torch.zeros(3, 3)
    assert not explorer.output.any()


@pytest.mark.parametrize("size", [3, 5])
@pytest.mark.parametrize("angle", [0, 30, 90, 215.5, 305])
def test_the_angle_turns_the_kernel(size, angle):
    explorer = KernelStudio(ROOF, torch.ones(size, size))
    assert explorer.angle is None
    explorer.angle = 0
    right = torch.tensor(explorer.kernel)
    explorer.angle = angle
    turned = math.cos(math.radians(angle)) * right + math.sin(math.radians(angle)) * right.T
    torch.testing.assert_close(torch.tensor(explorer.kernel), turned, rtol=1e-5, atol=1e-5)
    assert explorer.angle == angle
    explorer.kernel = (2 * turned).tolist()
    assert explorer.angle is None


def test_images_are_made_grey_and_small_enough():
    assert KernelStudio(d2l.photo("flower")).image.shape == (171, 256)
    explorer = KernelStudio(torch.tensor([[0, 51], [255, 102]], dtype=torch.uint8).repeat(3, 4))
    torch.testing.assert_close(explorer.image[:2, :2], torch.tensor([[0, 0.2], [1, 0.4]]))
    explorer.image = torch.ones(3, 6, 7)
    torch.testing.assert_close(explorer.image, torch.ones(6, 7))


@pytest.mark.parametrize(
    ("trait", "value"),
    [("kernel", torch.ones(2, 2)), ("kernel", [[1, 2, 3], [1, 2]]), ("kernel", [[math.nan] * 3] * 3),
     ("kernel", "blur"), ("image", torch.ones(4, 9)),
     ("image", 2 * torch.ones(9, 9)), ("image", torch.ones(2, 9, 9)),
     ("image", torch.zeros(0, 0)), ("pixels", b"\x05\x05abc"), ("colours", "red"), ("position", [-1, 0])],
)  # fmt: skip
def test_values_that_no_studio_can_have_are_refused(trait, value):
    explorer = KernelStudio(ROOF)
    before = explorer.kernel, explorer.pixels
    with pytest.raises(traitlets.TraitError, match=trait):
        setattr(explorer, trait, value)
    assert (explorer.kernel, explorer.pixels) == before


def test_its_text_form_is_the_same_every_time_and_in_the_reader_s_language():
    assert (
        repr(KernelStudio()) == "Interactive figure: a 3 × 3 kernel on a 200 × 256 photograph; run the cell to move it"
    )
    d2l.use_language("zh")
    assert "3 × 3 的卷积核与 200 × 256 的照片" in repr(KernelStudio())


def test_the_script_is_small():
    assert len(KernelStudio()._esm.encode()) <= 60_000


def test_core_turns_kernels_and_finds_their_divisor_as_python_does():
    torch.manual_seed(1)
    kernels = []
    for angle in (0.0, 45.0, 200.0):
        explorer = KernelStudio(ROOF)
        explorer.angle = angle
        kernels.append(explorer.kernel)
    kernels += [torch.randn(n, n).tolist() for n in (3, 5)] + [torch.zeros(3, 3).tolist(), [[0.1, 0.2, -0.3]] * 3]
    script = """import(process.argv[1]).then((core) => {
        const found = JSON.parse(process.argv[2]).map(core.fromRows).map((K) => {
            const angle = core.edgeAngle(K);
            return {angle, by: core.divisor(K), again: core.toRows(core.edgeKernel(3, angle ?? 0))};
        });
        console.log(JSON.stringify(found));
    })"""
    done = subprocess.run(
        [node(), "-e", script, CORE.as_uri(), json.dumps(kernels)], capture_output=True, text=True, check=True
    )
    for kernel, found in zip(kernels, json.loads(done.stdout), strict=True):
        explorer = KernelStudio(ROOF, kernel, normalise=True)
        assert found["angle"] == explorer.angle
        torch.testing.assert_close(explorer.weights * found["by"], torch.tensor(kernel), rtol=1e-5, atol=1e-5)
        if explorer.angle is not None:
            assert found["again"] == kernel


# --- the page


def test_the_page_shows_what_torch_computes(alone):
    page = alone(KernelStudio(ROOF), KernelStudio(torch.rand(7, 9), torch.randn(5, 5), normalise=True, position=[1, 2]))
    shown = agrees(page, KernelStudio(ROOF))
    assert (shown["colours"], shown["angle"]) == ("signed", "0")
    assert json.loads(shown["place"]) == [99, 127]
    assert data(page, 1)["place"] == "[1,2]"
    assert page.get_by_text("photograph (200 × 256)").is_visible()
    assert page.get_by_text("output (198 × 254)").is_visible()


@pytest.mark.parametrize(
    ("name", "kernel", "colours"),
    [("identity", [[0, 0, 0], [0, 1, 0], [0, 0, 0]], "grey"), ("blur", [[1, 1, 1]] * 3, "grey"),
     ("sharpen", [[0, -1, 0], [-1, 5, -1], [0, -1, 0]], "grey"),
     ("emboss", [[-2, -1, 0], [-1, 1, 1], [0, 1, 2]], "grey"),
     ("difference", [[0, 0, 0], [0, 1, -1], [0, 0, 0]], "signed"), ("Sobel y", SOBEL.T.tolist(), "signed"),
     ("Laplacian", [[0, 1, 0], [1, -4, 1], [0, 1, 0]], "signed")],
)  # fmt: skip
def test_every_preset_is_one_press_away(alone, name, kernel, colours):
    explorer = KernelStudio(ROOF)
    page = alone(explorer)
    choice = page.get_by_role("button", name=name, exact=True)
    choice.focus()
    page.keyboard.press("Enter")
    settle(page)
    shown = agrees(page, explorer)
    assert json.loads(shown["kernel"]) == kernel
    assert shown["colours"] == colours
    assert choice.get_attribute("aria-pressed") == "true"
    page.get_by_role("button", name="5 × 5").click()
    settle(page)
    shown = agrees(page, explorer)
    assert shown["rows"] == "196"
    assert choice.get_attribute("aria-pressed") == "true"
    sums = torch.tensor(kernel).sum(), torch.tensor(json.loads(shown["kernel"])).sum()
    assert (sums[0] == 0) == (sums[1] == 0)


def test_the_angle_is_turned_with_the_keyboard_and_the_mouse(alone):
    explorer = KernelStudio(ROOF)
    page = alone(explorer)
    slider = page.get_by_role("slider", name="angle")
    slider.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    settle(page)
    explorer.angle = 10
    shown = agrees(page, explorer)
    assert (shown["angle"], json.loads(shown["kernel"])) == ("10", explorer.kernel)
    box = slider.bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    settle(page)
    assert agrees(page, explorer)["angle"] == "180"
    assert page.get_by_text("Positive where it gets brighter towards the left.").is_visible()
    page.get_by_role("button", name="5 × 5").click()
    settle(page)
    assert agrees(page, explorer)["angle"] == "180"


def test_normalising_divides_by_the_sum_or_the_absolute_sum(alone):
    explorer = KernelStudio(ROOF)
    page = alone(explorer)
    check = page.get_by_role("checkbox")
    assert page.get_by_text("normalise: ÷ 8").is_visible()
    check.check()
    settle(page)
    assert agrees(page, explorer)["divisor"] == "8"
    assert page.get_by_text("no output is beyond ±0.5").is_visible()
    page.get_by_role("button", name="blur").click()
    settle(page)
    shown = agrees(page, explorer)
    assert (shown["divisor"], shown["ends"]) == ("9", "[0,1]")
    page.keyboard.press("Tab")
    check.uncheck()
    settle(page)
    assert agrees(page, explorer)["ends"] == "[0,9]"
    assert page.get_by_text("flat regions give 9 × their brightness").is_visible()


def test_cells_are_edited_in_place_and_invalid_ones_keep_the_last_answer(alone):
    explorer = KernelStudio(ROOF)
    page = alone(explorer)
    cell = page.locator("input.d2l-number").nth(4)
    cell.fill("1/4")
    settle(page)
    before = agrees(page, explorer)
    assert json.loads(before["kernel"])[1] == [-2, 0.25, 2]
    assert before["angle"] == ""
    for text, message in (("abc", "Not a number"), ("", "Not a number"), ("4000", "From −1000 to 1000")):
        cell.fill(text)
        settle(page)
        assert page.get_by_text(message).is_visible()
        assert cell.get_attribute("aria-invalid") == "true"
        assert data(page)["kernel"] == before["kernel"]
    page.get_by_role("button", name="identity").click()
    settle(page)
    assert not page.get_by_text("From −1000").is_visible()
    assert page.locator("input.d2l-number").nth(4).input_value() == "1"
    cell.fill("0.12345")
    settle(page)
    assert cell.input_value() == "0.12345"  # what is being typed is not rounded away
    assert json.loads(agrees(page, explorer)["kernel"])[1][1] == 0.12345


def test_pointing_shows_the_window_and_its_sum(alone):
    explorer = KernelStudio(ROOF)
    page = alone(explorer)
    answer = page.get_by_role("application")
    box = answer.bounding_box()
    row, col = 40, 100  # of the answer; the image's pixel is one further on both sides
    x = box["x"] + (col + 1.5) / 256 * box["width"]
    y = box["y"] + (row + 1.5) / 200 * box["height"]
    page.mouse.move(x, y)
    settle(page)
    assert json.loads(agrees(page, explorer)["place"]) == [row, col]
    shown = [float(cell) for cell in page.locator(".d2l-under table").first.locator(".d2l-number").all_inner_texts()]
    window = explorer.image[row : row + 3, col : col + 3]
    torch.testing.assert_close(torch.tensor(shown).reshape(3, 3), window, rtol=0, atol=6e-4)
    products = page.locator(".d2l-under table").nth(1).locator(".d2l-number").all_inner_texts()
    numbers = torch.tensor([float(text.replace("−", "-")) for text in products]).reshape(3, 3)
    torch.testing.assert_close(numbers, window * SOBEL, rtol=0, atol=1.1e-3)
    value = explorer.output[row, col].item()
    assert float(page.locator(".d2l-sum strong").inner_text().replace("−", "-")) == pytest.approx(value, abs=6e-4)
    page.mouse.move(0, 0)  # the mouse has left: back to the place that was chosen
    settle(page)
    assert json.loads(data(page)["place"]) == [99, 127]
    page.mouse.click(x, y)
    page.mouse.move(0, 0)
    settle(page)
    assert json.loads(data(page)["place"]) == [row, col]


def test_the_arrow_keys_walk_through_the_answer(alone):
    explorer = KernelStudio(ROOF, position=[3, 252])
    page = alone(explorer)
    page.get_by_role("application").focus()
    for key in ("ArrowUp", "Shift+ArrowLeft", "ArrowRight"):
        page.keyboard.press(key)
    settle(page)
    assert json.loads(agrees(page, explorer)["place"]) == [2, 243]
    for key in ("Shift+ArrowUp", "End", "ArrowRight"):
        page.keyboard.press(key)
    settle(page)
    assert json.loads(agrees(page, explorer)["place"]) == [0, 253]
    page.wait_for_function(
        "document.querySelector('.d2l-studio [aria-live]').textContent.startsWith('output [0, 253] = ')"
    )


def test_a_finger_points_too(alone):
    page = alone(KernelStudio(ROOF))
    page.get_by_role("img", name="The photograph").dispatch_event(
        "pointerdown", {"pointerType": "touch", "clientX": 0, "clientY": 0}
    )
    settle(page)
    assert data(page)["place"] == "[0,0]"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_zero_has_the_colour_of_the_page_and_the_legend_says_the_numbers(alone, theme):
    step = torch.zeros(20, 40)
    step[:, 20:30] = 1
    page = alone(KernelStudio(step), theme=theme)
    paper = page.evaluate("getComputedStyle(document.querySelector('.d2l-studio')).backgroundColor")
    flat, up, down = (colour(page, 1, 10, col) for col in (5, 20, 30))
    assert paper == f"rgb({flat[0]}, {flat[1]}, {flat[2]})"
    assert up[2] > up[0] and down[0] > down[2]  # blue above 0, red below
    assert page.locator(".d2l-ends span").all_inner_texts() == ["−4", "0", "4"]
    page.get_by_role("combobox").select_option("grey")
    settle(page)
    assert colour(page, 1, 10, 5)[:3] == [128] * 3
    assert colour(page, 1, 10, 20)[:3] == [255] * 3


def test_the_reader_s_own_image(alone):
    explorer = KernelStudio(ROOF)
    page = alone(explorer)
    torch.manual_seed(2)
    mine = (torch.rand(30, 50, 3) * 255).byte()
    page.locator("input[type=file]").set_input_files(png(mine.numpy()))
    page.wait_for_function("document.querySelector('.d2l-studio').dataset.rows === '28'")
    explorer.image = mine.permute(2, 0, 1)
    shown = agrees(page, explorer, 0)
    assert shown["cols"] == "48"
    page.locator("input[type=file]").set_input_files(png(torch.zeros(300, 900, 3).byte().numpy()))
    page.wait_for_function("document.querySelector('.d2l-studio').dataset.cols === '254'")
    assert data(page)["rows"] == "83"
    page.locator("input[type=file]").set_input_files({"name": "x.png", "mimeType": "image/png", "buffer": b"no image"})
    page.get_by_text("This file is no image that the browser can read.").wait_for()
    assert data(page)["rows"] == "83"
    page.get_by_role("button", name="The first image again").click()
    settle(page)
    assert agrees(page, KernelStudio(ROOF))["rows"] == "198"
    assert not page.get_by_text("This file is no image").is_visible()


def test_a_image_can_be_dropped(alone):
    page = alone(KernelStudio(ROOF))
    page.evaluate(
        """async () => {
            const canvas = new OffscreenCanvas(12, 9);
            canvas.getContext('2d').fillRect(0, 0, 12, 9);
            const transfer = new DataTransfer();
            transfer.items.add(new File([await canvas.convertToBlob()], 'black.png', {type: 'image/png'}));
            const drop = new DragEvent('drop', {dataTransfer: transfer, bubbles: true, cancelable: true});
            document.querySelector('.d2l-image').dispatchEvent(drop);
        }"""
    )
    page.wait_for_function("document.querySelector('.d2l-studio').dataset.rows === '7'")
    shown = data(page)
    assert [float(shown[name]) for name in ("min", "max", "mean")] == [0, 0, 0]


def test_two_copies_do_not_disturb_each_other(alone):
    page = alone(KernelStudio(ROOF), KernelStudio(ROOF))
    page.get_by_role("button", name="Laplacian").nth(1).click()
    settle(page)
    assert data(page, 0)["kernel"] == "[[-1,0,1],[-2,0,2],[-1,0,1]]"
    assert data(page, 1)["kernel"] == "[[0,1,0],[1,-4,1],[0,1,0]]"


@pytest.mark.parametrize("width", [1280, 800, 400])
@pytest.mark.parametrize("size", [3, 5])
def test_nothing_is_wider_than_the_page(alone, width, size):
    page = alone(KernelStudio(ROOF, -0.123 * torch.ones(size, size), normalise=True), width=width)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate(
        "(({scrollWidth, clientWidth}) => scrollWidth <= clientWidth)(document.querySelector('.d2l-studio'))"
    )


def test_the_chinese_edition_speaks_chinese(alone):
    d2l.use_language("zh")
    page = alone(KernelStudio(ROOF))
    page.get_by_role("button", name="锐化").click()
    settle(page)
    assert page.get_by_text("平坦处亮度不变", exact=True).is_visible()
    assert page.locator(".d2l-explorer").get_attribute("lang") == "zh-CN"
    words = page.locator(".d2l-explorer").inner_text()
    assert set(re.findall("[A-Za-z]+", words)) == {"Sobel", "x", "y"}


# --- JupyterLab


def test_python_and_the_view_follow_each_other_in_jupyterlab(lab, python):
    page = lab(
        "import torch\nfrom d2lutil.explorers import KernelStudio",
        "w = KernelStudio(torch.linspace(0, 1, 600).reshape(20, 30)); w",
        "1 + 1",
    )
    page.wait_for_selector(".d2l-studio[data-value]")
    cells_before = page.locator(".jp-Cell").count()
    page.get_by_role("button", name="Laplacian").click()
    cell = page.locator("input.d2l-number").nth(4)
    cell.click()
    page.keyboard.press("Control+a")
    page.keyboard.type("-3")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("b")  # would insert a cell, if the notebook heard it
    python.until(page, "w.kernel", [[0, 1, 0], [1, -3, 1], [0, 1, 0]])
    assert page.locator(".jp-Cell").count() == cells_before
    assert float(data(page)["value"]) == pytest.approx(python(page, "w.output[tuple(w.position)].item()"), abs=1e-5)
    # From Python to the view: the kernel by its angle, and an image.
    python(page, "setattr(w, 'angle', 90)")
    page.wait_for_function("document.querySelector('.d2l-studio').dataset.angle === '90'")
    python(page, "setattr(w, 'image', __import__('torch').eye(12))")
    page.wait_for_function("document.querySelector('.d2l-studio').dataset.rows === '10'")
    assert float(data(page)["max"]) == pytest.approx(python(page, "w.output.max().item()"), abs=1e-5)
    # And an image from the reader to Python.
    torch.manual_seed(3)
    mine = (torch.rand(8, 16) * 255).byte()
    page.locator("input[type=file]").set_input_files(png(mine.numpy()))
    page.wait_for_function("document.querySelector('.d2l-studio').dataset.rows === '6'")
    python.until(page, "(255 * w.image).round().int().tolist()", mine.tolist())
    assert float(data(page)["min"]) == pytest.approx(python(page, "w.output.min().item()"), abs=1e-5)


def test_the_first_image_in_jupyterlab_has_the_paper_s_colour_at_zero(lab):
    page = lab(
        "import torch\nfrom d2lutil.explorers import KernelStudio", "KernelStudio(torch.full((20, 30), 0.5))", "1 + 1"
    )
    page.wait_for_selector(".d2l-studio[data-value]")
    settle(page)
    paper = page.locator(".d2l-studio").evaluate("(main) => getComputedStyle(main).backgroundColor")
    assert paper == "rgb(255, 255, 255)"  # Lab's light theme
    assert colour(page, 1, 9, 14)[:3] == [255, 255, 255]
