import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lstmvis_widget.statistics.value_bins import ValueBins, in_order, ordered, working_dtype

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
@pytest.mark.parametrize("bins", [16, 1024, 8192, 2**15])
@given(data=st.data())
@settings(max_examples=30, deadline=None)
def test_a_greater_value_is_never_in_a_lower_bin(dtype, bins, data):
    sample, values = drawn(data, dtype, 6)[:, None], np.sort(drawn(data, dtype, 12))[:, None]
    found = ValueBins(sample, bins).of(values.copy())
    assert (np.diff(found[:, 0].astype(int)) >= 0).all()
    assert found.max() < bins


@dtypes
@given(data=st.data())
@settings(max_examples=30, deadline=None)
def test_the_least_key_of_a_bin_is_that_of_the_least_value_in_it(dtype, data):
    sample = drawn(data, dtype, 6)[:, None]
    bins = ValueBins(sample, 8192)
    [[wanted]] = bins.of(sample[:1].copy())
    least = bins.least(np.array([[wanted]]))
    assert bins.of(in_order(least)) == wanted
    assert least <= ordered(sample[:1].copy())
    if np.isfinite(in_order(least)):
        assert bins.of(in_order(least - 1)) < wanted


def stretched(sample):
    """How many bins the values of a sample fall into."""
    return len(np.unique(ValueBins(sample[:, None].copy(), 2**15).of(sample[:, None].copy())))


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
    bins = ValueBins(np.zeros((100, 1), np.float32), 2**15)
    others = np.array([-1e20, -3, -1e-20, 0, 1e-20, 1, 1.2, 1.5, 1.9, 2, 1e20], np.float32)[:, None]
    assert len(np.unique(bins.of(others))) == len(others)


@pytest.mark.parametrize(
    ("given_as", "taken_as"),
    [("float16", "float32"), ("float32", "float32"), ("int16", "float32"), ("bool", "float32"), ("int32", "float64")],
)
def test_values_are_taken_in_a_precision_that_holds_them(given_as, taken_as):
    assert working_dtype(np.dtype(given_as)) == taken_as
