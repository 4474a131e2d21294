"""Several phrases selected together: all hits of a search, and words added with Ctrl."""

import pytest
from playwright.sync_api import expect

from tests import oracle
from tests.browser.data import SEQUENCES, SHOW, STATES, THRESHOLD
from tests.browser.gestures import brush, part, shows, word


@pytest.fixture
def explorer(notebook):
    notebook.run(SHOW)
    return notebook.explorer()


def cells_at(ranges, tolerance=0):
    return oracle.select_cells_at(STATES, ranges, THRESHOLD, tolerance=tolerance, sequences=SEQUENCES)


def test_all_hits_are_selected_with_a_tolerance_and_gone_through(notebook, explorer):
    field = part(explorer, "find")
    field.fill(r"/\bw1[0-4]\b/")
    field.press("Enter")
    expect(part(explorer, "find-count")).to_have_text("1 / 5")
    field.press("ArrowDown")
    part(explorer, "select-hits").click()
    shows(explorer, ranges=5, selection=(10, 11))
    hits = [(step, step + 1) for step in range(10, 15)]
    assert notebook.value("explorer.selected_cells.tolist()") == cells_at(hits)
    least = part(explorer, "ranges-least")
    expect(least).to_have_value("5")
    least.fill("3")
    least.press("Enter")
    assert notebook.value("explorer.selected_cells.tolist()") == cells_at(hits, 0.4)
    part(explorer, "ranges-next").click()
    part(explorer, "ranges-next").click()
    expect(part(explorer, "ranges-place")).to_have_text("3 / 5")
    assert notebook.value("[explorer.selection, explorer.selected_ranges]") == [[12, 13], [list(hit) for hit in hits]]
    part(explorer, "ranges-only").click()
    shows(explorer, ranges=0, selection=(12, 13))
    assert notebook.value("explorer.selected_cells.tolist()") == cells_at([(12, 13)])


def test_words_are_added_with_ctrl_and_taken_out_by_a_click(notebook, explorer):
    brush(explorer, 10, 12)
    explorer.page.keyboard.down("Control")
    brush(explorer, 14, 16)
    brush(explorer, 6, 7)
    explorer.page.keyboard.up("Control")
    shows(explorer, ranges=3, selection=(6, 7))
    expect(part(explorer, "selections").locator("div")).to_have_count(2)
    ranges = [(6, 7), (10, 12), (14, 16)]
    assert notebook.value("explorer.selected_ranges") == [list(each) for each in ranges]
    assert notebook.value("explorer.selected_cells.tolist()") == cells_at(ranges)
    word(explorer, 15).click(modifiers=["Control"])
    shows(explorer, ranges=2)
    assert notebook.value("explorer.selected_cells.tolist()") == cells_at(ranges[:2])
    part(explorer, "words").press("Escape")
    shows(explorer, ranges=0, selection="")
    assert notebook.value("explorer.undo() and explorer.selected_ranges") == [list(each) for each in ranges[:2]]
