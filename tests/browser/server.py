"""A server on this machine alone, that pages are opened from."""

import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

import lstmvis_widget

START_SECONDS = 90


class LocalServer:
    """A process that serves on a free port of the loopback address; what it prints goes into `folder`/server.log."""

    name: str

    def __init__(self, folder: Path):
        self._folder = folder
        self._port = free_port()
        self._process = None

    @property
    def log(self) -> str:
        """What the process has printed so far."""
        return (self._folder / "server.log").read_text()

    def start(self):
        with (self._folder / "server.log").open("wb") as out:
            self._process = subprocess.Popen(
                self._command(), cwd=self._cwd(), env=self._environment(),
                stdin=subprocess.DEVNULL, stdout=out, stderr=out,
            )  # fmt: skip
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                message = f"{self.name} did not start:\n{self.log[-4000:]}"
                raise RuntimeError(message)
            time.sleep(0.1)

    def stop(self):
        self._process.terminate()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _command(self) -> list[str]:
        raise NotImplementedError

    def _cwd(self) -> Path:
        return self._folder

    def _environment(self) -> dict[str, str]:
        """What the process sees: it imports the same package as the tests."""
        return os.environ | {"PYTHONPATH": str(Path(lstmvis_widget.__file__).parents[1])}

    def _is_up(self):
        """Ask for something that a server that is up answers."""
        raise NotImplementedError

    def _answers(self):
        try:
            self._is_up()
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False
        return True


def free_port():
    """A port of the loopback address that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
