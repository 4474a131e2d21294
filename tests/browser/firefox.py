"""Firefox, driven over WebDriver BiDi: it has no driver of its own in Debian, and Playwright drives its own build only.

`python -m tests.browser.firefox` prints where Firefox is, or fails where there is none.
"""

import itertools
import json
import os
import shutil
import sys
from contextlib import ExitStack
from pathlib import Path

from tests.browser.chromium import starts
from tests.browser.server import LocalServer

NAMES = ("firefox-esr", "firefox")
APPLICATION = "/Applications/Firefox.app/Contents/MacOS/firefox"
LISTENS = "WebDriver BiDi listening on "
REPLY_SECONDS = 90

# It asks nobody for news, goes through no proxy, and lets pages read the clipboard, which is its own when headless.
PREFERENCES = {
    "app.normandy.enabled": False,
    "browser.region.network.url": "",
    "browser.search.update": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "dom.events.testing.asyncClipboard": True,
    "extensions.getAddons.cache.enabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "network.proxy.type": 0,
    "services.settings.server": "data:,",
    "toolkit.telemetry.enabled": False,
}


def find_firefox() -> str | None:
    """Path of the Firefox of the environment variable FIREFOX, of the system, or that `make browser` has installed."""
    named = os.environ.get("FIREFOX")
    if named:
        return named
    installed = sorted(Path(sys.prefix, "firefox").glob("firefox/*/**/firefox"))
    found = (*(shutil.which(name) for name in NAMES), APPLICATION, *map(str, installed))
    return next((path for path in found if path and starts(path)), None)


class BidiError(AssertionError):
    """Firefox refused a command, or a script raised."""


class Firefox(LocalServer):
    """A headless Firefox with a new profile in `folder`; commands go to it through `send`."""

    name = "Firefox"

    def __init__(self, folder: Path, path: str):
        super().__init__(folder)
        self._path = path
        self._numbers = itertools.count(1)
        self._closing = ExitStack()
        self._socket = None
        self._events = []

    def start(self):
        from websockets.sync.client import connect

        lines = (f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in PREFERENCES.items())
        (self._folder / "user.js").write_text("".join(lines))
        super().start()
        self._closing.callback(super().stop)
        address = f"ws://127.0.0.1:{self._port}/session"
        self._socket = self._closing.enter_context(connect(address, max_size=None, proxy=None))
        self.send("session.new", capabilities={})

    def stop(self):
        self._closing.close()

    def send(self, method: str, **parameters):
        """Send a command and wait for what it answers."""
        number = next(self._numbers)
        self._socket.send(json.dumps({"id": number, "method": method, "params": parameters}))
        while True:
            message = json.loads(self._socket.recv(timeout=REPLY_SECONDS))
            if message["type"] == "event":
                self._events.append(message)
            elif message["id"] == number:
                break
        if message["type"] == "error":
            raise BidiError(f"{method}: {message['error']}: {message['message']}")
        return message["result"]

    def events(self, name: str) -> list[dict]:
        """The events of this name that have come in with the answers so far."""
        return [event["params"] for event in self._events if event["method"] == name]

    def _command(self):
        return [
            self._path, "--headless", "--no-remote", "--profile", str(self._folder),
            f"--remote-debugging-port={self._port}",
        ]  # fmt: skip

    def _environment(self):
        return super()._environment() | {"HOME": str(self._folder), "MOZ_CRASHREPORTER_DISABLE": "1"}

    def _answers(self):
        return LISTENS in self.log


if __name__ == "__main__":
    path = find_firefox()
    if path is None:
        sys.exit(1)
    sys.stdout.write(f"{path}\n")
