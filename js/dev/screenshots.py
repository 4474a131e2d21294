"""Draw the page with the mock model in a number of states: `python js/dev/screenshots.py FOLDER [NAME ...]`."""

import json
import os
import shutil
import sys
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[2]
BROWSER = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

SELECTED = {"selection": [11, 13], "position": 5, "threshold": 0.3}
ODD = [
    "<b>bold</b>",
    "",
    " ",
    "\n",
    "\t",
    "שלום",
    "😀👩‍👩‍👧",
    "x" * 200,
    "a\nb",
    "internationalization",
    "日本語",
    "&amp;",
]
STATES = {
    "light": dict(cells=200, traits=SELECTED),
    "dark": dict(cells=200, theme="dark", traits=SELECTED),
    "cells-30": dict(cells=30, traits={**SELECTED, "threshold": 0.2}),
    "cells-650": dict(cells=650, traits={**SELECTED, "word_width": 30}),
    "some-selected": dict(cells=650, theme="dark", traits={**SELECTED, "threshold": 0.2, "word_width": 30}),
    "many-selected": dict(cells=650, traits={**SELECTED, "threshold": -0.4, "word_width": 30}),
    "empty": dict(cells=200),
    "error": dict(
        cells=200,
        traits={
            **SELECTED,
            "progress": 0.61,
            "_activity": "indexing layer 2",
            "threshold": 0.99,
            "error": "threshold: expected a finite number, got nan",
            "_note": "No cell is at or above 0.99 over the whole selection; the highest is 0.93.",
        },
    ),
    "busy": dict(cells=200, traits={**SELECTED, "progress": 0.43, "_activity": "indexing layer 1"}),
    "busy-dark": dict(cells=200, theme="dark", traits={**SELECTED, "progress": 0.43, "_activity": "indexing layer 1"}),
    "busy-narrow": dict(
        cells=200,
        traits={**SELECTED, "progress": 0.07, "_activity": "indexing a layer with a very long name"},
        width=480,
    ),
    "narrow": dict(cells=200, traits={**SELECTED, "off_before": 2, "off_after": 1, "deselected_cells": [3]}, width=480),
    "odd-words": dict(cells=60, words=ODD, traits={"selection": [2, 6], "word_width": 60}),
    "thin": dict(cells=200, traits={"selection": [11, 16], "word_width": 9}),
    "long": dict(cells=60, traits={"selection": [70, 100], "position": 60, "threshold": -0.6}),
}


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


def main(folder: Path, names: list[str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=ROOT))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=BROWSER, args=FLAGS)
        for name, options in STATES.items():
            if names and name not in names:
                continue
            page = browser.new_page(viewport={"width": options.get("width", 1120), "height": 860})
            page.on("pageerror", lambda error, name=name: print(name, "page error:", error))
            page.on("console", lambda message, name=name: print(name, message.text))
            page.goto(f"http://127.0.0.1:{server.server_port}/js/dev/index.html#{quote(json.dumps(options))}")
            page.wait_for_selector('.lstmvis[data-ready="true"]', timeout=10000)
            page.wait_for_timeout(500)
            if name in ("light", "dark", "cells-650"):
                page.locator('[data-part="cell"]').nth(2).hover()
                page.locator('[data-part="match-word"]').nth(4).hover()
                plot = page.locator('[data-part="plot"]').bounding_box()
                page.mouse.move(plot["x"] + 7.1 * 42, plot["y"] + 47)
                page.wait_for_timeout(100)
            page.screenshot(path=folder / f"{name}.png", full_page=True)
            page.close()
        browser.close()
    server.shutdown()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
