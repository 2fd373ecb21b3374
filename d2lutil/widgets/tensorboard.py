"""TensorBoard inside a notebook: a folder for the runs, a server that ends with the kernel, and a view of it."""

import atexit
import contextlib
import os
import secrets
import subprocess
import sys
import tempfile
import threading
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from .._arguments import checked
from ..data import Batches, DataNotAvailable, _cifar10_part, data_folder
from ..i18n import say
from . import lifetime

if TYPE_CHECKING:
    from ipywidgets import HTML, VBox, Widget

__all__ = ["cifar10_or", "runs_folder", "tensorboard"]

START_SECONDS = 60  # importing TensorBoard from a slow disk takes a while
IMAGES_KEPT = 200  # TensorBoard's own default keeps a random ten of the images under a tag
# Runs in a process of its own, or drawing and training would wait for each other. It says where it serves, and ends
# when the other end of its standard input is gone. However the kernel ends, no server and no temporary folder is left.
# Other users of the machine reach the port, too: every address begins with a secret, which they see in no list of
# processes, and anything else is "not found".
SERVER = f"""
import os, shutil, sys
from tensorboard import program
server = program.TensorBoard()
server.configure(argv=[None, "--logdir", sys.argv[1], "--host", "127.0.0.1", "--port", sys.argv[2],
                       "--reload_interval", "2", "--load_fast", "false",
                       "--path_prefix", "/" + os.environ["D2LUTIL_SECRET"],
                       "--samples_per_plugin", "images={IMAGES_KEPT}"])
print(server.launch(), flush=True)
sys.stdin.read()
if sys.argv[3]:
    shutil.rmtree(sys.argv[3], ignore_errors=True)
"""
TABS = ("timeseries", "scalars", "images", "graphs", "distributions", "histograms", "text")
_servers: dict[Path, tuple[subprocess.Popen, str]] = {}
_temporary: list[tempfile.TemporaryDirectory] = []  # at most one, with all folders for runs in it


def runs_folder() -> Path:
    """A new, empty folder for the runs that TensorBoard shows; it is deleted when this Python ends.

    Every run (every ``SummaryWriter``) should get a folder of its own inside it.

    >>> runs = runs_folder()
    >>> runs.is_dir(), list(runs.iterdir())
    (True, [])
    """
    if not _temporary:
        _temporary.append(tempfile.TemporaryDirectory(prefix="d2lutil-", ignore_cleanup_errors=True))
    return Path(tempfile.mkdtemp(prefix="runs-", dir=_temporary[0].name))


@checked
def tensorboard(folder: str | os.PathLike, tab: str = "timeseries", height: int = 700, port: int = 0) -> "VBox":
    """TensorBoard over all runs in a folder, as a view for a notebook.

    A server is started on this machine, for this machine alone, and ends with the kernel. Its address holds a secret,
    so that other users of the machine cannot read it. Asked again for the same folder, the running one is shown.
    If it cannot be started, the view says why; nothing is raised, so that a notebook goes on.

    Parameters
    ----------
    folder : the folder that holds a folder for each run; it must exist
    tab : which page to open: "timeseries", "scalars", "images", "graphs", "distributions", "histograms" or "text"
    height : of the view, in pixels
    port : where to serve; 0 takes any free port

    Returns
    -------
    An ``ipywidgets.VBox``; ``.address`` is where the server answers, or None; ``.problem`` says why there is none.

    Raises
    ------
    ValueError
        If the folder does not exist or the tab is unknown.

    The server's address as the browser sees it can be set by TENSORBOARD_PROXY_URL, as in TensorBoard's own notebook
    extension (``%PORT%`` stands for the port). On a JupyterHub the address of jupyter-server-proxy is used.
    """
    import ipywidgets as widgets

    folder = Path(folder).resolve()
    if not folder.is_dir():
        raise ValueError(f"no folder {folder}: write a run into it first")
    if tab not in TABS:
        raise ValueError(f"unknown tab {tab!r}: the tabs are {', '.join(map(repr, TABS))}")

    class Board(widgets.VBox):
        """Its text form is a fixed sentence: the address changes from run to run."""

        def __repr__(self) -> str:
            return say("TensorBoard; run the cell to see it here", "TensorBoard；运行此单元格即可在这里看到")

        def _repr_mimebundle_(self, **kwargs: Any) -> Any:
            return _with_fixed_text(self, super()._repr_mimebundle_(**kwargs))

    board = Board()
    board.address, board.problem = None, None
    try:
        board.address = _serve(folder, port)
    except (OSError, RuntimeError) as reason:
        board.problem = str(reason)
        html = f'<span role="alert" style="color:#b00020">{escape(board.problem)}</span>'
    else:
        html = _frame(_as_seen_by_the_browser(board.address), tab, height)
    board.children = [widgets.HTML(html, layout={"width": "100%"})]
    lifetime.made(board)
    return board


@checked
def cifar10_or(batches: Batches) -> tuple[Batches, object]:
    """CIFAR-10's test images in batches of the same size if they are on this machine, else the given ones.

    Nothing is downloaded.

    Returns
    -------
    (images, remark) : the :class:`Batches` to work with, and a sentence for the reader that says which they are. The
        sentence is a widget whose text form is the same in both cases, so that a stored notebook fits every machine.
    """
    folder = data_folder() / "cifar-10-batches-py"
    size = batches.batch_size
    if not (_is_there(folder / "test_batch") and _is_there(folder / "batches.meta")):
        return batches, _remark(
            say("CIFAR-10 is not on this machine: what follows uses the crops of the photographs instead. To fetch it "
                f"once (170 MB), run <code>d2l.load_cifar10({size})</code> in a new cell, then this cell again.",
                "这台机器上没有 CIFAR-10，以下改用照片裁出的小图。想用 CIFAR-10，可新建一个单元格，运行一次 "
                f"<code>d2l.load_cifar10({size})</code>（下载 170 MB），再重新运行本单元格。")
        )  # fmt: skip
    try:
        test = _cifar10_part(size, None, train=False, needs_training_files=False, download=False)
    except DataNotAvailable as reason:
        why = escape(str(reason))
        return batches, _remark(
            say(f"CIFAR-10 cannot be used ({why}): what follows uses the crops of the photographs instead.",
                f"CIFAR-10 无法使用（{why}），以下改用照片裁出的小图。")
        )  # fmt: skip
    n = f"{len(test.images):,}"
    return test, _remark(
        say(f"What follows uses CIFAR-10: its {n} test images, in {len(test)} batches of {size}.",
            f"以下使用 CIFAR-10 的 {n} 张测试图像，每批 {size} 张，共 {len(test)} 批。")
    )  # fmt: skip


# --- the pieces -----------------------------------------------------------------------------------------------------


def _remark(words: str) -> "HTML":
    import ipywidgets as widgets

    class Remark(widgets.HTML):
        """A sentence that may be another one on another machine; its text form is the same on all."""

        def __repr__(self) -> str:
            return say("A remark on the data; run the cell to read it", "关于数据的说明；运行此单元格即可看到")

        def _repr_mimebundle_(self, **kwargs: Any) -> Any:
            return _with_fixed_text(self, super()._repr_mimebundle_(**kwargs))

    remark = Remark(f"<b>{words}</b>")
    lifetime.made(remark)
    return remark


def _is_there(file: Path) -> bool:
    try:
        return file.exists()
    except OSError:  # in a folder that may not be looked into
        return False


def _with_fixed_text(widget: "Widget", bundle: Any) -> Any:
    lifetime.shown(widget)
    data = bundle[0] if isinstance(bundle, tuple) else bundle
    data["text/plain"] = repr(widget)
    return bundle


def _serve(folder: Path, port: int) -> str:
    """The address of a TensorBoard for this folder: the running one, or a new one."""
    process, address = _servers.get(folder, (None, ""))
    if process is not None and process.poll() is None:
        return address
    with tempfile.TemporaryFile("w+", errors="replace") as complaints:
        process = subprocess.Popen(
            [sys.executable, "-c", SERVER, str(folder), str(port), _temporary[0].name if _temporary else ""],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=complaints,
            text=True,
            env=os.environ | {"D2LUTIL_SECRET": secrets.token_urlsafe()},
            start_new_session=True,  # or interrupting a cell would end the server, too
        )
        impatient = threading.Timer(START_SECONDS, process.kill)
        impatient.start()
        assert process.stdout is not None  # it is a pipe
        address = process.stdout.readline().strip()
        impatient.cancel()
        if not address:
            _stop(process)
            complaints.seek(0)
            raise RuntimeError(_why(complaints.read(), port))
    _servers[folder] = process, address
    return address


def _why(complaints: str, port: int) -> str:
    last = (complaints.strip().splitlines() or [""])[-1]
    if "No module named 'tensorboard'" in last:
        return say("TensorBoard is not installed in this environment: pip install tensorboard, restart the kernel, and "
                   "run this cell again. The same images are in the notebook itself.",
                   "当前环境没有安装 TensorBoard：请运行 pip install tensorboard，重启内核，再重新运行本单元格。"
                   "同样的图像在笔记本里也能看到。")  # fmt: skip
    if port and ("port" in last.lower() or "address already in use" in last.lower()):
        return say(f"TensorBoard cannot have port {port}: another program uses it. Leave out port=, and a free one is "
                   "taken.",
                   f"TensorBoard 无法使用端口 {port}：它已被别的程序占用。"
                   "去掉 port= 这个参数，就会自动选一个空闲端口。")  # fmt: skip
    last = last or say(f"no answer within {START_SECONDS} seconds", f"{START_SECONDS} 秒内没有回应")
    return say(f"TensorBoard did not start ({last}). The same images are in the notebook itself.",
               f"TensorBoard 没能启动（{last}）。同样的图像在笔记本里也能看到。")  # fmt: skip


def _as_seen_by_the_browser(address: str) -> str:
    parts = urlsplit(address)
    secret = parts.path.strip("/") + "/"
    if pattern := os.environ.get("TENSORBOARD_PROXY_URL"):
        return f"{pattern.replace('%PORT%', str(parts.port)).rstrip('/')}/{secret}"
    if prefix := os.environ.get("JUPYTERHUB_SERVICE_PREFIX"):
        return f"{prefix}proxy/{parts.port}/{secret}"
    return address


def _frame(address: str, tab: str, height: int) -> str:
    there = escape(f"{address}#{tab}", quote=True)
    link = f'<a href="{there}" target="_blank" rel="noopener" style="text-decoration:underline">'
    words = say(f"{link}Open TensorBoard in a tab of its own</a>. After a cell has written something new, press the "
                "round arrow at its top right.",
                f"{link}在单独的标签页中打开 TensorBoard</a>。"
                "单元格写入新内容后，点一下它右上角的圆形箭头即可刷新。")  # fmt: skip
    if os.environ.get("JUPYTERHUB_SERVICE_PREFIX"):
        words += say(
            " If the frame stays empty, this JupyterHub lacks jupyter-server-proxy: ask whoever runs it.",
            "如果框里一直是空白，说明这个 JupyterHub 没有安装 jupyter-server-proxy，请联系管理员。",
        )
    return (
        f'<div style="line-height:1.5;white-space:normal">{words}</div><iframe src="{there}" title="TensorBoard" '
        f'style="width:100%;height:{int(height)}px;border:1px solid #bbb;background:white"></iframe>'
    )


def _stop(process: subprocess.Popen) -> None:
    process.kill()
    process.wait()
    for pipe in filter(None, (process.stdin, process.stdout)):
        with contextlib.suppress(OSError):
            pipe.close()


@atexit.register
def _stop_all() -> None:
    while _servers:
        _stop(_servers.popitem()[1][0])
