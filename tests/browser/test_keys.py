"""Keys pressed in a widget are the widget's: the notebook around it takes none that has no Ctrl."""

import pytest
from playwright.sync_api import expect

from tests.browser.gestures import part, shows, word
from tests.browser.test_phrase_scatter import SHOW

LONE_KEYS = ["b", "m", "x", "z", "d", "d", "Alt+Enter", "ArrowUp", "ArrowDown"]
"""Commands of JupyterLab on cells: insert, turn into text, cut, undo, delete, run, and go to the next."""

CELLS = """() => {
    const { content } = window.jupyterapp.shell.currentWidget;
    const { cells } = content.model.sharedModel;
    return [content.activeCellIndex, ...cells.map(cell => [cell.id, cell.cell_type, cell.source])];
}"""

OPEN_MENUS = "root => { for (const menu of root.querySelectorAll('details')) menu.open = true; }"
FOCUS_NEXT = """(root, tried) => {
    for (const each of [root, ...root.querySelectorAll('button, input, select, textarea, summary, [tabindex]')]) {
        const name = each.dataset.part ?? [...each.classList].pop() ?? each.tagName;
        if (tried.includes(name)) continue;
        each.focus();
        if (each === document.activeElement) return name;
    }
    return null;
}"""
IN_FOCUS = """() => {
    let { activeElement } = document;
    const names = [];
    for (; activeElement; activeElement = activeElement.parentElement) names.push(activeElement.className);
    return names.join(' ');
}"""


@pytest.fixture
def widgets(notebook):
    """An explorer with matches and a scatter, below each other in one cell between two others."""
    notebook.run("1 + 1")
    notebook.run(f"{SHOW}\nexplorer.selection = (10, 14)\ndisplay(explorer, scatter)")
    notebook.run("2 + 2")
    shown = [notebook.page.locator(".lstmvis").nth(place) for place in (0, 1)]
    part(shown[0], "match").first.wait_for()
    expect(shown[1]).not_to_have_attribute("data-base-redraws", "0")
    return shown


def cells(notebook):
    return notebook.page.evaluate(CELLS)


def press(page, *keys):
    for key in keys:
        page.keyboard.press(key)


def test_no_key_without_ctrl_reaches_the_notebook_from_any_part_of_a_widget(notebook, widgets):
    tried = set()
    explorer, _ = widgets
    explorer.locator(".lv-title").click()  # the notebook takes the widget's cell for the active one
    expected = cells(notebook)
    for widget in widgets:
        widget.evaluate(OPEN_MENUS)
        while name := widget.evaluate(FOCUS_NEXT, list(tried)):
            press(notebook.page, *LONE_KEYS)
            assert cells(notebook) == expected, f"a key pressed on {name} reached the notebook"
            tried.add(name)
            if widget == explorer:
                shows(explorer, progress="")
    wanted = {"find", "threshold-field", "plot", "threshold", "words", "off-before", "selection-bar", "cell"}
    wanted |= {"match", "color-by", "length-bar", "copy-csv", "overview", "points", "reset", "lv-scatter"}
    assert wanted - tried == set()
    press(notebook.page, "0", "0")
    expect(notebook.page.locator(".jp-Dialog")).to_have_count(0)


def test_keys_with_ctrl_are_the_notebooks_and_undoing_is_the_widgets(notebook, widgets):
    explorer, scatter = widgets
    notebook.run("explorer.threshold = 0.5")
    word(explorer, 12).click()
    before = cells(notebook)
    shows(explorer, threshold=0.5, selection=(12, 13))
    press(notebook.page, "Control+z", "Control+z")
    shows(explorer, threshold=0.3, selection=(10, 14))
    press(notebook.page, "Control+Shift+z", "Control+Shift+z")
    shows(explorer, threshold=0.5, selection=(12, 13))
    assert cells(notebook) == before
    # The command counts, not that the file is clean afterwards: results that come later make it dirty again.
    notebook.page.evaluate("""() => {
        window.saves = 0;
        const { commands } = window.jupyterapp;
        commands.commandExecuted.connect((_, { id }) => { window.saves += id === "docmanager:save"; });
    }""")
    for count, widget in enumerate((part(explorer, "words"), part(scatter, "points")), 1):
        widget.focus()
        press(notebook.page, "Control+s")
        notebook.page.wait_for_function("count => window.saves === count", arg=count)


def test_a_press_on_what_takes_no_focus_gives_the_keys_to_the_widget(notebook, widgets):
    explorer, _ = widgets
    explorer.locator(".lv-title").click()
    before = cells(notebook)
    press(notebook.page, *LONE_KEYS)
    assert cells(notebook) == before
    assert "lstmvis" in notebook.page.evaluate(IN_FOCUS)


def test_escape_closes_what_is_open_and_then_gives_the_keys_back_to_the_notebook(notebook, widgets):
    explorer, scatter = widgets
    count = len(cells(notebook))
    summary = part(explorer, "tracks-menu").locator("summary")
    summary.click()
    press(notebook.page, "Escape")
    expect(summary).to_be_focused()
    expect(part(explorer, "tracks-menu")).not_to_have_attribute("open", "")
    field = part(explorer, "threshold-field")
    field.fill("0.77")
    press(notebook.page, "Escape")
    expect(field).to_be_focused()
    expect(field).to_have_value("0.30")
    for element in (field, part(explorer, "threshold"), part(scatter, "points")):
        element.focus()
        notebook.run("explorer.selection = None; scatter.selected = []; scatter.picked = None")
        element.focus()
        shows(explorer, selection="")
        press(notebook.page, "Escape")
        assert "lstmvis" not in notebook.page.evaluate(IN_FOCUS)
        count += 1  # that of the cell just run
        press(notebook.page, "b")
        count += 1
        notebook.page.wait_for_function(f"count => ({CELLS})().length === count", arg=count)
