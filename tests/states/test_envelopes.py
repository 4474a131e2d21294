import math
from unittest import mock

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstmvis_widget.states import envelopes, pixel_columns
from lstmvis_widget.states.envelopes import BINS, Envelopes, shades, summarise
from lstmvis_widget.states.index import OnOffIndex
from lstmvis_widget.states.pixel_columns import (
    column_counts,
    column_edges,
    column_maxima,
    column_means,
    column_modes,
    column_quantiles,
    count_of_codes,
)
from lstmvis_widget.states.sources import States
from lstmvis_widget.work.cancelling import CancelledError
from tests import strategies

STRIDES = st.sampled_from([1, 2, 4, 8, 32, 64])


def plain_columns(start, stop, stride):
    """The steps of each column, found step by step."""
    columns = {}
    for step in range(start, stop):
        columns.setdefault(step // stride, []).append(step)
    return list(columns.values())


def plain_extremes(values, steps, cells):
    found = [float(values[step, cell]) for step in steps for cell in cells]
    finite = [value for value in found if math.isfinite(value)]
    return (min(finite), max(finite)) if finite else (math.nan, math.nan)


def plain_counts(values, steps, extent):
    """One value after the other, in the precision in which they are drawn."""
    low, high = extent
    counts = [0] * BINS
    for value in (value for step in steps for value in values[step]):
        if low <= value <= high:
            place = (value - values.dtype.type(low)) * values.dtype.type(BINS / (high - low))
            counts[min(int(place), BINS - 1)] += 1
    return counts


@st.composite
def views(draw):
    """States, and the columns to check."""
    array = draw(strategies.states(min_steps=1, max_steps=150))
    stride = draw(STRIDES)
    columns = -(-len(array) // stride)
    first = draw(st.integers(0, columns - 1))
    last = draw(st.integers(first + 1, columns))
    return array, first * stride, min(last * stride, len(array)), stride


def as_drawn(array):
    return array.astype(np.float32 if array.dtype in (np.float16, np.float32) else np.float64)


@given(view=views(), chosen=st.data(), extent=st.sampled_from([(-1.0, 1.0), (-0.3, 0.7), (0.0, 5.0)]))
@pytest.mark.parametrize("memory", [0, 20_000, 2**26])
def test_columns_are_those_of_looking_at_each_value(memory, view, chosen, extent):
    array, start, stop, stride = view
    cells = chosen.draw(strategies.cells_of(array))
    columns = Envelopes(States(array), extent, memory=memory).columns(start, stop, stride, np.array(cells))
    values = as_drawn(array)
    expected = plain_columns(start, stop, stride)
    assert [range(a, b) for a, b in zip(columns.edges, columns.edges[1:], strict=False)] == [
        range(steps[0], steps[-1] + 1) for steps in expected
    ]
    for i, steps in enumerate(expected):
        every = range(array.shape[1])
        np.testing.assert_equal((columns.lowest[i], columns.highest[i]), plain_extremes(values, steps, every))
        for place, cell in enumerate(cells):
            found = columns.low[i, place], columns.high[i, place]
            np.testing.assert_equal(found, plain_extremes(values, steps, [cell]))
        assert columns.counts[i].tolist() == plain_counts(values, steps, extent)


def test_columns_wider_than_a_block_are_put_together(monkeypatch):
    monkeypatch.setattr(envelopes, "BLOCK_BYTES", 5 * 7 * 4)
    array = np.random.default_rng(0).normal(size=(333, 7)).astype(np.float32)
    columns = summarise(States(array), 0, 333, 64, (-5.0, 5.0))
    for i, steps in enumerate(plain_columns(0, 333, 64)):
        assert columns.low[i].tolist() == array[steps].min(axis=0).tolist()
        assert columns.high[i].tolist() == array[steps].max(axis=0).tolist()
        assert columns.counts[i].tolist() == plain_counts(array, steps, (-5.0, 5.0))


class Counting:
    """States that count the rows that are read."""

    def __init__(self, array):
        self.array, self.rows = array, 0
        self.shape, self.dtype = array.shape, array.dtype

    def __getitem__(self, rows):
        part = self.array[rows]
        self.rows += len(part)
        return part


def test_zooming_reads_all_steps_once_and_other_cells_nothing():
    source = Counting(np.random.default_rng(0).normal(size=(4096, 3)).astype(np.float32))
    drawn = Envelopes(States(source), (-4.0, 4.0), memory=600_000)
    assert 16 >= drawn.base_stride > 1
    for stride in (64, 16, 32, 16):
        drawn.columns(0, 4096, stride, np.array([1]))
    assert source.rows == 4096
    drawn.columns(1024, 1280, 1, np.array([1]))
    drawn.columns(1100, 1200, 1, np.array([0, 2]))
    drawn.columns(1100, 1200, 4, np.array([0, 2]))
    assert source.rows == 4096 + 256


def test_a_pass_can_be_cancelled_between_blocks():
    def check():
        raise CancelledError

    with pytest.raises(CancelledError):
        Envelopes(States(np.zeros((100, 2))), (0.0, 1.0)).columns(0, 100, 4, np.array([0]), check=check)


def test_memory_bounds_what_is_kept():
    drawn = Envelopes(States(np.zeros((100_000, 650), np.float32)), (-1.0, 1.0))
    columns = 100_000 / drawn.base_stride
    assert columns * (2 * 651 * 4 + 4 * BINS) <= 64 * 2**20 < 2 * columns * (2 * 651 * 4 + 4 * BINS)


def test_a_single_value_can_be_seen():
    array = np.zeros((1000, 650), np.float32)
    array[500, 3] = 0.9
    columns = summarise(States(array), 0, 1000, 1024, (-1.0, 1.0))
    drawn = shades(columns, 650, range(0, BINS, 4))
    assert drawn.shape == (1, 128)
    assert [i for i in range(128) if drawn[0, i]] == [64, int(1.9 / 2 * 128)]
    assert drawn[0, 64] == 255
    assert drawn[0, int(1.9 / 2 * 128)] == math.ceil(255 * math.sqrt(1 / 65_000))


@given(view=views(), chosen=st.data())
def test_the_mean_number_of_cells_on_is_counted_step_by_step(view, chosen):
    array, start, stop, stride = view
    cells = chosen.draw(strategies.cells_of(array))
    with np.errstate(invalid="ignore"):
        on = array >= 0.2
    found = OnOffIndex.build(array, 0.2).mean_on(np.array(cells), column_edges(start, stop, stride))
    expected = [
        sum(bool(on[step, cell]) for step in steps for cell in cells) / len(steps)
        for steps in plain_columns(start, stop, stride)
    ]
    np.testing.assert_allclose(found, expected, rtol=1e-6)


@given(
    codes=st.lists(st.integers(-1, 5), min_size=1, max_size=80), stride=STRIDES, kept=st.integers(0, 7), first=st.data()
)
def test_labels_of_a_column_are_counted_step_by_step(codes, stride, kept, first):
    start = stride * first.draw(st.integers(0, 3))
    codes, edges = np.array(codes, np.int32), column_edges(start, start + len(codes), stride)
    counts = column_counts(codes, edges, kept)
    modes = column_modes(codes, edges)
    np.testing.assert_array_equal(column_modes(codes, edges, counts), modes)
    most = count_of_codes(codes, edges, modes)
    for i, steps in enumerate(plain_columns(0, len(codes), stride)):
        labels = [int(codes[step]) for step in steps if codes[step] >= 0]
        assert modes[i] == min(set(labels), key=lambda code: (-labels.count(code), code), default=-1)
        assert most[i] == labels.count(modes[i])
        assert counts[i].tolist() == [
            *(labels.count(code) for code in range(kept)),
            sum(code >= kept for code in labels),
        ]


@given(
    values=st.lists(st.sampled_from([0.0, 1.0, -2.5, 1e300, math.inf, math.nan]), min_size=1, max_size=80),
    stride=STRIDES,
    levels=st.integers(2, 9),
)
@pytest.mark.parametrize("together", [1, 2**22])
def test_quantiles_of_a_column_are_some_of_its_numbers_in_order(together, values, stride, levels):
    edges = column_edges(0, len(values), stride)
    with mock.patch.object(pixel_columns, "SORTED_VALUES", together):
        found = column_quantiles(np.array(values), edges, levels)
    for i, steps in enumerate(plain_columns(0, len(values), stride)):
        with np.errstate(over="ignore"):
            known = sorted(np.float32(values[step]) for step in steps if not math.isnan(values[step]))
        places = [round((len(known) - 1) * level / (levels - 1)) for level in range(levels)]
        np.testing.assert_array_equal(found[i], [known[place] for place in places] if known else [math.nan] * levels)


NUMBERS = st.sampled_from([0.0, 1.0, -2.5, math.nan])


@given(values=st.lists(NUMBERS, min_size=1, max_size=80), stride=STRIDES)
def test_a_column_has_the_mean_and_the_greatest_of_the_numbers_that_are_there(values, stride):
    edges = column_edges(0, len(values), stride)
    means, maxima = column_means(np.array(values), edges), column_maxima(np.array(values), edges)
    for i, steps in enumerate(plain_columns(0, len(values), stride)):
        known = [values[step] for step in steps if not math.isnan(values[step])]
        np.testing.assert_allclose(means[i], sum(known) / len(known) if known else math.nan)
        np.testing.assert_equal(maxima[i], max(known, default=math.nan))
