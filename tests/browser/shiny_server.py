"""A Shiny app on this machine alone."""

import sys
import urllib.request

from tests.browser.server import LocalServer

# The text below the widget is what Shiny computes anew when a trait changes.
APP = """
from shiny import App, render, ui
from shinywidgets import output_widget, reactive_read, render_widget

from lstmvis_widget import StateExplorer
from tests.browser.data import SEQUENCES, STATES, TAGS, THRESHOLD, WORDS

READ = ("selection", "threshold", "selected_cells", "matches")


def server(input, output, session):
    @render_widget
    def explorer():
        return StateExplorer(STATES, WORDS, {"pos": TAGS}, sequences=SEQUENCES, threshold=THRESHOLD, word_width=30)

    @render.text
    def read():
        selection, threshold, cells, matches = reactive_read(explorer.widget, READ)
        return f"{selection} {threshold} {cells.tolist()} {matches.start.tolist()}"


app = App(ui.page_fluid(output_widget("explorer", fillable=False), ui.output_text("read")), server)
"""


class ShinyServer(LocalServer):
    """`shiny run` on a free port of the loopback address."""

    name = "Shiny"

    @property
    def address(self) -> str:
        """Where the app opens."""
        return f"http://127.0.0.1:{self._port}/"

    def start(self):
        (self._folder / "app.py").write_text(APP)
        super().start()

    def _command(self):
        return [sys.executable, "-m", "shiny", "run", "app.py", "--host", "127.0.0.1", "--port", str(self._port)]

    def _environment(self):
        return super()._environment() | {"HOME": str(self._folder)}

    def _is_up(self):
        with urllib.request.urlopen(self.address, timeout=20):
            pass
