"""The kernel learner: the Python class against plain torch, the exported page, and a real JupyterLab."""

import json
import subprocess

import pytest
import torch
import traitlets

import d2lutil as d2l
from d2lutil.explorers import KernelLearner
from explorers.test_core import CORE, node

X = torch.ones(6, 8)
X[:, 2:6] = 0
TRUE = torch.tensor([[1.0, -1.0]])
Y = d2l.corr2d(X, TRUE)
BORDER = 1 / 30  # the curvatures are 12 and 60


def learner(**options):
    return KernelLearner(X, Y, **{"start": [[1, 0]], "truth": TRUE, "lr": 0.03} | options)


def descend(X, Y, K, lr, steps):
    """By autograd, in double precision: the kernel, and the loss before and after each step."""
    X, Y, K = X.double(), Y.double(), torch.as_tensor(K).double().requires_grad_()
    losses = []
    for step in range(steps + 1):
        answer = torch.nn.functional.conv2d(X[None, None], K[None, None])[0, 0]
        loss = ((answer - Y) ** 2).sum()
        losses.append(loss.item())
        if step < steps:
            (gradient,) = torch.autograd.grad(loss, K)
            K = (K - lr * gradient).detach().requires_grad_()
    return K.detach().float(), losses


def shown(page, name, number=0):
    """A number or a word that the page shows."""
    text = page.locator(".d2l-learner").nth(number).get_attribute(f"data-{name}")
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return text


def settle(page):
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def press(page, name, times=1):
    for _ in range(times):
        page.get_by_role("button", name=name).first.click()
    settle(page)


def until(page, condition):
    page.wait_for_function(
        f"(() => {{ const d = document.querySelector('.d2l-learner').dataset; return {condition}; }})()"
    )


# --- Python ---------------------------------------------------------------------------------------------------------


def test_its_steps_are_those_of_autograd():
    w = learner()
    w.step(7)
    w.lr = 0.02
    loss = w.step(3)
    halfway, first = descend(X, Y, [[1.0, 0.0]], 0.03, 7)
    kernel, second = descend(X, Y, halfway, 0.02, 3)
    torch.testing.assert_close(w.kernel, kernel)
    assert w.history == pytest.approx(first + second[1:], rel=1e-5)
    assert loss == w.loss == w.history[-1]
    torch.testing.assert_close(w.residual, Y - w.output)
    torch.testing.assert_close(w.output, d2l.corr2d(X, w.kernel))
    w.reset()
    assert w.history == [18.0]


def test_the_limit_is_two_over_the_largest_curvature_and_holds():
    w = learner()
    assert w.limit == pytest.approx(BORDER)
    for lr, falls in ((0.0333, True), (0.0334, False)):
        w.reset()
        w.lr = lr
        w.step(25)
        assert (w.history[-1] < w.history[-2]) == falls


def test_it_stops_when_it_diverges():
    w = learner(lr=0.05)
    w.step(500)
    assert w.diverged
    assert 18e4 < w.loss < 18e6
    before = w.rates
    w.step()
    assert w.rates == before


def test_the_noise_is_the_same_every_time_and_belongs_to_the_seed():
    one, same, other = learner(noise=0.5), learner(noise=0.5), learner(noise=0.5, seed=1)
    assert one.loss == same.loss != other.loss
    one.noise = 0
    assert one.loss == 18


@pytest.mark.parametrize(
    ("trait", "value"),
    [("start", [[1, 2], [3]]), ("start", [["a", 1]]), ("start", [[1.0], [2.0]]), ("start", [[float("inf"), 0]]),
     ("target", [[1.0]]), ("truth", [[1.0]]), ("input", [[0.0] * 8] * 6), ("input", []), ("lr", 0.0), ("lr", 1.0),
     ("noise", 2.0), ("noise", -0.1), ("rates", [0.0]), ("rates", [0.01] * 501)],
)  # fmt: skip
def test_values_that_cannot_be_are_refused(trait, value):
    w = learner()
    before = getattr(w, trait)
    with pytest.raises(traitlets.TraitError, match="target" if value == [[1.0], [2.0]] else trait):
        setattr(w, trait, value)
    assert getattr(w, trait) == before


def test_a_image_that_is_too_large_is_refused():
    with pytest.raises(traitlets.TraitError, match="at most 64 x 64, got 65 x 9"):
        KernelLearner(torch.ones(65, 9), torch.ones(65, 9), [[1]])


def test_its_text_form_is_in_the_reader_s_language():
    assert "gradient descent on a 1 × 2 kernel, from a 6 × 8 input" in repr(learner())
    d2l.use_language("zh")
    assert "由 6 × 8 的输入，用梯度下降学习 1 × 2 的卷积核" in repr(learner())


def test_the_script_is_small():
    assert len(learner()._esm.encode()) <= 60_000


def test_core_s_curvature_and_gradient_are_torch_s():
    torch.manual_seed(3)
    script = """import(process.argv[1]).then((core) => {
        const {X, Y, K} = JSON.parse(require("fs").readFileSync(0, "utf8"));
        const [x, k] = [core.fromRows(X), core.fromRows(K)];
        const H = core.curvature(x, k.rows, k.cols);
        const {residual, loss, gradient} = core.miss(x, core.fromRows(Y), k);
        console.log(JSON.stringify({H: core.toRows(H), axes: core.eigen(H), residual: core.toRows(residual), loss,
          gradient: core.toRows(gradient)}));
    })"""
    for rows, cols in ((1, 1), (1, 2), (3, 3), (4, 2), (5, 5)):
        X, K = torch.randn(9, 11).double() + 1, torch.randn(rows, cols).double().requires_grad_()
        Y = torch.randn(10 - rows, 12 - cols).double()
        question = json.dumps({"X": X.tolist(), "Y": Y.tolist(), "K": K.tolist()})
        done = subprocess.run(
            [node(), "-e", script, CORE.as_uri()], input=question, capture_output=True, text=True, check=True
        )
        said = json.loads(done.stdout)
        A = X.unfold(0, rows, 1).unfold(1, cols, 1).reshape(-1, rows * cols)
        H = 2 * A.T @ A
        double = {"dtype": torch.float64}
        torch.testing.assert_close(torch.tensor(said["H"], **double), H)
        values = torch.tensor([axis["value"] for axis in said["axes"]], **double)
        vectors = torch.tensor([axis["vector"] for axis in said["axes"]], **double).T
        torch.testing.assert_close(values, torch.linalg.eigvalsh(H))
        torch.testing.assert_close(H @ vectors, vectors * values, atol=1e-9, rtol=1e-7)
        residual = Y - torch.nn.functional.conv2d(X[None, None], K[None, None])[0, 0]
        loss = residual.square().sum()
        loss.backward()
        torch.testing.assert_close(torch.tensor(said["residual"], **double), residual.detach())
        assert said["loss"] == pytest.approx(loss.item())
        torch.testing.assert_close(torch.tensor(said["gradient"], **double), K.grad)


# --- the page -------------------------------------------------------------------------------------------------------


def test_the_page_takes_the_same_steps_as_torch(alone):
    torch.manual_seed(1)
    image, secret = torch.randn(9, 7), torch.randn(3, 2)
    w = KernelLearner(image, d2l.corr2d(image, secret), torch.zeros(3, 2), noise=0.2)
    page = alone(w)
    press(page, "Step", 6)
    w.step(6)
    assert shown(page, "step") == 6
    assert shown(page, "loss") == pytest.approx(w.loss, rel=1e-9)
    assert shown(page, "limit") == pytest.approx(w.limit, rel=1e-9)
    torch.testing.assert_close(torch.tensor(shown(page, "kernel")), w.kernel)
    torch.testing.assert_close(torch.tensor(shown(page, "residual")), w.residual)
    w.step(19)  # what the page foretells for step 25
    assert shown(page, "ahead") == pytest.approx(w.loss, rel=1e-9)


def test_the_lowest_loss_is_that_of_least_squares(alone):
    w = learner(noise=0.3)
    page = alone(w)
    A = X.unfold(0, 1, 1).unfold(1, 2, 1).reshape(-1, 2)
    noisy = (Y + 0.3 * torch.tensor(w.disturbance)).reshape(-1, 1)
    best = torch.linalg.lstsq(A, noisy).solution
    assert shown(page, "floor") == pytest.approx((noisy - A @ best).square().sum().item(), rel=1e-5)
    assert page.get_by_text("lowest possible loss").is_visible()


def test_the_words_say_whether_the_loss_falls(alone):
    page = alone(learner(lr=0.0333))
    said = page.locator(".d2l-sum")
    assert said.get_attribute("aria-live") == "polite"
    assert said.inner_text().startswith("Before the first step: loss 18. At step 25, with this rate:")
    assert said.inner_text().endswith("and it still falls.")
    slider = page.get_by_role("slider", name="learning rate")
    slider.press("ArrowRight")
    settle(page)
    assert shown(page, "lr") == 0.0334
    assert slider.get_attribute("aria-valuetext") == "0.0334"
    assert said.inner_text().endswith("and it rises.")
    slider.press("ArrowLeft")
    press(page, "Step")
    assert said.inner_text().startswith("Step 1: the loss fell from 18 to 16.02.")


def test_the_slider_by_keyboard_and_mouse(alone):
    page = alone(learner(lr=0.01))
    slider = page.get_by_role("slider", name="learning rate")
    for key, lr in (("ArrowLeft", 0.00999), ("ArrowUp", 0.01), ("PageUp", 0.011), ("PageDown", 0.01), ("End", 0.167),
                    ("ArrowRight", 0.167), ("Home", 0.000667)):  # fmt: skip
        slider.press(key)
        settle(page)
        assert shown(page, "lr") == lr, key
    box = slider.bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    settle(page)
    assert shown(page, "lr") == pytest.approx((0.000667 * 0.167) ** 0.5, rel=0.02)  # halfway on a log scale


def test_the_border_is_marked_where_it_belongs(alone):
    page = alone(learner(lr=0.0333, border=False))
    label = page.get_by_text("2 / largest eigenvalue of the Hessian = 0.03333")
    assert not label.is_visible()
    page.get_by_role("checkbox", name="mark 2 / largest eigenvalue").check()
    settle(page)
    assert label.is_visible()
    assert page.locator(".d2l-factors").inner_text() == (
        "Each step multiplies the error along the steepest eigenvector by −1, along the flattest by 0.6."
    )
    line = page.locator(".d2l-limit").bounding_box()
    slider = page.get_by_role("slider", name="learning rate")
    box = slider.bounding_box()
    thumb = box["x"] + 9 + float(slider.input_value()) * (box["width"] - 18)
    assert line["x"] + 1 == pytest.approx(thumb, abs=2)


def test_invalid_rates_are_named_and_the_last_image_stays(alone):
    page = alone(learner())
    field = page.get_by_role("textbox", name="learning rate, as a number")
    for text in ("abc", "", "1", "0", "-0.01"):
        field.fill(text)
        settle(page)
        assert field.get_attribute("aria-invalid") == "true", text
        assert page.get_by_text("a number from 0.000667 to 0.167").is_visible()
        assert shown(page, "lr") == 0.03
    field.fill("1/50")
    settle(page)
    assert shown(page, "lr") == 0.02
    assert not page.get_by_text("a number from").is_visible()


def test_play_goes_on_until_the_bottom_and_pauses(alone):
    page = alone(learner())
    page.get_by_role("button", name="Play").press("Enter")
    until(page, "Number(d.step) >= 3")
    pause = page.get_by_role("button", name="Pause")
    assert pause.get_attribute("aria-pressed") == "true"
    pause.press("Enter")
    assert page.get_by_role("button", name="Play").is_visible()
    page.get_by_role("button", name="Play").click()
    until(page, "d.status === 'bottom'")
    assert shown(page, "kernel")[0] == pytest.approx([1, -1], abs=1e-5)
    assert page.locator(".d2l-sum").inner_text().startswith(f"Step {shown(page, 'step')}: the minimum is reached")
    page.get_by_role("button", name="Play").wait_for()
    page.get_by_role("button", name="Reset").click()
    settle(page)
    assert (shown(page, "step"), shown(page, "loss")) == (0, 18)


def test_divergence_is_said_and_stops_the_play(alone):
    page = alone(learner(lr=0.05))
    page.get_by_role("button", name="Play").click()
    until(page, "d.status === 'diverged'")
    w = learner(lr=0.05)
    w.step(500)
    assert shown(page, "step") == len(w.history) - 1
    assert shown(page, "loss") == pytest.approx(w.loss)
    assert page.locator(".d2l-sum").inner_text().startswith("Diverged: at step 7 the loss has grown to 2.5 × 10⁵.")
    assert page.get_by_role("button", name="Play").get_attribute("aria-pressed") == "false"
    page.get_by_role("button", name="Step").press("Enter")
    settle(page)
    assert shown(page, "step") == 7
    press(page, "Reset")
    assert shown(page, "status") == "ready"


def test_the_start_and_the_noise_are_edited_and_the_course_follows(alone):
    page = alone(learner())
    press(page, "Step", 4)
    cell = page.get_by_role("grid", name="start (editable)").locator("input").nth(1)
    cell.fill("−0,5")
    settle(page)
    kernel, losses = descend(X, Y, [[1.0, -0.5]], 0.03, 4)
    torch.testing.assert_close(torch.tensor(shown(page, "kernel")), kernel)
    for text, complaint in (("x", "Not a number"), ("1e9", "a number from −10⁶ to 10⁶")):
        cell.fill(text)
        settle(page)
        assert page.get_by_text(complaint).is_visible()
        assert cell.get_attribute("aria-invalid") == "true"
        assert shown(page, "loss") == pytest.approx(losses[-1], rel=1e-5)
    cell.fill("0")
    noise = page.get_by_role("slider", name="noise in Y")
    noise.press("ArrowRight")
    settle(page)
    w = learner(noise=0.05)
    w.step(4)
    assert shown(page, "loss") == pytest.approx(w.loss)


def test_pointing_at_a_residual_shows_its_numbers_and_its_window(alone):
    page = alone(learner())
    residual = page.get_by_role("img", name="residual", exact=True)
    residual.focus()
    residual.press("ArrowRight")
    settle(page)
    readout = page.locator(".d2l-readout")
    assert readout.inner_text() == "residual [0, 1] = Y − output = 1 − 1 = 0"
    box = residual.bounding_box()
    page.mouse.move(box["x"] + box["width"] * 5.5 / 7, box["y"] + box["height"] * 2.5 / 6)
    settle(page)
    assert readout.inner_text() == "residual [2, 5] = Y − output = −1 − 0 = −1"
    frames = page.locator(".d2l-frame")
    window = frames.nth(0).bounding_box()
    image = page.get_by_role("img", name="input X").bounding_box()
    assert (window["x"] - image["x"]) / image["width"] == pytest.approx(5 / 8, abs=0.02)
    assert window["width"] / image["width"] == pytest.approx(2 / 8, abs=0.02)


def test_a_image_with_a_level_valley_has_an_answer_for_every_start(alone):
    flat = X.T
    page = alone(KernelLearner(flat, d2l.corr2d(flat, TRUE), start=[[0.9, 0.1]], truth=TRUE))
    page.get_by_role("button", name="Play").click()
    until(page, "d.status === 'bottom'")
    assert shown(page, "kernel")[0] == pytest.approx([0.4, -0.4], abs=1e-3)
    assert "the flattest by 1." in page.locator(".d2l-factors").inner_text()


def test_two_copies_do_not_disturb_each_other(alone):
    page = alone(learner(), learner())
    page.get_by_role("button", name="Step").nth(1).click()
    settle(page)
    assert (shown(page, "step"), shown(page, "step", 1)) == (0, 1)


def test_the_chinese_edition_speaks_chinese(alone):
    d2l.use_language("zh")
    page = alone(learner())
    press(page, "走一步")
    assert page.locator(".d2l-sum").inner_text().startswith("第 1 步：损失从 18 降到 ")
    assert page.locator(".d2l-explorer").get_attribute("lang") == "zh-CN"


@pytest.mark.parametrize("width", [1280, 800, 400])
def test_nothing_reaches_beyond_the_page(alone, width):
    page = alone(learner(noise=0.1), width=width)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.locator(".d2l-learner").evaluate("e => e.scrollWidth <= e.clientWidth")


def test_a_key_is_answered_in_the_next_frame(alone):
    photo = d2l.photo("china", gray=True)[150:214, 300:364]
    sobel = torch.tensor([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]])
    page = alone(KernelLearner(photo - photo.mean(), d2l.corr2d(photo, sobel), torch.zeros(3, 3), truth=sobel))
    page.get_by_role("slider", name="learning rate").focus()
    charts = page.evaluate(
        """async () => {
            const [slider, charts] = [document.activeElement, []];
            for (let i = 0; i < 8; i++) {
                const key = new KeyboardEvent('keydown', {key: 'ArrowRight', bubbles: true, cancelable: true});
                slider.dispatchEvent(key);
                await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
                charts.push(document.querySelector('.d2l-chart').outerHTML);
            }
            return charts;
        }"""
    )
    assert len(set(charts)) == 8


# --- JupyterLab -----------------------------------------------------------------------------------------------------


def test_python_and_the_view_follow_each_other_in_jupyterlab(lab, python):
    page = lab(
        "import torch, d2lutil as d2l\nfrom d2lutil.explorers import KernelLearner",
        "X = torch.ones(6, 8)\nX[:, 2:6] = 0\nY = d2l.corr2d(X, torch.tensor([[1.0, -1.0]]))",
        "w = KernelLearner(X, Y, start=[[1, 0]], truth=[[1, -1]], lr=0.03); w",
    )
    page.wait_for_selector(".d2l-learner[data-step]")
    cells_before = page.locator(".jp-Cell").count()
    press(page, "Step", 3)
    page.get_by_role("slider", name="learning rate").focus()
    page.keyboard.press("ArrowRight")
    for place in ("button", "input.d2l-rate", "canvas[tabindex]"):
        page.locator(f".d2l-learner {place}").first.focus()
        page.keyboard.press("b")  # would insert a cell, if the notebook heard it
    settle(page)
    assert page.locator(".jp-Cell").count() == cells_before
    python.until(page, "[len(w.rates), w.lr]", [3, 0.0301])
    assert python(page, "w.loss") == pytest.approx(shown(page, "loss"))
    python(page, "w.step(4)")
    until(page, "d.step === '7'")
    assert python(page, "w.kernel.tolist()")[0] == pytest.approx(shown(page, "kernel")[0], rel=1e-5)
    python(page, "w.set_trait('start', [[0, 2]])")
    python(page, "w.reset()")
    until(page, "d.step === '0' && d.kernel === '[[0,2]]'")
