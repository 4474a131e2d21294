"""Phrases as points, linked with an explorer: what is picked in one is shown in the other."""

import re
from functools import cache

import numpy as np
import pytest
from playwright.sync_api import expect

from lstmvis_widget import map_phrases
from tests.browser.data import SEQUENCES, STATES, THRESHOLD
from tests.browser.gestures import brush, drag, part, shows

STARTS = np.arange(1, 299, 5)
RANGES = np.stack([STARTS, STARTS + 3], axis=1)
PHRASES = {"NP": RANGES[::3].tolist(), "VP": np.concatenate([RANGES[1::3], RANGES[2::3]]).tolist()}
SHOW = f"""
from lstmvis_widget import StateExplorer, map_phrases
from tests.browser.data import *
found = map_phrases(STATES, {PHRASES}, THRESHOLD)
explorer = StateExplorer(STATES, WORDS, {{"pos": TAGS}}, sequences=SEQUENCES, threshold=THRESHOLD, word_width=30)
scatter = found.scatter(explorer)
scatter
"""


@cache
def phrase_map():
    return map_phrases(STATES, PHRASES, THRESHOLD)


@pytest.fixture
def scatter(notebook):
    notebook.run(SHOW)
    shown = notebook.page.locator(".lv-scatter[data-points='60']")
    shown.wait_for()
    expect(shown).not_to_have_attribute("data-base-redraws", "0")
    return shown


def places(scatter):
    """Where the points are drawn, in pixels of the screen, (n, 2); a cell that is run may scroll the notebook."""
    part(scatter, "points").scroll_into_view_if_needed()
    box = part(scatter, "points").bounding_box()
    return within(scatter) + np.array([box["x"], box["y"]])


def within(scatter):
    """The same in pixels from the plot's upper left corner."""
    box = part(scatter, "points").bounding_box()
    left, right, bottom, top = (float(end) for end in scatter.get_attribute("data-view").split(","))
    # Inside of the border.
    x = 1 + (phrase_map().coordinates[:, 0] - left) / (right - left) * (box["width"] - 2)
    y = 1 + (top - phrase_map().coordinates[:, 1]) / (top - bottom) * (box["height"] - 2)
    return np.stack([x, y], axis=1)


def lone(scatter):
    """A point far from all others, and where it is; not at the plot's edge."""
    at = places(scatter)
    distances = np.hypot(*(at[:, None] - at).T)
    np.fill_diagonal(distances, np.inf)
    point = int(distances.min(0).argmax())
    return point, at[point]


def overlapped(notebook):
    """How many phrases share a step with a match, counted from the explorer's matches."""
    matches = notebook.value("[[match.start, match.stop] for match in explorer.matches]")
    return sum(any(start < b and a < stop for a, b in matches) for start, stop in phrase_map().ranges.tolist())


def test_a_point_picked_with_the_mouse_is_the_explorers_selection_and_its_matches_are_lit(notebook, scatter):
    point, (x, y) = lone(scatter)
    scatter.page.mouse.move(x + 1, y + 1)
    shows(scatter, hovered=point)
    start, stop = phrase_map().ranges[point].tolist()
    words = " ".join(f"w{step}" for step in range(start, stop))
    expect(part(scatter, "readout")).to_contain_text(
        f"“{words}” · {phrase_map().labels[point]} · steps {start} to {stop - 1}"
    )
    scatter.page.mouse.click(x + 1, y + 1)
    assert notebook.value("[explorer.selection, scatter.picked]") == [[start, stop], point]
    first = (start // SEQUENCES[0]) * SEQUENCES[0]
    assert first <= notebook.value("explorer.position") <= start
    lit = overlapped(notebook)
    assert lit > 1
    shows(scatter, picked=point, lit=lit)
    expect(part(scatter, "status")).to_contain_text(f"{lit} lit by matches")
    redraws = scatter.get_attribute("data-base-redraws")
    notebook.run("explorer.k = 2")
    fewer = overlapped(notebook)
    assert fewer < lit
    shows(scatter, lit=fewer, base_redraws=redraws)


def test_a_phrase_brushed_in_the_explorer_is_picked_in_the_scatter(notebook, scatter):
    notebook.run("explorer")
    explorer = notebook.explorer()
    brush(explorer, 6, 9)
    assert notebook.value("scatter.picked") == 1
    shows(scatter, picked=1)
    brush(explorer, 6, 11)
    assert notebook.value("scatter.picked") is None
    shows(scatter, picked="")


def test_keys_go_from_point_to_point_pick_and_let_go(notebook, scatter):
    plot, keyboard = part(scatter, "points"), scatter.page.keyboard
    plot.focus()
    keyboard.press("Home")
    shows(scatter, cursor=0)
    keyboard.press("PageDown")
    shows(scatter, cursor=1)
    at = places(scatter)
    keyboard.press("ArrowRight" if at[1, 0] < at[:, 0].mean() else "ArrowLeft")
    shows(scatter, cursor=re.compile(r"^(?!1$)\d+$"))
    point = int(scatter.get_attribute("data-cursor"))
    ahead, aside = np.abs(at[point] - at[1])
    assert aside <= ahead
    expect(part(scatter, "readout")).to_have_attribute("aria-live", "polite")
    expect(part(scatter, "readout")).to_contain_text(str(phrase_map().labels[point]))
    keyboard.press("Enter")
    assert notebook.value("explorer.selection") == phrase_map().ranges[point].tolist()
    plot.focus()
    keyboard.press("Shift+Enter")
    assert notebook.value("scatter.selected") == [point]
    plot.focus()
    keyboard.press("Escape")
    keyboard.press("Escape")
    shows(scatter, selected="", picked="")
    assert notebook.value("[explorer.selection, scatter.picked, scatter.selected]") == [None, None, []]


def test_points_within_a_lasso_are_what_the_next_cell_works_with(notebook, scatter):
    at = places(scatter)
    box = part(scatter, "points").bounding_box()
    middle = box["x"] + box["width"] / 2
    mouse = scatter.page.mouse
    mouse.move(middle, box["y"] + 2)
    scatter.page.keyboard.down("Shift")
    mouse.down()
    for x, y in ((middle, 1), (1, 1), (1, 0), (middle, 0)):
        to = box["x"] + 2 if x == 1 else middle
        mouse.move(to, box["y"] + 2 + y * (box["height"] - 4), steps=4)
    mouse.up()
    scatter.page.keyboard.up("Shift")
    inside = np.flatnonzero(at[:, 0] < middle).tolist()
    assert 5 < len(inside) < 55
    assert notebook.value("scatter.selected") == inside
    assert notebook.value("found.ranges[scatter.selected]") == phrase_map().ranges[inside].tolist()
    assert notebook.value("explorer.selection") is None
    shows(scatter, selected=inside)


def test_a_label_that_is_hidden_is_neither_drawn_nor_hit(notebook, scatter):
    point, (x, y) = lone(scatter)
    label = str(phrase_map().labels[point])
    button = scatter.locator(f"[data-part='label'][data-label='{label}']")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "false")
    assert notebook.value("scatter.hidden_labels") == [label]
    scatter.page.mouse.click(x, y)
    assert notebook.value("scatter.picked") is None
    notebook.run("scatter.hidden_labels = []")
    expect(button).to_have_attribute("aria-pressed", "true")


def test_the_plot_is_zoomed_moved_and_shown_whole_again(notebook, scatter):
    whole = [float(end) for end in scatter.get_attribute("data-view").split(",")]
    point, (x, y) = lone(scatter)
    before = within(scatter)[point]
    mouse, keyboard = scatter.page.mouse, scatter.page.keyboard
    mouse.move(x, y)
    keyboard.down("Control")
    mouse.wheel(0, -200)
    keyboard.up("Control")
    expect(scatter).not_to_have_attribute("data-view", ",".join(f"{end:g}" for end in whole))
    view = notebook.value("scatter.view")
    assert view[1] - view[0] == pytest.approx((whole[1] - whole[0]) / 1.25**2, rel=1e-3)
    assert within(scatter)[point] == pytest.approx(before, abs=1)
    x, y = places(scatter)[point]
    drag(scatter, (x, y), (x + 60, y - 30))
    assert notebook.value("scatter.picked") is None
    assert within(scatter)[point] == pytest.approx(before + np.array([60, -30]), abs=1)
    part(scatter, "points").focus()
    keyboard.press("+")
    closer = notebook.value("scatter.view")
    assert closer[1] - closer[0] == pytest.approx((view[1] - view[0]) / 1.25)
    part(scatter, "reset").click()
    assert notebook.value("scatter.view") is None


@pytest.mark.parametrize("style", ["transform: scale(0.7)", "zoom: 0.7"])
def test_a_scaled_plot_has_its_points_where_they_are_seen(notebook, scatter, style):
    scatter.evaluate("(root, style) => { root.parentElement.style.cssText = style; }", style)
    part(scatter, "points").hover()  # once it is no longer changing its size
    point, (x, y) = lone(scatter)
    mouse, keyboard = scatter.page.mouse, scatter.page.keyboard
    mouse.move(x, y)
    shows(scatter, hovered=point)
    keyboard.down("Control")
    mouse.wheel(0, -200)
    keyboard.up("Control")
    assert notebook.value("scatter.view") is not None
    assert places(scatter)[point] == pytest.approx((x, y), abs=1.5)
    drag(scatter, (x, y), (x + 42, y - 21))
    assert notebook.value("scatter.picked") is None
    assert places(scatter)[point] == pytest.approx((x + 42, y - 21), abs=1.5)


def test_a_phrase_that_the_explorer_refuses_is_told_in_the_scatter(notebook, scatter):
    expect(part(scatter, "error")).to_be_hidden()
    notebook.run("other = found.scatter(StateExplorer(STATES, sequences=[2, 298])); other.picked = 0; other")
    refused = notebook.page.locator(".lv-scatter").nth(1)
    expect(part(refused, "error")).to_contain_text("must not cross a sequence's end")
