"""Golden cases for core.js: random geometries, and what PyTorch makes of them."""

import random

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
        picture, kernel = torch.randn(n, m).double(), torch.randn(k, w).double()
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
                X = picture.clone().requires_grad_()
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
                    expected = F.max_pool2d(picture[None], (k, w), dilation=dilation, **options)[0]
                else:
                    expected = F.avg_pool2d(picture[None], (k, w), count_include_pad=include, **options)[0]
        except RuntimeError:  # the kernel does not fit, or the padding is larger than the mode allows
            expected = None
        if expected is not None and not expected.numel():
            expected = None
        if expected is None and draw.random() < 0.6:  # refusals count as well, but should not be most of it
            continue
        found.append({
            "kind": kind,
            "picture": picture.tolist(),
            "kernel": kernel.tolist(),
            "geometry": {"padding": padding, "paddingMode": mode, "stride": stride, "dilation": dilation,
                         "ceilMode": ceil},
            "countIncludePad": include,
            "upstream": upstream.tolist(),
            "expected": None if expected is None else expected.tolist(),
        })  # fmt: skip
    return found
