"""What a person sees of long work, and how they end it."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.data import THRESHOLD
from tests.browser.gestures import brush, part, shows
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
def gate(jupyter):
    gate = jupyter.folder / "gate"
    yield gate
    gate.unlink(missing_ok=True)


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
    notebook.run("")  # it has arrived
    gate.touch()
    shows(explorer, error="cancelled", progress="", matches=0)
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
