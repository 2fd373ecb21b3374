"""What the tests share: the same start for each of them, and the things that a machine may not have."""

import gc
import os
import tempfile
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from hypothesis import configuration, settings

from browsing import alone, lab, lab_server, python  # noqa: F401 (fixtures for all tests in a browser)
from d2lutil import i18n
from tools.browser import chromium as browsers

# Its notes go where they are deleted in the end, not into a folder .hypothesis of the checkout.
hypothesis_folder = tempfile.TemporaryDirectory(prefix="hypothesis-")
configuration.set_hypothesis_home_dir(hypothesis_folder.name)

# Small work: threads would gain little, and lose much where the tests run side by side.
torch.set_num_threads(1)
# For a kind of device that is not in use, torch.manual_seed() notes the whole stack, to blame should the seeding fail
# later. Under pytest stacks are deep: the notes took a third of the time of all exercises.
for kind in (torch.cuda, torch.xpu, torch.mtia):
    kind.traceback = SimpleNamespace(format_stack=lambda: [])
# The files that take longest, begun first.
LONG = ("10_lenet_fashion_mnist.ipynb", "test_exercises.py", "test_jupyterhub.py", "test_all.py", "test_network.py",
        "test_pad.py", "test_monitor.py", "test_export.py", "test_slides.py", "test_site.py")  # fmt: skip
settings.register_profile("d2lutil", deadline=None, max_examples=40, derandomize=True)
settings.load_profile("d2lutil")


def pytest_itemcollected(item):
    """What needs a browser can be left out: ``pytest -m "not browser"``."""
    fixtures = getattr(item, "fixturenames", ())
    if "browser" in fixtures:
        item.add_marker("browser")
    if "run_notebook" in fixtures:
        item.add_marker(pytest.mark.slow("starts a kernel"))


def pytest_collection_modifyitems(items):
    """What takes minutes comes first: begun last, it would leave all processes but its own without work."""
    rank = {name: number for number, name in enumerate(LONG)}
    items.sort(key=lambda item: rank.get(item.path.name, len(rank)))


def pytest_collection_finish(session):
    """What importing and collecting left behind stays to the end: no search for garbage needs to look at it again."""
    gc.collect()
    gc.freeze()


def pytest_sessionfinish(session):
    gc.unfreeze()


@pytest.fixture(autouse=True)
def same_start(monkeypatch):
    """English, the same random numbers, whatever the tests before have chosen and drawn; no record of exercises."""
    monkeypatch.setattr(i18n, "_chosen", "en")
    monkeypatch.setenv("D2LUTIL_PROGRESS", "off")
    monkeypatch.setattr("d2lutil.exercises.engine.record._unsaved", {})
    torch.manual_seed(0)


@pytest.fixture(scope="session")
def book():
    """The book's own package."""
    try:
        from d2l import torch as d2l_book
    except ImportError as reason:
        pytest.skip(f"needs the book's package ({reason}): pip install --no-deps 'd2l>=1.0.3,<2'")
    return d2l_book


@pytest.fixture
def agg():
    """matplotlib.pyplot without a screen; every figure is closed in the end."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot as plt

    with plt.rc_context():
        yield plt
    plt.close("all")


@pytest.fixture(scope="session")
def playwright():
    """What drives browsers; a process can have it once only."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="needs Playwright: pip install playwright")
    with sync_api.sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def browser(playwright):
    """Headless Chromium."""
    if not browsers.chromium():
        pytest.skip("needs Chromium in a folder of the PATH: apt-get install chromium")
    with browsers.launched(playwright) as running:
        yield running


@pytest.fixture(scope="session")
def cuda() -> torch.device:
    if not torch.cuda.is_available():
        pytest.skip("needs a CUDA device, and PyTorch finds none here: run the tests on a machine that has one")
    return torch.device("cuda")


@pytest.fixture
def real_fashion_mnist() -> Path:
    """The folder with the published files."""
    names = [f"{part}-ubyte.gz" for part in ("train-images-idx3", "train-labels-idx1", "t10k-images-idx3",
                                             "t10k-labels-idx1")]  # fmt: skip
    return _real_files("FashionMNIST/raw", names)


@pytest.fixture
def real_cifar10() -> Path:
    """The folder with the published files, of which the test part is enough."""
    return _real_files("cifar-10-batches-py", ["test_batch", "batches.meta"])


def _real_files(folder: str, names: list[str]) -> Path:
    named = os.environ.get("D2LUTIL_DATA")
    if not named:
        pytest.skip(f"needs real data: set D2LUTIL_DATA to a folder that holds {folder} with {', '.join(names)}")
    place = Path(named).expanduser() / folder
    if missing := [name for name in names if not (place / name).exists()]:
        pytest.skip(f"needs real data: put {', '.join(missing)} into {place}")
    return place


@pytest.fixture
def run_notebook(tmp_path):
    """Runs cells in a real kernel; gives the notebook with its outputs."""
    nbclient = pytest.importorskip("nbclient", reason="needs nbclient: pip install nbclient ipykernel")
    nbformat = pytest.importorskip("nbformat", reason="needs nbformat: pip install nbformat")
    repository = Path(__file__).resolve().parent.parent

    def run(*cells: str):
        start = f"import sys; sys.path.insert(0, {str(repository)!r})\nimport d2lutil; d2lutil.use_language('en')"
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in (start, *cells)])
        client = nbclient.NotebookClient(
            notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}}
        )
        client.execute()
        return notebook

    return run
