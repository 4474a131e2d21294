"""Where points, columns and rows of the page of sequences are."""

import json

import numpy as np

from tests.browser.gestures import part


def places(sequences, coordinates):
    """Where points of the map are, in pixels of the screen, (n, 2); a cell that is run may scroll the notebook."""
    plot = part(sequences, "map")
    plot.scroll_into_view_if_needed()
    found = plot.bounding_box()
    left, right, bottom, top = map(float, plot.get_attribute("data-box").split(","))
    x = found["x"] + (coordinates[:, 0] - left) / (right - left) * found["width"]
    y = found["y"] + (top - coordinates[:, 1]) / (top - bottom) * found["height"]
    return np.stack([x, y], axis=1)


def lonest(coordinates):
    """The points from the one that is farthest from all others on."""
    distances = np.hypot(*(coordinates[:, None] - coordinates).T)
    np.fill_diagonal(distances, np.inf)
    return np.argsort(-distances.min(0))


def column(chart, step, start, stop):
    """The middle of the column of a step in a chart of the steps [start, stop), in pixels of the screen."""
    chart.scroll_into_view_if_needed()
    box = chart.bounding_box()
    width = min(14, box["width"] / (stop - start))
    return box["x"] + (step - start + 0.5) * width, box["y"] + box["height"] / 2


def lasso(sequences, corners):
    """Drag with Shift from corner to corner."""
    mouse, keyboard = sequences.page.mouse, sequences.page.keyboard
    keyboard.down("Shift")
    mouse.move(*corners[0])
    mouse.down()
    for corner in [*corners[1:], corners[0]]:
        mouse.move(*corner, steps=4)
    mouse.up()
    keyboard.up("Shift")


def row(sequences, number):
    """The row of a sequence in the table; only rows in sight are in the document."""
    return part(sequences, "sequences").locator(f"[data-part='sequence'][data-sequence='{number}']")


def open_menu(sequences, name):
    menu = part(sequences, name)
    if menu.get_attribute("open") is None:
        menu.locator("summary").click()


def as_json(value):
    """As the page publishes conditions."""
    return json.dumps(value, separators=(",", ":"))
