"""Ranges of rows picked out of a Dask array."""

import itertools
from unittest import mock

import dask.array as da
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from lstmvis_widget.distributed import picked_ranges
from lstmvis_widget.distributed.picked_ranges import PickedRanges


@given(st.lists(st.integers(0, 5), min_size=1, max_size=8), st.data())
def test_pieces_of_any_stretch_of_the_picked_rows_are_the_wanted_rows(chunks, data):
    steps = sum(chunks)
    bounds = data.draw(st.lists(st.integers(0, steps), unique=True).map(sorted), "bounds")
    ranges = [] if len(bounds) < 2 else list(zip(bounds[::2], bounds[1::2], strict=False))
    if not ranges:
        return
    array = da.from_array(np.arange(steps)[:, None], chunks=(tuple(chunks), 1))
    wanted = [row for start, stop in ranges for row in range(start, stop)]
    for few in (0, 64):
        with mock.patch.object(picked_ranges, "FEW", few):
            found, picked = PickedRanges.of(array, ranges)
        rows = found.compute()[:, 0]
        seen = []
        ends = np.cumsum((0, *found.chunks[0])).tolist()
        for first, end in itertools.pairwise(ends):
            for start, stop, at in picked.pieces(first, end):
                assert rows[at : at + stop - start].tolist() == list(range(start, stop))
                seen += range(start, stop)
        assert seen == wanted
