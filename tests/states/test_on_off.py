"""Which half-precision values are on, found from their bits, as numpy finds it by comparing."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lstmvis_widget.states.on_off import MovedThreshold, is_on

HALVES = np.arange(2**16, dtype=np.uint16).view(np.float16)


def compared(values, cut):
    with np.errstate(invalid="ignore", over="ignore"):
        return values >= cut


@pytest.mark.parametrize(
    "threshold",
    [0.0, -0.0, 0.3, -0.3, 1.0, -1.0, 6e-8, -6e-8, 3e-8, -3e-8, 6.1e-5, 65504, -65504, 65519, 65520, 1e9, -1e9, np.inf,
     -np.inf, np.nan, 1, 0, -7],
)  # fmt: skip
def test_all_halves_are_compared_right_with_a_threshold(threshold):
    on = is_on(HALVES.reshape(-1, 64), threshold)
    assert np.array_equal(on, compared(HALVES.reshape(-1, 64), threshold))


@given(threshold=st.floats(width=16))
@settings(max_examples=200)
def test_all_halves_are_compared_right_with_any_half(threshold):
    assert np.array_equal(is_on(HALVES, threshold), compared(HALVES, np.float16(threshold)))


@given(threshold=st.floats(-70000, 70000))
@settings(max_examples=100)
def test_a_threshold_is_rounded_to_half_precision_first(threshold):
    assert np.array_equal(is_on(HALVES, threshold), compared(HALVES, threshold))


@given(cut=st.lists(st.floats(width=16), min_size=4, max_size=4))
@settings(max_examples=100)
def test_each_cell_may_have_a_cut_of_its_own_and_some_none(cut):
    values, cut = HALVES.reshape(-1, 4), np.array(cut, np.float16)
    out = np.ones((len(values), 6), bool)
    MovedThreshold(cut)(values, out[:, 1:5])
    assert np.array_equal(out[:, 1:5], compared(values, cut))
    assert out[:, [0, 5]].all()


def test_halves_that_lie_with_gaps_are_compared_and_stay_as_they_are():
    values = HALVES.reshape(-1, 16).copy()
    kept = values.tobytes()
    for part in (values.T, values[:, ::3], values[::-1], values[:0]):
        assert np.array_equal(is_on(part, 0.3), compared(part, 0.3))
    assert values.tobytes() == kept
