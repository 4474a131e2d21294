"""What stands beside the picture: undoing, scenarios, finding, linked explorers."""

import pytest
from playwright.sync_api import expect

from tests.browser.data import SHOW
from tests.browser.gestures import brush, drag, middle, part, shows


@pytest.fixture
def explorer(notebook):
    notebook.run(SHOW)
    return notebook.explorer()


def test_a_drag_is_undone_and_made_again_with_the_keyboard(notebook, explorer):
    brush(explorer, 10, 14, moves=20)
    brush(explorer, 3, 6)
    explorer.page.keyboard.press("Control+z")
    shows(explorer, selection=(10, 14))
    assert notebook.value("explorer.selection") == [10, 14]
    part(explorer, "words").focus()
    explorer.page.keyboard.press("Control+z")
    shows(explorer, selection="")
    assert notebook.value("explorer.selection") is None
    part(explorer, "words").focus()
    explorer.page.keyboard.press("Control+Shift+Z")
    shows(explorer, selection=(10, 14))
    x, y = middle(part(explorer, "threshold"))
    drag(explorer, (x, y), (x, y - 40))
    assert notebook.value("explorer.threshold") > 0.3
    explorer.page.keyboard.press("Control+z")
    shows(explorer, selection=(10, 14), threshold=0.3)
    assert notebook.value("[explorer.selection, explorer.threshold]") == [[10, 14], 0.3]


def test_the_scenario_that_is_copied_replays_what_is_shown(notebook, explorer):
    explorer.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    brush(explorer, 10, 14)
    notebook.value("explorer.selected_cells")
    shows(explorer, selection=(10, 14))
    button = part(explorer, "scenario")
    button.click()
    expect(button).to_have_text("✓ copied")
    line = explorer.page.evaluate("() => navigator.clipboard.readText()")
    expect(button).to_have_text("⧉ scenario")
    notebook.run("explorer.selection = (3, 6); explorer.threshold = 0.5")
    notebook.run(line)
    assert notebook.value("[explorer.selection, explorer.threshold]") == [[10, 14], 0.3]
    shows(explorer, selection=(10, 14), threshold=0.3)


def test_where_copying_is_refused_the_line_is_shown_to_be_copied_by_hand(notebook, explorer):
    explorer.page.evaluate(
        "() => { navigator.clipboard.writeText = () => Promise.reject(); document.execCommand = () => false; }"
    )
    part(explorer, "scenario").click()
    line = part(explorer, "scenario-line")
    expect(line).to_be_focused()
    assert line.input_value() == notebook.value("explorer._scenario_line")
