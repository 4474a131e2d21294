"""Work on all rows as a fold gives the same wherever they lie and however they are divided."""

import itertools
import operator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lstmvis_widget.states.cell_statistics import MomentsPass
from lstmvis_widget.states.folding import clipped, every_row
from lstmvis_widget.states.picked_rows import picked_rows, ranges_around
from lstmvis_widget.states.samples import sample_of
from lstmvis_widget.states.sources import States
from lstmvis_widget.states.transforms import Standardise
from lstmvis_widget.work.cancelling import CancelledError
from tests import strategies
from tests.rows_elsewhere import ArrayElsewhere

TRANSFORMS = [None, "tanh", "abs", "split_signs", "standardise"]


def steps_of(first, values):
    return [(first + row, values[row].tolist()) for row in range(len(values))]


@st.composite
def ranges_in(draw, steps):
    bounds = sorted(draw(st.sets(st.integers(0, steps), max_size=8)))
    return list(zip(bounds[::2], bounds[1::2], strict=False))


@given(array=strategies.states(min_steps=1, max_steps=60), data=st.data())
@pytest.mark.parametrize("lies", ["here", "elsewhere"])
def test_each_row_comes_once_and_in_order(lies, array, data):
    transform, mirror = data.draw(st.sampled_from(TRANSFORMS)), data.draw(st.booleans())
    seed, chunks = data.draw(st.integers(0, 99)), data.draw(st.integers(1, 9))
    ranges = data.draw(st.none() | ranges_in(len(array)))
    source = array if lies == "here" else ArrayElsewhere(array, seed, chunks)
    expected = States(array, transform, mirror=mirror).read(0, len(array))
    wanted = [step for span in ranges for step in range(*span)] if ranges is not None else range(len(array))
    found = States(source, transform, mirror=mirror).fold(steps_of, operator.add, ranges=ranges, block_rows=chunks)
    np.testing.assert_equal(found or [], [(step, expected[step].tolist()) for step in wanted])


@given(array=strategies.states(min_steps=1, max_steps=60), data=st.data())
@pytest.mark.parametrize("lies", ["here", "elsewhere"])
def test_the_rows_of_some_steps_are_read(lies, array, data):
    steps = np.array(sorted(data.draw(st.sets(st.integers(0, len(array) - 1)))), np.int64)
    cells = data.draw(st.none() | strategies.cells_of(array).map(np.array))
    source = array if lies == "here" else ArrayElsewhere(array, data.draw(st.integers(0, 99)))
    found = list(picked_rows(States(source), steps, cells))
    assert [step for places, _ in found for step in steps[places]] == steps.tolist()
    expected = array[steps] if cells is None else array[np.ix_(steps, cells)]
    np.testing.assert_array_equal(np.concatenate([expected[:0], *(rows for _, rows in found)]), expected)
    if lies == "elsewhere":
        assert not source.brought


def test_blocks_of_different_sizes_are_joined_in_order_by_threads():
    array = np.arange(3000.0)[:, None]
    found = States(array).fold(every_row, operator.add, block_rows=7)
    np.testing.assert_array_equal(np.concatenate(found), array)


@given(bounds=st.sets(st.integers(0, 40), min_size=2), data=st.data())
def test_blocks_are_cut_where_ranges_end(bounds, data):
    blocks = list(itertools.pairwise(sorted(bounds)))
    ranges = data.draw(ranges_in(45))
    found = list(clipped(blocks, ranges))
    inside = {step for span in blocks for step in range(*span)} & {step for span in ranges for step in range(*span)}
    assert [step for span in found for step in range(*span)] == sorted(inside)
    for start, stop in found:
        assert sum(first <= start and stop <= end for first, end in blocks) == 1
        assert sum(first <= start and stop <= end for first, end in ranges) == 1


@given(steps=st.sets(st.integers(0, 300)), near=st.integers(1, 40))
def test_ranges_around_steps_have_all_of_them_and_few_others(steps, near):
    ranges = ranges_around(np.array(sorted(steps), np.int64), near)
    assert steps <= {step for span in ranges for step in range(*span)}
    assert all(start in steps and stop - 1 in steps for start, stop in ranges)
    for (_, stop), (start, _) in itertools.pairwise(ranges):
        assert start - (stop - 1) > near


@settings(max_examples=40)
@given(rows=st.integers(0, 1500), seed=st.integers(0, 99), data=st.data())
def test_mean_and_spread_are_the_same_wherever_rows_lie_to_the_last_bit(rows, seed, data):
    source = np.random.default_rng(seed)
    array = source.normal(size=(rows + 1, 3)) * 10.0 ** source.integers(-5, 5, 3)
    array[source.random(array.shape) < data.draw(st.sampled_from([0, 0.1, 0.999]))] = np.nan
    array[:, 2] = 0.1
    here, there = States(array, "standardise"), States(ArrayElsewhere(array, seed, chunks=1 + seed % 9), "standardise")
    np.testing.assert_array_equal(there.read(0, len(array)), here.read(0, len(array)))
    written, at = MomentsPass(3), 0
    while at < len(array):
        more = int(source.integers(1, 700))
        written.add(array[at : at + more])
        at += more
    moments = written.result()
    fitted = Standardise(moments).apply(array)
    np.testing.assert_array_equal(fitted, here.read(0, len(array)))
    for cell, values in enumerate(array.T):
        known = values[~np.isnan(values)] if not np.isnan(values).all() else np.zeros(1)
        np.testing.assert_allclose(moments.mean[cell], known.mean(), rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(moments.spread[cell], known.std(), rtol=1e-9, atol=1e-12)


def test_nothing_but_a_sample_comes_here_for_a_scale():
    array = np.random.default_rng(0).normal(size=(50_000, 60)).astype(np.float32)
    source = ArrayElsewhere(array, chunks=20)
    found, expected = sample_of(States(source, "standardise")), sample_of(States(array, "standardise"))
    np.testing.assert_array_equal(found.source, expected.source)
    np.testing.assert_array_equal(found.values, expected.values)
    assert source.brought == 0


def test_a_transform_that_sorts_all_values_is_refused_where_they_lie_elsewhere():
    source = ArrayElsewhere(np.zeros((5, 2)))
    for mirror in (False, True):
        with pytest.raises(ValueError, match="sorts all values of each cell"):
            States(source, "quantile", mirror=mirror)


def test_a_fold_can_be_cancelled_and_says_how_far_it_is():
    shares = []
    States(np.zeros((100, 2))).fold(every_row, operator.add, block_rows=10, progress=shares.append)
    assert shares[0] == 0
    assert sorted(shares) == shares
    assert shares[-1] == 1

    def check():
        raise CancelledError

    with pytest.raises(CancelledError):
        States(np.zeros((100, 2))).fold(every_row, operator.add, check=check)
