"""A Panel app on this machine alone."""

import urllib.request

from tests.browser.app_server import AppServer

# The text below the widget is what Panel computes anew when a trait changes.
APP = """
import panel

from lstmvis_widget import StateExplorer
from tests.browser.data import SEQUENCES, STATES, TAGS, THRESHOLD, WORDS

panel.extension("ipywidgets")
explorer = StateExplorer(STATES, WORDS, {"pos": TAGS}, sequences=SEQUENCES, threshold=THRESHOLD, word_width=30)
read = panel.pane.Str()


def tell(change):
    cells, starts = explorer.selected_cells.tolist(), explorer.matches.start.tolist()
    read.object = f"{explorer.selection} {explorer.threshold} {cells} {starts}"


explorer.observe(tell, names="matches")
panel.Column(panel.pane.IPyWidget(explorer, sizing_mode="stretch_width"), read).servable()
"""


class PanelServer(AppServer):
    """`panel serve` on a free port of the loopback address."""

    name = "Panel"
    app = APP

    @property
    def address(self) -> str:
        """Where the app opens."""
        return f"http://127.0.0.1:{self._port}/app"

    def _arguments(self):
        return [
            "panel", "serve", "app.py", "--address", "127.0.0.1", "--port", str(self._port),
            "--allow-websocket-origin", f"127.0.0.1:{self._port}",
        ]  # fmt: skip

    def _is_up(self):
        with urllib.request.urlopen(f"http://127.0.0.1:{self._port}/static/js/bokeh.min.js", timeout=20):
            pass
