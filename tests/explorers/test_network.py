"""The network explorer: the class and the script against PyTorch, the exported page, and a real JupyterLab."""

import base64
import io
import json
import random
import re
import subprocess
from pathlib import Path

import numpy
import pytest
import torch
import traitlets
from PIL import Image
from torch import nn

import d2lutil as d2l
from d2lutil.explorers import NetworkExplorer
from explorers.golden_network import answers, flattened, networks
from explorers.test_core import node

ROOT = Path(__file__).parents[2]
# Even kernels with padding="same" are wanted: the odd cell goes to one side.
pytestmark = pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel")

TEST = d2l.load_digits(batch_size=100)[1]
COMPUTE = """import(process.argv[1]).then((explorer) => {
    const cases = JSON.parse(require("fs").readFileSync(0, "utf8"));
    const found = cases.map(({plan, weights, size, shape, image, layer, unit}) => {
        const bytes = Uint8Array.from(Buffer.from(weights, "base64"));
        const made = explorer.forward(plan, new Float32Array(bytes.buffer), {shape, data: Float64Array.from(image)});
        const seen = explorer.seen(plan, shape, layer, unit, -1);
        return {seen, made: made.map(({shape, data}) => [shape, Array.from(data, String)])};
    });
    console.log(JSON.stringify(found));
})"""


@pytest.fixture(scope="module")
def golden():
    return networks()


def lenet(seed: int = 0, **options) -> nn.Sequential:
    """LeNet as chapter 09 trains it in the end, with random weights and statistics."""
    torch.manual_seed(seed)
    net = d2l.lenet(**{"activation": nn.ReLU, "pool": nn.MaxPool2d, "batch_norm": True} | options).apply(d2l.init_cnn)
    net.train()(TEST.images[:50].float() / 255)
    return net.eval()


def explorer(net=None, **options) -> NetworkExplorer:
    return NetworkExplorer(lenet() if net is None else net, TEST.images[:12], TEST.labels[:12], **options)


def a_unit(draw: random.Random, explorer: NetworkExplorer) -> None:
    """Look at some unit."""
    explorer.layer = draw.randrange(len(explorer.plan))
    explorer.unit = [draw.randrange(n) for n in explorer.plan[explorer.layer]["shape"]]


def data(page, name, number=0):
    """What the page says about itself."""
    return json.loads(page.locator(".d2l-network").nth(number).get_attribute(f"data-{name}"))


def settle(page):
    """Wait for the next painted frame."""
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def numbers(text: str) -> list[float]:
    return [float(found.replace("−", "-")) for found in re.findall(r"−?\d+(?:\.\d+)?(?:e−?\d+)?", text)]


def holder(page, name: str, number: int = 0):
    """The units of a layer."""
    return page.locator(f'.d2l-net-holder[aria-label^="{name},"]').nth(number)


def shows(page, explorer, number=0):
    """The page shows what PyTorch computes: scores, the unit's value, its receptive field."""
    torch.testing.assert_close(
        torch.tensor(data(page, "output", number)), explorer.output.flatten(), rtol=1e-4, atol=1e-4
    )
    assert data(page, "layer", number) == explorer.layer
    assert data(page, "unit", number) == explorer.unit
    assert data(page, "value", number) == pytest.approx(explorer.value, rel=1e-4, abs=1e-4)
    assert [data(page, "rows", number), data(page, "cols", number)] == list(explorer.receptive_field)


# --- the arithmetic


def test_python_computes_what_the_network_itself_computes(golden):
    for net, X in golden:
        w = NetworkExplorer(net, X, chosen=1)
        torch.testing.assert_close(w.image, X[1])
        for found, expected in zip(w.maps, answers(net, X), strict=True):
            torch.testing.assert_close(found, expected[1], rtol=1e-4, atol=1e-4)
        torch.testing.assert_close(w.output, w.maps[-1])


def test_the_golden_networks_hold_every_layer(golden):
    layers = [layer for net, _ in golden for layer in flattened(net)]
    assert {type(layer).__name__ for layer in layers} >= {
        "Conv2d", "MaxPool2d", "AvgPool2d", "AdaptiveAvgPool2d", "BatchNorm2d", "BatchNorm1d", "ReLU", "LeakyReLU",
        "Sigmoid", "Tanh", "Softmax", "Flatten", "Linear", "Dropout", "Identity",
    }  # fmt: skip
    convolutions = [layer for layer in layers if isinstance(layer, nn.Conv2d)]
    assert {layer.padding_mode for layer in convolutions} == {"zeros", "reflect", "replicate", "circular"}
    assert {"same", "valid"} <= {layer.padding for layer in convolutions if isinstance(layer.padding, str)}
    assert any(layer.groups > 1 for layer in convolutions) and any(max(layer.dilation) > 1 for layer in convolutions)
    assert any(layer.ceil_mode for layer in layers if isinstance(layer, nn.MaxPool2d))
    assert any(layer.divisor_override for layer in layers if isinstance(layer, nn.AvgPool2d))


def test_the_page_s_script_computes_what_the_network_computes(golden, tmp_path):
    script = tmp_path / "network.mjs"
    script.write_text(NetworkExplorer._esm, encoding="utf-8")
    draw, cases, explorers = random.Random(3), [], []
    for net, X in golden:
        w = NetworkExplorer(net, X, chosen=1)
        a_unit(draw, w)
        explorers.append(w)
        cases.append({
            "plan": w.plan, "weights": base64.b64encode(w.weights).decode(), "shape": w.size[1:], "layer": w.layer,
            "image": w.image.flatten().tolist(), "unit": w.unit,
        })  # fmt: skip
    done = subprocess.run(
        [node(), "-e", COMPUTE, script.as_uri()], input=json.dumps(cases), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-800:]
    results = json.loads(done.stdout)
    assert len(results) >= 60
    for (net, X), w, result in zip(golden, explorers, results, strict=True):
        for (shape, found), expected in zip(result["made"], answers(net, X), strict=True):
            assert shape == list(expected[1].shape), net
            torch.testing.assert_close(
                torch.tensor([float(x) for x in found]), expected[1].flatten(), rtol=1e-4, atol=1e-4, msg=str(net)
            )
        assert [result["seen"]["rows"], result["seen"]["cols"]] == list(w.receptive_field), (net, w.layer, w.unit)


def test_the_receptive_field_is_where_a_gradient_arrives(golden):
    """By autograd; without layers that may pass nothing on although they look."""
    draw, tried = random.Random(4), 0
    for net, X in golden:
        if any(isinstance(layer, nn.ReLU | nn.MaxPool2d | nn.Softmax) for layer in flattened(net)):
            continue
        w = NetworkExplorer(net, X)
        for _ in range(4):
            a_unit(draw, w)
            image = X[:1].double().requires_grad_()
            Y = image
            for layer in flattened(net.double())[: w.layer + 1]:
                Y = layer(Y)
            (gradient,) = torch.autograd.grad(Y[0][tuple(w.unit)], image, allow_unused=True)
            gradient = torch.zeros_like(image) if gradient is None else gradient
            arrives = gradient[0].abs().amax(0) > 0
            rows, columns = w.receptive_field
            told = torch.zeros_like(arrives)
            inside = [i for i in rows if 0 <= i < told.shape[0]], [j for j in columns if 0 <= j < told.shape[1]]
            told[torch.tensor(inside[0]).long()[:, None], torch.tensor(inside[1]).long()] = True
            assert torch.equal(arrives, told), (net, w.layer, w.unit)
            tried += 1
        net.float()
    assert tried >= 100


@pytest.mark.parametrize("layer", [0, 2, 3, 4, 7])
def test_the_receptive_field_is_as_large_as_the_recursion_says(layer):
    net = lenet()
    w = explorer(net, layer=layer)
    rows, columns = w.receptive_field
    assert (len(rows), len(columns)) == d2l.receptive_field(net[: layer + 1]).size
    w.unit = [0, 0, 0]
    assert w.receptive_field.rows[0] == -2  # the padding of the first convolution
    w.layer = 9
    assert w.receptive_field == (list(range(-2, 30)),) * 2


def test_a_number_of_a_flattened_map_sees_what_its_cell_sees():
    w = explorer(lenet(), layer=7, unit=[3, 1, 4])
    field = w.receptive_field
    w.layer, w.unit = 8, [3 * 25 + 1 * 5 + 4]
    assert w.receptive_field == field
    assert w.value == w.maps[7][3, 1, 4]


# --- the Python class


def test_the_network_is_neither_changed_nor_kept():
    net = lenet().train()
    net[0].weight.grad = torch.ones_like(net[0].weight)
    before = {name: value.clone() for name, value in net.state_dict().items()}
    w = explorer(net)
    assert net.training and all(layer.training for layer in net)
    assert net[0].weight.grad.equal(torch.ones_like(net[0].weight))
    assert all(value.equal(net.state_dict()[name]) for name, value in before.items())
    scores = w.output
    with torch.no_grad():
        net[0].weight.mul_(2)
    assert w.output.equal(scores)
    w.net = net
    torch.testing.assert_close(w.output, net.eval()(w.image[None])[0].detach())
    assert not w.output.equal(scores)
    with pytest.raises(AttributeError, match="not kept"):
        _ = w.net


def test_another_network_keeps_the_unit_where_it_can():
    w = explorer(layer=4, unit=[7, 2, 3])
    w.net = lenet(seed=1)
    assert (w.layer, w.unit) == (4, [7, 2, 3])
    w.net = nn.Sequential(nn.Conv2d(1, 2, 3), nn.Flatten(), nn.Linear(2 * 26 * 26, 10))
    assert (w.layer, w.unit) == (2, [0])
    w.net = nn.Sequential(nn.Conv2d(1, 10, 28))
    assert (w.layer, w.unit) == (0, [0, 0, 0])
    assert w.output.shape == (10, 1, 1)


def test_images_travel_as_they_are():
    images = TEST.images[:5]
    for given in (images, images.float() / 255):
        w = NetworkExplorer(lenet(), given)
        assert w.images.equal(images.float() / 255)
        assert w.whole
    standardised = (images.float() / 255 - 0.1) / 0.3
    w = NetworkExplorer(lenet(), standardised)
    assert w.images.equal(standardised) and not w.whole
    assert NetworkExplorer(lenet(), images[:, 0]).images.shape == (5, 1, 28, 28)
    w.images = images[:2]
    assert (w.images.shape[0], w.labels) == (2, [])


def test_the_first_sixty_images_are_kept():
    w = NetworkExplorer(lenet(), TEST.images, TEST.labels)
    assert (len(w.images), len(w.labels), w.given) == (60, 60, 297)
    assert w.labels == TEST.labels[:60].tolist()


def test_a_layer_takes_its_unit_along():
    w = explorer()
    assert (w.layer, w.unit) == (0, [0, 14, 14])
    w.unit = [5, 27, 27]
    w.layer = 3
    assert w.unit == [5, 7, 7]
    w.layer = 13
    assert w.unit == [0]


@pytest.mark.parametrize(
    ("net", "said"),
    [
        (nn.Linear(3, 4).weight, "nn.Sequential, got Parameter"),
        (nn.Sequential(), "at least one layer"),
        (nn.Sequential(nn.ConvTranspose2d(1, 1, 3)), "ConvTranspose2d"),
        (nn.Sequential(nn.Conv2d(1, 1, 3), nn.GELU()), "GELU"),
        (nn.Sequential(nn.LazyConv2d(1, 3)), "LazyConv2d"),
        (nn.Sequential(nn.Conv2d(3, 1, 3)), "reads 3 maps"),
        (nn.Sequential(nn.Linear(28, 10)), "put nn.Flatten"),
        (nn.Sequential(nn.Flatten(), nn.Linear(5, 10)), "reads 5 numbers"),
        (nn.Sequential(nn.Conv2d(1, 1, 40)), "refuses"),
        (nn.Sequential(nn.BatchNorm2d(1, track_running_stats=False)), "no running statistics"),
        (nn.Sequential(nn.MaxPool2d(2, return_indices=True)), "indices"),
        (nn.Sequential(nn.Flatten(2)), "one row of numbers"),
        (nn.Sequential(nn.Flatten(), nn.Linear(784, 1000)), "500,000"),
        (nn.Sequential(nn.Conv2d(1, 400, 9, padding=4), nn.Conv2d(400, 100, 3)), "too much"),
    ],
)
def test_networks_that_cannot_be_shown_are_refused(net, said):
    w = explorer()
    before = w.state()
    for attempt in (lambda: explorer(net), lambda: w.look(net)):
        with pytest.raises(traitlets.TraitError, match=said):
            attempt()
    assert w.state() == before


@pytest.mark.parametrize(
    ("trait", "value"),
    [
        ("chosen", 12), ("chosen", -1), ("chosen", "x"), ("layer", 14), ("layer", -1), ("unit", [0, 28, 0]),
        ("unit", [6, 0, 0]), ("unit", [0]), ("unit", [0, -1, 0]), ("unit", 3), ("labels", [1, 2]),
        ("labels", [10] * 12), ("labels", ["a"] * 12), ("labels", torch.rand(12)), ("classes", ["a", "b"]),
        ("pixels", b"abc"), ("images", torch.rand(2, 3, 28, 28)), ("images", torch.rand(28, 28)),
        ("images", torch.empty(0, 1, 28, 28)), ("images", torch.full((1, 1, 28, 28), torch.nan)),
        ("images", "digits"),
    ],
)  # fmt: skip
def test_values_that_cannot_be_are_refused(trait, value):
    w = explorer()
    before = w.state()
    with pytest.raises(traitlets.TraitError, match=trait):
        setattr(w, trait, value)
    assert w.state() == before


def test_its_text_form_is_the_same_whatever_was_trained():
    said = "Interactive figure: a network of 14 layers at work on a 1 × 28 × 28 image; run the cell to move it"
    assert repr(explorer(lenet(0))) == repr(explorer(lenet(1))) == said
    d2l.use_language("zh")
    assert "14 层的网络与 1 × 28 × 28 的图像" in repr(explorer())


def test_nbval_compares_all_of_a_page_but_the_weights(pytestconfig):
    plugin = pytest.importorskip("nbval.plugin", reason="needs nbval: pip install nbval")
    assert Path(pytestconfig.getoption("nbval_sanitize_with")).resolve() == ROOT / "tests" / "nbval.cfg"
    patterns = plugin.get_sanitize_patterns((ROOT / "tests" / "nbval.cfg").read_text(encoding="utf-8"))

    def compared(explorer):
        page = explorer.page()
        for pattern, instead in patterns:
            page = re.sub(pattern, instead, page)
        return page

    one, other = explorer(lenet(0)), explorer(lenet(1))
    assert one.page() != other.page()
    assert compared(one) == compared(other)
    assert len(compared(one)) > len(one._esm)
    assert compared(one) != compared(explorer(lenet(0), chosen=1))
    assert compared(one) != compared(NetworkExplorer(lenet(0), 255 - TEST.images[:12], TEST.labels[:12]))
    assert compared(one) != compared(explorer(lenet(0, activation=nn.Sigmoid)))


def test_the_script_is_small():
    assert len(NetworkExplorer._esm.encode()) <= 60_000


# --- the page


def test_every_map_is_there_with_its_shape_and_its_numbers(alone):
    w = explorer(joined=False, chosen=3)
    page = alone(w)
    settle(page)
    shows(page, w)
    assert [text.strip() for text in page.locator(".d2l-net-shape").all_inner_texts()] == [
        "1 × 28 × 28", "6 × 28 × 28", "6 × 28 × 28", "6 × 28 × 28", "6 × 14 × 14", "16 × 10 × 10", "16 × 10 × 10",
        "16 × 10 × 10", "16 × 5 × 5", "400", "120", "120", "84", "84", "10",
    ]  # fmt: skip
    heads = page.locator(".d2l-net-head").all_inner_texts()
    for head, layer in zip(heads[1:], lenet(), strict=True):
        assert f"{sum(p.numel() for p in layer.parameters()):,} parameters" in head
    for layer in (0, 1, 3, 7):
        stage = page.locator(".d2l-net-stage").nth(layer + 1)
        assert stage.locator(".d2l-net-map").count() == len(w.maps[layer])
        for c, map in enumerate(w.maps[layer]):
            told = numbers(stage.locator(".d2l-net-map").nth(c).get_attribute("aria-label").split(": ")[1])
            torch.testing.assert_close(
                torch.tensor(told), torch.stack([map.min(), map.max(), map.mean()]), rtol=1e-3, atol=1e-3
            )


def test_the_scores_their_shares_and_the_right_class(alone):
    names = [f"digit {k}" for k in range(10)]
    w = explorer(classes=names, layer=13)
    page = alone(w)
    settle(page)
    rows = page.locator(".d2l-net-scores tbody tr")
    shares = w.output.softmax(0)
    for k in range(10):
        cells = rows.nth(k).locator("th, td").all_inner_texts()
        assert cells[0].startswith(names[k])
        assert ("✓" in cells[0]) == (k == w.labels[0])
        assert numbers(cells[2])[0] == pytest.approx(100 * shares[k].item(), abs=0.06)
        assert numbers(cells[3])[0] == pytest.approx(w.output[k].item(), abs=0.006)
    winner = int(w.output.argmax())
    said = page.locator(".d2l-net-summary").inner_text()
    assert f"Label {names[w.labels[0]]}" in said and f"says {names[winner]}" in said
    assert ("✓ right" in said) == (winner == w.labels[0])


def test_pointing_shows_what_a_unit_sees_and_sums(alone):
    w = explorer()
    page = alone(w)
    settle(page)
    box = holder(page, "MaxPool2d").locator(".d2l-net-map").nth(4).bounding_box()
    page.mouse.move(box["x"] + 3.5 / 14 * box["width"], box["y"] + 9.5 / 14 * box["height"])
    settle(page)
    w.layer, w.unit = 3, [4, 9, 3]
    shows(page, w)
    text = page.locator(".d2l-sum").inner_text()
    *window, value = numbers(text)
    torch.testing.assert_close(torch.tensor(window), w.maps[2][4, 18:20, 6:8].flatten(), rtol=1e-3, atol=1e-3)
    assert text.startswith("max(") and value == pytest.approx(max(window))
    page.mouse.move(2, 2)  # the mouse has left: back to the unit that was chosen
    settle(page)
    assert (data(page, "layer"), data(page, "unit")) == (0, [0, 14, 14])


def test_a_convolution_s_parts_add_up(alone):
    w = explorer(layer=4, unit=[9, 2, 7])
    page = alone(w)
    settle(page)
    *parts, bias, value = numbers(page.locator(".d2l-sum").inner_text())
    weight = lenet()[4].weight.detach()
    windows = w.maps[3][:, 2:7, 7:12]
    torch.testing.assert_close(torch.tensor(parts), (weight[9] * windows).sum((1, 2)), rtol=1e-3, atol=1e-3)
    assert bias == pytest.approx(lenet()[4].bias[9].item(), abs=1e-3)
    assert value == pytest.approx(w.value, abs=1e-3)
    # The numbers of one map: of the one that is pressed.
    page.locator(".d2l-net-tile").nth(2).click()
    settle(page)
    window, kernel = (page.locator("table.d2l-grid").nth(k).locator("td").all_inner_texts() for k in (0, 1))
    torch.testing.assert_close(torch.tensor(numbers(" ".join(window))), windows[2].flatten(), rtol=0, atol=0.0051)
    torch.testing.assert_close(torch.tensor(numbers(" ".join(kernel))), weight[9, 2].flatten(), rtol=0, atol=0.0051)


@pytest.mark.parametrize(
    ("layer", "unit"), [(1, [3, 5, 6]), (2, [1, 9, 9]), (11, [17]), (9, [50]), (13, [4]), (8, [77])]
)
def test_every_layer_says_how_its_number_comes_about(alone, layer, unit):
    w = explorer(layer=layer, unit=unit)
    page = alone(w)
    settle(page)
    shows(page, w)
    text = page.locator(".d2l-sum").inner_text()
    assert numbers(text)[-1] == pytest.approx(w.value, rel=1e-3, abs=1e-3)
    x = w.maps[layer - 1]
    if layer == 1:
        norm = lenet()[1]
        inside = [
            x[3, 5, 6],
            norm.running_mean[3],
            norm.running_var[3],
            torch.tensor(norm.eps),
            norm.weight[3],
            norm.bias[3],
        ]
        torch.testing.assert_close(torch.tensor(numbers(text)[:6]), torch.stack(inside).detach(), rtol=0.05, atol=1e-3)
    if layer == 13:
        products = (lenet()[13].weight[4] * x).detach()
        largest = products.abs().sort(descending=True)
        items = page.locator(".d2l-net-list li").all_inner_texts()
        for k, item in enumerate(items[:6]):
            index, number, weight, product = numbers(item)
            assert products[int(index)].item() == pytest.approx(product, abs=1e-3)
            assert abs(product) == pytest.approx(largest.values[k].item(), abs=1e-3)
            assert number == pytest.approx(x[int(index)].item(), rel=1e-3, abs=1e-3)
        rest = products.sum() - products[largest.indices[:6]].sum()
        assert numbers(items[6])[-1] == pytest.approx(rest.item(), abs=1e-3)
    if layer == 8:
        assert numbers(text)[:4] == [77, 3, 0, 2]  # map 3, row 0, column 2


def test_the_arrow_keys_walk_through_maps_and_layers(alone):
    w = explorer()
    page = alone(w)
    holder(page, "Conv2d").focus()
    page.keyboard.press("Tab")  # the pooling's button
    page.keyboard.press("Tab")
    settle(page)
    shows(page, w)  # on the way to somewhere else, nothing changes
    for key in ("Home", "ArrowDown", "Shift+ArrowRight", "PageDown", "PageDown", "ArrowLeft"):
        page.keyboard.press(key)
    settle(page)
    w.layer, w.unit = 3, [2, 8, 4]
    shows(page, w)
    page.keyboard.press("]")
    page.keyboard.press("PageUp")
    page.keyboard.press("End")
    settle(page)
    assert (data(page, "layer"), data(page, "unit")) == (4, [1, 6, 9])
    assert page.evaluate("document.activeElement.getAttribute('aria-label')").startswith("Conv2d, 16 maps")
    for _ in range(12):
        page.keyboard.press("]")
    page.keyboard.press("ArrowDown")
    settle(page)
    assert (data(page, "layer"), data(page, "unit")) == (13, [1])
    page.wait_for_function(
        "document.querySelector('.d2l-network [aria-live]').textContent.startsWith('Linear, number 1 = ')"
    )
    page.keyboard.press("[")
    settle(page)
    assert data(page, "layer") == 12


def test_a_pinned_unit_stays(alone):
    page = alone(explorer())
    settle(page)
    spot = holder(page, "MaxPool2d").locator(".d2l-net-map").nth(0)
    elsewhere = holder(page, "MaxPool2d", 1).locator(".d2l-net-map").nth(5)
    spot.click(position={"x": 20, "y": 20})
    elsewhere.hover()
    settle(page)
    assert (data(page, "layer"), data(page, "pinned")) == (3, True)
    page.keyboard.press("Escape")
    page.mouse.move(1, 1)
    elsewhere.hover()
    settle(page)
    assert (data(page, "layer"), data(page, "pinned")) == (7, False)
    page.mouse.move(1, 1)
    settle(page)
    assert data(page, "layer") == 3
    holder(page, "MaxPool2d").press("Enter")
    settle(page)
    assert data(page, "pinned") is True
    assert page.get_by_role("button", name="Pin").get_attribute("aria-pressed") == "true"
    page.get_by_role("button", name="Pin").click()
    settle(page)
    assert data(page, "pinned") is False


def test_a_finger_chooses(alone):
    w = explorer()
    page = alone(w)
    settle(page)
    spot = holder(page, "MaxPool2d").locator(".d2l-net-map").nth(1)
    box = spot.bounding_box()
    spot.dispatch_event("pointerdown", {
        "pointerType": "touch", "bubbles": True, "clientX": box["x"] + box["width"] - 1, "clientY": box["y"] + 1,
    })  # fmt: skip
    settle(page)
    w.layer, w.unit = 3, [1, 0, 13]
    shows(page, w)


def test_images_are_chosen_by_number_by_key_and_by_pointing(alone):
    w = explorer()
    page = alone(w)
    field = page.get_by_role("spinbutton")
    field.fill("7")
    settle(page)
    w.chosen = 7
    shows(page, w)
    for text in ("12", "-1", ""):
        field.fill(text)
        settle(page)
        assert page.get_by_text("From 0 to 11").is_visible()
        assert field.get_attribute("aria-invalid") == "true"
        shows(page, w)
    page.get_by_role("radio").nth(2).click()
    page.keyboard.press("ArrowLeft")
    settle(page)
    w.chosen = 1
    shows(page, w)
    assert page.get_by_role("radio").nth(1).get_attribute("aria-checked") == "true"
    assert page.evaluate("document.activeElement.getAttribute('aria-label')").startswith("image 1,")


def test_mistakes_are_found(alone):
    w = explorer()
    wrong = [k for k in range(12) if lenet()(w.images[k : k + 1]).argmax().item() != w.labels[k]]
    assert len(wrong) >= 2
    page = alone(w)
    page.get_by_text(f"{len(wrong)} of 12 wrong").wait_for()
    marked = [k for k, text in enumerate(page.get_by_role("radio").all_inner_texts()) if "✗" in text]
    assert marked == wrong
    page.get_by_role("button", name="Next mistake").click()
    settle(page)
    assert data(page, "chosen") == next(k for k in [*wrong, *wrong] if k > 0)
    assert page.get_by_text("✗ wrong").is_visible()


def test_the_reader_draws_on_the_image(alone):
    w = explorer()
    page = alone(w)
    settle(page)
    page.get_by_role("button", name="Draw").click()
    sketch = page.get_by_role("application", name="The image")
    sketch.focus()
    page.keyboard.press(" ")  # the first pixel
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    page.keyboard.press(" ")
    box = sketch.bounding_box()
    page.mouse.move(box["x"] + 27.5 / 28 * box["width"], box["y"] + 0.5 / 28 * box["height"])
    page.mouse.down()
    page.mouse.up()
    settle(page)
    drawn = w.images
    for row, col in ((0, 0), (1, 1), (0, 27)):
        drawn[0, 0, row, col] = 1 - (drawn[0, 0, row, col] > 0.5).float()
    expected = lenet()(drawn[:1])[0].detach()
    assert not torch.allclose(expected, w.output, atol=1e-3)
    torch.testing.assert_close(torch.tensor(data(page, "output")), expected, rtol=1e-4, atol=1e-4)
    page.get_by_role("button", name="As it was").click()
    settle(page)
    shows(page, w)


def test_layers_are_joined_and_parted(alone):
    page = alone(explorer())
    settle(page)
    assert page.locator(".d2l-net-stage").count() == 8
    page.get_by_role("button", name="BatchNorm2d").first.click()
    settle(page)
    assert data(page, "layer") == 1
    assert page.get_by_role("button", name="BatchNorm2d").first.get_attribute("aria-pressed") == "true"
    page.get_by_role("checkbox").uncheck()
    settle(page)
    assert page.locator(".d2l-net-stage").count() == 15
    assert data(page, "layer") == 1


def other_networks():
    torch.manual_seed(0)
    colour = torch.rand(3, 3, 12, 16)
    yield nn.Sequential(nn.Conv2d(3, 5, 3, padding="same", padding_mode="circular")), colour
    yield nn.Sequential(
        nn.Conv2d(3, 8, 3, stride=2), nn.LeakyReLU(), nn.Conv2d(8, 8, 3, groups=4, dilation=2, padding=2), nn.Tanh(),
        nn.Conv2d(8, 4, 1), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Softmax(1),
    ), colour  # fmt: skip
    yield nn.Sequential(nn.Conv2d(2, 40, 2), nn.AdaptiveAvgPool2d(1)), torch.randn(2, 2, 5, 5)
    yield nn.Sequential(nn.Flatten(), nn.Linear(64, 3)), torch.randn(2, 1, 8, 8)
    yield nn.Sequential(nn.MaxPool2d(3, 2, ceil_mode=True)), torch.randn(1, 1, 6, 6)
    yield nn.Sequential(nn.Flatten(), nn.Linear(64, 1)), torch.randn(2, 1, 8, 8)


@pytest.mark.parametrize("number", range(6))
@pytest.mark.parametrize("width", [1280, 400])
def test_other_networks(alone, number, width):
    net, X = list(other_networks())[number]
    w = NetworkExplorer(net, X, chosen=len(X) - 1)
    page = alone(w, width=width)
    settle(page)
    shows(page, w)
    for layer in range(len(net)):
        page.get_by_role("button", name=type(net[layer]).__name__).nth(
            sum(type(net[k]) is type(net[layer]) for k in range(layer))
        ).click()
        settle(page)
        assert data(page, "layer") == layer
        w.layer, w.unit = layer, data(page, "unit")
        shows(page, w)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("width", [1280, 800, 400])
@pytest.mark.parametrize("layer", [0, 4, 9, 13])
def test_nothing_is_wider_than_the_page(alone, width, layer):
    page = alone(explorer(layer=layer), width=width)
    settle(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate(
        "(({scrollWidth, clientWidth}) => scrollWidth <= clientWidth)(document.querySelector('.d2l-network'))"
    )


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_zero_has_the_colour_of_the_page(alone, theme):
    X = torch.zeros(1, 1, 4, 4)
    X[0, 0, 0, :2] = torch.tensor([1.0, -1.0])
    page = alone(NetworkExplorer(nn.Sequential(nn.Identity()), X), theme=theme)
    settle(page)
    up, down, zero = page.evaluate(
        """() => {
            const canvas = document.querySelector('.d2l-net-maps canvas');
            const [each, context] = [canvas.width / 4, canvas.getContext('2d')];
            return [0, 1, 2].map((c) => [...context.getImageData((c + 0.5) * each, each / 2, 1, 1).data]);
        }"""
    )
    paper = page.evaluate("getComputedStyle(document.querySelector('.d2l-network')).backgroundColor")
    assert paper == f"rgb({zero[0]}, {zero[1]}, {zero[2]})"
    assert up[2] > up[0] and down[0] > down[2]  # blue above 0, red below


def oblong() -> NetworkExplorer:
    torch.manual_seed(0)
    layers = nn.Conv2d(3, 40, 3, stride=2), nn.Conv2d(40, 5, 1), nn.MaxPool2d(2), nn.Conv2d(5, 1, 2), nn.Flatten()
    return NetworkExplorer(nn.Sequential(*layers), torch.rand(2, 3, 12, 31), layer=4)


@pytest.mark.parametrize(("width", "zoom"), [(1280, 1), (1280, 2), (640, 1), (640, 1.5)])
@pytest.mark.parametrize("make", [lambda: explorer(layer=13, joined=False), oblong], ids=["lenet", "oblong"])
def test_a_map_has_the_colours_of_its_numbers_where_it_stands(alone, make, width, zoom):
    """In a screenshot: the middle of every cell of every map, for layers that have a scale of their own."""
    w = make()
    page = alone(w, width=width, device_scale_factor=zoom)
    settle(page)
    places = page.evaluate(
        """() => [...document.querySelectorAll('.d2l-net-holder[tabindex]')].map((holder) =>
            [...holder.querySelectorAll('.d2l-net-map')].map((map) => {
                const {left, top, width, height} = map.getBoundingClientRect();
                return [left + scrollX, top + scrollY, width, height];
            }))"""
    )
    shot = torch.from_numpy(numpy.array(Image.open(io.BytesIO(page.screenshot(full_page=True))).convert("RGB")))
    white, blue, red = (torch.tensor(rgb) for rgb in ([255.0] * 3, [33.0, 102, 172], [178.0, 24, 43]))
    seen = 0
    for k, maps in enumerate(w.maps):
        if maps.ndim < 3 or w.plan[k]["kind"] not in ("conv", "max"):
            continue
        assert len(places[k]) == len(maps)
        for (left, top, wide, high), numbers in zip(places[k], maps, strict=True):
            rows, cols = numbers.shape
            y = ((top + (torch.arange(rows) + 0.5) / rows * high) * zoom).long()
            x = ((left + (torch.arange(cols) + 0.5) / cols * wide) * zoom).long()
            strength = (numbers / maps.abs().max())[..., None]
            expected = white + strength.abs() * (torch.where(strength < 0, red, blue) - white)
            torch.testing.assert_close(shot[y[:, None], x].float(), expected, rtol=0, atol=2.0)
            seen += 1
    assert seen >= 40


def test_the_maps_of_a_stage_share_a_canvas(alone):
    page = alone(explorer())
    settle(page)
    assert page.locator(".d2l-net-holder[tabindex] .d2l-net-map").count() > 40
    assert page.locator(".d2l-net-holder[tabindex] .d2l-net-map canvas").count() == 0
    counts = page.evaluate(
        "[...document.querySelectorAll('.d2l-net-holder')].map((e) => e.querySelectorAll('canvas').length)"
    )
    assert counts == [1] * 7 + [0]  # the image, six layers, and the scores, which are a table
    page.get_by_role("checkbox").uncheck()
    settle(page)
    assert page.locator(".d2l-net-holder > canvas").count() == 13


def test_two_copies_do_not_disturb_each_other(alone):
    one, other = explorer(), explorer(lenet(1), chosen=2, layer=4)
    page = alone(one, other)
    holder(page, "MaxPool2d").press("PageDown")
    settle(page)
    one.layer, one.unit = 3, data(page, "unit")
    shows(page, one, 0)
    shows(page, other, 1)


def test_the_chinese_edition_speaks_chinese(alone):
    d2l.use_language("zh")
    page = alone(explorer(layer=4))
    settle(page)
    assert page.locator(".d2l-explorer").get_attribute("lang") == "zh-CN"
    assert page.get_by_text("感受野：图像的第 8 到 21 行，第 8 到 21 列。", exact=True).is_visible()
    spoken = page.locator(".d2l-explorer [aria-label]").evaluate_all("(all) => all.map((e) => e.ariaLabel)")
    assert len(spoken) > 40
    shown = page.locator(".d2l-net-summary").inner_text()
    assert [text for text in [*spoken, shown] if re.search("。 |[一-鿿0-9]\\. ", text)] == []
    page.locator(".d2l-net-home .d2l-net-holder").press("Home")  # the edge, which sees some of the padding
    settle(page)
    assert page.get_by_text("列。超出图像的部分是填充。").is_visible()
    words = set(re.findall("[A-Za-z]+", page.locator(".d2l-explorer").inner_text()))
    known = {
        "Conv",
        "d",
        "BatchNorm",
        "ReLU",
        "MaxPool",
        "Flatten",
        "Linear",
        "kernel",
        "size",
        "stride",
        "softmax",
        "Enter",
    }
    assert words <= known


def test_what_was_rendered_can_be_removed(alone):
    page = alone(explorer())
    left = page.evaluate("""async () => {
        const script = document.querySelector('script[type=module]').textContent;
        const [source, state] = Function(`let given; const alone = (...a) => (given = a);
            ${script.slice(script.lastIndexOf('alone('))} return given;`)();
        for (const [name, value] of Object.entries(state)) {
            if (!value?.base64) continue;
            state[name] = new DataView(Uint8Array.from(atob(value.base64), (c) => c.charCodeAt(0)).buffer);
        }
        const url = URL.createObjectURL(new Blob([source], {type: 'text/javascript'}));
        const {default: explorer} = await import(url);
        let listeners = 0;
        let reads = 0;
        const model = {get: (name) => (reads++, state[name]), on: () => listeners++, off: () => listeners--};
        const media = MediaQueryList.prototype;
        const {addEventListener: add, removeEventListener: remove} = EventTarget.prototype;
        media.addEventListener = function (...a) { listeners++; add.apply(this, a); };
        media.removeEventListener = function (...a) { listeners--; remove.apply(this, a); };
        const place = document.body.appendChild(document.createElement('div'));
        const clean = explorer.render({model, el: place});
        await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
        const during = listeners;
        clean();
        place.remove();
        const then = reads;
        document.body.className = 'changed';
        await new Promise((done) => setTimeout(done, 500));
        return [during > 0, listeners, reads - then];
    }""")
    assert left == [True, 0, 0]


# --- JupyterLab


def test_python_and_the_view_follow_each_other_in_jupyterlab(lab, python):
    page = lab(
        "import torch\nfrom torch import nn\nimport d2lutil as d2l\nfrom d2lutil.explorers import NetworkExplorer",
        "torch.manual_seed(0)\ntest = d2l.load_digits(batch_size=100)[1]\n"
        "w = NetworkExplorer(d2l.lenet(nn.ReLU, nn.MaxPool2d), test.images[:9], test.labels[:9]); w",
        "1 + 1",
    )
    page.wait_for_selector(".d2l-network[data-value]")
    cells_before = page.locator(".jp-Cell").count()
    # From the view to Python.
    holder(page, "MaxPool2d").locator(".d2l-net-map").nth(2).click(position={"x": 1, "y": 1})
    page.keyboard.press("ArrowDown")
    page.keyboard.press("b")  # would insert a cell, if the notebook heard it
    python.until(page, "[w.layer, w.unit]", [2, [2, 1, 0]])
    assert page.locator(".jp-Cell").count() == cells_before
    page.get_by_role("radio").nth(4).click()
    python.until(page, "w.chosen", 4)
    page.wait_for_function("document.querySelector('.d2l-network').dataset.chosen === '4'")
    torch.testing.assert_close(
        torch.tensor(data(page, "output")), torch.tensor(python(page, "w.output.tolist()")), rtol=1e-4, atol=1e-4
    )
    # From Python to the view.
    python(page, "setattr(w, 'layer', 3)")
    python(page, "setattr(w, 'unit', [15, 9, 0])")
    page.wait_for_function("document.querySelector('.d2l-network').dataset.unit === '[15,9,0]'")
    assert data(page, "value") == pytest.approx(python(page, "w.value"), abs=1e-4)
    python(page, "setattr(w, 'chosen', 8)")
    page.wait_for_function("document.querySelector('.d2l-network').dataset.chosen === '8'")
    python(page, "w.look(nn.Sequential(nn.Conv2d(1, 3, 5), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(3, 10)))")
    page.wait_for_function("document.querySelectorAll('.d2l-network .d2l-net-stage').length === 4")
    python(page, "setattr(w, 'images', 255 - test.images[:30])")
    page.wait_for_function("document.querySelectorAll('.d2l-network [role=radio]').length === 30")
    page.get_by_role("spinbutton", name="image").fill("29")
    python.until(page, "w.chosen", 29)
    page.wait_for_function("document.querySelector('.d2l-network').dataset.chosen === '29'")
    torch.testing.assert_close(
        torch.tensor(data(page, "output")), torch.tensor(python(page, "w.output.tolist()")), rtol=1e-4, atol=1e-4
    )
    # What the reader draws.
    page.get_by_role("button", name="Draw").click()
    page.get_by_role("application", name="The image").focus()
    page.keyboard.press(" ")
    python.until(page, "w.image[0, 0, 0].item()", 0.0)
    page.get_by_role("button", name="As it was").click()
    python.until(page, "w.images.equal((255 - test.images[:30]).float() / 255)", True)
