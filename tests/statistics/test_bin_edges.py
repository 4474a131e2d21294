import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lstmvis_widget.statistics.bin_edges import bin_edges, in_order, ordered, working_dtype

FLOATS = {np.float32: st.floats(width=32, allow_nan=False), np.float64: st.floats(allow_nan=False)}
dtypes = pytest.mark.parametrize("dtype", [np.float32, np.float64])


def drawn(data, dtype, size):
    return np.array(data.draw(st.lists(FLOATS[dtype], min_size=size, max_size=size)), dtype)


@dtypes
@given(data=st.data())
def test_keys_are_in_the_order_of_the_values(dtype, data):
    one, other = drawn(data, dtype, 2).reshape(2, 1)
    a, b = ordered(one.copy()), ordered(other.copy())
    assert (a < b) == (one < other)
    assert (a == b) == (one == other)
    assert in_order(a) == one


@dtypes
@pytest.mark.parametrize("bins", [16, 1024, 8192])
@given(data=st.data())
@settings(max_examples=30, deadline=None)
def test_edges_are_numbers_in_order_and_values_that_repeat_in_the_sample_begin_a_bin(dtype, bins, data):
    sample = drawn(data, dtype, 6)
    edges = bin_edges(np.repeat(sample, 20), bins)
    assert edges.shape == (bins - 1,)
    assert edges.dtype == dtype
    assert (edges[1:] >= edges[:-1]).all()
    if bins >= 1024:
        assert np.isin(sample, edges).all()


def stretched(sample):
    """How many bins the values of a sample fall into."""
    return len(np.unique(np.searchsorted(bin_edges(sample, 8192), sample, side="right")))


@dtypes
@pytest.mark.parametrize(
    "change",
    [
        lambda values: values * 1e-30,
        lambda values: values * 1e30,
        lambda values: values + 1000,
        lambda values: 0.25 * values - 300,
    ],
    ids=["tiny", "huge", "far from zero", "far below zero"],
)
def test_bins_are_narrow_at_any_scale(dtype, change):
    values = np.random.default_rng(0).normal(size=3000)
    assert stretched(change(values).astype(dtype)) > 2000


def test_double_precision_reaches_beyond_single_precision():
    values = np.random.default_rng(0).normal(size=3000)
    assert stretched(values * 1e-300) > 2000
    assert stretched(values * 1e300) > 2000


def test_values_that_the_sample_does_not_have_get_bins_of_their_own():
    edges = bin_edges(np.zeros(100, np.float32), 2**15)
    others = np.array([-1e20, -3, -1e-20, 0, 1e-20, 1, 1.2, 1.5, 1.9, 2, 1e20], np.float32)
    assert len(np.unique(np.searchsorted(edges, others, side="right"))) == len(others)


@pytest.mark.parametrize(
    ("given_as", "taken_as"),
    [("float16", "float32"), ("float32", "float32"), ("int16", "float32"), ("bool", "float32"), ("int32", "float64")],
)
def test_values_are_taken_in_a_precision_that_holds_them(given_as, taken_as):
    assert working_dtype(np.dtype(given_as)) == taken_as
