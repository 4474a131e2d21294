"""What a person sees of long work, and how they end it."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.data import THRESHOLD
from tests.browser.gestures import brush, part, shows
from tests.browser.notebook import CellError
from tests.browser.test_gestures import cells_of

# Blocks of the index are read while the gate is open; the few rows that are drawn or selected are always there.
SLOW = """
import pathlib, time
import numpy as np
from lstmvis_widget import StateExplorer
from lstmvis_widget.states import sources
from tests.browser.data import *

usual = sources.BLOCK_BYTES
sources.BLOCK_BYTES = 60 * STATES[:1].nbytes

class SlowStates:
    shape, dtype = STATES.shape, STATES.dtype
    blocks_read = 0

    def __getitem__(self, rows):
        if rows.start % 60 == 0 and rows.stop - rows.start == 60:
            SlowStates.blocks_read += 1
            time.sleep(0.15)  # longer than progress waits between two values
            while rows.start >= 120 and not pathlib.Path(GATE).exists():
                time.sleep(0.01)
        return STATES[rows]

explorer = StateExplorer({"slow layer": SlowStates()}, WORDS, threshold=THRESHOLD)
explorer
"""


@pytest.fixture
def gate(tmp_path):
    """Stays open once it is: what the explorer reads by itself between two gestures would wait for it, too."""
    return tmp_path / "gate"


@pytest.fixture
def explorer(notebook, gate):
    try:
        notebook.run(f"GATE = {str(gate)!r}\n{SLOW}")
        yield notebook.explorer()
    finally:
        gate.touch()
    notebook.run("sources.BLOCK_BYTES = usual")


def test_long_work_says_what_it_is_and_how_far_and_ends_when_cancelled(notebook, explorer, gate):
    brush(explorer, 10, 14)
    expect(explorer).to_have_attribute("data-activity", "indexing slow layer")
    expect(part(explorer, "activity")).to_contain_text(re.compile(r"indexing slow layer, [1-9]\d %"))
    notebook.run("SlowStates.blocks_read = 0")
    part(explorer, "cancel").click()
    shows(explorer, error="cancelled", progress="", matches=0)  # while two threads still wait for their blocks
    gate.touch()
    assert notebook.value("SlowStates.blocks_read") <= 1  # of the two that are left, what another thread had begun
    threshold = part(explorer, "threshold-field")
    threshold.fill("0.25")
    threshold.press("Enter")
    shows(explorer, error="", threshold=0.25, selected_cells=cells_of(10, 14, 0.25))
    assert notebook.value("len(explorer.matches)") > 0


def test_cells_run_and_time_moves_while_an_index_is_built(notebook, explorer, gate):
    brush(explorer, 10, 14)
    expect(explorer).to_have_attribute("data-activity", "indexing slow layer")
    assert notebook.value("1 + 1") == 2
    part(explorer, "next").click()
    expect(explorer).not_to_have_attribute("data-position", "0")
    assert notebook.value("explorer.position") > 0
    expect(explorer).to_have_attribute("data-activity", "indexing slow layer")
    gate.touch()
    expect(part(explorer, "match").first).to_be_visible()
    shows(explorer, activity="", progress="", selected_cells=cells_of(10, 14, THRESHOLD))


def test_a_cell_that_reads_results_shows_what_it_waits_for_until_an_interrupt(notebook, explorer, gate):
    brush(explorer, 10, 14)
    expect(explorer).to_have_attribute("data-activity", "indexing slow layer")
    for path in ("", "page.html"):
        reading = notebook.start(f"explorer.to_html({path!r})" if path else "len(explorer.matches)")
        bar = notebook.page.locator(".jp-OutputArea-output progress")
        expect(bar).to_be_visible()
        expect(bar.locator("..")).to_contain_text("indexing slow layer")
        notebook.page.evaluate("() => window.jupyterapp.commands.execute('notebook:interrupt-kernel')")
        with pytest.raises(CellError, match="KeyboardInterrupt"):
            notebook.finish(reading)
        expect(bar).to_have_count(0)
    assert notebook.value("pathlib.Path('page.html').exists()") is False
    gate.touch()
    assert notebook.value("len(explorer.matches)") > 0
    shows(explorer, activity="", progress="", selected_cells=cells_of(10, 14, THRESHOLD))


def test_a_search_that_takes_long_says_so_and_ends_when_cancelled(notebook):
    notebook.run("from lstmvis_widget import StateExplorer\nfrom tests.browser.data import *")
    notebook.run("StateExplorer(STATES, ['a' * 40] * len(STATES), threshold=THRESHOLD)")
    explorer = notebook.explorer()
    field = part(explorer, "find")
    field.fill("/(a+)+b/")
    field.press("Enter")
    expect(explorer).to_have_attribute("data-activity", "finding (a+)+b")
    expect(part(explorer, "activity")).to_have_text("finding (a+)+b…")
    part(explorer, "cancel").click()
    shows(explorer, error="cancelled", progress="", activity="")
    field.fill("a" * 40)
    field.press("Enter")
    expect(part(explorer, "find-count")).to_contain_text(str(notebook.value("len(STATES)")))
