"""A marimo notebook run as an app, on this machine alone."""

import os
import secrets
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import lstmvis_widget
from tests.browser.jupyter import free_port

START_SECONDS = 60

# The last cell reads what a gesture does; marimo runs it anew by itself.
APP = """
import marimo

app = marimo.App(width="full")


@app.cell
def _():
    import marimo as mo
    from lstmvis_widget import StateExplorer
    from tests.browser.data import SEQUENCES, STATES, TAGS, THRESHOLD, WORDS
    return SEQUENCES, STATES, StateExplorer, TAGS, THRESHOLD, WORDS, mo


@app.cell
def _(SEQUENCES, STATES, StateExplorer, TAGS, THRESHOLD, WORDS, mo):
    explorer = mo.ui.anywidget(StateExplorer(STATES, WORDS, {"pos": TAGS}, sequences=SEQUENCES, threshold=THRESHOLD))
    explorer
    return (explorer,)


@app.cell
def _(explorer, mo):
    explorer.value
    shown = explorer.widget
    mo.plain_text(f"{shown.selection} {shown.threshold} {shown.selected_cells.tolist()} {shown.matches.start.tolist()}")
    return
"""


class MarimoServer:
    """`marimo run` on a free port of the loopback address, with nothing of the user's own settings."""

    def __init__(self, folder: Path):
        self._folder = folder
        self._port = free_port()
        self._password = secrets.token_hex(16)
        self._process = None

    @property
    def address(self) -> str:
        """Where the app opens."""
        return f"http://127.0.0.1:{self._port}/?access_token={self._password}"

    def start(self):
        (self._folder / "app.py").write_text(APP)
        log = self._folder / "server.log"
        with log.open("wb") as out:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "marimo", "run", "app.py", "--headless", "--host", "127.0.0.1",
                 "--port", str(self._port), "--token", "--token-password", self._password],
                cwd=self._folder, env=self._environment(), stdin=subprocess.DEVNULL, stdout=out, stderr=out,
            )  # fmt: skip
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                message = f"marimo did not start:\n{log.read_text()[-4000:]}"
                raise RuntimeError(message)
            time.sleep(0.1)

    def stop(self):
        self._process.terminate()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _environment(self):
        names = ("HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME")
        package = str(Path(lstmvis_widget.__file__).parents[1])
        return os.environ | dict.fromkeys(names, str(self._folder)) | {"PYTHONPATH": package}

    def _answers(self):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self._port}/health", timeout=20):
                return True
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False
