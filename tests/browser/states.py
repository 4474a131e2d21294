"""Takes a picture of each state of the page, to look at: `python -m tests.browser.states FOLDER [NAME ...]`."""

import sys
from pathlib import Path

from tests.browser.gestures import part
from tests.browser.picture import THEMES, VIEWPORT, browser_and_server, open_notebook

DATA = """
import numpy as np
from lstmvis_widget import StateExplorer, link
from lstmvis_widget.datasets import load_alice, load_chorales, load_globin, load_parens
alice = load_alice()
states = np.tanh(alice.states["layer 1"])

def of(cells, **given):
    "alice with so many cells: mixtures of its own."
    mixing = np.random.default_rng(0).standard_normal((states.shape[1], cells)) / 6
    mixed = np.tanh(np.arctanh(np.clip(states, -.999, .999)) @ mixing).astype(np.float32)
    return StateExplorer(**{**alice, "states": mixed}, name=f"alice, {cells} cells", **given)

PHRASE = dict(selection=(1678, 1681), position=1666)
"""

TOKENS = ["<b>bold</b>", "", " ", "\n", "\t", "שלום", "😀", "x" * 200, "internationalization", "日本語", "&amp;"]

STATES = {
    "empty": "explorer = of(200)",
    "cells-30": "explorer = of(30, **PHRASE, threshold=0.2)",
    "cells-200": "explorer = of(200, **PHRASE, off_before=1, match_tracks=['pos'])",
    "cells-650": "explorer = of(650, **PHRASE, threshold=0.4, word_width=12)",
    "cells-650-wide": "explorer = of(650, **PHRASE, threshold=0.3, match_tracks=['pos'], color_by='pos')",
    "no-cell": "explorer = of(200, **PHRASE, threshold=0.995)",
    "error": "explorer = of(200, **PHRASE); explorer.find_text = '/(w1/'",
    "columns-650": "explorer = of(650, **PHRASE, threshold=0.4, word_width=0.05)",
    "columns-30": "explorer = of(30, **PHRASE, threshold=0.2, word_width=3)",
    "coverage": "explorer = of(200, **PHRASE, show_coverage=True, min_run=2, pinned_cells={3: None, 7: None})",
    "folded": "explorer = of(200, **PHRASE, k=1000, context_width=6, match_tracks=['pos'], fold_matches=True)",
    "one-length": "explorer = of(200, **PHRASE, length_filter=2)",
    "labels": "explorer = of(200, **PHRASE, match_tracks=['pos']); explorer._label_table = 'pos'",
    "aligned": "explorer = of(200, **PHRASE); explorer.align_with = ('pos', 'NOUN')",
    "find": "explorer = of(200, **PHRASE); explorer.find_text = 'the'",
    "odd-tokens": f"explorer = StateExplorer(states[:11], {TOKENS!r}, selection=(2, 6), threshold=0.05)",
    "dna": "explorer = StateExplorer(**load_globin(), word_width=14, selection=(200, 206), position=180)",
    "chords": "explorer = StateExplorer(**load_chorales(), selection=(20, 22), position=10)",
    "parens": "explorer = StateExplorer(**load_parens(), selection=(20, 22), position=10, off_before=1)",
    "linked": "explorer, other = of(30, **PHRASE), of(200); link(explorer, other); display(other)",
}
ACTIONS = {
    "find": lambda explorer: part(explorer, "find-open").click(),
    "error": lambda explorer: part(explorer, "find").focus(),
}


def main(folder, names):
    folder.mkdir(parents=True, exist_ok=True)
    with browser_and_server() as (browser, server):
        for theme in THEMES:
            take_all(browser, server, folder, theme, names)


def take_all(browser, server, folder, theme, names):
    notebook = open_notebook(browser, server, theme)
    page = notebook.page
    notebook.run(DATA)
    for name, source in STATES.items():
        if names and name not in names:
            continue
        notebook.run(f"{source}\nexplorer")
        explorer = page.locator(f".lstmvis[data-ready='true'][data-theme='{theme}'][data-progress='']").last
        explorer.wait_for()
        page.wait_for_timeout(1500)  # whatever it is that it waits for is in the picture
        if name in ACTIONS:
            ACTIONS[name](explorer)
        if part(explorer, "cell").count():
            part(explorer, "cell").nth(2).hover()
        page.wait_for_timeout(400)
        explorer.screenshot(path=folder / f"{name}-{theme}.png")
        if name in ("cells-200", "columns-650", "labels", "coverage"):
            page.set_viewport_size(VIEWPORT | {"width": 620})
            page.wait_for_timeout(1200)
            explorer.screenshot(path=folder / f"{name}-narrow-{theme}.png")
            page.set_viewport_size(VIEWPORT)
    page.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
