"""The drawing pad: its steps to the training digits' form, the Python class, the exported page, and JupyterLab."""

import json
import math
import random
import re
from functools import cache

import pytest
import torch
import torch.nn.functional as F
import traitlets
from torch import nn

import d2lutil as d2l
from d2lutil.explorers import DigitPad
from d2lutil.explorers.digit_steps import boxed, centred, counted, even_pen, fitted, stretched, upright

LINEAR = nn.Sequential(nn.Flatten(), nn.Linear(784, 10))


# --- digits as a hand might draw them: strokes in a square of side 1, x to the right and y down


def arc(cx, cy, rx, ry, start, end, points=24):
    angles = [math.radians(start + (end - start) * k / points) for k in range(points + 1)]
    return [(cx + rx * math.cos(angle), cy + ry * math.sin(angle)) for angle in angles]


# Two or three ways to write each digit.
RECIPES = {
    0: [
        [arc(0.5, 0.5, 0.24, 0.36, -90, -450)],
        [arc(0.5, 0.5, 0.32, 0.36, -60, -420)],
    ],
    1: [
        [[(0.5, 0.12), (0.5, 0.88)]],
        [[(0.34, 0.32), (0.54, 0.12), (0.54, 0.88)]],
        [[(0.36, 0.3), (0.52, 0.12), (0.52, 0.88)], [(0.34, 0.88), (0.7, 0.88)]],
    ],
    2: [
        [arc(0.5, 0.33, 0.24, 0.21, -170, 35) + [(0.28, 0.86), (0.76, 0.86)]],
        [arc(0.48, 0.32, 0.2, 0.2, -200, 30) + [(0.5, 0.62), (0.3, 0.84), (0.5, 0.82), (0.74, 0.88)]],
    ],
    3: [
        [arc(0.46, 0.31, 0.23, 0.19, -150, 85) + arc(0.46, 0.69, 0.26, 0.2, -85, 150)],
        [[(0.28, 0.14), (0.72, 0.14), (0.46, 0.44)] + arc(0.44, 0.66, 0.26, 0.21, -80, 140)],
    ],
    4: [
        [[(0.62, 0.88), (0.62, 0.12), (0.24, 0.62), (0.8, 0.62)]],
        [[(0.32, 0.12), (0.28, 0.52), (0.74, 0.52)], [(0.66, 0.12), (0.62, 0.88)]],
    ],
    5: [
        [[(0.72, 0.14), (0.34, 0.14), (0.32, 0.46)] + arc(0.46, 0.65, 0.25, 0.22, -115, 140)],
        [[(0.34, 0.14), (0.32, 0.45)] + arc(0.46, 0.65, 0.23, 0.22, -115, 145), [(0.34, 0.14), (0.74, 0.13)]],
    ],
    6: [
        [[(0.62, 0.12), (0.42, 0.32), (0.3, 0.58)] + arc(0.5, 0.66, 0.21, 0.21, -180, -540)],
        [arc(0.62, 0.5, 0.32, 0.38, -80, -180) + arc(0.5, 0.68, 0.2, 0.2, -180, -560)],
    ],
    7: [
        [[(0.26, 0.14), (0.74, 0.14), (0.46, 0.88)]],
        [[(0.26, 0.14), (0.74, 0.14), (0.44, 0.88)], [(0.36, 0.52), (0.7, 0.52)]],
    ],
    8: [
        [arc(0.5, 0.31, 0.19, 0.18, 90, 450) + arc(0.5, 0.69, 0.24, 0.2, -90, 270)],
        [arc(0.5, 0.3, 0.17, 0.17, -30, -270) + arc(0.5, 0.68, 0.22, 0.2, -90, 270) + [(0.6, 0.42), (0.66, 0.22)]],
    ],
    9: [
        [arc(0.5, 0.34, 0.22, 0.21, 0, -360) + [(0.7, 0.5), (0.64, 0.88)]],
        [arc(0.48, 0.33, 0.2, 0.2, -20, -370) + [(0.68, 0.6)] + arc(0.48, 0.66, 0.2, 0.22, 0, 130)],
    ],
}


def moved(strokes, *, slant=0.0, turn=0.0, scale=1.0, wide=1.0, down=0.0, right=0.0):
    """The strokes slanted, turned (degrees), made smaller and shifted, about the middle."""
    cosine, sine = math.cos(math.radians(turn)), math.sin(math.radians(turn))

    def place(x, y):
        x, y = (x - 0.5) * scale * wide, (y - 0.5) * scale
        x -= slant * y
        return x * cosine - y * sine + 0.5 + right, x * sine + y * cosine + 0.5 + down

    return [[place(x, y) for x, y in stroke] for stroke in strokes]


def drawn(strokes, pen=8.0, size=96) -> torch.Tensor:
    """The strokes as ink, (size, size): drawn with a round pen whose width is given in 96ths of the side."""
    middles = (torch.arange(size) + 0.5) / size
    X, Y = torch.meshgrid(middles, middles, indexing="xy")
    distance = torch.full((size, size), 9.0)
    for stroke in strokes:
        for (ax, ay), (bx, by) in zip(stroke, stroke[1:], strict=False):
            vx, vy = bx - ax, by - ay
            t = (((X - ax) * vx + (Y - ay) * vy) / max(vx * vx + vy * vy, 1e-12)).clamp(0, 1)
            distance = distance.minimum(((X - ax - t * vx) ** 2 + (Y - ay - t * vy) ** 2).sqrt())
    return ((pen / 192 - distance) * size + 0.5).clamp(0, 1)


@cache
def handwriting():
    """Drawings of every recipe in several hands, sizes and pens, and what they mean."""
    chance = random.Random(0)
    images, labels = [], []
    for digit, ways in RECIPES.items():
        for way in ways:
            for slant in (-0.1, 0.0, 0.2, 0.4):
                for pen, scale in ((5, 0.6), (8, 0.6), (8, 1.0), (11, 1.0)):
                    wide, turn = chance.choice((0.8, 1.0, 1.15)), chance.uniform(-6, 6)
                    images.append(drawn(moved(way, slant=slant, turn=turn, scale=scale, wide=wide), pen))
                    labels.append(digit)
    return torch.stack(images), torch.tensor(labels)


@cache
def trained(seed: int) -> nn.Sequential:
    """The network of chapter 09, section 5, with its recipe."""
    torch.manual_seed(seed)
    net = d2l.lenet(nn.ReLU, nn.MaxPool2d, batch_norm=True).apply(d2l.init_cnn)
    train, _ = d2l.load_digits(batch_size=100)
    optimizer = torch.optim.Adam(net.parameters(), lr=0.003)
    for _ in range(6):
        for X, y in train:
            optimizer.zero_grad()
            F.cross_entropy(net(X), y).backward()
            optimizer.step()
    return net.eval()


def prepared(ink) -> torch.Tensor:
    return stretched(counted(upright(even_pen(boxed(ink)))))


def accuracy(images, labels) -> float:
    """The mean over two networks."""
    answers = [trained(seed)(images).argmax(1) for seed in (0, 1)]
    return torch.stack([answer == labels for answer in answers]).float().mean().item()


@cache
def small_digits():
    """scikit-learn's own numbers, and what they mean, for the digits that d2l.load_digits keeps for the test."""
    from sklearn import datasets

    digits = datasets.load_digits()
    order = torch.randperm(1797, generator=torch.Generator().manual_seed(0))[1500:]
    return torch.tensor(digits.images, dtype=torch.float32)[order], torch.tensor(digits.target)[order]


# --- the steps


def test_ink_is_counted_in_blocks():
    torch.manual_seed(0)
    for _ in range(20):
        bitmap = (torch.rand(32, 32) < torch.rand(1)).float()
        by_hand = [[bitmap[4 * i : 4 * i + 4, 4 * j : 4 * j + 4].sum().item() for j in range(8)] for i in range(8)]
        assert counted(bitmap).tolist() == by_hand


def test_counts_become_exactly_the_images_that_the_networks_are_trained_on():
    _, test = d2l.load_digits(batch_size=297)
    images, labels = next(iter(test))
    counts, meant = small_digits()
    assert labels.tolist() == meant.tolist()
    torch.testing.assert_close(torch.stack([stretched(table) for table in counts]), images, rtol=0, atol=0)


@pytest.mark.parametrize("form", ["digits", "mnist"])
def test_it_does_not_matter_where_one_draws(form):
    explorer = DigitPad(LINEAR, form=form)
    chance = random.Random(1)
    for digit in RECIPES:
        ink = drawn(moved(RECIPES[digit][0], scale=0.6), size=96)
        rows, cols = (ink > 0).any(1).nonzero().flatten(), (ink > 0).any(0).nonzero().flatten()
        explorer.ink = ink
        expected = explorer.image
        assert expected.sum() > 10
        down, right = chance.randint(-rows[0], 95 - rows[-1]), chance.randint(-cols[0], 95 - cols[-1])
        explorer.ink = ink.roll((down, right), (0, 1))
        torch.testing.assert_close(explorer.image, expected, rtol=0, atol=0)


def test_the_box_is_filled():
    torch.manual_seed(2)
    for _ in range(20):
        rows, cols = torch.randint(20, 60, (2,)).tolist()
        rows, cols = max(rows, (2 * cols + 2) // 3), max(cols, (rows + 2) // 3)  # no side is stretched too much
        top, left = torch.randint(30, (2,)).tolist()
        ink = torch.zeros(96, 96)
        ink[top : top + rows, left : left + cols] = 1
        box = boxed(ink)
        assert box[:, 6:26].all() and box.sum() == 32 * 20
        ink *= 0.2 + 0.8 * (torch.rand(96, 96) < 0.9)
        ink[top, left] = ink[top + rows - 1, left + cols - 1] = 1
        assert set(boxed(ink).unique().tolist()) == {0, 1}
        assert not boxed(ink)[:, :6].any() and not boxed(ink)[:, 26:].any()
    straight = torch.zeros(96, 96)
    straight[20:84, 40:48] = 1  # eight times as high as wide: ten columns then, not twenty
    assert boxed(straight).any(0).sum() == 10 and boxed(straight).any(1).all()
    assert boxed(straight.T).any(0).sum() == 20 and boxed(straight.T).any(1).sum() == 6
    assert boxed(torch.full((20, 20), 0.4)).sum() == 0


def test_the_pen_is_made_even_by_the_number_of_inked_cells():
    torch.manual_seed(3)
    near = torch.ones(1, 1, 3, 3)
    seen = set()
    for _ in range(40):
        bitmap = (torch.rand(32, 32) < torch.rand(1) ** 2).float()
        inked = bitmap.sum().item()
        expected = bitmap[None, None]
        padded = [F.pad(expected, (1, 1, 1, 1), value=value) for value in (0, 1)]
        times = 2 if inked < 108 or inked > 560 else 1 if inked < 256 or inked > 412 else 0
        for _ in range(times):
            padded = [F.pad(expected, (1, 1, 1, 1), value=value) for value in (0, 1)]
            expected = (
                (F.conv2d(padded[0], near) > 0).float() if inked < 256 else (F.conv2d(padded[1], near) == 9).float()
            )
        seen.add((times, inked < 256))
        assert even_pen(bitmap).tolist() == expected[0, 0].tolist()
    assert seen == {(0, False), (1, True), (2, True), (1, False), (2, False)}


@pytest.mark.parametrize("slope", [-0.4, -0.1, 0.0, 0.25, 0.5])
def test_a_slanted_line_is_set_upright(slope):
    bitmap = torch.zeros(32, 32)
    for row in range(2, 30):
        left = round(14 + slope * (row - 15.5))
        bitmap[row, left : left + 4] = 1
    result = upright(bitmap)
    assert result.sum() == bitmap.sum()
    begins, ends = result.argmax(1)[2:30], 31 - result.flip(1).argmax(1)[2:30]
    assert begins[0] == begins[-1]
    assert begins.max() - begins.min() <= 2 and ends.max() - ends.min() <= 2  # both were rounded to whole columns
    assert upright(torch.zeros(5, 5)).sum() == 0


def test_mnist_s_form_keeps_proportions_and_centres_the_mass():
    for digit in RECIPES:
        ink = drawn(moved(RECIPES[digit][0], right=0.1, down=-0.05))
        small = fitted(ink)
        assert max(small.shape) == 20
        rows, cols = ((ink >= 0.5).any(axis).sum().item() for axis in (1, 0))
        assert small.shape[0] / small.shape[1] == pytest.approx(rows / cols, rel=0.06)
        image = centred(small)
        assert image.shape == (1, 28, 28)
        torch.testing.assert_close(image.sum(), small.sum())
        places = torch.arange(28) + 0.5
        middle = [(places @ image[0].sum(axis) / image.sum()).item() for axis in (1, 0)]
        assert middle == pytest.approx([14, 14], abs=0.51)


def test_drawings_have_as_much_ink_as_the_training_digits():
    counts, _ = small_digits()
    images, _ = handwriting()
    mine = torch.stack([counted(upright(even_pen(boxed(ink)))) for ink in images]).sum((1, 2))
    theirs = counts.sum((1, 2))
    assert mine.mean().item() == pytest.approx(theirs.mean().item(), rel=0.1)
    assert mine.quantile(0.9) < theirs.max() and mine.quantile(0.1) > theirs.min()


def test_networks_of_chapter_09_read_what_is_drawn():
    """They read drawings in many hands and pens that they read far less well without the steps."""
    inks, labels = handwriting()
    ready = accuracy(torch.stack([prepared(ink) for ink in inks]), labels)
    only_smaller = accuracy(F.adaptive_avg_pool2d(inks[:, None], 28), labels)
    print(f"{len(labels)} drawings: {ready:.1%} right, {only_smaller:.1%} if they are only made smaller")
    assert ready > 0.75
    assert ready > only_smaller + 0.25


def test_the_steps_leave_digits_that_have_their_form_nearly_alone():
    """Test digits, drawn again elsewhere and twice as large, are read nearly as well as the digits themselves."""
    counts, labels = small_digits()
    bitmaps = (F.interpolate(counts[:, None] / 16, (32, 32), mode="bicubic") >= 0.5).float()
    inks = F.pad(F.interpolate(bitmaps, scale_factor=2), (10, 22, 5, 27))[:, 0]
    again = accuracy(torch.stack([prepared(ink) for ink in inks]), labels)
    print(f"{accuracy(torch.stack([stretched(table) for table in counts]), labels):.1%} right, drawn again {again:.1%}")
    assert again > 0.9


# --- the Python class


def test_it_answers_what_the_network_answers():
    net = trained(0)
    explorer = DigitPad(net)
    assert (explorer.answer, explorer.scores, explorer.error) == (None, None, None)
    assert explorer.image.shape == (1, 28, 28) and not explorer.image.any()
    inks, _ = handwriting()
    for ink in inks[::50]:
        explorer.ink = ink
        torch.testing.assert_close(explorer.ink, ink, rtol=0, atol=0.51 / 255)
        with torch.no_grad():
            expected = net(explorer.image[None]).softmax(1)[0]
        torch.testing.assert_close(explorer.scores, expected)
        assert explorer.answer == str(expected.argmax().item())
        assert list(explorer.steps) == ["ink", "box", "pen", "upright", "counts", "image"]
        torch.testing.assert_close(explorer.image, prepared(explorer.ink))
    explorer.clear()
    assert explorer.answer is None and not explorer.ink.any()


def test_the_network_is_left_as_it_was_found():
    net = nn.Sequential(nn.Flatten(), nn.BatchNorm1d(784), nn.Dropout(0.5), nn.Linear(784, 10))
    net[1].eval()
    net.train()
    net[2].eval()
    net[3].bias.requires_grad_(False)
    before = {name: value.clone() for name, value in net.state_dict().items()}
    modes = [module.training for module in net.modules()]
    explorer = DigitPad(net, ink=drawn(RECIPES[3][0]))
    first = explorer.scores
    explorer.ask()
    torch.testing.assert_close(explorer.scores, first, rtol=0, atol=0)  # no dropout
    assert [module.training for module in net.modules()] == modes
    assert [p.requires_grad for p in net.parameters()] == [True, True, True, False]
    assert all(p.grad is None for p in net.parameters()) and not first.requires_grad
    for name, value in net.state_dict().items():
        torch.testing.assert_close(value, before[name], rtol=0, atol=0)


def test_a_network_that_is_training_meanwhile_is_not_disturbed():
    """JupyterLab's messages may be heard in another thread while fit() trains in this one."""
    net = d2l.lenet(batch_norm=True)
    seen = []
    for k in range(2):
        net[k].register_forward_hook(lambda layer, *_: seen.append((net.training, net[1].training, layer.training)))
    explorer = DigitPad(net)
    for training in (True, False):
        net.train(training)
        seen.clear()
        explorer.ink = drawn(RECIPES[6][0])
        assert seen == [(training, training, False)] * 2
    net.train()
    before = explorer.scores
    net(torch.rand(8, 1, 28, 28))  # the batch norm's running mean moves
    explorer.ask()
    assert not torch.equal(explorer.scores, before)


def test_another_network_answers_at_once_and_so_does_the_same_one_after_training():
    explorer = DigitPad(trained(0), ink=drawn(RECIPES[5][0]))
    before = explorer.scores
    other = nn.Sequential(nn.Flatten(), nn.Linear(784, 10))
    explorer.net = other
    assert not torch.allclose(explorer.scores, before)
    with torch.no_grad():
        other[1].bias[4] += 50
    explorer.net = other
    assert explorer.answer == "4"
    with torch.no_grad():
        other[1].bias[6] += 100
    explorer.ask()
    assert explorer.answer == "6"


def test_any_form_and_any_classes():
    seen = []

    def form(ink):
        seen.append(tuple(ink.shape))
        return F.adaptive_avg_pool2d(ink[None], 5).repeat(3, 1, 1)

    net = nn.Sequential(nn.Flatten(), nn.Linear(75, 2)).double()
    explorer = DigitPad(net, ["cat", "dog"], form=form, ink=torch.ones(20, 30))
    assert seen[-1] == (20, 30) and explorer.image.shape == (3, 5, 5)
    assert explorer.answer in ("cat", "dog")
    assert explorer.heard["steps"] == [["image", 5, 5, 255]]
    with pytest.raises(traitlets.TraitError, match=r"net must take \(1, 1, 28, 28\) to \(1, 2\), but"):
        explorer.form = "mnist"
    assert explorer.form is form
    mnist = DigitPad(LINEAR, form="mnist", ink=drawn(RECIPES[2][0]))
    assert list(mnist.steps) == ["ink", "fitted", "image"]
    mnist.form = "digits"
    assert "counts" in mnist.steps


@pytest.mark.parametrize(
    ("net", "message"),
    [("lenet", "net must be an nn.Module, got str"), (d2l.lenet, "net must be an nn.Module, got function"),
     (nn.Linear(3, 10), r"net must take \(1, 1, 28, 28\) to \(1, 10\), but RuntimeError: .*mat1 and mat2"),
     (nn.Flatten(), r"but it answered \(1, 784\)"), (nn.Conv2d(1, 10, 28), r"but it answered \(1, 10, 1, 1\)"),
     (nn.LSTM(28, 10), "but ValueError: LSTM"), (d2l.lenet(in_channels=3), "but RuntimeError.*3 channels")],
)  # fmt: skip
def test_networks_that_do_not_fit_are_refused(net, message):
    with pytest.raises(traitlets.TraitError, match=message):
        DigitPad(net)
    explorer = DigitPad(LINEAR)
    with pytest.raises(traitlets.TraitError, match=message):
        explorer.net = net
    assert explorer.net is LINEAR


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [("ink", torch.ones(4, 9), r"got \(4, 9\) from 1 to 1"), ("ink", torch.ones(300, 9), r"got \(300, 9\)"),
     ("ink", torch.ones(1, 96, 96), r"got \(1, 96, 96\)"), ("ink", 2 * torch.ones(9, 9), "from 2 to 2"),
     ("ink", torch.full((9, 9), math.nan), "nan"), ("ink", torch.zeros(0, 0), r"got \(0, 0\)"),
     ("ink", "seven", "ink must be .* got 'seven'"), ("pen", 2, "pen"), ("pen", 17, "pen"),
     ("form", "svhn", "form must be 'digits', 'mnist' or a function of the ink, got 'svhn'"),
     ("form", lambda ink: ink, r"but it made \(96, 96\), not \(channels, rows, columns\)"),
     ("form", lambda ink: 1 / 0, "but ZeroDivisionError"),
     ("classes", ["0", "0"], "classes"), ("classes", ["a"], "classes"),
     ("classes", list("012"), r"net must take \(1, 1, 28, 28\) to \(1, 3\), but it answered \(1, 10\)"),
     ("pixels", b"\x09\x09abc", "pixels")],
)  # fmt: skip
def test_values_that_no_pad_can_have_are_refused(name, value, message):
    explorer = DigitPad(LINEAR, ink=drawn(RECIPES[1][1]))
    before = explorer.state(), explorer.form
    with pytest.raises(traitlets.TraitError, match=message):
        setattr(explorer, name, value)
    assert (explorer.state(), explorer.form) == before


def test_what_the_network_raises_is_shown_kept_and_raised():
    class Moody(nn.Module):
        mood = ""

        def forward(self, X):
            if self.mood == "angry":
                raise RuntimeError("not today\nand not tomorrow")
            return torch.full((1, 10), math.nan if self.mood == "lost" else 0.0)

    net = Moody()
    explorer = DigitPad(net)
    net.mood = "angry"
    with pytest.raises(RuntimeError, match="not today"):
        explorer.ink = drawn(RECIPES[0][0])
    assert explorer.heard["trouble"] == "RuntimeError: not today" and str(explorer.error).startswith("not today")
    assert explorer.scores is None and explorer.answer is None
    explorer.number += 1  # as the view asks: nobody is there to catch it
    assert isinstance(explorer.error, RuntimeError) and explorer.heard["number"] == explorer.number
    net.mood = "lost"
    explorer.number += 1
    assert "not finite" in explorer.heard["trouble"]
    assert explorer.heard["steps"]  # the steps are shown all the same
    net.mood = ""
    explorer.number += 1
    assert explorer.error is None and explorer.scores.tolist() == pytest.approx([0.1] * 10)


def test_its_text_form_is_the_same_every_time_and_in_the_reader_s_language():
    english = "Interactive figure: a pad to draw on, and how a network reads the drawing; run the cell to move it"
    assert repr(DigitPad(LINEAR)) == repr(DigitPad(trained(0))) == english
    d2l.use_language("zh")
    assert "手写板" in repr(DigitPad(LINEAR))


def test_an_empty_pad_says_the_same_on_every_machine():
    assert DigitPad(LINEAR).page() == DigitPad(nn.Sequential(nn.Flatten(), nn.Linear(784, 10))).page()


def test_the_script_is_small():
    assert len(DigitPad._esm.encode()) <= 60_000


# --- the exported page


@pytest.mark.parametrize("language", ["en", "zh"])
def test_without_a_kernel_it_says_so_and_shows_its_image(alone, language):
    d2l.use_language(language)
    explorer = DigitPad(trained(0), ink=drawn(RECIPES[3][0]))
    page = alone(explorer, DigitPad(LINEAR))
    pads = page.locator(".d2l-pad")
    note = {"en": "This pad needs a running notebook", "zh": "手写板需要运行中的笔记本"}[language]
    assert pads.nth(0).get_by_role("note").inner_text().startswith(note)
    assert pads.nth(1).get_by_role("note").inner_text().startswith(note)
    page.wait_for_function("document.querySelectorAll('.d2l-pad[data-strokes][data-scores]').length === 2")
    assert page.locator(".d2l-pad").locator("button, input, select, [tabindex], [role=application]").count() == 0
    box = page.locator(".d2l-sheet").first.bounding_box()
    before = ink_of(page)
    page.mouse.move(box["x"] + 20, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + 90, box["y"] + 90)
    page.mouse.up()
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert ink_of(page) == before
    shown = torch.tensor(before).reshape(96, 96) / 255
    torch.testing.assert_close(shown, explorer.ink, rtol=0, atol=0.5)
    assert (shown - explorer.ink).abs().mean() < 0.02
    assert page.locator(".d2l-large").first.inner_text() == explorer.answer
    assert page.locator(".d2l-large").nth(1).inner_text() == "–"
    cells = [int(text) for text in page.locator(".d2l-counts").first.locator("td").all_inner_texts()]
    assert cells == explorer.steps["counts"].flatten().int().tolist()


def ink_of(page, number=0) -> list[int]:
    """The ink of the visible pad, 96 x 96, from 0 to 255."""
    return page.evaluate(
        """(n) => {
            const sheet = document.querySelectorAll('.d2l-sheet canvas')[n];
            const small = new OffscreenCanvas(96, 96).getContext('2d');
            small.drawImage(sheet, 0, 0, 96, 96);
            return [...small.getImageData(0, 0, 96, 96).data].filter((_, k) => k % 4 === 3);
        }""",
        number,
    )


def test_every_step_is_shown_as_python_has_it(alone):
    explorer = DigitPad(LINEAR, ink=drawn(RECIPES[8][0]))
    page = alone(explorer)
    for name in ("box", "pen", "upright", "image"):
        figure = page.locator(f"[data-step={name}]")
        step = explorer.steps[name].reshape(explorer.steps[name].shape[-2:])
        shown = figure.locator("canvas").evaluate(
            """(canvas) => [...canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data]
                .filter((_, k) => k % 4 === 0)"""
        )
        assert shown == (255 * step).round().int().flatten().tolist()
        assert "{} × {}".format(*step.shape) in figure.inner_text()


@pytest.mark.parametrize("width", [1280, 800, 400])
@pytest.mark.parametrize("form", ["digits", "mnist"])
def test_nothing_is_wider_than_the_page(alone, width, form):
    page = alone(DigitPad(trained(0), form=form, ink=drawn(RECIPES[6][0])), width=width)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate(
        "(({scrollWidth, clientWidth}) => scrollWidth <= clientWidth)(document.querySelector('.d2l-pad'))"
    )


def test_the_chinese_edition_speaks_chinese(alone):
    d2l.use_language("zh")
    page = alone(DigitPad(trained(0), ink=drawn(RECIPES[0][0])))
    assert page.locator(".d2l-explorer").get_attribute("lang") == "zh-CN"
    assert set(re.findall("[A-Za-z]+", page.locator(".d2l-explorer").inner_text())) == {"JupyterLab"}


# --- JupyterLab

START = """import torch
from torch import nn
from d2lutil.explorers import DigitPad
torch.manual_seed(0)
net = nn.Sequential(nn.Flatten(), nn.Linear(784, 10))
last = lambda w: [w.heard["number"], w.answer, w.heard["scores"]]"""


def data(page, number=0):
    """What the page says about itself."""
    return page.evaluate("(n) => ({...document.querySelectorAll('.d2l-pad')[n].dataset})", number)


def answered(page, number=0):
    """Wait until the last drawing has been answered; what the page says then."""
    page.wait_for_function(
        """(n) => {
            const {wanted, answered, sent} = document.querySelectorAll('.d2l-pad')[n].dataset;
            return wanted === 'false' && answered && answered === sent;
        }""",
        arg=number,
        timeout=60_000,
    )
    return data(page, number)


def draw(page, strokes, number=0):
    sheet = page.locator(".d2l-sheet").nth(number)
    sheet.scroll_into_view_if_needed()
    box = sheet.bounding_box()
    for stroke in strokes:
        places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in stroke]
        page.mouse.move(*places[0])
        page.mouse.down()
        for place in places[1:]:
            page.mouse.move(*place, steps=max(1, 24 // len(places)))  # corners are rounded between far points
        page.mouse.up()
    return answered(page, number)


def agrees(page, python, number=0, name="w"):
    """The answer that is shown is the network's for the image that Python has, whose ink is what is seen."""
    shown = answered(page, number)
    scores = json.loads(shown["scores"])
    expected = python(page, f"{name}.net.eval()({name}.image[None]).softmax(1)[0].tolist()")
    assert scores == pytest.approx(expected, abs=2e-6)
    bars = page.locator(".d2l-pad").nth(number).locator(".d2l-share").all_inner_texts()
    assert [int(text.rstrip("%")) for text in bars] == pytest.approx([100 * p for p in expected], abs=0.501)
    assert shown["best"] == str(max(range(10), key=lambda k: expected[k]))
    ink = torch.tensor(python(page, f"(255 * {name}.ink).round().int().tolist()"))
    seen = torch.tensor(ink_of(page, number)).reshape(96, 96)
    assert (ink - seen).abs().float().mean() < 4 and ((ink > 127) != (seen > 127)).float().mean() < 0.01
    return ink / 255


def test_drawing_with_the_mouse_in_jupyterlab(lab, python):
    page = lab(START, "w = DigitPad(net); w", "1 + 1")
    page.wait_for_selector(".d2l-pad[data-pen]")
    assert page.get_by_text("Nothing is drawn yet.").is_visible()
    strokes = RECIPES[4][1]
    shown = draw(page, strokes)
    assert shown["strokes"] == "2"
    ink = agrees(page, python)
    wanted = drawn(strokes)
    assert ((ink > 0.5) == (wanted > 0.5)).float().mean() > 0.98
    print("from the stroke to the answer:", round(float(shown["latency"])), "ms")
    # Undo, eraser, undo, clear, undo.
    page.get_by_role("button", name="undo").click()
    assert answered(page)["strokes"] == "1"
    one = agrees(page, python)
    assert ((one > 0.5) == (drawn(strokes[:1]) > 0.5)).float().mean() > 0.98
    page.get_by_role("button", name="eraser").click()
    draw(page, [[(0.2, 0.52), (0.9, 0.52)]])
    erased = agrees(page, python)
    assert 0 < erased.sum() < one.sum() - 50
    page.get_by_role("button", name="undo").click()
    answered(page)
    torch.testing.assert_close(agrees(page, python), one)
    page.get_by_role("button", name="clear").click()
    assert answered(page)["best"] == ""
    assert python(page, "[w.answer, w.ink.sum().item()]") == [None, 0]
    page.get_by_role("button", name="undo").click()
    answered(page)
    torch.testing.assert_close(agrees(page, python), one)


def test_drawing_with_the_keyboard_in_jupyterlab(lab, python):
    page = lab(START, "w = DigitPad(net); w", "1 + 1")
    page.wait_for_selector(".d2l-pad[data-pen]")
    cells = page.locator(".jp-Cell").count()
    page.get_by_role("application").focus()
    spoken = "document.querySelector('.d2l-pad [aria-live]').textContent"
    for key in ("Shift+ArrowUp", "Shift+ArrowUp", "Space"):
        page.keyboard.press(key)
    page.wait_for_function(f"{spoken}.startsWith('row 8, column 16 of 32, pen down.')")
    for key in ["Shift+ArrowDown"] * 4 + ["ArrowRight"] * 2 + ["Space"]:
        page.keyboard.press(key)
    shown = answered(page)
    assert (json.loads(shown["cursor"]), shown["pen"], shown["strokes"]) == ([54, 72], "up", "1")
    ink = agrees(page, python)
    assert ink[24:72, 48].min() > 0.9 and ink[:18].sum() == 0 and ink[:, :40].sum() == 0
    for key in (
        "ArrowLeft",
        "b",
        "a",
        "x",
        "d",
        "d",
        "j",
    ):  # would insert, cut and delete cells, if the notebook heard them
        page.keyboard.press(key)
    assert data(page)["cursor"] == "[51,72]"
    assert page.locator(".jp-Cell").count() == cells
    page.keyboard.press("Backspace")
    assert answered(page)["strokes"] == "0"
    assert python(page, "w.ink.sum().item()") == 0
    page.keyboard.press("Space")  # a dot
    page.keyboard.press("Escape")
    assert answered(page)["pen"] == "up"
    assert agrees(page, python).sum() == pytest.approx(math.pi * 16, rel=0.1)
    page.keyboard.press("Delete")
    answered(page)
    python.until(page, "w.ink.sum().item()", 0)
    assert page.locator(".jp-Cell").count() == cells


def test_drawing_with_a_finger_and_a_thicker_pen_in_jupyterlab(lab, python):
    page = lab(START, "w = DigitPad(net); w")
    page.wait_for_selector(".d2l-pad[data-pen]")
    sheet = page.locator(".d2l-sheet")
    assert sheet.evaluate("(element) => getComputedStyle(element).touchAction") == "none"
    page.get_by_role("slider").fill("12")
    python.until(page, "w.pen", 12)
    sheet.scroll_into_view_if_needed()
    box = sheet.bounding_box()
    x, y, side = box["x"], box["y"], box["width"]
    session = page.context.new_cdp_session(page)

    def touch(kind, *points):
        places = [{"x": x + a * side, "y": y + b * side, "id": k} for k, (a, b) in enumerate(points)]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": places})

    touch("touchStart", (0.5, 0.2))
    for k in range(1, 11):
        touch("touchMove", (0.5, 0.2 + 0.06 * k))
    touch("touchMove", (0.5, 0.8), (0.1, 0.1))  # a second finger draws nothing
    touch("touchEnd")
    shown = answered(page)
    assert (shown["strokes"], shown["pen"]) == ("1", "up")
    ink = agrees(page, python)
    assert (ink[48] > 0.5).sum() == 12 and not ink[:, :30].any()


def test_python_and_the_view_follow_each_other_in_jupyterlab(lab, python):
    page = lab(
        START,
        "w = DigitPad(net); w",
        "v = DigitPad(net, form='mnist'); v",
    )
    page.wait_for_function("document.querySelectorAll('.d2l-pad[data-pen]').length === 2")
    draw(page, RECIPES[7][0])
    first = agrees(page, python)
    # Two pads do not disturb each other.
    assert data(page, 1)["best"] == "" and python(page, "v.ink.sum().item()") == 0
    draw(page, RECIPES[0][0], 1)
    agrees(page, python, 1, "v")
    torch.testing.assert_close(agrees(page, python), first)
    # Another network answers at once.
    before = data(page)["scores"]
    python(page, "setattr(w, 'net', nn.Sequential(nn.Flatten(), nn.Linear(784, 10)))")
    page.wait_for_function("(before) => document.querySelector('.d2l-pad').dataset.scores !== before", arg=before)
    agrees(page, python)
    # Ink from Python, which the reader can undo, and can draw upon.
    python(page, "setattr(w, 'ink', torch.eye(96))")
    page.wait_for_function("document.querySelector('.d2l-pad').dataset.strokes === '0'")
    python(page, "w.clear()")
    page.wait_for_function("document.querySelector('.d2l-pad').dataset.best === ''")
    assert sum(ink_of(page)) == 0
    draw(page, RECIPES[1][0])
    agrees(page, python)
    for _ in range(3):
        page.get_by_role("button", name="undo").first.click()
    answered(page)
    torch.testing.assert_close(agrees(page, python), first)
    # What the network raises is said in one sentence.
    python(page, "setattr(net, 'forward', None)")
    draw(page, [[(0.1, 0.1), (0.3, 0.1)]], 1)
    page.get_by_text("The network could not be run: TypeError: 'NoneType' object is not callable").wait_for()
    assert python(page, "repr(v.error)").startswith("TypeError")
    python(page, "delattr(net, 'forward')")
    draw(page, [[(0.1, 0.3), (0.3, 0.3)]], 1)
    agrees(page, python, 1, "v")
    assert not page.get_by_text("The network could not be run").is_visible()


SLOW = """
import time
class Slow(nn.Sequential):
    seconds = 0
    def forward(self, X):
        time.sleep(self.seconds)
        return super().forward(X)
net = Slow(*net)"""


def test_the_last_drawing_is_answered_however_slow_and_running_the_cell_again_leaves_one_pad(lab, python):
    page = lab(START + SLOW, "w = DigitPad(net); w")
    page.wait_for_selector(".d2l-pad[data-pen]")
    draw(page, RECIPES[7][0])
    asked = python(page, "w.heard['number']")
    python(page, "setattr(net, 'seconds', 5)")
    box = page.locator(".d2l-sheet").bounding_box()
    for k in range(6):
        page.mouse.click(box["x"] + 20 + 30 * k, box["y"] + 20)
        page.wait_for_timeout(50)  # as a hand would
    page.get_by_text("No result yet").wait_for()
    shown = answered(page)
    assert shown["strokes"] == "7"
    agrees(page, python)
    assert not page.get_by_text("No result yet").is_visible()
    assert python(page, "w.heard['number']") < asked + 6  # the first click, and then all that had come since
    python(page, "setattr(net, 'seconds', 0)")
    page.evaluate("() => void jupyterapp.commands.execute('notebook:run-all-cells')")
    page.wait_for_function("document.querySelector('.d2l-pad')?.dataset.best === ''")
    assert page.locator(".d2l-pad").count() == 1
    draw(page, RECIPES[7][0])
    agrees(page, python)
