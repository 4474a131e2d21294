import random

import numpy as np
import pytest

from lstmvis_widget import StateExplorer, select_cells
from lstmvis_widget.states.index import IndexBuild, OnOffIndex
from lstmvis_widget.states.sources import States
from lstmvis_widget.work.cancelling import CancelledError

STATES = np.random.default_rng(2).uniform(-1, 1, (200, 70)).astype(np.float32)


class CountedStates:
    """Counts how often each row is read."""

    shape, dtype = STATES.shape, STATES.dtype

    def __init__(self):
        self.reads = np.zeros(len(STATES), int)
        self.fails_at = None

    def __getitem__(self, rows):
        if self.fails_at is not None and rows.start <= self.fails_at < rows.stop:
            raise RuntimeError("unreadable")
        self.reads[rows] += 1
        return STATES[rows]


def bits(index):
    return index.bits.words.tolist()


@pytest.mark.parametrize("threads", [1, 2])
def test_a_build_that_is_ended_again_and_again_reads_every_row_just_once(threads):
    draw = random.Random(threads)
    source = CountedStates()
    build = IndexBuild(States(source), 0.3, block_rows=7)

    def check():
        if draw.random() < 0.3:
            raise CancelledError

    for _ in range(1000):
        try:
            index = build.run(threads=threads, check=check)
            break
        except CancelledError:
            continue
    assert (source.reads == 1).all()
    assert bits(index) == bits(OnOffIndex.build(STATES, 0.3))


def test_a_build_with_an_unreadable_block_is_broken():
    source = CountedStates()
    source.fails_at = 50
    build = IndexBuild(States(source), 0.3, block_rows=7)
    with pytest.raises(OSError, match="rows 49 to 56"):
        build.run()
    assert build.broken


def test_a_selection_made_while_the_states_are_indexed_does_not_begin_that_anew(monkeypatch):
    monkeypatch.setattr("lstmvis_widget.states.sources.BLOCK_BYTES", 10 * STATES[:1].nbytes)
    source = CountedStates()
    explorer = StateExplorer(source, threshold=0.3)
    source.reads[:] = 0
    for start in range(100, 120):
        explorer.selection = (start, start + 2)
    assert explorer.selected_cells.tolist() == select_cells(STATES, 119, 121, 0.3).tolist()
    assert len(explorer.matches)
    assert source.reads[130:].tolist() == [1] * 70  # beyond the rows of the selections
    explorer.close()
