"""How many cells each threshold would select: the curve beside the value axis, and the histogram under it."""

import itertools
import time

import comm
import numpy as np
import pytest

from lstmvis_widget import StateExplorer
from lstmvis_widget.explorer import computation
from lstmvis_widget.explorer.computation import Computation, Request
from lstmvis_widget.matching.selection import Pattern
from lstmvis_widget.states.scale import scale_of
from lstmvis_widget.states.sources import States
from lstmvis_widget.timeline.sequences import Sequences
from lstmvis_widget.timeline.tokens import Tokens
from tests import oracle
from tests.page import recorded_pages, wait_until
from tests.strategies import sticky_states

STATES = sticky_states(60, 10, seed=5, keep=0.85, values=(-1.0, -0.3, 0.0, 0.305, 0.3, 1.0, np.nan)).astype(np.float32)
SEQUENCES = [30, 1, 29]


@pytest.fixture
def explorer():
    made = StateExplorer(STATES, threshold=0.2, sequences=SEQUENCES)
    yield made
    made.close()


def profile_of(explorer):
    """The profile of the current selection."""
    worker = explorer._ranking.task._worker

    def is_idle():
        with worker._wake:
            return worker._waiting is None and not worker._busy

    wait_until(is_idle, "the end of the computation")
    return explorer._threshold_counts


def at_or_above(values, cut):
    with np.errstate(invalid="ignore"):
        return int((values >= np.float32(cut)).sum())


def test_there_is_none_without_a_selection(explorer):
    assert explorer._threshold_counts is None
    explorer.selection = (3, 6)
    assert profile_of(explorer) is not None
    explorer.selection = None
    wait_until(lambda: explorer._threshold_counts is None, "the end of the profile")


@pytest.mark.parametrize("limits", [{}, {"off_before": 1}, {"off_before": 2, "off_after": 1}])
@pytest.mark.parametrize("selection", [(3, 6), (10, 11), (31, 40)])
def test_it_counts_the_cells_that_each_threshold_of_the_page_selects(explorer, selection, limits):
    explorer.selection = selection
    explorer.off_before, explorer.off_after = limits.get("off_before", 0), limits.get("off_after", 0)
    profile = profile_of(explorer)
    first, end = (0, 30) if selection[1] <= 30 else (31, 60)
    start, stop = selection[0] - first, selection[1] - first
    expected = [
        len(oracle.select_cells(STATES[first:end], start, stop, cut, **limits)) for cut in profile["thresholds"]
    ]
    assert profile["cells"] == expected
    assert {-1.0, 0.0, 0.2, 0.3, 0.31, 1.0} <= set(profile["thresholds"])


def test_it_counts_the_values_between_two_thresholds(explorer):
    explorer.selection = (3, 6)
    profile = profile_of(explorer)
    cuts = [*profile["thresholds"], np.inf]
    values = STATES[3:6]
    expected = [at_or_above(values, low) - at_or_above(values, high) for low, high in itertools.pairwise(cuts)]
    assert profile["values"] == expected
    assert sum(profile["values"]) == np.isfinite(values).sum()


def test_cells_deselected_by_hand_do_not_count(explorer):
    explorer.selection = (3, 6)
    before = profile_of(explorer)["cells"]
    cell = int(explorer.selected_cells[0])
    explorer.deselected_cells = (cell,)
    after = profile_of(explorer)["cells"]
    without = np.delete(STATES, cell, axis=1)
    assert after != before
    assert after == [len(oracle.select_cells(without, 3, 6, cut)) for cut in explorer._threshold_counts["thresholds"]]


def test_limits_beyond_the_sequence_let_no_threshold_select_a_cell(explorer):
    explorer.selection = (31, 34)
    values = profile_of(explorer)["values"]
    explorer.off_before = 1
    profile = profile_of(explorer)
    assert set(profile["cells"]) == {0}
    assert profile["values"] == values


def test_the_count_at_the_threshold_is_that_of_the_selected_cells(explorer):
    explorer.selection = (3, 6)
    explorer.off_after = 1
    for cut in (-0.5, 0.0, 0.3, 0.31, 1.0):
        explorer.threshold = cut
        profile = profile_of(explorer)
        assert profile["cells"][profile["thresholds"].index(cut)] == len(explorer.selected_cells)


def test_what_is_computed_while_the_page_is_being_opened_reaches_it(monkeypatch):
    with recorded_pages() as page_of:
        create, opened = comm.create_comm, []

        def create_late(**arguments):
            opened.append(arguments["data"]["state"].get("_threshold_counts"))
            time.sleep(0.3)  # long enough for the worker to finish, if it weren't held
            return create(**arguments)

        monkeypatch.setattr(comm, "create_comm", create_late)
        explorer = StateExplorer(STATES, threshold=0.2, selection=(3, 6))
        profile = profile_of(explorer)
        wait_until(lambda: [*opened, *page_of(explorer).sent("_threshold_counts")][-1] == profile, "the profile")
        explorer.close()


class Counted:
    """States that count the rows that are read."""

    def __init__(self, array):
        self._array, self.shape, self.dtype, self.rows = array, array.shape, array.dtype, 0

    def __getitem__(self, rows):
        self.rows += rows.stop - rows.start
        return self._array[rows]


@pytest.mark.parametrize("limits", [{}, {"off_before": 1, "off_after": 1}])
@pytest.mark.parametrize(("tolerance", "most_read"), [(0, 32), (0.3, 32), (0.8, 32), (0.3, 2)])
def test_it_counts_the_cells_that_each_threshold_selects_at_several_ranges(
    explorer, monkeypatch, tolerance, most_read, limits
):
    monkeypatch.setattr(computation, "MOST_READ", most_read)  # of more ranges the matches come first
    # The first has no step before it, the last three overlap, and one more has no room in its sequence.
    ranges = [(0, 2), (10, 12), (30, 31), (40, 43), (41, 45), (42, 43)]
    explorer.select(ranges, tolerance=tolerance)
    explorer.off_before, explorer.off_after = limits.get("off_before", 0), limits.get("off_after", 0)
    profile = profile_of(explorer)
    expected = [
        len(oracle.select_cells_at(STATES, ranges, cut, tolerance=tolerance, sequences=SEQUENCES, **limits))
        for cut in profile["thresholds"]
    ]
    assert profile["cells"] == expected
    steps = sorted({step for start, stop in ranges for step in range(start, stop)})
    assert sum(profile["values"]) == np.isfinite(STATES[steps]).sum()


def test_it_reads_once_for_all_thresholds_and_ends_when_it_is_superseded():
    source = Counted(np.tile(STATES, (4000, 10)))
    states = States(source)
    computation = Computation(Tokens(None, len(states)), Sequences.of(None, len(states)), 0)
    scale = scale_of(states)

    def ask(threshold, selection, deselected_cells=(), check=lambda: None):
        request = Request(
            "layer", states, scale.grid, Pattern(threshold), (selection,), deselected_cells, thresholds=scale.thresholds
        )
        return computation.profile(request, check)

    whole = (0, len(states))
    source.rows = 0

    def superseded():
        if source.rows > 0:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        ask(0.2, whole, check=superseded)
    assert 0 < source.rows < len(states)
    source.rows = 0
    first = ask(0.2, whole)
    assert source.rows == len(states)
    assert ask(0.5, whole) == first
    assert ask(0.5, whole, deselected_cells=(0, 10, 20))["values"] == first["values"]
    assert source.rows == len(states)
    assert 500_000 < sum(first["values"]) <= 1_000_000
    ask(0.5, (3, 6))
    assert source.rows == len(states) + 3
