"""What a hand does on the page."""

import re
from contextlib import contextmanager

from playwright.sync_api import Locator, expect


def part(explorer: Locator, name: str) -> Locator:
    return explorer.locator(f"[data-part='{name}']")


def word(explorer: Locator, step: int) -> Locator:
    return part(explorer, "words").locator(f"[data-step='{step}']")


def drag(explorer: Locator, start: tuple[float, float], stop: tuple[float, float], moves: int = 8):
    mouse = explorer.page.mouse
    mouse.move(*start)
    mouse.down()
    mouse.move(*stop, steps=moves)
    mouse.up()


def middle(element: Locator) -> tuple[float, float]:
    element.scroll_into_view_if_needed()
    box = element.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def brush(explorer: Locator, start: int, stop: int, moves: int = 8):
    """Select [start, stop) with the mouse, from its first word to its last."""
    middle(word(explorer, start))  # once in sight, nothing scrolls any more
    drag(explorer, middle(word(explorer, start)), middle(word(explorer, stop - 1)), moves)


def match_row(explorer: Locator, place: int) -> Locator:
    """A row of the match view, counted from 0. Only rows in sight are in the document: it is scrolled to."""
    grid = part(explorer, "matches")
    # A list that has not been drawn yet is too short to be scrolled.
    grid.page.wait_for_function(
        "([grid, place]) => Number(grid.getAttribute('aria-rowcount')) >= place + 2", arg=[grid.element_handle(), place]
    )
    grid.evaluate("(grid, place) => { grid.scrollTop = place * 24; }", place)
    row = grid.locator(f"[data-part='match'][aria-rowindex='{place + 2}']")
    row.wait_for()
    return row


def shows(explorer: Locator, **state):
    """Wait until the page has published these values; `selection=(10, 14)` is its data-selection "10-14"."""
    for name, value in state.items():
        text = value
        if isinstance(value, tuple):
            text = "-".join(map(str, value))
        elif isinstance(value, list):
            text = ",".join(map(str, value))
        elif not isinstance(value, re.Pattern):
            text = str(value)
        expect(explorer).to_have_attribute(f"data-{name.replace('_', '-')}", text)


@contextmanager
def copying_refused(page):
    """As where a page may not use the clipboard."""
    page.evaluate(
        "() => { navigator.clipboard.writeText = () => Promise.reject(); document.execCommand = () => false; }"
    )
    try:
        yield
    finally:
        # What stands on the prototypes counts again.
        page.evaluate("() => { delete navigator.clipboard.writeText; delete document.execCommand; }")
