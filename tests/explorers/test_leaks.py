"""Running a cell again, or deleting it, leaves nothing of an explorer behind in JupyterLab."""

from explorers.samples import SAMPLES
from tools.browser import jupyterlab as labs

NAMES = [name for name in SAMPLES if "," not in name]

# An explorer is a widget with a layout; the kernel has a comm for each.
WIDGETS = "[len(__import__('ipywidgets').widgets.widget._instances), len(__import__('comm').get_comm_manager().comms)]"


def kept(page) -> dict:
    """What the browser holds after it has cleaned up, detached elements included."""
    tools = page.context.new_cdp_session(page)
    for _ in range(3):
        tools.send("HeapProfiler.collectGarbage")
        page.wait_for_timeout(200)
    tools.send("Performance.enable")
    found = {one["name"]: one["value"] for one in tools.send("Performance.getMetrics")["metrics"]}
    tools.detach()
    return {name: found[name] for name in ("Nodes", "JSEventListeners")}


def run_second_cell(page) -> None:
    page.evaluate(
        """async () => {
            jupyterapp.shell.currentWidget.content.activeCellIndex = 1;
            await jupyterapp.commands.execute('notebook:run-cell');
        }"""
    )


def run_again(page, times: int) -> None:
    for _ in range(times):
        marked = "document.querySelectorAll('.d2l-explorer').forEach((e) => (e.dataset.old = ''))"
        page.evaluate(marked)
        run_second_cell(page)
        page.wait_for_function(
            f"""() => document.querySelectorAll('.d2l-explorer').length === {len(NAMES)}
                   && document.querySelectorAll('.d2l-explorer[data-old]').length === 0"""
        )
        page.wait_for_timeout(300)  # their last words are said after a moment


def test_running_a_cell_ten_times_and_deleting_it_leaves_nothing(lab, python):
    page = lab(
        f"import sys; sys.path.insert(0, {str(labs.ROOT / 'tests')!r})\nfrom explorers.samples import SAMPLES",
        f"display(*(SAMPLES[name].make() for name in {NAMES}))",
        "1 + 1",
    )
    page.wait_for_function(f"document.querySelectorAll('.d2l-explorer').length === {len(NAMES)}")
    one = page.evaluate("document.querySelectorAll('.d2l-explorer, .d2l-explorer *').length")
    run_again(page, 2)  # what JupyterLab itself makes once
    before = kept(page)
    widgets = python(page, WIDGETS)
    run_again(page, 8)
    after = kept(page)
    assert python(page, WIDGETS) == widgets
    # Eight copies more, if nothing were given back; JupyterLab's own few elements for each output are less than one.
    assert after["Nodes"] - before["Nodes"] < one
    assert after["JSEventListeners"] - before["JSEventListeners"] < one
    page.evaluate("jupyterapp.shell.currentWidget.content.activeCellIndex = 1")
    page.evaluate("jupyterapp.commands.execute('notebook:delete-cell')")
    page.wait_for_function("document.querySelectorAll('.d2l-explorer').length === 0")


def test_sliders_of_a_cell_run_again_work_and_those_of_before_are_gone(lab, python):
    page = lab(
        "import torch\nimport d2lutil as d2l",
        "box = d2l.sliders(lambda n: d2l.show_grids(X=torch.eye(n)), n=range(2, 6))\nbox",
    )
    shown = "img[alt^='Grids of numbers: X, {0} by {0}']"
    page.wait_for_selector(shown.format(2))
    widgets = python(page, WIDGETS)
    for _ in range(3):
        page.evaluate("document.querySelectorAll('.jp-OutputArea-output').forEach((e) => (e.dataset.old = ''))")
        run_second_cell(page)
        page.wait_for_selector(f".jp-OutputArea-output:not([data-old]) {shown.format(2)}")
    page.locator(".noUi-handle").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_selector(shown.format(3))
    python.until(page, "box.controls['n'].value", 3)
    assert python(page, WIDGETS) == widgets
