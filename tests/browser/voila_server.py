"""A notebook shown by Voila, on this machine alone."""

import urllib.request

from tests.browser.app_server import AppServer
from tests.browser.jupyter import document_of, in_private

# A dashboard has no next cell: what reads a gesture is an observer, which runs in the kernel.
NOTEBOOK = """
from ipywidgets import Label, VBox
from lstmvis_widget import StateExplorer
from tests.browser.data import *

explorer = StateExplorer(STATES, WORDS, {"pos": TAGS}, sequences=SEQUENCES, threshold=THRESHOLD, word_width=30)
read = Label()


def tell(change):
    cells, starts = explorer.selected_cells.tolist(), explorer.matches.start.tolist()
    read.value = f"{explorer.selection} {explorer.threshold} {cells} {starts}"


explorer.observe(tell, names="matches")
VBox([explorer, read])
"""


class VoilaServer(AppServer):
    """`voila` on a free port of the loopback address; each page has a kernel of its own."""

    name = "Voila"
    app = document_of(NOTEBOOK)
    file_name = "shown.ipynb"

    def _arguments(self):
        return [
            "voila", "shown.ipynb", "--no-browser", "--Voila.ip=127.0.0.1",
            f"--port={self._port}", "--VoilaConfiguration.show_tracebacks=True",
        ]  # fmt: skip

    def _environment(self):
        return in_private(super()._environment(), self._folder / "private")

    def _is_up(self):
        with urllib.request.urlopen(f"{self.address}voila/templates/lab/static/voila.js", timeout=20):
            pass
