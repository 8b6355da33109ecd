"""A page in a headless Chromium, to click, type and look at: Chromium's own protocol."""

import asyncio
import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tornado.httpclient import AsyncHTTPClient
from tornado.websocket import WebSocketClientConnection, websocket_connect

from render.browser import NAMES, QUIET

LARGEST = 1 << 26  # bytes of an answer
PATIENCE = 60  # seconds for an answer


class Browser:
    """One tab; each method waits for its answer."""

    def __init__(self, socket: WebSocketClientConnection, runner: asyncio.Runner) -> None:
        self.socket = socket
        self.runner = runner
        self.number = 0
        self.said: list[dict[str, Any]] = []
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.send(f"{domain}.enable")

    def send(self, method: str, **parameters: object) -> dict[str, Any]:
        return self.runner.run(asyncio.wait_for(self._ask(method, parameters), PATIENCE))

    async def _ask(self, method: str, parameters: dict[str, object]) -> dict[str, Any]:
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        await self.socket.write_message(json.dumps(message))
        while True:
            answer = json.loads(await self.socket.read_message() or "{}")
            if answer.get("id") == self.number:
                assert "error" not in answer, answer
                return answer["result"]
            self.said.append(answer)

    def open(self, page: Path, *, script: bool = True) -> None:
        """Open a page and wait until it is there."""
        self.send("Emulation.setScriptExecutionDisabled", value=not script)
        self._load("Page.navigate", url=page.as_uri())

    def reload(self) -> None:
        """Open the same page anew, as people do while a batch runs."""
        self._load("Page.reload")

    def _load(self, method: str, **parameters: object) -> None:
        self.said.clear()
        self.send(method, **parameters)
        while not any(item.get("method") == "Page.loadEventFired" for item in self.said):
            self.send("Runtime.getIsolateId")

    @property
    def complaints(self) -> list[dict[str, Any]]:
        """What the console has to say: refused by the policy, or an error."""
        wanted = {"Log.entryAdded", "Runtime.exceptionThrown", "Runtime.consoleAPICalled"}
        return [item for item in self.said if item.get("method") in wanted]

    @property
    def requested(self) -> list[str]:
        """All addresses that the page asked for, its own first."""
        asked = [item for item in self.said if item.get("method") == "Network.requestWillBeSent"]
        return [item["params"]["request"]["url"] for item in asked]

    @contextmanager
    def looks(self, width: int, scheme: str = "light") -> Iterator[None]:
        """Give the window a width, and the reader a taste."""
        size = {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": False}
        self.send("Emulation.setDeviceMetricsOverride", **size)
        feature = {"name": "prefers-color-scheme", "value": scheme}
        self.send("Emulation.setEmulatedMedia", features=[feature])
        try:
            yield
        finally:
            self.send("Emulation.clearDeviceMetricsOverride")
            self.send("Emulation.setEmulatedMedia", features=[])

    def tell(self, expression: str) -> Any:
        """Evaluate JavaScript, and wait for what it promises."""
        answer = self.send(
            "Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True
        )
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def press(self, key: str, text: str = "") -> None:
        """Press a key."""
        code = {"Enter": 13, "Tab": 9}[key]
        for kind in ("keyDown", "keyUp"):
            self.send(
                "Input.dispatchKeyEvent",
                type=kind,
                key=key,
                code=key,
                windowsVirtualKeyCode=code,
                text=text,
            )

    def write(self, text: str) -> None:
        """Type into what has the focus."""
        self.send("Input.insertText", text=text)


@contextmanager
def browser(profile: Path) -> Iterator[Browser]:
    """Start a Chromium; it ends with the block."""
    program = next(filter(None, map(shutil.which, NAMES)), None)
    assert program, "no Chromium: run `make system-packages`"
    command = [program, *QUIET, "--remote-debugging-port=0", f"--user-data-dir={profile}"]
    with (
        subprocess.Popen([*command, "about:blank"], stderr=subprocess.PIPE, text=True) as process,
        asyncio.Runner() as runner,
    ):
        try:
            socket = runner.run(_connect(_port(process)))
            yield Browser(socket, runner)
            runner.run(_leave(socket))
        finally:
            process.terminate()
            process.communicate(timeout=PATIENCE)


def _port(process: subprocess.Popen[str]) -> str:
    for line in process.stderr:
        if match := re.search(r"ws://127\.0\.0\.1:(\d+)/", line):
            return match[1]
    raise AssertionError(f"Chromium did not start: {process.poll()}")


async def _connect(port: str) -> WebSocketClientConnection:
    answer = await AsyncHTTPClient().fetch(f"http://127.0.0.1:{port}/json/list")
    page = next(item for item in json.loads(answer.body) if item["type"] == "page")
    return await websocket_connect(page["webSocketDebuggerUrl"], max_message_size=LARGEST)


async def _leave(socket: WebSocketClientConnection) -> None:
    socket.close()
    while await socket.read_message() is not None:
        pass
