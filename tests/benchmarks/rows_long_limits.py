"""Cells that have to be off for a long time before or after a match, beside those with a limit of one step."""

from contextlib import contextmanager
from dataclasses import replace
from time import perf_counter

import numpy as np

from lstmvis_widget.states.index import OnOffIndex
from tests.benchmarks.data import THRESHOLD, Query
from tests.benchmarks.measure import Row, seconds, timed, within
from tests.benchmarks.ranking import is_right, rank
from tests.benchmarks.rows_cancelling import Superseding
from tests.benchmarks.setting import REPEATS

SHARES = (0.01, 0.3)
"""Shares of all steps for which cells have to be off: 10,000 and 300,000 steps of a million."""

SIDES = {"off_before": (1, 0), "off_after": (0, 1), "off_before = off_after": (1, 1)}

RARE_CELLS, RUN, FURTHER = 12, 6, 1.05
"""Cells that are on in a few runs of so many steps only, which are so much further apart than the limit."""

PATIENCE = 20.0
"""Seconds after which a match is given up."""

MOMENTS, SOON = (0.3, 0.7), 0.25
"""Shares of a match's time after which newer work comes, and seconds after which that has to begin."""

SMALL_STEPS = 1500


class GivenUpError(Exception):
    """A match took too long."""


def rows(setting):
    """For each limit: the time of a match, and that until newer work begins."""
    for share in SHARES:
        limit = round(setting.steps * share)
        small, small_limit = setting.states[:SMALL_STEPS].copy(), round(SMALL_STEPS * share)
        with _rare_cells(setting.states, limit) as cells, _rare_cells(small, small_limit):
            index = OnOffIndex.build(setting.states, THRESHOLD)
            for side, (before, after) in SIDES.items():
                query = Query(cells, before * limit, after * limit, 2)
                of_small = Query(cells, before * small_limit, after * small_limit, 2)
                right = is_right(small, of_small)
                took, given_up = _match(index, query)
                allowed = max(1.5 * _match(index, Query(cells, before, after, 2))[0], setting.read)
                what = f"match with {side} = {limit:,}"
                row = timed(what, took, "1.5 × with a limit of 1, or R", allowed, 1.0, right=right)
                yield replace(row, figure=f"over {row.figure}") if given_up else row
                if given_up:
                    yield Row("the other limits, and newer work", "not measured: they take longer")
                    return
                yield _superseded(index, query, took, what)


def _match(index, query):
    """The least seconds of a match, and whether it was given up after so many."""
    begun = perf_counter()

    def check():
        if perf_counter() - begun > PATIENCE:
            raise GivenUpError

    try:
        return seconds(lambda: rank(index, query, check=check), REPEATS, PATIENCE / 10), False
    except GivenUpError:
        return perf_counter() - begun, True


def _superseded(index, query, took, what):
    runs = [Superseding(lambda check, _: rank(index, query, check=check), moment * took) for moment in MOMENTS]
    latest = max(run.seconds for run in runs)
    return within(f"newer work begins after a {what} is superseded, latest", latest, SOON)


@contextmanager
def _rare_cells(states, limit):
    """Some cells, which are on in a few short runs only for a while, and together in some of them."""
    cells = np.arange(0, states.shape[1], max(1, states.shape[1] // RARE_CELLS))[:RARE_CELLS]
    kept = states[:, cells].copy()
    apart = int(limit * FURTHER) + RUN + 2
    random = np.random.default_rng(limit)
    try:
        states[:, cells] = -0.9
        for cell in cells.tolist():
            for start in range(limit + RUN, len(states) - RUN, apart):
                begin = start + int(random.integers(0, 2))
                states[begin : begin + RUN, cell] = 0.9
        yield cells
    finally:
        states[:, cells] = kept
