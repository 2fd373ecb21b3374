"""Golden cases for core.js: random geometries, and what PyTorch makes of them."""

import itertools
import random
from collections.abc import Iterator

import torch
import torch.nn.functional as F

CASES = 700
TORCH_MODES = {"zeros": "constant", "reflect": "reflect", "replicate": "replicate", "circular": "circular"}


def cases() -> list[dict]:
    """What is to be computed, with the expected result: the same list every time."""
    draw = random.Random(5)
    torch.manual_seed(5)
    found = []
    while len(found) < CASES:
        kind = draw.choice(["correlate", "correlate", "gradient", "max", "avg"])
        n, m, k, w = draw.randint(1, 9), draw.randint(1, 9), draw.randint(1, 5), draw.randint(1, 5)
        stride = [draw.randint(1, 4), draw.randint(1, 4)]
        dilation = [draw.randint(1, 3), draw.randint(1, 3)]
        image, kernel = torch.randn(n, m).double(), torch.randn(k, w).double()
        ceil, mode, include = draw.random() < 0.5, draw.choice(list(TORCH_MODES)), draw.random() < 0.5
        padding = {side: draw.randint(0, 3) for side in ("top", "bottom", "left", "right")}
        if kind in ("max", "avg"):  # PyTorch pools with the same padding on both sides, at most half the window
            padding["top"] = padding["bottom"] = draw.randint(0, k // 2)
            padding["left"] = padding["right"] = draw.randint(0, w // 2)
            mode = "zeros"
        if kind == "avg":
            dilation = [1, 1]
        if kind in ("correlate", "gradient"):
            ceil = False
        sides = (padding["left"], padding["right"], padding["top"], padding["bottom"])
        try:
            if kind in ("correlate", "gradient"):
                X = image.clone().requires_grad_()
                padded = F.pad(X[None, None], sides, mode=TORCH_MODES[mode])
                Y = F.conv2d(padded, kernel[None, None], stride=stride, dilation=dilation)[0, 0]
                upstream = torch.randn_like(Y)
                (Y * upstream).sum().backward()
                expected = Y.detach() if kind == "correlate" else X.grad
            else:
                both = (padding["top"], padding["left"])
                options = {"stride": stride, "padding": both, "ceil_mode": ceil}
                upstream = torch.zeros(0)
                if kind == "max":
                    expected = F.max_pool2d(image[None], (k, w), dilation=dilation, **options)[0]
                else:
                    expected = F.avg_pool2d(image[None], (k, w), count_include_pad=include, **options)[0]
        except RuntimeError:  # the kernel does not fit, or the padding is larger than the mode allows
            expected = None
        if expected is not None and not expected.numel():
            expected = None
        if expected is None and draw.random() < 0.6:  # refusals count as well, but should not be most of it
            continue
        found.append({
            "kind": kind,
            "image": image.tolist(),
            "kernel": kernel.tolist(),
            "geometry": {"padding": padding, "paddingMode": mode, "stride": stride, "dilation": dilation,
                         "ceilMode": ceil},
            "countIncludePad": include,
            "upstream": upstream.tolist(),
            "expected": None if expected is None else expected.tolist(),
        })  # fmt: skip
    return found


def features(case: dict) -> Iterator[tuple]:
    """What a case is an example of."""
    kind, geometry = case["kind"], case["geometry"]
    padding, size = geometry["padding"], (len(case["kernel"]), len(case["kernel"][0]))
    image = (len(case["image"]), len(case["image"][0]))
    rounding = "ceil" if geometry["ceilMode"] else "floor"
    yield kind, rounding
    if any(padding.values()):
        yield kind, "padding", geometry["paddingMode"]
        if kind == "avg":
            yield kind, "padding counts" if case["countIncludePad"] else "padding does not count"
    if len(set(padding.values())) > 1:
        yield kind, "different sides", geometry["paddingMode"]
    for axis, (before, after) in enumerate((("top", "bottom"), ("left", "right"))):
        stride, dilation = geometry["stride"][axis], geometry["dilation"][axis]
        yield kind, "stride", axis, stride
        yield kind, "dilation", axis, dilation
        room = image[axis] + padding[before] + padding[after] - dilation * (size[axis] - 1) - 1
        if room % stride:  # floor and ceil differ
            yield kind, rounding, "matters", axis
    if size[0] % 2 == size[1] % 2 == 0:
        yield kind, "even kernel"
    if size[0] != size[1]:
        yield kind, "rectangular kernel"
    if image[0] != image[1]:
        yield kind, "rectangular image"


def wanted() -> set[tuple]:
    """The features that some cases must have."""
    everything = set()
    for kind in ("correlate", "gradient", "max", "avg"):
        pools = kind in ("max", "avg")
        names = ("even kernel", "rectangular kernel", "rectangular image")
        everything |= {(kind, name) for name in names}
        modes = ["zeros"] if pools else TORCH_MODES
        everything |= set(itertools.product([kind], ["padding", "different sides"], modes))
        everything |= set(itertools.product([kind], ["stride"], [0, 1], [1, 2, 3, 4]))
        everything |= set(itertools.product([kind], ["dilation"], [0, 1], [1] if kind == "avg" else [1, 2, 3]))
        everything |= set(itertools.product([kind], ["floor", "ceil"] if pools else ["floor"], ["matters"], [0, 1]))
    return everything | {("avg", "padding counts"), ("avg", "padding does not count")}
