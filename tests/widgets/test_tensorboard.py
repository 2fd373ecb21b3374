"""TensorBoard: what the lesson writes can be read back, and the view shows a server that really answers."""

import io
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import torch

import d2lutil as d2l
from d2lutil.widgets import tensorboard as module

tensorboard_is_there = pytest.importorskip("tensorboard", reason="needs TensorBoard: pip install tensorboard")


@pytest.fixture
def runs():
    """A folder with two runs; its server is stopped in the end."""
    folder = d2l.runs_folder()
    for name in ("one", "two"):
        write(folder / name, images(4))
    yield folder
    server = module._servers.pop(folder.resolve(), None)
    if server:
        module._stop(server[0])


def images(n, channels=3):
    return torch.randint(0, 256, (n, channels, 5, 7)).float() / 255


def write(run, batch, step=3):
    from torch.utils.tensorboard import SummaryWriter

    with SummaryWriter(run) as writer:
        writer.add_images("input", batch, step)


def stored(run):
    """The images of a run under the tag "input": their entries, and their pixels as (channels, height, width)."""
    import numpy as np
    from PIL import Image
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    entries = EventAccumulator(str(run), size_guidance={"images": 0}).Reload().Images("input")
    decoded = [np.array(Image.open(io.BytesIO(entry.encoded_image_string)).convert("RGB")) for entry in entries]
    return entries, [torch.from_numpy(pixels).permute(2, 0, 1) for pixels in decoded]


def answer(address, path=""):
    with urllib.request.urlopen(address + path, timeout=20) as response:
        return response.read().decode()


def runs_seen(address):
    """The runs that the server offers, once it has read its folder."""
    for _ in range(100):
        if found := json.loads(answer(address, "data/runs")):
            return sorted(found)
        time.sleep(0.2)
    return []


# --- what a diary holds ---------------------------------------------------------------------------------------------


def test_a_batch_is_stored_as_one_image_in_rows_of_eight(tmp_path):
    batch = images(11)
    write(tmp_path, batch)
    entries, [shown] = stored(tmp_path)
    assert [(e.step, e.height, e.width) for e in entries] == [(3, 10, 56)]
    for k, image in enumerate(batch):
        row, column = divmod(k, 8)
        part = shown[:, 5 * row : 5 * row + 5, 7 * column : 7 * column + 7]
        assert torch.equal(part, (image * 255).round().to(torch.uint8))
    assert shown[:, 5:, 21:].max() == 0


def test_one_channel_is_stored_as_grey(tmp_path):
    batch = images(2, channels=1)
    write(tmp_path, batch)
    _, [shown] = stored(tmp_path)
    wide = torch.cat(list((batch * 255).round().to(torch.uint8)), dim=2)
    assert torch.equal(shown, wide.expand(3, -1, -1))


def test_what_lies_outside_0_and_1_is_cut_off(tmp_path):
    write(tmp_path, torch.tensor([-3.0, -0.1, 1.5, 1.0]).reshape(1, 1, 2, 2))
    _, [shown] = stored(tmp_path)
    assert shown[0].tolist() == [[0, 0], [255, 255]]


def test_six_channels_are_refused(tmp_path):
    with pytest.raises(AssertionError):
        write(tmp_path, images(2, channels=6))


# --- the folder -----------------------------------------------------------------------------------------------------


def test_each_folder_for_runs_is_new_and_empty():
    first, second = d2l.runs_folder(), d2l.runs_folder()
    assert first != second
    assert list(first.iterdir()) == list(second.iterdir()) == []
    assert not first.is_relative_to(Path(module.__file__).parent.parent)


@pytest.mark.slow("starts Python and TensorBoard")
def test_the_folder_and_the_server_are_gone_when_python_ends():
    code = "import d2lutil as d2l; f = d2l.runs_folder(); print(f); print(d2l.tensorboard(f).address)"
    folder, address = in_another_python(code).stdout.split()
    assert not Path(folder).exists()
    assert_gone(address)


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs SIGKILL, which Windows does not have")
@pytest.mark.slow("starts Python and TensorBoard")
def test_the_server_and_all_folders_go_even_if_the_kernel_is_killed():
    code = (
        "import os, d2lutil as d2l; served, other = d2l.runs_folder(), d2l.runs_folder(); "
        "print(served, other, d2l.tensorboard(served).address, flush=True); os.kill(os.getpid(), 9)"
    )
    served, other, address = in_another_python(code, check=False).stdout.split()
    assert_gone(address)
    for _ in range(50):
        if not (Path(served).exists() or Path(other).exists()):
            break
        time.sleep(0.2)
    assert not Path(served).parent.exists()


def in_another_python(code, check=True):
    place = {"PYTHONPATH": str(Path(module.__file__).parent.parent)}
    return subprocess.run(
        [sys.executable, "-c", code], env=os.environ | place, capture_output=True, text=True, check=check
    )


def assert_gone(address):
    port = urlsplit(address).port
    for _ in range(50):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return
        time.sleep(0.2)
    raise AssertionError(f"a server still answers at {address}")


# --- the server -----------------------------------------------------------------------------------------------------


def test_the_server_answers_with_the_runs_of_its_folder(runs):
    view = d2l.tensorboard(runs)
    assert view.problem is None
    assert "TensorBoard" in answer(view.address)
    assert runs_seen(view.address) == ["one", "two"]


def test_the_server_hands_out_the_very_images(runs):
    address = d2l.tensorboard(runs).address
    assert runs_seen(address)
    [entry] = json.loads(answer(address, "data/plugin/images/images?run=one&tag=input&sample=0"))
    with urllib.request.urlopen(f"{address}data/plugin/images/individualImage?{entry['query']}") as response:
        served = response.read()
    [written], _ = stored(runs / "one")
    assert entry["step"] == 3
    assert served == written.encoded_image_string


def test_it_keeps_more_images_than_tensorboard_does_by_default(runs):
    from torch.utils.tensorboard import SummaryWriter

    with SummaryWriter(runs / "long") as writer:
        for step in range(40):
            writer.add_images("input", images(1), step)
    address = d2l.tensorboard(runs).address
    assert runs_seen(address)
    for _ in range(50):
        entries = json.loads(answer(address, "data/plugin/images/images?run=long&tag=input&sample=0"))
        if len(entries) == 40:
            break
        time.sleep(0.2)
    assert [entry["step"] for entry in entries] == list(range(40))


def test_the_same_folder_is_not_served_twice(runs):
    first, second = d2l.tensorboard(runs), d2l.tensorboard(str(runs), tab="images")
    assert first.address == second.address
    assert runs.resolve() in module._servers


@pytest.mark.slow("starts TensorBoard twice")
def test_a_server_that_has_ended_is_replaced(runs):
    d2l.tensorboard(runs)
    module._servers[runs.resolve()][0].kill()
    module._servers[runs.resolve()][0].wait()
    assert runs_seen(d2l.tensorboard(runs).address) == ["one", "two"]


def test_only_this_machine_can_reach_it_and_on_it_only_who_knows_the_address(runs):
    """Another user of the machine sees the port, and the arguments of all processes."""
    address = d2l.tensorboard(runs).address
    parts = urlsplit(address)
    assert parts.hostname == "127.0.0.1"
    secret = parts.path.strip("/")
    assert len(secret) >= 30 and answer(address).startswith("<!doctype html>")
    for guess in ("", "data/runs", "data/environment", "x/data/runs", f"{secret[:-1]}/data/runs"):
        with pytest.raises(urllib.error.HTTPError, match="404"):
            answer(f"http://127.0.0.1:{parts.port}/", guess)
    (process, _) = module._servers[runs.resolve()]
    assert secret not in " ".join(process.args)
    listed = Path(f"/proc/{process.pid}/cmdline")
    assert not listed.exists() or secret.encode() not in listed.read_bytes()


# --- the view -------------------------------------------------------------------------------------------------------


@pytest.fixture
def served(monkeypatch):
    """No server, but the address of one."""
    monkeypatch.setattr(module, "_serve", lambda folder, port: "http://127.0.0.1:6006/secret/")


def html(view):
    return view.children[0].value


def test_the_view_frames_the_page_that_was_asked_for(served, tmp_path):
    shown = html(d2l.tensorboard(tmp_path, tab="images", height=321))
    assert '<iframe src="http://127.0.0.1:6006/secret/#images"' in shown
    assert "height:321px" in shown
    assert 'href="http://127.0.0.1:6006/secret/#images" target="_blank"' in shown
    assert "Open TensorBoard in a tab of its own" in shown


@pytest.mark.parametrize(
    "language, words",
    [("en", "TensorBoard; run the cell to see it here"), ("zh", "TensorBoard；运行此单元格即可在这里看到")],
)
def test_as_text_it_is_one_sentence_without_an_address(served, tmp_path, language, words):
    d2l.use_language(language)
    view = d2l.tensorboard(tmp_path)
    data = view._repr_mimebundle_()
    data = data[0] if isinstance(data, tuple) else data
    assert repr(view) == data["text/plain"] == words
    assert "application/vnd.jupyter.widget-view+json" in data


def test_it_speaks_chinese(served, tmp_path):
    d2l.use_language("zh")
    assert "在单独的标签页中打开 TensorBoard" in html(d2l.tensorboard(tmp_path))


def test_on_a_jupyterhub_it_goes_through_the_proxy_and_says_what_is_needed(served, tmp_path, monkeypatch):
    monkeypatch.setenv("JUPYTERHUB_SERVICE_PREFIX", "/user/ada/")
    shown = html(d2l.tensorboard(tmp_path))
    assert 'src="/user/ada/proxy/6006/secret/#timeseries"' in shown
    assert "jupyter-server-proxy" in shown


def test_the_address_can_be_set_as_for_tensorboards_own_extension(served, tmp_path, monkeypatch):
    monkeypatch.setenv("TENSORBOARD_PROXY_URL", "https://lab.example/p/%PORT%/")
    assert 'src="https://lab.example/p/6006/secret/#timeseries"' in html(d2l.tensorboard(tmp_path))


# --- when it does not go --------------------------------------------------------------------------------------------


def test_a_folder_that_is_not_there_is_named(tmp_path):
    with pytest.raises(ValueError, match="no folder .*nowhere: write a run into it first"):
        d2l.tensorboard(tmp_path / "nowhere")


def test_an_unknown_tab_is_named(tmp_path):
    with pytest.raises(ValueError, match="^unknown tab 'photos': the tabs are 'timeseries', 'scalars'"):
        d2l.tensorboard(tmp_path, tab="photos")


def test_a_taken_port_is_said_in_the_view_and_not_raised(tmp_path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        view = d2l.tensorboard(tmp_path, port=port)
    assert view.problem == (
        f"TensorBoard cannot have port {port}: another program uses it. Leave out port=, and a free one is taken."
    )
    assert view.address is None
    assert 'role="alert"' in html(view) and str(port) in html(view)
    assert repr(view) == "TensorBoard; run the cell to see it here"


def test_without_tensorboard_it_says_what_to_install(tmp_path, monkeypatch):
    without = "import sys; sys.path = [place for place in sys.path if 'site-packages' not in place]"
    monkeypatch.setattr(module, "SERVER", without + module.SERVER)
    view = d2l.tensorboard(tmp_path)
    assert view.problem.startswith("TensorBoard is not installed in this environment: pip install tensorboard")


def test_a_server_that_fails_or_stays_silent_is_reported(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "SERVER", "raise SystemExit('no <colour>')")
    view = d2l.tensorboard(tmp_path)
    assert "TensorBoard did not start (no <colour>)" in view.problem
    assert "no &lt;colour&gt;" in html(view)
    monkeypatch.setattr(module, "SERVER", "import time; time.sleep(60)")
    monkeypatch.setattr(module, "START_SECONDS", 0.5)
    assert "no answer within 0.5 seconds" in d2l.tensorboard(tmp_path).problem


# --- CIFAR-10, or not -----------------------------------------------------------------------------------------------


@pytest.fixture
def crops():
    return d2l.Batches(torch.zeros(5, 3, 32, 32, dtype=torch.uint8), torch.arange(5), batch_size=2)


@pytest.fixture
def no_network(monkeypatch):
    def asked(*_, **__):
        raise AssertionError("asked the network")

    monkeypatch.setattr(urllib.request, "urlopen", asked)


def test_without_cifar10_the_given_batches_are_used_and_nothing_is_downloaded(crops, tmp_path, monkeypatch, no_network):
    monkeypatch.setenv("D2LUTIL_DATA", str(tmp_path))
    used, remark = d2l.cifar10_or(crops)
    assert used is crops
    assert "CIFAR-10 is not on this machine" in remark.value
    assert "d2l.load_cifar10(2)" in remark.value


def test_files_that_cannot_be_used_are_reported_and_nothing_is_downloaded(crops, tmp_path, monkeypatch, no_network):
    (tmp_path / "cifar-10-batches-py").mkdir()
    for name in ("test_batch", "batches.meta"):
        (tmp_path / "cifar-10-batches-py" / name).touch()
    monkeypatch.setenv("D2LUTIL_DATA", str(tmp_path))
    used, remark = d2l.cifar10_or(crops)
    assert used is crops
    assert f"CIFAR-10 cannot be used (CIFAR-10: {tmp_path}" in remark.value
    assert "test_batch is damaged (wrong checksum) and could not be downloaded (nothing is downloaded" in remark.value


def test_with_cifar10_its_test_part_is_used_in_batches_of_the_same_size(crops, real_cifar10):
    used, remark = d2l.cifar10_or(crops)
    assert (len(used.images), used.batch_size) == (10_000, 2)
    assert "10,000 test images, in 5000 batches of 2" in remark.value


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_remark_has_the_same_text_form_whatever_it_says(language):
    d2l.use_language(language)
    forms = set()
    for words in ("one", "other"):
        data = module._remark(words)._repr_mimebundle_()
        forms.add((data[0] if isinstance(data, tuple) else data)["text/plain"])
    assert len(forms) == 1
    assert "one" not in forms.pop()
