"""A marimo notebook run as an app, on this machine alone."""

import secrets
import sys
import urllib.request
from pathlib import Path

from tests.browser.server import LocalServer

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
    explorer = mo.ui.anywidget(
        StateExplorer(STATES, WORDS, {"pos": TAGS}, sequences=SEQUENCES, threshold=THRESHOLD, word_width=30)
    )
    explorer
    return (explorer,)


@app.cell
def _(explorer, mo):
    explorer.value
    shown = explorer.widget
    mo.plain_text(f"{shown.selection} {shown.threshold} {shown.selected_cells.tolist()} {shown.matches.start.tolist()}")
    return
"""


class MarimoServer(LocalServer):
    """`marimo run` on a free port of the loopback address, with nothing of the user's own settings."""

    name = "marimo"

    def __init__(self, folder: Path, app: str = APP):
        super().__init__(folder)
        self._app = app
        self._password = secrets.token_hex(16)

    @property
    def address(self) -> str:
        """Where the app opens."""
        return f"http://127.0.0.1:{self._port}/?access_token={self._password}"

    def start(self):
        (self._folder / "app.py").write_text(self._app)
        super().start()

    def _command(self):
        return [
            sys.executable, "-m", "marimo", "run", "app.py", "--headless", "--host", "127.0.0.1",
            "--port", str(self._port), "--token", "--token-password", self._password,
        ]  # fmt: skip

    def _environment(self):
        names = ("HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME")
        return super()._environment() | dict.fromkeys(names, str(self._folder))

    def _is_up(self):
        with urllib.request.urlopen(f"http://127.0.0.1:{self._port}/health", timeout=20):
            pass
