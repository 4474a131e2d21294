"""Pictures of the page in all its states.

`python -m tests.browser.states FOLDER [NAME ...]` takes them to be looked at, in full size and with the fonts of this
machine. Without a folder it takes anew the small ones that `test_states.py` compares with.
"""

import io
import sys
from base64 import b64encode
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from PIL import Image
from playwright.sync_api import Locator, Page

from tests.browser.gestures import part
from tests.browser.notebook import Notebook
from tests.browser.picture import THEMES, VIEWPORT, browser_and_server, open_notebook

STORED = Path(__file__).parent / "pictures_of_states"
DATA = """
import numpy as np
from ipywidgets import Widget
from lstmvis_widget import StateExplorer, link
from lstmvis_widget.datasets import load_addresses, load_alice, load_chorales, load_globin, load_parens
alice = load_alice()
states = np.tanh(alice.states["layer 1"])

def of(cells, **given):
    "alice with so many cells, each a mixture of its own."
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
    "error": "explorer = of(200, **PHRASE)",
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
    "expected": "explorer = StateExplorer(**load_addresses(), selection=(19043, 19046), position=19030, "
    "visible_tracks=['era', 'pos', 'occlusion'], match_tracks=['era'], color_by='era')",
    "linked": "explorer, other = of(30, **PHRASE), of(200); link(explorer, other); display(other)",
}
THEN = {"error": "explorer.find_text = '/(w1/'"}
"""Run once the page is drawn: what the page says at first would take an error away."""
ACTIONS = {
    "find": lambda explorer: part(explorer, "find-open").click(),
    "error": lambda explorer: part(explorer, "find").focus(),
}
AWAITED = {"aligned": "best-cell", "coverage": "runs", "error": "error", "find": "hit", "labels": "label-row"}
"""Parts that are computed beside the matches."""
NARROW = ("cells-200", "columns-650", "labels", "coverage")
"""States that are also taken on a narrow page."""

# In the dark only colours differ, and each view has its own: these states show every view.
DARK = ("cells-200", "cells-650-wide", "no-cell", "error", "columns-650", "coverage", "labels", "aligned", "expected")
COMPARED = {"light": tuple(STATES), "dark": DARK}

SHRINKING = 4
"""So many pixels of the page, in each direction, make one pixel of a stored picture."""
LEVELS = [min(255, (level + 8) // 16 * 16) for level in range(256)]
"""Shades of the stored pictures: few, so that the files are small."""
SQUARE = 16
"""Colours are compared as means over squares of so many pixels of the page."""
TOLERANCE = 20
"""Two squares differ if their means differ by more, of 255."""
MOST = 4
"""So many squares of a picture may differ: letters are smoothed in other ways elsewhere."""

WIDTH, NARROW_WIDTH = 1000, 560
FACES = (
    ("letters", 400, "DejaVuSans.ttf"),
    ("letters", 700, "DejaVuSans-Bold.ttf"),
    ("boxes", 400, "LastResortHE-Regular.ttf"),
)
"""Family, weight and file. The last one has a box for each character that there is."""
SAME_TIME = """root => {
    for (const aside of root.querySelectorAll('.lv-summary .lv-aside')) {
        aside.textContent = aside.textContent.replace(/[\\d.]+ m?s/, '31 ms');
    }
}"""
"""How long a search took makes the text longer or shorter."""
LOAD_FONTS = "fonts => Promise.all(fonts.map(font => document.fonts.load(font)))"


def compute(notebook: Notebook, name: str):
    """Have Python make a state and finish all that it computes for it."""
    notebook.run(f"Widget.close_all()\n{STATES[name]}\nexplorer")


def drawn(notebook: Notebook, name: str, theme: str) -> Locator:
    """The explorer in a state, once the page has drawn it, with the pointer over one of its cells."""
    explorer = notebook.page.locator(
        f".lstmvis[data-ready='true'][data-theme='{theme}'][data-progress='']:not([data-candidates=''])"
    ).last
    explorer.wait_for()
    if name in THEN:
        notebook.run(THEN[name])
    notebook.page.mouse.move(0, 0)
    explorer.scroll_into_view_if_needed()
    if name in ACTIONS:
        ACTIONS[name](explorer)
    if name in AWAITED:
        part(explorer, AWAITED[name]).first.wait_for()
        picture(explorer)  # once nothing changes any more, each cell is in its place
    if part(explorer, "cell").count():
        explorer.evaluate(SAME_TIME)  # a longer text may take one more line, and the page would scroll later
        part(explorer, "cell").nth(2).hover()
        picture(explorer)  # what has come meanwhile may have moved the cell from under the pointer
        part(explorer, "cell").nth(2).hover()
        explorer.locator(".lv-chip.lv-hovered").first.wait_for()
    return explorer


def picture(explorer: Locator) -> Image.Image:
    """A picture of the explorer once it no longer changes."""
    before, now = None, explorer.screenshot(animations="disabled")
    while now != before:
        before, now = now, explorer.screenshot(animations="disabled")
    return Image.open(io.BytesIO(now)).convert("RGB")


# --------------------------------------------------------------------------------------------------- as they are stored


def as_stored(explorer: Locator) -> Image.Image:
    """A picture as it is stored."""
    explorer.evaluate(SAME_TIME)
    return picture(explorer).reduce(SHRINKING).point(LEVELS * 3)


def stored_path(name: str, theme: str) -> Path:
    return STORED / f"{name}-{theme}.png"


@contextmanager
def styled(page: Page, css: str):
    """The page with more style sheets."""
    style = page.add_style_tag(content=css)
    yield
    style.evaluate("style => style.remove()")


def of_width(pixels: int) -> str:
    return f".lstmvis {{ width: {pixels}px !important; }}"


@contextmanager
def same_everywhere(page: Page):
    """Explorers of one width, with fonts that matplotlib brings along, so that no picture depends on the machine."""
    import matplotlib as mpl

    folder = Path(mpl.get_data_path()) / "fonts" / "ttf"
    faces = [
        f"@font-face {{ font-family: {family}; font-weight: {weight};"
        f" src: url(data:font/ttf;base64,{b64encode((folder / file).read_bytes()).decode()}); }}"
        for family, weight, file in FACES
    ]
    rules = ".lstmvis, .lstmvis * { font-family: letters, boxes !important; }", of_width(WIDTH)
    page.set_viewport_size(VIEWPORT | {"height": 1600})  # what is out of sight is not in a picture
    with styled(page, "\n".join([*faces, *rules])):
        # A font is loaded when it is first used, and what is measured before that has other widths.
        page.evaluate(LOAD_FONTS, [f"{weight} 13px {family}" for family, weight, _ in FACES])
        yield


def take(notebook: Notebook, theme: str):
    """Go through the states that are stored in a theme: the name of each, and its picture as it looks now."""
    notebook.run(DATA)
    with same_everywhere(notebook.page):
        for name in COMPARED[theme]:
            compute(notebook, name)
            yield name, as_stored(drawn(notebook, name, theme))
            if name in NARROW and theme == "light":
                with styled(notebook.page, of_width(NARROW_WIDTH)):
                    yield f"{name}-narrow", as_stored(drawn(notebook, name, theme))


def differing(one: Image.Image, other: Image.Image) -> int:
    """How many squares of two pictures differ, as they are stored; all of them where the pictures differ in size.

    Where the explorer begins within a pixel of the screen, its last row of pixels is half of what is below it: only
    squares that are whole from top to bottom are compared, in which one row is too little to count.
    """
    a, b = (np.asarray(each.reduce(SQUARE // SHRINKING), float) for each in (one, other))
    if a.shape[1] != b.shape[1] or abs(len(a) - len(b)) > 1:
        return a[..., 0].size
    rows = min(one.height, other.height) * SHRINKING // SQUARE
    return int((np.abs(a[:rows] - b[:rows]).max(axis=2) > TOLERANCE).sum())


def is_as(one: Image.Image, other: Image.Image) -> bool:
    """Whether two pictures show the same, as they are stored."""
    return differing(one, other) <= MOST


# ------------------------------------------------------------------------------------------------------------- commands


def take_to_look_at(folder: Path, names):
    """Take full pictures, as the page looks here."""
    folder.mkdir(parents=True, exist_ok=True)
    with browser_and_server() as (browser, server):
        for theme in THEMES:
            notebook = open_notebook(browser, server, theme)
            notebook.run(DATA)
            for name in names or STATES:
                compute(notebook, name)
                picture(drawn(notebook, name, theme)).save(folder / f"{name}-{theme}.png")
                if name in NARROW:
                    notebook.page.set_viewport_size(VIEWPORT | {"width": 620})
                    picture(drawn(notebook, name, theme)).save(folder / f"{name}-narrow-{theme}.png")
                    notebook.page.set_viewport_size(VIEWPORT)
            notebook.page.close()


def take_to_store():
    """Take the pictures anew that tests compare with."""
    STORED.mkdir(exist_ok=True)
    for old in STORED.glob("*.png"):
        old.unlink()
    with browser_and_server() as (browser, server):
        for theme in COMPARED:
            notebook = open_notebook(browser, server, theme)
            for name, taken in take(notebook, theme):
                taken.save(stored_path(name, theme), optimize=True)
            notebook.page.close()


if __name__ == "__main__":
    if sys.argv[1:]:
        take_to_look_at(Path(sys.argv[1]), sys.argv[2:])
    else:
        take_to_store()
