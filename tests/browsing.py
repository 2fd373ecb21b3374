"""What explorers and widgets are tested in: exported pages from a file with the network off, and a real JupyterLab."""

import contextlib
import json
import os
import time

import pytest

from tools.browser import jupyterlab as labs


@pytest.fixture
def alone(browser, tmp_path):
    """Opens explorers as an exported page shows them: from a file, without a kernel, without a network. Gives the page.
    Errors of the scripts, and requests to anywhere, fail the test. ``before`` is a script that runs first; other
    options are those of a browser's context: ``has_touch=True``, ``reduced_motion="reduce"``."""
    troubles = []
    contexts = []

    def show(*explorers, theme="light", width=1280, before="", **options):
        file = tmp_path / "page.html"
        body = "\n".join(explorer.page() for explorer in explorers)
        # Explorers follow their page; this one follows the system.
        head = '<!doctype html><meta charset="utf-8"><meta name="color-scheme" content="light dark">'
        file.write_text(f"{head}<body>{body}</body>", encoding="utf-8")
        context = browser.new_context(
            viewport={"width": width, "height": 900}, offline=True, color_scheme=theme, **options
        )
        contexts.append(context)
        context.set_default_timeout(60_000)  # a busy machine is slow, not wrong
        if before:
            context.add_init_script(before)
        page = context.new_page()
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("console", lambda message: troubles.append(message.text) if message.type == "error" else None)
        page.on("request", lambda request: troubles.append(request.url) if request.url.startswith("http") else None)
        page.goto(file.as_uri())
        page.wait_for_function(f"document.querySelectorAll('.d2l-explorer').length === {len(explorers)}")
        return page

    yield show
    for context in contexts:
        context.close()
    assert troubles == []


@pytest.fixture(scope="session")
def lab_server():
    """The address of a JupyterLab for this checkout."""
    with contextlib.ExitStack() as stack:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("D2LUTIL_LANG", "en")  # for its kernels, whatever the system speaks
            address = stack.enter_context(labs.jupyter_lab())
        yield address


@pytest.fixture
def lab(browser, lab_server, request):
    """Runs cells in a notebook of a real JupyterLab; gives the page, at once with ``wait=False``."""
    context = browser.new_context(viewport={"width": 1280, "height": 1000})
    context.set_default_timeout(120_000)
    page = context.new_page()
    # A folder of this process, and a name of its own: the server gives a name that it knows to that one's kernel.
    name = f"explorers-{os.getpid()}/{request.node.path.stem}-{request.node.name.split('[')[0]}"

    def show(*cells, wait=True):
        labs.open_cells(page, lab_server, name, *cells)
        if wait:
            labs.run_all(page, 120)
        else:
            page.wait_for_selector(".jp-Notebook-ExecutionIndicator[data-status=idle]", timeout=60_000)
            page.evaluate("void jupyterapp.commands.execute('notebook:run-all-cells')")
        return page

    yield show
    context.close()
    (labs.BUILD / f"{name}.ipynb").unlink(missing_ok=True)


@pytest.fixture
def python(lab_server):
    """What Python says to an expression in the notebook's kernel: ``python(page, "w.output.tolist()")``.

    What the reader did in the view reaches the kernel a moment later, since widgets send one change after another; so
    ``python.until(page, "w.shift", [1, 2])`` asks again until Python knows.
    """

    def ask(page, expression: str):
        answer = page.evaluate(
            """async (code) => {
                const kernel = jupyterapp.shell.currentWidget.context.sessionContext.session.kernel;
                const ask = {code: '', user_expressions: {answer: code}, store_history: false};
                const future = kernel.requestExecute(ask);
                const reply = await future.done;
                return reply.content.user_expressions.answer;
            }""",
            f"__import__('json').dumps({expression})",
        )
        assert answer["status"] == "ok", answer
        return json.loads(eval(answer["data"]["text/plain"]))

    def until(page, expression: str, expected, seconds: float = 60):
        end = time.monotonic() + seconds
        while (found := ask(page, expression)) != expected and time.monotonic() < end:
            page.wait_for_timeout(100)
        assert found == expected

    ask.until = until
    return ask
