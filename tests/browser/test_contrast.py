"""Two kept sets of phrases side by side, and the cells that tell them apart, in a notebook."""

from contextlib import closing

import pytest
from playwright.sync_api import expect

from lstmvis_widget import StateExplorer
from tests.browser.data import SHOW, STATES, TAGS, WORDS
from tests.browser.gestures import part, shows
from tests.browser.test_access import LOW_CONTRAST
from tests.browser.test_statistics import IMPORTING, violations
from tests.page import wait_until


def rows_of(explorer):
    """The rows of cells: number, both shares, difference."""
    return part(explorer, "cell-apart-row").evaluate_all(
        """rows => rows.map(row => [
            Number(row.dataset.chip),
            ...['.lv-share', '.lv-share ~ .lv-share', '.lv-difference'].map(
                name => Number(row.querySelector(name).textContent.replace('−', '-'))),
        ])"""
    )


def test_two_searches_are_kept_held_against_each_other_and_their_cells_taken(notebook):
    notebook.run(SHOW)
    explorer = notebook.explorer()
    searches = [r"/w1\d\b/", r"/w2\d\d\b/"]
    for count, search in enumerate(searches, start=1):
        part(explorer, "find").fill(search)
        part(explorer, "find").press("Enter")
        part(explorer, "keep-hits").click()
        shows(explorer, phrase_sets=searches[:count])
    expect(part(explorer, "cell-apart-row").first).to_be_visible(timeout=IMPORTING)
    table = notebook.value("explorer.contrast.query('difference != 0').values.tolist()")
    assert notebook.value("[len(ranges) for ranges in explorer.phrase_sets.values()]") == [10, 100]
    for shown, (cell, *shares) in zip(rows_of(explorer), table, strict=True):
        assert shown == [cell, *(pytest.approx(share, abs=0.0051) for share in shares[:3])]
    part(explorer, "cell-apart").nth(1).hover()
    expect(part(explorer, "readout")).to_contain_text(f"cell {int(table[1][0])}")
    # Nothing is selected: the first phrase of the first set is, as cells need a selection.
    part(explorer, "take-apart").click()
    shows(explorer, selection=(10, 11), selected_cells=sorted(int(cell) for cell, *_ in table[:10]))
    part(explorer, "contrast-one").select_option(index=1)
    shows(explorer, contrast_with=":".join(reversed(searches)))
    assert notebook.value("explorer.contrast_with") == list(reversed(searches))
    swapped = notebook.value("explorer.contrast['difference'].tolist()")[0]
    sign = "+" if swapped > 0 else "−"
    expect(part(explorer, "cell-apart-row").first.locator(".lv-difference")).to_have_text(f"{sign}{abs(swapped):.2f}")
    # The keyboard stays in the page when the control that it was in goes with its set.
    part(explorer, "set-menu-other").locator("summary").press("Enter")
    part(explorer, "remove-other").press("Enter")
    shows(explorer, phrase_sets=searches[1:])
    expect(part(explorer, "phrases-one").locator(":focus")).to_have_count(1)
    explorer.page.keyboard.press("Control+z")
    shows(explorer, phrase_sets=searches)


def test_a_saved_view_keeps_the_contrast_and_asks_for_nothing(browser, tmp_path):
    with closing(StateExplorer(STATES, WORDS, {"pos": TAGS}, threshold=0.3, selection=(10, 12))) as explorer:
        explorer.phrase_sets = {"nouns": ("pos", "NOUN"), "<b>verbs</b>": ("pos", "VERB")}
        wait_until(lambda: explorer._contrast, "what is saved")
        path = explorer.to_html(tmp_path / "view.html")
        count = explorer._contrast["differing"]
    page = browser.new_page(bypass_csp=True)
    page.goto(path.as_uri())
    shown = page.locator(".lstmvis[data-ready='true']")
    shown.wait_for()
    expect(part(shown, "cell-apart-row")).to_have_count(min(count, 100))
    expect(part(shown, "contrast-other").locator("option:checked")).to_have_text("<b>verbs</b>")
    expect(part(shown, "contrast-one")).to_be_disabled()
    expect(part(shown, "take-apart")).to_be_disabled()
    expect(part(shown, "contrast-against-chance")).to_be_disabled()
    assert violations(page) == []
    assert shown.evaluate(LOW_CONTRAST) == []
    part(shown, "contrast-toggle").click()
    expect(part(shown, "cell-apart-row").first).to_be_hidden()
