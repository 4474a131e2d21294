"""Who can use the page of sequences: checked with axe-core, by keyboard, in both themes, narrow, and saved."""

from contextlib import closing

import pytest
from playwright.sync_api import expect

from tests.browser.gestures import part
from tests.browser.mock import served, show
from tests.browser.sequences.data import explorer
from tests.browser.test_access import (
    BOXES,
    FOCUSED,
    LOW_CONTRAST,
    low_contrast_in_both_themes,
    violations,
)

SHARES = [
    {"label": "good", "count": 9, "share": 0.3, "base": 0.1, "ratio": 3.0, "p": 0.01},
    {"label": "of", "count": 5, "share": 0.1, "base": 0.1, "ratio": 1.0, "p": 0.9},
]
SELECTED = {
    "steps": 30, "sequences": 4, "words": SHARES, "labels": [{"track": "era", **share} for share in SHARES],
    "cells": [{"cell": 3, "auc": 0.96, "sign": 1}, {"cell": 11, "auc": 0.55, "sign": -1}],
    "chance": {"mean": 0.55, "high": 0.61, "draws": 100, "kind": "within"}, "error": "",
}  # fmt: skip
CAUSE = {
    "step": 12, "layer": "hidden state", "metric": "euclidean", "words": ["our", "war"], "distance": 0.5,
    "quantile": 0.99, "classes": [0, 1], "of": 1, "probabilities": [0.2, 0.6],
    "cells": [{"cell": 3, "change": 0.4, "effect": 0.21, "share": 0.3}],
    "rest": {"cells": 127, "effect": 0.04, "share": 0.7}, "occlusion": {"effect": -0.4, "final": 0.7, "of": 1},
    "error": "",
}  # fmt: skip
FULL = {
    "sequence": 2, "position": 230, "selection": [233, 240], "pinned_sequences": [1, 2, 4], "jump": 12,
    "selected_steps": "AQAAAAIAAAA=", "filters": {"correct": False, "text": "war"}, "_selected": SELECTED,
    "_cause": CAUSE, "error": "no good", "_note": "a remark", "point_labels": "jumps", "progress": 0.4,
    "_activity": "settling the map (t-SNE)",
}  # fmt: skip


@pytest.fixture(scope="module")
def address():
    with served("sequences") as found:
        yield found


@pytest.fixture
def open_page(browser, address):
    """Opens the page alone in a browser window of its own."""
    contexts = []

    def opened(width=1300, theme="light", **options):
        context = browser.new_context(viewport={"width": width, "height": 900})
        contexts.append(context)
        return show(context.new_page(), address, points=1500, theme=theme, **options)

    yield opened
    for context in contexts:
        context.close()


@pytest.mark.parametrize(("width", "theme"), [(1300, "light"), (480, "dark")])
def test_axe_finds_nothing_and_all_text_can_be_read(open_page, theme, width):
    empty = open_page(width, theme)
    assert violations(empty.page) == []
    assert low_contrast_in_both_themes(empty) == []
    full = open_page(width, theme, traits=FULL)
    expect(part(full, "telling-cells")).to_be_visible()
    expect(part(full, "cause-cells")).to_be_visible()
    assert violations(full.page) == []
    assert low_contrast_in_both_themes(full) == []
    for menu in ("view-menu", "filter-menu"):
        part(full, menu).locator("summary").click()
        assert violations(full.page) == []
        assert part(full, menu).evaluate(LOW_CONTRAST) == []
        full.page.keyboard.press("Escape")
    part(full, "classes-open").click()
    assert violations(full.page) == []
    assert low_contrast_in_both_themes(full) == []
    part(full, "words").locator("[data-step='234']").hover()
    assert low_contrast_in_both_themes(full) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_a_saved_view(browser, tmp_path, scheme):
    chosen = {"sequence": 13, "pinned_sequences": [2, 4], "jump": 161, "selected_steps": range(40, 60)}
    with closing(explorer(**chosen, filters={"correct": True}, selection=(156, 159))) as saved:
        path = saved.to_html(tmp_path / "view.html")
    page = browser.new_page(bypass_csp=True, color_scheme=scheme)
    page.goto(path.as_uri())
    shown = page.locator(".lstmvis[data-ready='true']")
    shown.wait_for()
    expect(shown).to_have_attribute("data-theme", scheme)
    assert violations(page) == []
    assert shown.evaluate(LOW_CONTRAST) == []
    page.close()


def test_every_control_is_reached_with_the_tab_key_and_shows_its_focus(open_page):
    shown = open_page(traits=FULL)
    shown.page.evaluate("""() => {
        const after = document.createElement('button');
        after.textContent = 'after';
        document.body.append(after);
    }""")
    reached = []
    for _ in range(120):
        shown.page.keyboard.press("Tab")
        focused = shown.page.evaluate(FOCUSED)
        if focused["name"] == "after":
            break
        assert focused["inside"], "the focus left the page before its end"
        assert focused["ring"], f"{focused['name']} shows no ring"
        reached.append(focused["name"])
    assert focused["name"] == "after", "the focus is trapped"
    wanted = {"method-menu", "color-menu", "find", "filter", "clear-filters", "scenario", "sequence-after"}
    wanted |= {"pin-sequence", "words", "class-matrix", "jumps", "jump-threshold-line", "jump-threshold-field"}
    wanted |= {"compared-align", "strip", "unpin", "legend-entry", "map", "map-lasso", "map-zoom-in", "color-by-trust"}
    wanted |= {"matrix-true", "classes-open", "sort", "sequence", "selected-only", "close-cause", "cancel", "grip"}
    assert wanted - set(reached) == set()


def test_at_480_pixels_nothing_overlaps_and_the_page_does_not_scroll_sideways(open_page):
    shown = open_page(480, traits=FULL)
    overflow = "() => document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth"
    assert shown.page.evaluate(overflow) <= 0
    boxes = shown.locator(".lvs-header").evaluate(BOXES)
    assert len(boxes) > 5
    for i, one in enumerate(boxes):
        assert 0 <= one["left"] < one["right"] <= 480
        for other in boxes[i + 1 :]:
            beside = one["right"] <= other["left"] + 0.5 or other["right"] <= one["left"] + 0.5
            above = one["bottom"] <= other["top"] + 0.5 or other["bottom"] <= one["top"] + 0.5
            assert beside or above, f"{one['name']} and {other['name']} overlap"
    # The columns stand below each other.
    tops = [shown.locator(name).bounding_box()["y"] for name in (".lvs-current", ".lvs-map", ".lvs-all", ".lvs-below")]
    assert tops == sorted(tops)
    assert len(set(tops)) == 4
    for menu in ("view-menu", "filter-menu"):
        part(shown, menu).locator("summary").click()
        sheet = part(shown, menu).locator(".lv-menu-list").bounding_box()
        assert sheet["x"] >= 0
        assert sheet["x"] + sheet["width"] <= 480
        shown.page.keyboard.press("Escape")
