"""The training monitor: the widget, pages that cannot interrupt, and a JupyterLab whose kernel is busy training."""

import json

import pytest
import traitlets

import d2lutil as d2l
from d2lutil.explorers.base import STATIC, source
from d2lutil.widgets.monitor import TrainingMonitor

SETUP = """
import time, torch, d2lutil as d2l
batches = [(torch.rand(8, 4), torch.randint(0, 3, (8,))) for _ in range(10)]
net = torch.nn.Linear(4, 3)
untrained = net.weight.detach().clone()
"""
FIT = 'd2l.fit(net, batches, batches, epochs=1_000_000, lr=0.1, device="cpu")'
STOP = ".d2l-monitor .d2l-stop"
ERRORS = "[data-mime-type='application/vnd.jupyter.error'], [data-mime-type='application/vnd.jupyter.stderr']"


def settled(page):
    """Wait until the kernel has nothing left to do."""
    page.wait_for_function(
        """() => document.querySelector('.jp-Notebook-ExecutionIndicator').dataset.status === 'idle' &&
                 [...document.querySelectorAll('.jp-CodeCell .jp-InputPrompt')].every((p) => /\\d/.test(p.innerText))"""
    )


def learning(page):
    """Wait until the first epoch is over."""
    page.wait_for_function("/^epoch ([2-9]|\\d\\d)/.test(document.querySelector('.d2l-monitor .d2l-words')?.innerText)")


def outputs(page, cell):
    return page.locator(".jp-CodeCell").nth(cell).locator(".jp-OutputArea-output pre").all_inner_texts()


@pytest.fixture
def interrupts(lab):
    """Opens a notebook and runs its cells, without waiting; gives the page and its list of requests to interrupt."""

    def show(*cells):
        page, asked = lab(*cells, wait=False), []
        page.on("request", lambda request: asked.append(request.url) if "/interrupt" in request.url else None)
        return page, asked

    return show


# --- the widget -----------------------------------------------------------------------------------------------------


def test_its_text_form_is_the_same_every_time_and_in_the_reader_s_language():
    monitor = TrainingMonitor(words="epoch 1/4", done=0.25)
    assert monitor._repr_mimebundle_()[0]["text/plain"] == "[training progress, shown while it runs]"
    d2l.use_language("zh")
    assert monitor._repr_mimebundle_()[0]["text/plain"] == "[训练进度，运行时显示]"


@pytest.mark.parametrize("part", [-0.1, 1.1, float("nan")])
def test_a_part_done_that_cannot_be_is_refused(part):
    monitor = TrainingMonitor(done=0.5)
    with pytest.raises(traitlets.TraitError, match=f"from 0 to 1, got {part}"):
        monitor.done = part
    assert monitor.done == 0.5


def test_the_script_is_small():
    assert len(TrainingMonitor._esm.encode()) <= 60_000


# --- where the page cannot interrupt --------------------------------------------------------------------------------


class Alone:
    """A monitor on a page whose widgets know no kernel, as in Colab."""

    def __init__(self, **traits):
        training = {"words": "epoch 1/4 · batch 5/10", "done": 0.125, "curves": "", "running": True}
        self.state = {"lang": "en"} | training | traits

    def page(self):
        script, state = (json.dumps(part).replace("</", "<\\/") for part in (TrainingMonitor._esm, self.state))
        return (
            f'<div class="d2l-alone"><style>{TrainingMonitor._css}</style><p role="note"></p>'
            f'<script type="module">{source(STATIC / "alone.js")}\nalone({script}, {state});</script></div>'
        )


@pytest.mark.parametrize(("lang", "words"), [("en", "the notebook's own button"), ("zh", "笔记本自带的按钮")])
def test_where_the_page_cannot_interrupt_a_line_says_what_can(alone, lang, words):
    page = alone(Alone(lang=lang))
    assert not page.locator(STOP).is_visible()
    assert words in page.locator(".d2l-note").inner_text()


def test_after_the_training_there_is_no_such_line_either(alone):
    page = alone(Alone(running=False))
    assert not page.locator(STOP).is_visible()
    assert page.locator(".d2l-note").inner_text() == ""


def test_the_bar_says_how_far_it_is(alone):
    bar = alone(Alone()).get_by_role("progressbar", name="Training")
    assert bar.get_attribute("aria-valuenow") in ("12", "13")
    whole, part = (box.bounding_box()["width"] for box in (bar, bar.locator("div")))
    assert part == pytest.approx(whole / 8, abs=1)


# --- in JupyterLab --------------------------------------------------------------------------------------------------


def test_stop_ends_the_training_and_the_cells_below_run_on(interrupts, python):
    page, asked = interrupts(SETUP, f"history = {FIT}", "below = True")
    learning(page)
    page.click(STOP)
    settled(page)
    assert len(asked) == 1
    assert python(page, "[history.interrupted, below, net.training]") == [True, True, False]
    assert not python(page, "torch.equal(net.weight, untrained)")
    assert python(page, "history.epochs == len(history.train_loss) == len(history.test_acc) > 0")
    (told,) = outputs(page, 1)
    assert told.startswith("Interrupted in epoch ") and told.count("Interrupted") == 1
    assert page.locator(".d2l-monitor .d2l-words").inner_text().strip().endswith("interrupted")
    assert not page.locator(STOP).is_visible()
    assert page.locator(ERRORS).count() == 0


def test_a_second_click_does_not_tear_the_batch_apart(interrupts, python):
    slow = (
        "def slow(net, _):\n    if net.training:\n        print('in a batch')\n        time.sleep(4)\n"
        "net.register_forward_pre_hook(slow)"
    )
    page, asked = interrupts(SETUP, f"{slow}\nhistory = {FIT}")
    page.locator(".jp-OutputArea-output pre", has_text="in a batch").wait_for()
    for _ in range(3):
        page.click(STOP, force=True)  # Playwright would wait until it is enabled again
    page.get_by_text("Stopping after the batch at hand.").first.wait_for()
    assert page.locator(STOP).inner_text() == "Stopping…"
    assert page.locator(STOP).get_attribute("aria-disabled") == "true"
    settled(page)
    assert len(asked) == 1
    assert python(page, "[history.interrupted, history.epochs, history.images]") == [True, 0, 8]
    assert page.locator(ERRORS).count() == 0


def test_stop_by_keyboard_in_chinese(interrupts, python):
    page, asked = interrupts(SETUP + "d2l.use_language('zh')", f"history = {FIT}")
    stop = page.get_by_role("button", name="停止训练，网络会保留已学到的参数")
    stop.wait_for()
    assert stop.inner_text() == "停止"
    for _ in range(60):
        page.keyboard.press("Tab")
        if stop.evaluate("button => button === document.activeElement"):
            break
    else:
        raise AssertionError("Tab never reaches the button")
    page.keyboard.press("Enter")
    settled(page)
    assert len(asked) == 1
    assert python(page, "history.interrupted")
    assert outputs(page, 1)[0].startswith("训练在第 ")
    # The reader's place on the page is kept, and the notebook has taken none of the keys.
    assert page.evaluate("document.activeElement.className") == "d2l-words"
    page.keyboard.press("b")
    assert page.locator(".jp-Notebook .jp-Cell").count() == 2
    assert page.locator(".jp-Notebook.jp-mod-commandMode").count() == 1


def test_of_two_trainings_in_one_cell_each_has_its_own_button(interrupts, python):
    page, asked = interrupts(SETUP, f"first = {FIT}\nsecond = {FIT}")
    for number in range(2):
        page.locator(STOP).nth(number).click()
        page.locator(STOP).nth(number).wait_for(state="hidden")
    settled(page)
    assert len(asked) == 2
    assert python(page, "[first.interrupted, second.interrupted]") == [True, True]
    assert page.locator(ERRORS).count() == 0


def test_a_click_after_the_end_interrupts_no_other_cell(interrupts, python):
    wait = "go_on = time.monotonic() + 5\nwhile time.monotonic() < go_on: pass\nwhole = True"
    page, asked = interrupts(SETUP, FIT.replace("1_000_000", "2"), wait)
    page.locator(STOP).wait_for(state="attached")
    page.locator(STOP).wait_for(state="hidden")
    page.locator(STOP).evaluate("button => button.click()")
    settled(page)
    assert asked == []
    assert python(page, "whole")
    assert page.locator(ERRORS).count() == 0


def test_where_the_interrupt_fails_a_line_says_what_can(interrupts, python):
    page, _ = interrupts(SETUP, f"history = {FIT}")
    page.route("**/interrupt*", lambda route: route.abort())
    page.click(STOP)
    page.get_by_text("interrupt the kernel with the notebook's own button").first.wait_for()
    assert not page.locator(STOP).is_visible()
    page.unroute("**/interrupt*")
    page.evaluate("void jupyterapp.commands.execute('notebook:interrupt-kernel')")
    settled(page)
    assert python(page, "history.interrupted")


def test_when_the_kernel_is_restarted_the_button_goes(interrupts):
    page, asked = interrupts(SETUP, f"history = {FIT}")
    page.locator(STOP).wait_for()
    page.evaluate("jupyterapp.shell.currentWidget.context.sessionContext.restartKernel()")  # waits for the new one
    page.locator(STOP).wait_for(state="hidden")
    assert page.locator(".d2l-note").inner_text() == ""
    assert asked == []
