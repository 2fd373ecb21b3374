"""The system's Firefox, for Playwright.

Playwright drives a stock Firefox by WebDriver BiDi (``channel="moz-firefox"``), but it sends each new context commands
that an ESR release may not know yet: Playwright 1.65 emulates media features, Firefox 153 refuses that, and no page
opens. So Playwright starts this module in Firefox's place. It starts Firefox, passes the messages on, and says
"done" to Playwright where Firefox doesn't know what is to be emulated: the tests emulate nothing.
"""

import asyncio
import contextlib
import json
import re
import shutil
import sys
import tempfile
from pathlib import Path

NAMES = ("firefox-esr", "firefox")
ROOT = Path(__file__).resolve().parent.parent.parent


def firefox() -> str | None:
    """The path of the system's Firefox, or None."""
    return next(filter(None, map(shutil.which, NAMES)), None)


@contextlib.contextmanager
def launched(playwright):
    """The system's Firefox, headless, for as long as a ``with`` block runs."""
    with tempfile.TemporaryDirectory() as folder:
        start = Path(folder, "firefox")
        start.write_text(f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" -m {__spec__.name} "$@"\n')
        start.chmod(0o700)
        browser = playwright.firefox.launch(channel="moz-firefox", executable_path=start)
        try:
            yield browser
        finally:
            browser.close()


def answered(message: str, asked: dict[int, str]) -> str:
    """What Playwright gets to hear of an answer of Firefox's; ``asked`` has the commands by their numbers."""
    answer = json.loads(message)
    command = asked.pop(answer.get("id"), "")
    if answer.get("error") == "unknown command" and command.startswith("emulation."):
        return json.dumps({"type": "success", "id": answer["id"], "result": {}})
    return message


async def between(arguments: list[str]) -> int:
    """Firefox with these arguments, and a place where Playwright finds it; until Firefox ends."""
    from tornado import httpserver, netutil, web, websocket

    process = await asyncio.create_subprocess_exec(firefox(), *arguments, stderr=asyncio.subprocess.PIPE)
    there = None

    class Relay(websocket.WebSocketHandler):
        async def open(self):
            self.asked = {}
            self.firefox = await websocket.websocket_connect(f"{there}{self.request.path}", max_message_size=1 << 30)
            self.answers = asyncio.create_task(self.pass_on())

        async def on_message(self, message):
            command = json.loads(message)
            self.asked[command["id"]] = command["method"]
            await self.firefox.write_message(message)

        async def pass_on(self):
            while (message := await self.firefox.read_message()) is not None:
                await self.write_message(answered(message, self.asked))
            self.close()

        def check_origin(self, origin):
            return False  # no page of a browser; Playwright names no origin

    (socket,) = netutil.bind_sockets(0, "127.0.0.1")
    server = httpserver.HTTPServer(web.Application([(r"/session.*", Relay)], websocket_max_message_size=1 << 30))
    server.add_socket(socket)
    async for line in process.stderr:
        words = line.decode(errors="replace")
        if found := re.search(r"WebDriver BiDi listening on (ws://\S+)", words):
            there = found[1]
            words = words.replace(there, f"ws://127.0.0.1:{socket.getsockname()[1]}")
        sys.stderr.write(words)
        sys.stderr.flush()
    return await process.wait()


if __name__ == "__main__":
    sys.exit(asyncio.run(between(sys.argv[1:])))
