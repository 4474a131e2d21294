import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstmvis_widget import count_selected, on_off_patterns, select_cells
from tests import oracle
from tests.strategies import THRESHOLDS, states

# On cells at the steps 0 … 4, cell by cell.
STATES = np.array([
    [0, 1, 1, 0, 0],
    [1, 1, 1, 0, 0],
    [0, 1, 1, 1, 0],
    [0, 1, 0, 0, 0],
]).T.astype(float)  # fmt: skip


@st.composite
def ranges_of(draw, array):
    def one():
        start = draw(st.integers(0, len(array) - 1))
        return start, draw(st.integers(start + 1, len(array)))

    return [one() for _ in range(draw(st.integers(1, 6)))]


@given(st.data())
def test_selected_cells_are_those_of_the_definition(data):
    array = data.draw(states(min_steps=1))
    [(start, stop), *_] = data.draw(ranges_of(array))
    threshold = data.draw(THRESHOLDS)
    limits = {"off_before": data.draw(st.integers(0, 3)), "off_after": data.draw(st.integers(0, 3))}
    cells = select_cells(array, start, stop, threshold, **limits)
    assert cells.tolist() == oracle.select_cells(array, start, stop, threshold, **limits)
    assert cells.dtype.kind == "i"


@given(st.data())
def test_patterns_of_many_ranges_are_those_of_the_definition(data):
    array = data.draw(states(min_steps=1))
    ranges, threshold = data.draw(ranges_of(array)), data.draw(THRESHOLDS)
    limits = {"off_before": data.draw(st.integers(0, 3)), "off_after": data.draw(st.integers(0, 3))}
    patterns = on_off_patterns(array, ranges, threshold, **limits)
    assert patterns.dtype == bool
    assert patterns.tolist() == oracle.on_off_patterns(array, ranges, threshold, **limits).tolist()


@pytest.mark.parametrize(
    ("limits", "cells"),
    [
        ({}, [0, 1, 2]),
        ({"off_before": 1}, [0, 2]),
        ({"off_after": 1}, [0, 1]),
        ({"off_before": 1, "off_after": 1}, [0]),
        ({"off_before": 2}, []),  # there is no step -1
        ({"off_after": 2}, [0, 1]),
        ({"off_after": 3}, []),  # there is no step 5
    ],
)
def test_cells_are_on_during_the_selection_and_off_around_it(limits, cells):
    assert select_cells(STATES, 1, 3, 0.5, **limits).tolist() == cells


def test_a_value_at_the_threshold_is_on_and_not_a_number_is_off():
    assert select_cells([[0.5, 0.4999, np.nan, np.inf, -np.inf]], 0, 1, 0.5).tolist() == [0, 3]


def test_not_a_number_counts_as_off_beside_the_selection():
    assert select_cells([[np.nan], [1.0], [np.nan]], 1, 2, 0.5, off_before=1, off_after=1).tolist() == [0]


def test_long_selections_are_right_across_blocks_of_rows():
    array = np.ones((300_000, 8), dtype=np.float64)
    array[250_000, 3] = 0
    assert select_cells(array, 1, 299_999, 0.5).tolist() == [0, 1, 2, 4, 5, 6, 7]


def test_no_ranges_have_no_patterns():
    assert on_off_patterns(STATES, [], 0.5).shape == (0, 4)


@pytest.mark.parametrize("given_as", [np.array, tuple, iter, lambda pairs: (pair for pair in pairs)])
def test_ranges_are_given_as_an_array_or_as_pairs(given_as):
    assert on_off_patterns(STATES, given_as([(1, 3), (0, 1)]), 0.5).tolist() == [
        [True, True, True, False],
        [False, True, False, False],
    ]


@pytest.mark.parametrize(
    ("start", "stop"), [(2, 2), (3, 1), (-1, 2), (0, 6), (5, 6)], ids=["empty", "reversed", "early", "late", "outside"]
)
def test_a_range_that_is_none_of_the_states_is_refused_with_what_was_given_and_what_is_allowed(start, stop):
    with pytest.raises(ValueError, match=rf"(?s)5.*{start}.*{stop}|{start}.*{stop}.*5"):
        select_cells(STATES, start, stop, 0.5)
    with pytest.raises(ValueError, match=f"{stop}"):
        on_off_patterns(STATES, [(0, 1), (start, stop)], 0.5)


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"threshold": float("nan")}, ValueError, "threshold.*nan"),
        ({"threshold": float("inf")}, ValueError, "threshold.*inf"),
        ({"threshold": "high"}, TypeError, "threshold.*high"),
        ({"off_before": -1}, ValueError, "off_before.*-1"),
        ({"off_after": -2}, ValueError, "off_after.*-2"),
        ({"off_after": 0.5}, TypeError, "off_after.*0.5"),
        ({"start": 1.5}, (TypeError, ValueError), "integer"),
        ({"states": np.zeros((2, 2, 2))}, ValueError, "2-D"),
    ],
)
def test_a_bad_argument_is_named(options, error, message):
    with pytest.raises(error, match=message):
        select_cells(**({"states": STATES, "start": 1, "stop": 3, "threshold": 0.5} | options))


@given(st.data())
def test_each_threshold_would_select_as_many_cells_as_it_selects(data):
    array = data.draw(states(min_steps=1))
    [(start, stop), *_] = data.draw(ranges_of(array))
    thresholds = data.draw(st.lists(THRESHOLDS, max_size=8))
    limits = {"off_before": data.draw(st.integers(0, 3)), "off_after": data.draw(st.integers(0, 3))}
    counts = count_selected(array, start, stop, thresholds, **limits)
    assert counts.tolist() == [len(oracle.select_cells(array, start, stop, cut, **limits)) for cut in thresholds]
    assert counts.dtype == np.int64


def test_cells_are_counted_across_blocks_of_rows():
    array = np.ones((300_000, 8), dtype=np.float64)
    array[250_000, 3] = 0.25
    array[0, 5] = 2
    assert count_selected(array, 1, 299_999, [0, 0.5, 1, 1.5], off_before=1).tolist() == [0, 0, 0, 0]
    assert count_selected(array[1:], 0, 299_998, [0, 0.5, 1, 1.5], off_after=0).tolist() == [8, 7, 7, 0]
    array[0] = -1
    assert count_selected(array, 1, 299_999, [-2, 0, 0.5, 1, 1.5], off_before=1).tolist() == [0, 8, 7, 7, 0]


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"thresholds": [0.5, float("nan")]}, ValueError, "threshold.*nan"),
        ({"thresholds": [[0.5]]}, ValueError, r"list of numbers.*\(1, 1\)"),
        ({"thresholds": 0.5}, ValueError, "list of numbers"),
        ({"thresholds": ["high"]}, TypeError, "threshold.*high"),
        ({"off_before": -1}, ValueError, "off_before.*-1"),
        ({"stop": 6}, ValueError, "5.*6"),
    ],
)
def test_a_bad_argument_of_the_counts_is_named(options, error, message):
    with pytest.raises(error, match=message):
        count_selected(**({"states": STATES, "start": 1, "stop": 3, "thresholds": [0.5]} | options))
