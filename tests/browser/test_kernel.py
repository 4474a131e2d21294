"""The page and the kernel stay at one: refused values, busy kernels, several views, reloaded pages."""

import pytest
from playwright.sync_api import expect

from tests import oracle
from tests.browser.data import SHOW, STATES, THRESHOLD
from tests.browser.gestures import brush, part, shows
from tests.browser.test_gestures import cells_of

REFUSE = """
import traitlets
def stay_low(explorer, proposal):
    if proposal["value"] > 0.9:
        raise traitlets.TraitError(f"threshold must stay below 0.9 today; got {proposal['value']}")
    return proposal["value"]
explorer._register_validator(stay_low, ("threshold",))
"""


@pytest.fixture
def explorer(notebook):
    notebook.run(SHOW)
    return notebook.explorer()


def test_what_python_sets_is_shown(notebook, explorer):
    notebook.run("explorer.selection = (5, 8); explorer.off_after = 1; explorer.threshold = 0.2")
    shows(explorer, selection=(5, 8), off_after=1, threshold=0.2, selected_cells=cells_of(5, 8, 0.2, off_after=1))


def test_a_value_that_python_refuses_is_put_back_and_the_reason_shown(notebook, explorer):
    notebook.run(REFUSE)
    field = part(explorer, "threshold-field")
    field.fill("0.95")
    field.press("Enter")
    expect(part(explorer, "error")).to_contain_text("threshold must stay below 0.9 today; got 0.95")
    shows(explorer, threshold=THRESHOLD)
    expect(field).to_have_value("0.30")
    assert notebook.value("explorer.threshold") == THRESHOLD
    field.fill("0.5")
    field.press("Enter")
    shows(explorer, error="", threshold=0.5)
    assert notebook.value("explorer.threshold") == 0.5


def test_a_gesture_is_answered_while_a_cell_runs(notebook, explorer, jupyter):
    go_on = jupyter.folder / "go on"
    index = notebook.start(f"import pathlib, time\nwhile not pathlib.Path({str(go_on)!r}).exists(): time.sleep(0.02)")
    try:
        brush(explorer, 10, 14)
        shows(explorer, selected_cells=cells_of(10, 14))
        expect(part(explorer, "match").first).to_be_visible()
        assert not notebook.is_finished(index)
    finally:
        go_on.touch()
    notebook.finish(index)
    go_on.unlink()
    assert notebook.value("explorer.selected_cells") == cells_of(10, 14)


def test_two_views_of_one_explorer_agree(notebook, explorer):
    notebook.run("explorer")
    other = notebook.explorer(1)
    brush(other, 10, 14)
    for view in (explorer, other):
        shows(view, selection=(10, 14), selected_cells=cells_of(10, 14))
    brush(explorer, 3, 6)
    for view in (explorer, other):
        shows(view, selection=(3, 6), selected_cells=cells_of(3, 6))
    assert notebook.value("explorer.selection") == [3, 6]


def test_a_reloaded_page_shows_the_state_of_the_kernel_and_goes_on(notebook_alone):
    notebook = notebook_alone
    notebook.run(SHOW)
    explorer = notebook.explorer()
    brush(explorer, 10, 14)
    shows(explorer, selected_cells=cells_of(10, 14))
    notebook.save()
    notebook.reload()
    again = notebook.explorer()
    shows(again, selection=(10, 14), threshold=THRESHOLD, selected_cells=cells_of(10, 14))
    brush(again, 3, 6)
    assert notebook.value("explorer.selected_cells") == cells_of(3, 6)


def test_layers_are_changed_on_the_page(notebook):
    notebook.run(
        "from lstmvis_widget import StateExplorer\nfrom tests.browser.data import *\n"
        "layers = {'lower': STATES, 'upper': -STATES}\n"
        "explorer = StateExplorer(layers, threshold=THRESHOLD, selection=(10, 14))\nexplorer"
    )
    explorer = notebook.explorer()
    shows(explorer, layer="lower", selected_cells=cells_of(10, 14))
    part(explorer, "layer-menu").select_option("upper")
    shows(explorer, layer="upper")
    assert notebook.value("explorer.layer") == "upper"
    threshold = notebook.value("explorer.threshold")
    assert notebook.value("explorer.selected_cells") == oracle.select_cells(-STATES, 10, 14, threshold)


EARLIER = """
from unittest.mock import patch
with patch.object(StateExplorer, "_css", StateExplorer._css.replace(".lv-asking", ".lv-named-otherwise")):
    earlier = StateExplorer(STATES)
earlier
"""


def test_a_widget_of_another_version_in_the_notebook_leaves_the_style_of_this_one(notebook, explorer):
    asking = explorer.locator(".lv-asking")
    expect(asking).to_have_css("display", "flex")
    notebook.run(EARLIER)
    expect(notebook.page.locator(".lstmvis[data-ready='true']")).to_have_count(2)
    expect(asking).to_have_css("display", "flex")
