"""The room that the page takes, what it shows in it, and what it says of itself."""

import numpy as np
import pytest
from playwright.sync_api import expect

from tests.browser.data import SHOW, STATES
from tests.browser.gestures import brush, drag, middle, part, shows


@pytest.fixture
def explorer(notebook):
    notebook.run(SHOW)
    return notebook.explorer()


def height(element):
    return element.bounding_box()["height"]


def test_the_height_is_the_same_whatever_is_listed_and_follows_the_edge_and_python(notebook, explorer):
    assert height(explorer) == 760
    brush(explorer, 10, 14)
    shows(explorer, selection=(10, 14))
    expect(part(explorer, "matches")).to_be_visible()
    assert height(explorer) == 760
    rows = height(part(explorer, "matches")) / 24 - 1
    assert rows >= 8

    grip = part(explorer, "grip")
    x, y = middle(grip)
    drag(explorer, (x, y), (x, y - 100))
    assert notebook.value("explorer.height") == 660
    assert height(explorer) == 660
    grip.focus()
    grip.press("ArrowDown")
    assert notebook.value("explorer.height") == 680
    notebook.run("explorer.height = 900")
    expect(grip).to_have_attribute("aria-valuenow", "900")
    assert height(explorer) == 900
    grip.dblclick()
    assert notebook.value("explorer.height") == 760
    assert notebook.value("explorer.undo() and explorer.height") == 900


def test_matches_stand_below_each_other_whatever_is_before_them(explorer):
    brush(explorer, 10, 14)
    row = part(explorer, "match")
    expect(row.nth(3)).to_be_visible()
    first = "[data-part='match-word']:not(.lv-context)"
    lefts = {round(row.nth(at).locator(first).first.bounding_box()["x"]) for at in range(4)}
    assert len(lefts) == 1
    for at in range(4):
        # What comes before ends where the match begins, and nothing of it reaches over the numbers.
        words = row.nth(at).locator(".lv-before").bounding_box()
        numbers = row.nth(at).locator(".lv-folded").bounding_box()
        assert words["x"] >= numbers["x"] + numbers["width"] - 1
        assert words["x"] + words["width"] <= min(lefts)


def test_each_step_can_have_a_column(notebook, explorer):
    brush(explorer, 10, 14)
    part(explorer, "match-options").locator("summary").click()
    part(explorer, "match-columns").check()
    assert notebook.value("explorer.match_layout") == "columns"
    row = part(explorer, "match").first
    row.page.wait_for_function(
        """row => {
            const words = [...row.querySelectorAll("[data-part='match-word']")];
            const widths = words.map(word => word.getBoundingClientRect().width);
            return words.length > 1 && Math.max(...widths) - Math.min(...widths) < 0.01;
        }""",
        arg=row.element_handle(),
    )
    notebook.run("explorer.match_layout = 'concordance'")
    expect(part(explorer, "match-columns")).not_to_be_checked()


def test_a_ghost_tells_how_to_select_until_something_has_been_selected(notebook, explorer):
    ghost = part(explorer, "ghost-hint")
    expect(ghost).to_be_visible()
    brush(explorer, 10, 14)
    expect(ghost).to_be_hidden()
    notebook.run("explorer.selection = None")
    shows(explorer, selection="")
    expect(ghost).to_be_hidden()


def test_a_key_and_a_button_show_the_help(explorer):
    sheet, button = part(explorer, "help"), part(explorer, "help-open")
    part(explorer, "plot").focus()
    explorer.page.keyboard.press("?")
    expect(sheet).to_be_visible()
    expect(sheet).to_contain_text("Ctrl-Z")
    explorer.page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    expect(button).to_be_focused()
    button.click()
    expect(sheet).to_be_visible()
    part(explorer, "help-close").click()
    expect(sheet).to_be_hidden()


def test_chips_tell_how_often_cells_are_on_and_a_hint_asks_that_they_be_off_before(notebook, explorer):
    brush(explorer, 10, 14)
    cells = notebook.value("explorer.selected_cells")
    for cell in cells[:3]:
        share = round(100 * float((STATES[:, cell] >= np.float32(0.3)).mean()))
        expect(explorer.locator(f"[data-chip='{cell}'] [data-part='cell']")).to_have_attribute(
            "title", f"on at {share} % of all steps; leave cell {cell} out; P: pin it in a colour of its own"
        )
    notebook.run("explorer.threshold = -0.9")
    hint = part(explorer, "rate-hint")
    expect(hint).to_contain_text("are on at 80 % of all steps or more")
    part(explorer, "ask-off-before").click()
    expect(hint).to_be_hidden()
    assert notebook.value("explorer.off_before") == 1
