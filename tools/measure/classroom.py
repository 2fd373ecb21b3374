"""A JupyterHub as deploy/jupyterhub configures it, on loopback, and students who run notebooks on it.

The accounts are the one thing that differs: names without a password, homes in a folder of the caller's. Tests and the
part ``hub`` of the benchmarks stand on it.
"""

import asyncio
import contextlib
import importlib.util
import json
import os
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import psutil
from tornado.httpclient import AsyncHTTPClient, HTTPRequest, HTTPResponse
from tornado.websocket import WebSocketClientConnection, websocket_connect

from ..publish.chapters import ROOT

CONFIG = ROOT / "deploy" / "jupyterhub" / "jupyterhub_config.py"
PROXY = ROOT / "node_modules" / ".bin" / "configurable-http-proxy"
START_SECONDS = 180  # of a hub, a server, a kernel on a busy machine
CELL_SECONDS = 600


def missing() -> str:
    """What this machine lacks for a hub, and the command that installs it; "" if it lacks nothing."""
    if sys.platform == "win32":
        return "JupyterHub does not run on Windows"
    if importlib.util.find_spec("jupyterhub") is None:
        return "needs jupyterhub: make setup"
    if not PROXY.exists():
        return "needs configurable-http-proxy: npm ci"
    return ""


class Hub:
    """A running hub: its ``address``, the ``process``, and the folder of its ``homes``."""

    def __init__(self, folder: Path, students: Iterable[str], environment: dict[str, str]):
        self.homes = folder / "homes"
        self.homes.mkdir()
        self._log = folder / "hub.log"
        ports = _free_ports(3)
        self.address = f"http://127.0.0.1:{ports[0]}"
        config = folder / "jupyterhub_config.py"
        config.write_text(
            f"""c = get_config()
load_subconfig({str(CONFIG)!r})
c.JupyterHub.authenticator_class = "dummy"
c.Authenticator.allowed_users = {set(students)!r}
c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = {str(self.homes)!r} + "/{{username}}"
c.Spawner.args += {["--allow-root"] if os.geteuid() == 0 else []}  # without accounts, servers are of this user
c.JupyterHub.port = {ports[0]}
c.JupyterHub.hub_bind_url = "http://127.0.0.1:{ports[1]}"
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{ports[2]}"
""",
            encoding="utf-8",
        )
        with self._log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "jupyterhub", "--config", str(config)],
                cwd=folder,  # its data base and the secret of its cookies
                env=os.environ | environment,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def log(self) -> str:
        return self._log.read_text(encoding="utf-8", errors="replace")

    def wait(self) -> None:
        """Until it answers. RuntimeError with the end of its log if it does not."""
        for _ in range(START_SECONDS * 5):
            # Its ports do not tell: the proxy listens before the hub is ready.
            if "JupyterHub is now running" in self.log():
                return
            if self.process.poll() is not None:
                break
            time.sleep(0.2)
        raise RuntimeError(f"JupyterHub did not start:\n{self.log()[-3000:]}")

    def end(self) -> None:
        """End it and everything that it started; servers and kernels are in sessions of their own."""
        started = []
        with contextlib.suppress(psutil.NoSuchProcess):
            started = psutil.Process(self.process.pid).children(recursive=True)
        self.process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(timeout=60)
        for process in started:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        self.process.kill()
        self.process.wait()
        psutil.wait_procs(started, timeout=60)


@contextlib.contextmanager
def hub(folder: Path, students: Iterable[str], **environment: str) -> Iterator[Hub]:
    """A hub for these students, for as long as the block runs.

    ``environment`` holds what the configuration reads from environment variables. Raises RuntimeError with the end of
    the hub's log if it does not start.
    """
    running = Hub(folder, students, environment)
    try:
        running.wait()
        yield running
    finally:
        running.end()


class Student:
    """Someone with a token of their own on the hub::

    ada = await Student.log_in(hub.address, "ada")
    await ada.start("zh")
    kernel = await ada.open("convolution/notebooks/zh/02_cross_correlation.ipynb")
    await kernel.run("1 + 1")  # ["2"]
    """

    def __init__(self, address: str, name: str, token: str):
        self.address, self.name, self.token = address, name, token

    @classmethod
    async def log_in(cls, address: str, name: str) -> "Student":
        """With the name, as the form of the hub does; there is no password."""
        login = cls(address, name, "")
        body = {"auth": {"username": name, "password": ""}}
        answer = await login.ask(f"/hub/api/users/{name}/tokens", body)
        return cls(address, name, json.loads(answer.body)["token"])

    async def ask(self, path: str, body: object = None) -> HTTPResponse:
        """GET a path of the hub, or POST ``body`` to it. Whatever the status, the response is returned."""
        request = HTTPRequest(
            self.address + path,
            method="GET" if body is None else "POST",
            body=None if body is None else json.dumps(body),
            headers={"Authorization": f"token {self.token}"} if self.token else {},
            connect_timeout=START_SECONDS,
            request_timeout=START_SECONDS,
        )
        return await AsyncHTTPClient().fetch(request, raise_error=False)

    async def start(self, language: str) -> None:
        """Start the server. RuntimeError with the hub's words if it does not start."""
        answer = await self.ask(f"/hub/api/users/{self.name}/server", {"language": language})
        if answer.code == 202:  # still starting
            answer = await self.ask(f"/hub/api/users/{self.name}/server/progress")
            events = [json.loads(line[6:]) for line in answer.body.decode().splitlines() if line.startswith("data: ")]
            if not events[-1].get("ready"):
                raise RuntimeError(events[-1]["message"])
        elif answer.code != 201:
            raise RuntimeError(json.loads(answer.body)["message"])

    async def cells(self, path: str) -> list[str]:
        """The code cells of a notebook in the home."""
        answer = await self.ask(f"/user/{self.name}/api/contents/{path}")
        cells = json.loads(answer.body)["content"]["cells"]
        return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]

    async def open(self, path: str) -> "Kernel":
        """A kernel for a notebook in the home, as JupyterLab starts it."""
        wanted = {"path": path, "name": path, "type": "notebook", "kernel": {"name": "python3"}}
        answer = await self.ask(f"/user/{self.name}/api/sessions", wanted)
        number = json.loads(answer.body)["kernel"]["id"]
        address = f"{self.address.replace('http', 'ws', 1)}/user/{self.name}/api/kernels/{number}/channels"
        headers = {"Authorization": f"token {self.token}"}
        return Kernel(await websocket_connect(HTTPRequest(address, headers=headers, connect_timeout=START_SECONDS)))


class Kernel:
    """A kernel on the hub."""

    def __init__(self, channels: WebSocketClientConnection):
        self._channels = channels

    async def run(self, source: str) -> list[str]:
        """Run a cell; what it printed and showed, as text. RuntimeError if it ended in an error."""
        number = uuid.uuid4().hex
        header = {"msg_id": number, "msg_type": "execute_request", "session": "class", "username": "", "version": "5.3"}
        content = {"code": source, "silent": False, "allow_stdin": False, "stop_on_error": True}
        request = {"header": header, "parent_header": {}, "metadata": {}, "content": content, "channel": "shell"}
        await self._channels.write_message(json.dumps(request))
        shown: list[str] = []
        waits = {"reply", "idle"}  # they come on two channels, in any order
        async with asyncio.timeout(CELL_SECONDS):
            while waits:
                message = await self._channels.read_message()
                if message is None:
                    raise RuntimeError("the kernel has gone")
                if isinstance(message, bytes):  # images of widgets
                    continue
                waits -= _heard(json.loads(message), number, shown)
        return shown

    def close(self) -> None:
        self._channels.close()


def _heard(message: dict[str, Any], number: str, shown: list[str]) -> set[str]:
    """What need not be waited for any more; text is added to ``shown``."""
    if message["parent_header"].get("msg_id") != number:
        return set()
    kind, content = message["msg_type"], message["content"]
    if kind == "error":
        raise RuntimeError("\n".join(content["traceback"]))
    if kind == "stream":
        shown.append(content["text"])
    elif kind in ("execute_result", "display_data"):
        shown.append(content["data"].get("text/plain", ""))
    if kind == "status" and content["execution_state"] == "idle":
        return {"idle"}
    return {"reply"} if kind == "execute_reply" else set()


def _free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as open_ones:
        probes = [open_ones.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]
