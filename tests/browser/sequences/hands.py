"""Where points, columns and rows of the page of sequences are."""

import json

import numpy as np

from tests.browser.gestures import part


def places(sequences, coordinates):
    """Where points of the map are, in pixels of the screen, (n, 2); a cell that is run may scroll the notebook."""
    plot = part(sequences, "map")
    plot.scroll_into_view_if_needed()
    box = plot.bounding_box()
    return within(sequences, coordinates) + np.array([box["x"], box["y"]])


def within(sequences, coordinates):
    """The same in pixels from the map's upper left corner."""
    box = part(sequences, "map").bounding_box()
    left, right, bottom, top = map(float, part(sequences, "map").get_attribute("data-box").split(","))
    x, y = np.asarray(coordinates, float).T
    return np.stack([(x - left) / (right - left) * box["width"], (top - y) / (top - bottom) * box["height"]], axis=1)


def lonest(coordinates):
    """The points from the one that is farthest from all others on."""
    distances = np.hypot(*(coordinates[:, None] - coordinates).T)
    np.fill_diagonal(distances, np.inf)
    return np.argsort(-distances.min(0))


def column(chart, step, start, stop):
    """The middle of the column of a step in a chart of the steps [start, stop), in pixels of the screen."""
    chart.scroll_into_view_if_needed()
    box = chart.locator("canvas").bounding_box()
    return box["x"] + (step - start + 0.5) * box["width"] / (stop - start), box["y"] + box["height"] / 2


def lasso(sequences, corners, *held):
    """Drag from corner to corner, which are in units of the map, while some keys are held."""
    at = places(sequences, corners)
    mouse, keyboard = sequences.page.mouse, sequences.page.keyboard
    for key in held:
        keyboard.down(key)
    mouse.move(*at[0])
    mouse.down()
    for corner in [*at[1:], at[0]]:
        mouse.move(*corner, steps=4)
    mouse.up()
    for key in held:
        keyboard.up(key)


def frame(left, right, bottom, top):
    """Corners of a box."""
    return [(left, bottom), (right, bottom), (right, top), (left, top)]


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
