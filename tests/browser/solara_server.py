"""A Solara app on this machine alone."""

import urllib.request

from tests.browser.app_server import AppServer

# The text below the widget is what Solara computes anew when a trait changes.
APP = """
import solara

from lstmvis_widget import StateExplorer
from tests.browser.data import SEQUENCES, STATES, TAGS, THRESHOLD, WORDS


@solara.component
def Page():
    explorer = solara.use_memo(
        lambda: StateExplorer(STATES, WORDS, {"pos": TAGS}, sequences=SEQUENCES, threshold=THRESHOLD, word_width=30),
        dependencies=[],
    )
    matches, set_matches = solara.use_state(None)

    def observe():
        explorer.observe(lambda change: set_matches(change.new), names="matches")
        return explorer.close

    solara.use_effect(observe, [])
    solara.Column(children=[explorer])  # solara.display makes a new view while a threshold is dragged
    starts = [] if matches is None else matches.start.tolist()
    solara.Text(f"{explorer.selection} {explorer.threshold} {explorer.selected_cells.tolist()} {starts}")
"""


class SolaraServer(AppServer):
    """`solara run` on a free port of the loopback address."""

    name = "Solara"
    app = APP

    def _arguments(self):
        return [
            "solara", "run", "app.py", "--host", "127.0.0.1", "--port", str(self._port),
            "--no-open", "--production",
        ]  # fmt: skip

    def _environment(self):
        # Its icons, of which the app shows none, come from a CDN.
        settings = {"SOLARA_TELEMETRY_MIXPANEL_ENABLE": "False", "SOLARA_ASSETS_FONTAWESOME_ENABLED": "False"}
        return super()._environment() | settings

    def _is_up(self):
        with urllib.request.urlopen(f"{self.address}readyz", timeout=20):
            pass
