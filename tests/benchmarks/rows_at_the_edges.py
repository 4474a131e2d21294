"""Unusual selections and thresholds: right at a small size, and fast at the full one."""

import numpy as np

from lstmvis_widget.states.index import OnOffIndex
from tests.benchmarks.data import LIMITS, THRESHOLD, Query
from tests.benchmarks.measure import timed
from tests.benchmarks.ranking import is_right, query_times

SMALL_STEPS = 1500
BELOW_ALL, ABOVE_ALL = -2.0, 2.0


def rows(setting):
    """For each case the slowest of the four limits."""
    cells = setting.states.shape[1]
    some, every = setting.asked[0].cells, np.arange(cells)
    yield _case("a single cell, |S1| = 1", setting, some[:1])
    yield _case("all cells, |S1| = D", setting, every)
    yield _case("a threshold below all values, |S1| = D", setting, every, BELOW_ALL)
    yield _case("a threshold above all values, |S1| = D", setting, every, ABOVE_ALL)
    yield _one_long_run(setting, some)


def _case(what, setting, cells, threshold=THRESHOLD):
    index = setting.index if threshold == THRESHOLD else OnOffIndex.build(setting.states, threshold)
    asked = [Query(cells, before, after, 2) for before, after in LIMITS]
    right = all(is_right(setting.states[:SMALL_STEPS], query, threshold) for query in asked)
    return timed(what, max(query_times(index, asked)), "R", setting.read, 3.0, right=right)


def _one_long_run(setting, some):
    """One of the selected cells is on for the first half of all steps."""
    states = setting.states
    cell, half = int(some[0]), len(states) // 2
    asked = [Query(some, before, after, 2) for before, after in LIMITS]
    kept = states[:half, cell].copy()
    states[:half, cell] = 1.0
    try:
        small = states[half - SMALL_STEPS // 2 : half + SMALL_STEPS // 2]
        right = all(is_right(small, query) for query in asked)
        times = query_times(OnOffIndex.build(states, THRESHOLD), asked)
    finally:
        states[:half, cell] = kept
    return timed("a cell that is on for T / 2 steps, among others", max(times), "R", setting.read, 3.0, right=right)
