"""Readers' other places: Notebook 7, nbclassic, and Firefox with each of them and with JupyterLab. Explorers, sliders,
exercises and the training monitor are to work there as they do in JupyterLab and Chromium."""

import contextlib
import os
from importlib.util import find_spec

import pytest

from d2lutil import exercises
from explorers.samples import SAMPLES
from tools.browser import firefox
from tools.browser import jupyterlab as labs

pytestmark = pytest.mark.browser  # the fixture of that name is Chromium, and some of these need Firefox only

SETUP = """
import torch, d2lutil as d2l
from d2lutil import exercises
from d2lutil.explorers import WindowExplorer
batches = [(torch.rand(8, 4), torch.randint(0, 3, (8,))) for _ in range(10)]
net = torch.nn.Linear(4, 3)
"""
EXPLORER = "WindowExplorer(torch.arange(9.0).reshape(3, 3), torch.arange(4.0).reshape(2, 2))"
SLIDERS = "d2l.sliders(lambda n: d2l.show_grids(X=torch.eye(n)), labels={'n': 'side'}, n=range(2, 6))"
WRONG = "exercises.ch02.output_cells.check(lambda n, m, k, l: n * m)"
FIT = "history = d2l.fit(net, batches, batches, epochs={}, lr=0.1, device='cpu')"
TESTS = labs.ROOT / "tests"
FROM = "from explorers.samples import SAMPLES"
AUDIT = (TESTS / "explorers" / "audit.js").read_text(encoding="utf-8")
MAIN = "document.querySelectorAll('.d2l-explorer')"
STOP, WORDS, NOTE = (f".d2l-monitor .d2l-{part}" for part in ("stop", "words", "note"))


class Lab:
    """A notebook in JupyterLab or Notebook 7, which are made of the same parts."""

    STATE = """() => { const book = jupyterapp.shell.currentWidget.content;
        return [book.activeCellIndex, book.mode, book.widgets.map((cell) => cell.model.sharedModel.getSource())]; }"""
    ERRORS = "[data-mime-type='application/vnd.jupyter.error'], [data-mime-type='application/vnd.jupyter.stderr']"
    SETTLED = """() => document.querySelector('.jp-Notebook-ExecutionIndicator').dataset.status === 'idle' &&
        jupyterapp.shell.currentWidget.content.widgets.every((cell) => cell.model.executionCount !== null)"""

    def __init__(self, page, address, file, app):
        self.page = page
        labs.open_notebook(page, address, file, app)

    def run_all(self):
        self.page.evaluate("void jupyterapp.commands.execute('notebook:run-all-cells')")


class Classic:
    """A notebook in nbclassic."""

    STATE = """() => { const book = Jupyter.notebook;
        return [book.get_selected_index(), book.mode, book.get_cells().map((cell) => cell.get_text())]; }"""
    ERRORS = ".output_error, .output_stderr"
    SETTLED = """() => !Jupyter.notebook.kernel_busy &&
        Jupyter.notebook.get_cells().every((cell) => Number.isInteger(cell.input_prompt_number))"""

    def __init__(self, page, address, file, app):
        self.page = page
        page.goto(labs.place(address, file, app))
        page.wait_for_function(
            """() => { const book = window.Jupyter?.notebook;
                return book?._fully_loaded && book.kernel?.is_connected() && book.kernel.widget_manager; }"""
        )

    def run_all(self):
        # The first cell by itself, as readers do: first the page asks the kernel for its widgets, and loses those that
        # are made before the answer.
        self.page.evaluate("Jupyter.notebook.execute_cells([0])")
        self.page.wait_for_function(
            "Number.isInteger(Jupyter.notebook.get_cell(0).input_prompt_number) && !Jupyter.notebook.kernel_busy"
        )
        self.page.evaluate("Jupyter.notebook.select(1), Jupyter.notebook.execute_cells_below()")


class Front:
    """A server and a browser that opens its notebooks."""

    def __init__(self, browser, address, app, name):
        self.browser, self.address, self.app, self.name = browser, address, app, name

    @contextlib.contextmanager
    def notebook(self, what, *cells):
        """A notebook of these cells that run already."""
        file = labs.write_cells(f"fronts-{os.getpid()}/{self.name}-{what}", *cells)
        # All of it on the screen: JupyterLab renders what is scrolled away without its text.
        context = self.browser.new_context(viewport={"width": 1280, "height": 2600})
        context.set_default_timeout(120_000)  # a busy machine is slow, not wrong
        try:
            notebook = (Classic if self.app == "nbclassic" else Lab)(context.new_page(), self.address, file, self.app)
            notebook.run_all()
            yield notebook
        finally:
            context.close()
            file.unlink()


@pytest.fixture(
    scope="module",
    params=["notebook-chromium", "nbclassic-chromium", "jupyterlab-firefox", "notebook-firefox", "nbclassic-firefox"],
)
def front(request):
    app, browser = request.param.split("-")
    if not find_spec(app):
        pytest.skip(f"needs {app}: pip install {app}")
    if browser == "firefox" and not firefox.firefox():
        pytest.skip("needs Firefox in a folder of the PATH: apt-get install firefox-esr")
    with contextlib.ExitStack() as stack:
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        patch.setenv("D2LUTIL_LANG", "en")  # for the kernels, whatever the system speaks
        patch.setenv("D2LUTIL_PROGRESS", "off")
        if browser == "chromium":
            running = request.getfixturevalue("browser")
        else:
            running = stack.enter_context(firefox.launched(request.getfixturevalue("playwright")))
        yield Front(running, stack.enter_context(labs.jupyter_lab(app)), app, request.param)


@pytest.fixture(scope="module")
def notebook(front):
    """A notebook with one of each, all run."""
    with front.notebook("all", SETUP, EXPLORER, SLIDERS, WRONG, FIT.format(2)) as notebook:
        yield notebook


@contextlib.contextmanager
def unmoved(notebook):
    """Within this block the notebook takes none of the keys: same cells, same cell selected, same mode."""
    before = notebook.page.evaluate(notebook.STATE)
    yield
    assert notebook.page.evaluate(notebook.STATE) == before


def press(page, *keys):
    for key in keys:
        page.keyboard.press(key)


def test_no_cell_fails(notebook):
    notebook.page.wait_for_function(notebook.SETTLED)
    assert notebook.page.locator(notebook.ERRORS).all_inner_texts() == []


def test_a_cell_of_the_explorer_that_is_no_text_field_keeps_its_keys(notebook):
    page = notebook.page
    page.wait_for_selector(".d2l-window[data-output]")
    page.locator("table.d2l-grid").nth(2).locator("[tabindex='0']").focus()
    with unmoved(notebook):
        press(page, "ArrowRight", "ArrowDown", "b", "j")  # the last two would insert a cell and go to the next one
        page.wait_for_function("document.querySelector('.d2l-window .d2l-sum').innerText.endsWith('= 43')")
        assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "row 1, column 1: 43"


def test_a_button_of_the_explorer_keeps_its_keys(notebook):
    page = notebook.page
    page.wait_for_selector(".d2l-window[data-output]")
    page.get_by_role("button", name="First").click()  # which selects the cell around it
    with unmoved(notebook):
        press(page, "Enter", "Tab", "Tab", "Space", "a", "ArrowUp")
        page.wait_for_function("document.querySelector('.d2l-window .d2l-sum').innerText.endsWith('= 25')")
        assert page.evaluate("document.activeElement.innerText").startswith("Step")


def test_a_number_that_is_edited_keeps_its_keys(notebook):
    page = notebook.page
    page.wait_for_selector(".d2l-window[data-output]")
    first = page.locator("table.d2l-grid").nth(1).locator("input").first
    first.focus()
    with unmoved(notebook):
        press(page, "ControlOrMeta+a", "5", "b", "Backspace")
        page.wait_for_function("document.querySelector('.d2l-window').dataset.output === '[[19,30],[52,63]]'")
        press(page, "ArrowDown", "1")
        page.wait_for_function("document.querySelector('.d2l-window').dataset.output === '[[16,26],[46,56]]'")
        assert page.evaluate("document.activeElement.closest('.d2l-window') !== null")


def test_a_slider_moves_by_arrow_keys_and_the_notebook_stays(notebook):
    page = notebook.page
    side = page.get_by_role("slider", name="side")
    figure = page.locator("img[alt^='Grids of numbers: X, 2 by 2']")
    figure.wait_for()
    page.wait_for_function("document.querySelector('[role=slider]').ariaValueText === '2'")
    side.focus()
    with unmoved(notebook):
        press(page, "ArrowRight", "ArrowUp", "ArrowUp", "ArrowDown")
        page.locator("img[alt^='Grids of numbers: X, 4 by 4']").wait_for()
        assert (side.get_attribute("aria-valuetext"), figure.count()) == ("4", 0)
        assert side.evaluate("slider => slider === document.activeElement")


def test_the_verdict_on_an_exercise_is_shown(notebook):
    verdict = notebook.page.get_by_role("status").filter(has_text="Not yet.")
    (whole_image,) = (mistake.en for mistake in exercises.ch02.output_cells.mistakes if mistake.name == "input counted")
    assert whole_image in verdict.inner_text()
    assert "4px" in verdict.evaluate(
        "element => getComputedStyle(element).borderLeftWidth"
    )  # its mark has not been stripped


def test_a_training_is_shown_until_it_ends(notebook):
    page = notebook.page
    page.wait_for_function(notebook.SETTLED)
    words = page.locator(WORDS).inner_text()
    assert words.startswith("epoch 2/2") and "took" in words
    assert page.get_by_role("progressbar", name="Training").get_attribute("aria-valuenow") == "100"
    assert page.locator(".d2l-monitor svg path, .d2l-monitor svg polyline").count() > 0
    assert not page.locator(STOP).is_visible()
    assert page.locator(NOTE).inner_text() == ""


def test_each_kind_of_explorer_answers_a_key_and_the_notebook_does_not(front):
    kinds = [name for name in SAMPLES if "," not in name]
    make = f"display(*(SAMPLES[name].make() for name in {kinds}))"
    with front.notebook("kinds", f"{SETUP}import sys; sys.path.insert(0, {str(TESTS)!r})", FROM, make) as notebook:
        page = notebook.page
        page.wait_for_function(f"{MAIN}.length === {len(kinds)}")
        page.wait_for_function(notebook.SETTLED)
        page.evaluate(AUDIT)
        for number, name in enumerate(kinds):
            element = page.locator(".d2l-explorer").nth(number).locator(SAMPLES[name].on).first
            element.focus()
            # Twice the same: nothing is still being drawn.
            state = f"audit.state({MAIN}[{number}])"
            page.wait_for_function(f"[window.seen, window.seen = {state}].every((s) => s === window.seen)", polling=500)
            with unmoved(notebook):
                press(page, SAMPLES[name].key)
                page.wait_for_function(f"{state} !== window.seen")
                press(page, "j")
                assert page.evaluate(f"{MAIN}[{number}].contains(document.activeElement)"), name
        assert page.locator(notebook.ERRORS).count() == 0


def test_stop_ends_a_training_and_the_cells_below_run_on(front):
    with front.notebook("stop", SETUP, FIT.format(1_000_000), "print('interrupted:', history.interrupted)") as notebook:
        page = notebook.page
        page.wait_for_function(f"/^epoch ([2-9]|\\d\\d)/.test(document.querySelector('{WORDS}')?.innerText)")
        page.locator(STOP).focus()
        page.keyboard.press("Enter")
        page.get_by_text("interrupted: True", exact=True).wait_for()
        page.wait_for_function(notebook.SETTLED)
        assert page.locator(WORDS).inner_text().strip().endswith("interrupted")
        assert not page.locator(STOP).is_visible()
        assert page.locator(notebook.ERRORS).count() == 0
