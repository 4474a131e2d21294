"""Columns of pixels are the same wherever rows lie, however they are divided, and in whatever pieces they are read."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstmvis_widget.states import envelopes, summaries
from lstmvis_widget.states.envelopes import Envelopes, summarise
from lstmvis_widget.states.sources import States
from tests import strategies
from tests.rows_elsewhere import ArrayElsewhere

EXTENT = (-1.0, 0.7)


def assert_same(found, expected):
    for name in ("edges", "low", "high", "lowest", "highest", "counts"):
        np.testing.assert_array_equal(getattr(found, name), getattr(expected, name))
    assert (found.stride, found.every, found.extent) == (expected.stride, expected.every, expected.extent)


@given(array=strategies.states(min_steps=1, max_steps=150), data=st.data())
def test_columns_are_the_same_wherever_rows_lie(array, data):
    stride = data.draw(st.sampled_from([1, 2, 8, 32, 256]))
    every, mirror = data.draw(st.sampled_from([1, 2, 16])), data.draw(st.booleans())
    first = data.draw(st.integers(0, (len(array) - 1) // stride))
    last = data.draw(st.integers(first + 1, -(-len(array) // stride)))
    cells = data.draw(st.none() | strategies.cells_of(array).map(np.array))
    span = first * stride, min(last * stride, len(array)), stride
    whole = summarise(States(array, mirror=mirror), *span, EXTENT, cells=cells, every=every)
    there = ArrayElsewhere(array, data.draw(st.integers(0, 99)), data.draw(st.integers(1, 30)))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(summaries, "PIECE_BYTES", data.draw(st.integers(1, 600)))
        patched.setattr(envelopes, "BLOCK_BYTES", data.draw(st.integers(1, 3000)))
        assert_same(summarise(States(there, mirror=mirror), *span, EXTENT, cells=cells, every=every), whole)
        assert_same(summarise(States(array, mirror=mirror), *span, EXTENT, cells=cells, every=every), whole)
    assert there.brought == 0


def test_a_sample_counts_one_value_of_each_run_and_all_of_the_last_rows():
    columns = summarise(States(np.full((83, 3), 0.1)), 0, 83, 16, EXTENT, every=8)
    assert columns.counts.sum(axis=1).tolist() == [16 * 3] * 5 + [3 * 3]
    assert columns.counts.max(axis=1).tolist() == columns.counts.sum(axis=1).tolist()


def test_once_all_columns_are_there_a_wide_view_asks_for_nothing():
    array = np.random.default_rng(0).normal(size=(5000, 4)).astype(np.float32)
    source = ArrayElsewhere(array, chunks=20)
    drawn, here = Envelopes(States(source), (-4.0, 4.0), 2**20), Envelopes(States(array), (-4.0, 4.0), 2**20)
    cells = np.array([1, 3])
    for stride in (64, 16, 128):
        found = drawn.columns(0, 5000, stride, cells)
        expected = here.columns(0, 5000, stride, cells)
        np.testing.assert_array_equal(found.low, expected.low)
        np.testing.assert_array_equal(found.counts, expected.counts)
        asked = source.asked
        assert drawn.columns(1024, 2048, 2 * stride, cells[:1]) is not None
        assert source.asked == asked
    assert drawn.columns(1024, 1032, 1, cells).low.tolist() == array[1024:1032, cells].tolist()
    assert source.brought == 0
