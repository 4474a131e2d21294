"""What stands beside the picture: undoing, scenarios, finding, linked explorers."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.data import SHOW
from tests.browser.gestures import brush, copying_refused, drag, middle, part, shows, word


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
    part(explorer, "words").focus()
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
    expect(button).to_have_text("scenario")
    notebook.run("explorer.selection = (3, 6); explorer.threshold = 0.5")
    notebook.run(line)
    assert notebook.value("[explorer.selection, explorer.threshold]") == [[10, 14], 0.3]
    shows(explorer, selection=(10, 14), threshold=0.3)


def test_where_copying_is_refused_the_line_is_shown_to_be_copied_by_hand(notebook, explorer):
    line = part(explorer, "scenario-line")
    with copying_refused(explorer.page):
        part(explorer, "scenario").click()
        expect(line).to_be_focused()
    assert line.input_value() == notebook.value("explorer._scenario_line")


AT_ONE_PLACE = """elements => {
    const [one, other] = elements.map(element => element.getBoundingClientRect().x);
    return Math.abs(one - other) <= 1;
}"""


def test_a_phrase_is_found_and_stepped_through_without_losing_the_selection(notebook, explorer):
    brush(explorer, 10, 14)
    field, count, found = (part(explorer, name) for name in ("find", "find-count", "found"))
    # w0; w250 and the next; w270 and w272; and w275, w277 and w279, as each sequence is searched by itself.
    field.fill("/^w0\\b|W2(50|7.) w/")
    field.press("Enter")
    expect(count).to_have_text("1 / 7")
    expect(found).to_be_visible()
    for number, position in ((2, "250"), (3, "270")):
        field.press("Enter")
        expect(count).to_have_text(f"{number} / 7")
        expect(word(explorer, int(position))).to_be_visible()
        # The words and the outline are drawn in one frame, and asked for in two.
        handles = [word(explorer, int(position)).element_handle(), found.element_handle()]
        explorer.page.wait_for_function(AT_ONE_PLACE, arg=handles)
    start, stop = notebook.value("[explorer.position, explorer.position + explorer._visible_steps]")
    assert start <= 270 < stop
    assert notebook.value("explorer.selection") == [10, 14]
    field.press("Shift+Enter")
    field.press("Shift+Enter")
    shows(explorer, position=0)
    field.press("Shift+Enter")
    expect(count).to_have_text("7 / 7")
    part(explorer, "find-case").click()
    expect(count).to_have_text("1")
    assert notebook.value("[explorer.find_text, explorer.find_match_case]") == ["/^w0\\b|W2(50|7.) w/", True]
    field.press("Escape")
    expect(count).to_be_hidden()
    assert notebook.value("explorer.find_text") == ""


def test_what_is_wrong_with_an_expression_is_shown(explorer):
    field = part(explorer, "find")
    field.fill("/(w1/")
    field.press("Enter")
    for name in ("find-error", "error"):
        expect(part(explorer, name)).to_contain_text("unterminated subpattern")
    field.fill("w1 w2 w3")
    field.press("Enter")
    expect(part(explorer, "find-count")).to_have_text("1 / 1")
    expect(part(explorer, "error")).to_be_hidden()


def test_linked_explorers_follow_each_other_from_gesture_to_gesture(notebook, explorer):
    notebook.run("from lstmvis_widget import link\nother = StateExplorer(-STATES, WORDS, sequences=SEQUENCES)\nother")
    other = notebook.explorer(1)
    notebook.run("linked = link(explorer, other)")
    brush(explorer, 10, 14)
    shows(other, selection=(10, 14))
    assert notebook.value("[explorer.selection, other.selection]") == [[10, 14], [10, 14]]
    part(other, "next").click()
    shows(explorer, position=re.compile("[1-9]"))
    assert notebook.value("explorer.position == other.position > 0")
    part(other, "previous").click()
    shows(explorer, position=0)
    word(other, 3).hover()
    expect(word(explorer, 3)).to_have_class(re.compile("lv-hovered"))
    part(explorer, "words").focus()
    explorer.page.keyboard.press("Control+z")
    for view in (explorer, other):
        shows(view, selection="")
    notebook.run("linked.unlink()")
    brush(explorer, 3, 6)
    assert notebook.value("[explorer.selection, other.selection]") == [[3, 6], None]
