"""The kernel learner: gradient descent on a kernel, step by step, with the learning rate in the reader's hand."""

import math
from collections.abc import Sequence

import torch
import torch.nn.functional as F
import traitlets
from numpy.typing import ArrayLike

from ..i18n import say
from .base import Explorer
from .tables import Rows, Table, table

__all__ = ["KernelLearner"]

MOST_CELLS, MOST_WEIGHTS = 64, 5  # along one side
LARGEST = 1e6  # of any number
MOST_STEPS = 500
GROWN = 1e4  # diverged: the loss is that many times what it was, long before a number overflows
LOWEST, HIGHEST = 1 / 50, 5.0  # the learning rates of the slider, in units of the largest stable one
DECIMALS = 4  # of the noise


class KernelLearner(Explorer):
    """Learns a kernel from an image and its output, by steps against the gradient of the summed squared error.

    The start, the noise and the learning rate can be moved at any time: what is shown is always the course from
    ``start`` with the rates taken so far, one for each step, and where the present rate would lead from there.

    Parameters
    ----------
    X, Y : tensors or nested lists, (rows, columns), at most 64 x 64: an image, and what a kernel made of it
    start : tensor or nested list, at most 5 x 5: the kernel before the first step
    truth : the kernel that made Y, to be shown beside the learned one; nothing if it is left out
    lr : learning rate, from 1/50 to 5 times the largest stable one; 0.3 times that one if it is left out
    noise : standard deviation of what is added to Y, from 0 to 1
    seed : which noise
    border : whether the largest stable rate is marked; the reader can change it

    Attributes
    ----------
    kernel, loss, history : the kernel now, its loss, and the losses from the start until now
    output, residual : what the kernel makes of X, and Y (with its noise) minus that
    limit : the largest stable rate, 2 / largest eigenvalue of the Hessian
    diverged : whether the loss has grown to 10,000 times its measure, where the descent stops

    Raises
    ------
    traitlets.TraitError
        For values that cannot be, with the value or the sizes in the message.

    Examples
    --------
    >>> X = torch.tensor([[0.0, 0.0, 1.0, 1.0, 0.0]])
    >>> w = KernelLearner(X, [[0, -1, 0, 1]], start=[[0, 0]], lr=0.2)
    >>> w.step()
    0.72
    >>> w.kernel
    tensor([[ 0.4000, -0.4000]])
    >>> w.step(20) < 1e-8, len(w.history)
    (True, 22)
    """

    SCRIPT = "learner"

    input = Table(LARGEST).tag(sync=True)
    target = Table(LARGEST).tag(sync=True)
    truth = Table(LARGEST, optional=True).tag(sync=True)
    start = Table(LARGEST).tag(sync=True)
    lr = traitlets.Float().tag(sync=True)
    noise = traitlets.Float(0.0).tag(sync=True)
    disturbance: "traitlets.List[list[float]]" = traitlets.List().tag(sync=True)
    rates = traitlets.List(traitlets.Float()).tag(sync=True)
    border = traitlets.Bool(True).tag(sync=True)

    def __init__(
        self, X: ArrayLike, Y: ArrayLike, start: ArrayLike, *, truth: torch.Tensor | Sequence[Sequence[float]] = (),
        lr: float | None = None, noise: float = 0.0, seed: int = 0, border: bool = True,
    ):  # fmt: skip
        given = {"input": X, "target": Y, "start": start} | ({"truth": truth} if len(truth) else {})
        traits = {name: table(value, name, LARGEST) for name, value in given.items()}
        _check_sizes(**{"truth": []} | traits)
        if lr is None:
            lr = float(f"{0.3 * _limit(traits['input'], traits['start']):.2g}")
        noise_of_one = torch.randn(*_shape(traits["target"]), generator=torch.Generator().manual_seed(seed))
        disturbance = [[round(z, DECIMALS) for z in row] for row in noise_of_one.tolist()]
        super().__init__(**traits, lr=lr, noise=noise, disturbance=disturbance, border=border)

    @traitlets.validate("input", "target", "truth", "start")
    def _tables(self, proposal: traitlets.Bunch) -> Rows:
        tables = {trait: getattr(self, trait) for trait in ("input", "target", "truth", "start")}
        _check_sizes(**tables | {proposal.trait.name: proposal.value})
        return proposal.value

    @traitlets.validate("lr")
    def _lr_in_its_range(self, proposal: traitlets.Bunch) -> float:
        limit = self.limit
        if not LOWEST * limit * 0.99 <= proposal.value <= HIGHEST * limit * 1.01:  # the slider's ends are rounded
            raise traitlets.TraitError(
                f"lr must be from {LOWEST * limit:.3g} to {HIGHEST * limit:.3g} for this input, got {proposal.value!r}"
            )
        return proposal.value

    @traitlets.validate("noise")
    def _noise_in_its_range(self, proposal: traitlets.Bunch) -> float:
        if not 0 <= proposal.value <= 1:
            raise traitlets.TraitError(f"noise must be from 0 to 1, got {proposal.value!r}")
        return proposal.value

    @traitlets.validate("rates")
    def _rates_of_steps(self, proposal: traitlets.Bunch) -> list[float]:
        rates = [float(rate) for rate in proposal.value]
        if len(rates) > MOST_STEPS or not all(0 < rate < math.inf for rate in rates):
            raise traitlets.TraitError(f"rates must be at most {MOST_STEPS} positive numbers, got {proposal.value!r}")
        return rates

    @traitlets.observe("input")
    def _keep_lr_in_its_range(self, change: traitlets.Bunch) -> None:
        if change.old:
            self.lr = min(max(self.lr, LOWEST * self.limit), HIGHEST * self.limit)

    def step(self, n: int = 1) -> float:
        """Take ``n`` steps with the present rate, fewer if it diverges or 500 are reached; the loss afterwards."""
        for _ in range(min(n, MOST_STEPS - len(self.rates))):
            if self.diverged:
                break
            self.rates = [*self.rates, self.lr]
        return self.loss

    def reset(self) -> None:
        """Back to the start."""
        self.rates = []

    @property
    def kernel(self) -> torch.Tensor:
        return self._course()[0].float()

    @property
    def loss(self) -> float:
        return self.history[-1]

    @property
    def history(self) -> list[float]:
        return self._course()[1]

    @property
    def diverged(self) -> bool:
        return self.loss > self._too_much

    @property
    def output(self) -> torch.Tensor:
        return _output(_double(self.input), self._course()[0]).float()

    @property
    def residual(self) -> torch.Tensor:
        return (self._noisy - _output(_double(self.input), self._course()[0])).float()

    @property
    def limit(self) -> float:
        return _limit(self.input, self.start)

    @property
    def _noisy(self) -> torch.Tensor:
        return _double(self.target) + self.noise * _double(self.disturbance)

    @property
    def _too_much(self) -> float:
        """Where the descent stops: measured by the loss of a kernel of zeros, or of the start if that is larger."""
        X, Y = _double(self.input), self._noisy
        first = (Y - _output(X, _double(self.start))).square().sum().item()
        return GROWN * (max(first, Y.square().sum().item()) or 1.0)

    def _course(self) -> tuple[torch.Tensor, list[float]]:
        """The kernel after all steps, and the losses on the way: as in the page, in the same double precision."""
        X, Y, K, most = _double(self.input), self._noisy, _double(self.start), self._too_much
        residual = Y - _output(X, K)
        losses = [residual.square().sum().item()]
        for rate in self.rates:
            if losses[-1] > most:
                break
            K = K + rate * 2 * _output(X, residual)
            residual = Y - _output(X, K)
            losses.append(residual.square().sum().item())
        return K, losses

    def describe(self) -> str:
        image, kernel = (f"{len(rows)} × {len(rows[0])}" for rows in (self.input, self.start))
        return say(f"gradient descent on a {kernel} kernel, from a {image} input",
                   f"由 {image} 的输入，用梯度下降学习 {kernel} 的卷积核")  # fmt: skip


def _double(rows: Rows) -> torch.Tensor:
    return torch.tensor(rows, dtype=torch.float64)


def _output(X: torch.Tensor, K: torch.Tensor) -> torch.Tensor:
    return F.conv2d(X[None, None], K[None, None])[0, 0]


def _shape(rows: Rows) -> tuple[int, int]:
    return len(rows), len(rows[0])


def _limit(image: Rows, kernel: Rows) -> float:
    rows, cols = _shape(kernel)
    A = _double(image).unfold(0, rows, 1).unfold(1, cols, 1).reshape(-1, rows * cols)
    return 2 / torch.linalg.eigvalsh(2 * A.T @ A)[-1].item()


def _check_sizes(input: Rows, target: Rows, truth: Rows, start: Rows) -> None:
    (n, m), (h, w) = _shape(input), _shape(start)
    if max(n, m) > MOST_CELLS:
        raise traitlets.TraitError(f"input must be at most {MOST_CELLS} x {MOST_CELLS}, got {n} x {m}")
    if max(h, w) > MOST_WEIGHTS or h > n or w > m:
        most = f"{min(n, MOST_WEIGHTS)} x {min(m, MOST_WEIGHTS)}"
        raise traitlets.TraitError(f"start must be at most {most} for this input, got {h} x {w}")
    if _shape(target) != (n - h + 1, m - w + 1):
        got = "{} x {}".format(*_shape(target))
        raise traitlets.TraitError(f"target must be {n - h + 1} x {m - w + 1}, the size of the output, got {got}")
    if truth and _shape(truth) != (h, w):
        got = "{} x {}".format(*_shape(truth))
        raise traitlets.TraitError(f"truth must be as large as start, {h} x {w}, got {got}")
    if not any(map(any, input)):
        raise traitlets.TraitError("input must have a cell that is not 0: there is nothing to learn from")
