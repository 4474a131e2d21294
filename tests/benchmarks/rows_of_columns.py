"""All steps seen whole, and zoomed into: envelopes of some cells and the density of all."""

import numpy as np

from lstmvis_widget.states.envelopes import Envelopes
from lstmvis_widget.states.sources import States
from tests.benchmarks.data import read_once
from tests.benchmarks.measure import seconds, sized, timed

STEPS = 100_000
COLUMNS = 1000
CELLS = 30


def rows(setting):
    """A hundred thousand steps on a page of about a thousand columns."""
    states = setting.states[:STEPS]
    read = seconds(lambda: read_once(states))
    cells = np.arange(0, states.shape[1], max(1, states.shape[1] // CELLS))
    whole = 1 << (-(-len(states) // COLUMNS) - 1).bit_length()
    drawn = Envelopes(States(states), (-1.0, 1.0))

    def first():
        Envelopes(States(states), (-1.0, 1.0)).columns(0, len(states), whole, cells)

    name = f"R of {len(states):,} steps"
    yield timed(f"{len(states):,} steps seen whole for the first time", seconds(first, 3), name, read)
    drawn.columns(0, len(states), whole, cells)
    again = seconds(lambda: drawn.columns(0, len(states), whole, cells))
    yield timed("seen whole again, with other cells", again, name, read)
    coarse = max(drawn.base_stride, 1)
    stop = min(len(states), 2 * COLUMNS * coarse)
    yield timed(
        f"zoomed in to {coarse} steps a column", seconds(lambda: drawn.columns(0, stop, coarse, cells)), name, read
    )
    fine = max(1, coarse // 2)
    ends = (min(len(states), 2 * COLUMNS * fine), fine)

    def zoom():
        Envelopes(States(states), (-1.0, 1.0)).columns(0, *ends, cells)

    yield timed(f"zoomed in to {fine} steps a column, which reads them", seconds(zoom, 3), name, read)
    yield sized("memory kept of a layer", drawn.kept_bytes, "limit", 64 * 2**20)
