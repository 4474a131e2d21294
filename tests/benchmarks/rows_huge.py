"""More steps, and more cells, than usual: in half precision, as there is seldom memory for more."""

import gc

import numpy as np

from lstmvis_widget.states.index import OnOffIndex
from lstmvis_widget.work.memory import free_memory
from tests.benchmarks.data import THRESHOLD, cell_states, queries, read_once
from tests.benchmarks.measure import Row, mib, quantile, seconds, timed
from tests.benchmarks.ranking import query_times

SIZES = ((10_000_000, 256), (1_000_000, 4096))


def rows(seed):
    """Index and matches at each size, where there is memory for it."""
    for steps, cells in SIZES:
        needed = steps * cells * np.dtype(np.float16).itemsize * 5 // 4
        name = f"{steps:,} × {cells}, float16"
        if free_memory() < needed:
            yield Row(name, f"left out: needs {mib(needed)} of memory")
            continue
        yield from _at_size(name, cell_states(steps, cells, seed, np.float16), seed)
        gc.collect()


def _at_size(name, states, seed):
    read = seconds(lambda: read_once(states), 1)
    yield Row(f"{name}: R", f"{read * 1e3:,.0f} ms")
    yield timed(f"{name}: index", seconds(lambda: OnOffIndex.build(states, THRESHOLD), 1), "R", read)
    times = query_times(OnOffIndex.build(states, THRESHOLD), queries(states, seed))
    for share, what in ((0.5, "median"), (0.95, "95th percentile")):
        yield timed(f"{name}: match, {what}", quantile(times, share), "R", read)
