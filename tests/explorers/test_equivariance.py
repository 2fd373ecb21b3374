"""The equivariance explorer: the Python class, the exported page, and a real JupyterLab."""

import json
import subprocess

import pytest
import torch
import torch.nn.functional as F
import traitlets

import d2lutil as d2l
from d2lutil.explorers import EquivarianceExplorer
from d2lutil.explorers.equivariance import IMAGES, KERNEL, LAYERS
from explorers.test_core import CORE, node

ALL_SHIFTS = [(i, j) for i in range(12) for j in range(12)]


def data(page, name, number=0):
    return json.loads(page.locator(".d2l-equivariance").nth(number).get_attribute(f"data-{name}"))


def settle(page):
    """Wait for the next painted frame."""
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def shown_is_torch_s(page, explorer, number=0):
    """The differences and the verdicts on the page are those of Python for the shift on the page."""
    settle(page)
    explorer.shift = data(page, "shift", number)
    shown = data(page, "differences", number)
    assert list(shown) == list(LAYERS)
    assert shown == pytest.approx(explorer.differences)
    assert data(page, "verdicts", number) == explorer.verdicts


# --- Python


@pytest.mark.parametrize("image", IMAGES)
def test_with_circular_borders_convolution_follows_every_shift_and_global_pooling_ignores_it(image):
    w = EquivarianceExplorer(image, border="circular")
    for shift in ALL_SHIFTS[::5]:
        differences = w.differences_at(shift)
        assert differences["convolution"] == differences["global pooling"] == 0
        assert (differences["fully connected"] == 0) == (shift == (0, 0))


@pytest.mark.parametrize("image", IMAGES)
def test_with_zeros_convolution_differs_exactly_where_ink_stands_at_the_border(image):
    w = EquivarianceExplorer(image)
    for shift in ALL_SHIFTS[::3]:
        X = w.start.roll(shift, (0, 1))
        inside = X[1:-1, 1:-1].count_nonzero() == X.count_nonzero()
        assert (w.differences_at(shift)["convolution"] == 0) == inside, shift


@pytest.mark.parametrize("pooling", ["max", "average"])
@pytest.mark.parametrize("window", [2, 3, 4])
def test_pooling_follows_the_multiples_of_its_stride(window, pooling):
    w = EquivarianceExplorer("three", border="circular", pooling=pooling, window=window)
    exact = [s for s in range(13) if w.differences_at((0, s))["pooling"] == 0]
    assert exact == list(range(0, 13, window))


def test_the_answers_are_what_torch_s_layers_give():
    w = EquivarianceExplorer("corner", (2, -3), pooling="average", window=3)
    X, K = w.start[None, None], torch.tensor(KERNEL)[None, None].double()
    Y = F.conv2d(X, K, padding=1)
    moved = X.roll((2, -3), (2, 3))
    after, before = w.both_ways["convolution"]
    assert torch.equal(after, F.conv2d(moved, K, padding=1)[0, 0])
    assert torch.equal(before, Y[0, 0].roll((2, -3), (0, 1)))
    assert torch.equal(w.both_ways["pooling"][0], F.avg_pool2d(F.conv2d(moved, K, padding=1), 3)[0, 0])
    assert torch.equal(w.both_ways["global pooling"][1], Y[0, 0].mean()[None, None])
    assert torch.equal(w.both_ways["fully connected"][0].flatten(), w.weights @ moved.flatten())
    candidates = [F.avg_pool2d(Y, 3)[0, 0].roll((down, -1), (0, 1)) for down in (0, 1)]
    gaps = [(one - w.both_ways["pooling"][0]).abs().max().item() for one in candidates]
    assert w.differences["pooling"] == min(gaps)


def test_the_weights_are_evenly_drawn_and_no_convolution():
    weights = EquivarianceExplorer().weights
    assert weights.shape == (144, 144)
    shares = torch.stack([(weights == k).double().mean() for k in range(-3, 4)])
    assert (shares - 1 / 7).abs().max() < 0.01
    correlation = torch.corrcoef(torch.stack([weights[:-1, :-1].flatten(), weights[1:, 1:].flatten()]))[0, 1]
    assert abs(correlation) < 0.03


def test_every_verdict_is_met():
    w = EquivarianceExplorer("line", (0, 0), window=4)
    assert set(w.verdicts.values()) == {"still"}
    w.shift = [0, 1]
    words = {"fully connected": "lost", "convolution": "exact", "pooling": "unchanged", "global pooling": "unchanged"}
    assert w.verdicts == words
    w.shift = [0, 5]
    assert w.verdicts == words | {"pooling": "luck"}
    w.shift = [0, 4]
    assert w.verdicts == words | {"pooling": "exact"}
    w.shift = [0, -6]
    assert w.verdicts["convolution"] == "border"
    w.window, w.shift = 3, [0, -6]
    assert w.verdicts["pooling"] == "border"
    assert EquivarianceExplorer("cross", (0, 6), pooling="average").verdicts["global pooling"] == "border"
    assert EquivarianceExplorer("frame", (0, 1)).verdicts["pooling"] == "lost"


@pytest.mark.parametrize(
    ("trait", "value"),
    [("image", "ghost"), ("shift", [0, 12]), ("shift", [-12, 0]), ("shift", [1]), ("shift", [0.5, 0]),
     ("border", "reflect"), ("pooling", "median"), ("window", 5), ("kernel", [[1, 2], [3, 4]]), ("kernel", [[1, 2, 3]]),
     ("kernel", [["a"]]), ("kernel", [[float("nan")]])],
)  # fmt: skip
def test_values_that_cannot_be_are_refused(trait, value):
    explorer = EquivarianceExplorer()
    before = getattr(explorer, trait)
    with pytest.raises(traitlets.TraitError, match=trait):
        setattr(explorer, trait, value)
    assert getattr(explorer, trait) == before


@pytest.mark.parametrize("image", [torch.zeros(3, 3), torch.zeros(7, 7), torch.zeros(30, 30), [[1, 2], [3]], 5])
def test_images_that_cannot_be_are_refused(image):
    with pytest.raises(traitlets.TraitError, match="image"):
        EquivarianceExplorer(image)


def test_own_images_have_their_own_size():
    w = EquivarianceExplorer(torch.eye(9).tolist(), (0, 3), border="circular")
    assert (w.window, w.start.shape, list(w.images)) == (3, (9, 9), ["own"])
    assert w.differences["pooling"] == 0
    assert list(EquivarianceExplorer(torch.eye(12)).images) == ["own", *IMAGES]


def test_its_text_form_is_the_same_every_time_and_in_the_reader_s_language():
    w = EquivarianceExplorer()
    said = "a 12 × 12 image to be moved, and what four layers make of it"
    assert repr(w) == f"Interactive figure: {said}; run the cell to move it"
    d2l.use_language("zh")
    assert "可以移动的 12 × 12 图像" in repr(w)


def test_the_script_is_small():
    assert len(EquivarianceExplorer()._esm.encode()) <= 60_000


def test_the_arithmetic_of_shifts_is_torch_s():
    script = f"""import {{ fromRows, toRows, rolled, largestDifference }} from {json.dumps(CORE.as_uri())};
        const X = fromRows([[1, 2, 3, 4], [5, 6, 7, 8], [9, 10, 11, -12]]), answers = [];
        for (let i = -7; i <= 7; i++) for (let j = -7; j <= 7; j++) {{
            const Y = rolled(X, i, j);
            answers.push([i, j, toRows(Y), largestDifference(X, Y)]);
        }}
        console.log(JSON.stringify(answers));"""
    options = [node(), "--input-type=module", "--eval", script]
    done = subprocess.run(options, capture_output=True, text=True, check=True)
    X = torch.arange(1, 13).reshape(3, 4)
    X[2, 3] = -12
    for i, j, rows, largest in json.loads(done.stdout):
        assert rows == X.roll((i, j), (0, 1)).tolist()
        assert largest == (X.roll((i, j), (0, 1)) - X).abs().max().item()


# --- the page


@pytest.mark.parametrize("options", [
    {"image": "cross", "shift": (1, 4)},
    {"image": "three", "shift": (-3, 5), "border": "circular", "pooling": "average", "window": 4},
    {"image": "line", "shift": (0, 1), "window": 4},
    {"image": "frame", "shift": (-7, 11), "pooling": "average", "window": 3},
    {"image": [[(3 * i + 5 * j) % 7 - 3 for j in range(8)] for i in range(6)], "shift": (2, -1),
     "kernel": [[(i - j) / 2 for j in range(5)] for i in range(5)]},
], ids=lambda options: options["image"] if isinstance(options["image"], str) else "own")  # fmt: skip
def test_the_page_shows_what_torch_computes(alone, options):
    explorer = EquivarianceExplorer(**options)
    page = alone(explorer)
    assert data(page, "shift") == list(options["shift"])
    shown_is_torch_s(page, explorer)


def drag(page, cells_right, cells_down):
    """Drags the image by so many cells, over fourteen cells of its width."""
    box = page.locator(".d2l-eq-image").bounding_box()
    size, x, y = box["width"] / 14, box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + cells_right * size / 2, y + cells_down * size / 2)
    page.mouse.move(x + cells_right * size, y + cells_down * size)
    page.mouse.up()
    page.mouse.move(5, 5)
    settle(page)


def test_dragging_shifts_the_image(alone):
    explorer = EquivarianceExplorer(shift=(0, 0))
    page = alone(explorer)
    assert set(data(page, "verdicts").values()) == {"still"}
    drag(page, 2, 1)
    assert data(page, "shift") == [1, 2]
    shown_is_torch_s(page, explorer)
    drag(page, 2, -3)
    assert data(page, "shift") == [-2, 4]
    shown_is_torch_s(page, explorer)
    assert page.locator("[data-layer=convolution] .d2l-eq-verdict").inner_text() == "≠ differs at the border"
    page.get_by_role("button", name="Back to the start").click()
    settle(page)
    assert data(page, "shift") == [0, 0]


def test_the_keys_shift_the_image_and_every_shift_agrees_with_torch(alone):
    explorer = EquivarianceExplorer("three", (0, 0), window=3)
    page = alone(explorer)
    page.get_by_role("application").focus()
    for key in ("ArrowRight", "ArrowDown", "ArrowDown", "ArrowLeft", "ArrowLeft", "ArrowUp", "Shift+ArrowRight"):
        page.keyboard.press(key)
        shown_is_torch_s(page, explorer)
    assert data(page, "shift") == [1, 2]
    for _ in range(11):
        page.keyboard.press("ArrowDown")
    settle(page)
    assert data(page, "shift") == [0, 2]  # once around
    page.keyboard.press("Home")
    settle(page)
    assert data(page, "shift") == [0, 0]


def test_the_menus_choose_image_border_pooling_and_window(alone):
    explorer = EquivarianceExplorer(shift=(2, -4))
    page = alone(explorer)
    choices = {"image": "corner", "border": "circular", "pooling": "average", "window": 4}
    labels = {"image": "image", "border": "beyond the border", "pooling": "pooling", "window": "window"}
    for name, value in choices.items():
        page.get_by_role("combobox", name=labels[name]).select_option(str(value))
        setattr(explorer, name, value)
        shown_is_torch_s(page, explorer)
    assert data(page, "verdicts")["convolution"] == "exact"


def test_invalid_shifts_are_named_and_the_last_one_stays(alone):
    page = alone(EquivarianceExplorer())
    field = page.get_by_role("spinbutton", name="right")
    for wrong in ("", "12", "-12", "1.5"):
        field.fill(wrong)
        settle(page)
        assert page.get_by_text("a whole number from −11 to 11").is_visible()
        assert field.get_attribute("aria-invalid") == "true"
        assert data(page, "shift") == [0, 1]
    page.locator(".d2l-eq-map").first.hover()  # what is wrong stays
    settle(page)
    assert field.input_value() == "1.5"
    field.fill("-3")
    settle(page)
    assert data(page, "shift") == [0, -3]
    assert not page.get_by_text("a whole number").is_visible()
    field.fill("77")
    drag(page, 1, 0)  # a shift by hand puts the field right
    assert data(page, "shift") == [0, -2]
    field.blur()
    assert not page.get_by_text("a whole number").is_visible()
    assert field.input_value() == "-2"


def test_pointing_at_a_number_reads_it_both_ways(alone):
    explorer = EquivarianceExplorer("cross", (0, 4))
    page = alone(explorer)
    after, moved = explorer.both_ways["convolution"]
    i, j = divmod((after - moved).abs().argmax().item(), 12)
    drawing = page.locator("[data-layer=convolution] .d2l-eq-map").first
    box = drawing.bounding_box()
    drawing.hover(position={"x": (j + 0.5) * box["width"] / 12, "y": (i + 0.5) * box["height"] / 12})
    settle(page)
    numbers = [f"{one[i, j].item():g}".replace("-", "−") for one in (after, moved)]
    reading = page.locator(".d2l-eq-reading")
    assert reading.inner_text() == f"Convolution, row {i}, column {j}: {numbers[0]} and {numbers[1]}"
    page.mouse.move(5, 5)
    drawing.focus()
    for key in ("ArrowDown", "ArrowDown", "ArrowRight", "ArrowUp"):
        page.keyboard.press(key)
    settle(page)
    assert reading.inner_text() == "Convolution, row 0, column 1: 0 both ways"
    page.keyboard.press("Escape")
    settle(page)
    assert reading.inner_text().startswith("Point at")


def test_the_live_region_says_the_result_in_words(alone):
    page = alone(EquivarianceExplorer("cross", (0, 1)))
    page.get_by_role("application").press("ArrowRight")
    page.wait_for_function("document.querySelector('.d2l-hidden').textContent.startsWith('Shifted by 0 down, 2 right')")
    said = page.locator(".d2l-hidden").text_content()
    assert "Convolution: moves along exactly, difference 0" in said
    assert "Global pooling: does not change at all" in said


def test_touch_drags_as_well(alone):
    page = alone(EquivarianceExplorer(shift=(0, 0)))
    page.evaluate("""() => {
        const canvas = document.querySelector('.d2l-eq-image'), box = canvas.getBoundingClientRect();
        const cell = box.width / 14;
        canvas.setPointerCapture = () => {};
        const finger = {pointerId: 7, pointerType: 'touch', bubbles: true, cancelable: true};
        const fire = (type, x, y) =>
            canvas.dispatchEvent(new PointerEvent(type, {...finger, clientX: box.x + x, clientY: box.y + y}));
        fire('pointerdown', 50, 50), fire('pointermove', 50 + 3 * cell, 50 - cell), fire('pointerup', 50, 50);
        fire('pointermove', 90, 90);
    }""")
    settle(page)
    assert data(page, "shift") == [-1, 3]
    assert page.locator(".d2l-eq-image").evaluate("(canvas) => getComputedStyle(canvas).touchAction") == "none"


@pytest.mark.parametrize("width", [1280, 800, 640, 400])
def test_nothing_is_wider_than_the_page(alone, width):
    page = alone(EquivarianceExplorer("three", (-11, -11), window=3, pooling="average"), width=width)
    settle(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    inner = page.locator(".d2l-explorer")
    assert inner.evaluate("(main) => main.scrollWidth <= main.clientWidth")


def test_a_key_is_answered_in_the_next_frame(alone):
    page = alone(EquivarianceExplorer("three"))
    page.get_by_role("application").focus()
    shifts = page.evaluate("""async () => {
        const canvas = document.querySelector('.d2l-eq-image'), shifts = [];
        const main = document.querySelector('.d2l-equivariance');
        for (let n = 0; n < 8; n++) {
            canvas.dispatchEvent(new KeyboardEvent('keydown', {key: 'ArrowRight', bubbles: true, cancelable: true}));
            await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
            shifts.push(main.dataset.shift);
        }
        return shifts;
    }""")
    assert len(set(shifts)) == 8, shifts


def test_two_copies_do_not_disturb_each_other(alone):
    one, other = EquivarianceExplorer(), EquivarianceExplorer("dot", (2, 2))
    page = alone(one, other)
    page.get_by_role("application").nth(1).press("ArrowLeft")
    settle(page)
    assert (data(page, "shift", 0), data(page, "shift", 1)) == ([0, 1], [2, 1])
    shown_is_torch_s(page, one, 0)
    shown_is_torch_s(page, other, 1)


def test_the_chinese_edition_speaks_chinese(alone):
    d2l.use_language("zh")
    page = alone(EquivarianceExplorer())
    settle(page)
    assert page.get_by_role("button", name="回到起点").is_visible()
    assert page.locator("[data-layer=convolution] .d2l-eq-verdict").inner_text() == "= 严格地跟着移动"
    assert page.locator(".d2l-explorer").get_attribute("lang") == "zh-CN"


def test_what_was_rendered_can_be_removed(alone):
    page = alone(EquivarianceExplorer())
    left = page.evaluate("""async () => {
        const script = document.querySelector('script[type=module]').textContent;
        const [source, state] = Function(`let given; const alone = (...a) => (given = a);
            ${script.slice(script.lastIndexOf('alone('))} return given;`)();
        const url = URL.createObjectURL(new Blob([source], {type: 'text/javascript'}));
        const {default: explorer} = await import(url);
        let listeners = 0;
        const model = {get: (name) => state[name], on: () => listeners++, off: () => listeners--};
        const add = window.addEventListener, remove = window.removeEventListener;
        window.addEventListener = (...a) => (listeners++, add.apply(window, a));
        window.removeEventListener = (...a) => (listeners--, remove.apply(window, a));
        const clean = explorer.render({model, el: document.createElement('div')});
        const during = listeners;
        clean();
        return [during > 0, listeners];
    }""")
    assert left == [True, 0]


# --- JupyterLab


def test_python_and_the_view_follow_each_other_in_jupyterlab(lab, python):
    page = lab(
        "from d2lutil.explorers import EquivarianceExplorer", "w = EquivarianceExplorer(shift=(0, 0)); w", "1 + 1"
    )
    page.wait_for_selector(".d2l-equivariance[data-shift]")
    cells_before = page.locator(".jp-Cell").count()
    image = page.get_by_role("application", name="Image")
    image.click()
    for key in ("ArrowRight", "ArrowRight", "ArrowDown", "b"):  # the notebook would insert a cell for the last one
        page.keyboard.press(key)
    page.wait_for_function("document.querySelector('.d2l-equivariance').dataset.shift === '[1,2]'")
    python.until(page, "w.shift", [1, 2])
    assert page.locator(".jp-Cell").count() == cells_before
    assert python(page, "w.differences") == pytest.approx(data(page, "differences"))
    python(page, "[w.set_trait('image', 'dot'), w.set_trait('border', 'circular'), w.set_trait('shift', [-3, 5])]")
    page.wait_for_function("document.querySelector('.d2l-equivariance').dataset.shift === '[-3,5]'")
    settle(page)
    assert python(page, "w.differences") == pytest.approx(data(page, "differences"))
    assert python(page, "w.verdicts") == data(page, "verdicts")
