"""The page alone, with made-up states in place of Python (js/dev), for what needs no kernel: fast, and measurable."""

import json
import threading
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote

ROOT = Path(__file__).parents[2]
SHOWN = ".lstmvis[data-ready='true']"


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@contextmanager
def served(name="index"):
    """The address of a page of js/dev on this machine, while it is served."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=ROOT))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/js/dev/{name}.html"
    finally:
        server.shutdown()
        server.server_close()


def show(page, address, **options):
    """Open the page with options of its mock (js/dev/mock.js, js/dev/sequences_mock.js), and give the widget."""
    page.goto(f"{address}#{quote(json.dumps(options))}")
    shown = page.locator(SHOWN)
    shown.wait_for()
    return shown
