from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstmvis_widget import select_cells, select_cells_at
from lstmvis_widget.matching import several_ranges
from lstmvis_widget.matching.selection import Pattern
from lstmvis_widget.matching.several_ranges import Places, count_missed, count_missed_in_index, misses_allowed
from lstmvis_widget.states.index import OnOffIndex
from lstmvis_widget.states.sources import States
from lstmvis_widget.timeline.sequences import Sequences
from tests import oracle
from tests.strategies import THRESHOLDS, states

# On cells at the steps 0 … 5, cell by cell; the sequences are steps 0 … 2 and 3 … 5.
STATES = np.array([
    [1, 0, 1, 0, 1, 0],
    [1, 1, 1, 0, 1, 0],
    [0, 0, 1, 0, 1, 0],
    [0, 0, 0, 0, 1, 1],
]).T.astype(float)  # fmt: skip
PHRASES = [(0, 1), (2, 3), (4, 5)]


@st.composite
def asked(draw):
    """States in sequences, ranges within these, a threshold, limits, and how many of the ranges may be missed."""
    array = draw(states(min_steps=2))
    cut = draw(st.integers(1, len(array)))
    lengths = [cut, len(array) - cut] if cut < len(array) else [cut]
    bounds = oracle.sequence_bounds(len(array), lengths)

    def one():
        first, end = draw(st.sampled_from(bounds))
        start = draw(st.integers(first, end - 1))
        return start, draw(st.integers(start + 1, end))

    ranges = [one() for _ in range(draw(st.integers(1, 8)))]
    limits = {"off_before": draw(st.integers(0, 2)), "off_after": draw(st.integers(0, 2))}
    misses = draw(st.integers(0, len(set(ranges)) - 1))
    return array, ranges, draw(THRESHOLDS), limits, lengths, misses


@given(asked())
def test_the_cells_follow_the_pattern_at_all_ranges_but_as_many_as_the_tolerance_allows(case):
    array, ranges, threshold, limits, lengths, misses = case
    exact = Fraction(misses, len(set(ranges)))
    cells = select_cells_at(array, ranges, threshold, tolerance=float(exact), sequences=lengths, **limits)
    expected = oracle.select_cells_at(array, ranges, threshold, tolerance=exact, sequences=lengths, **limits)
    assert cells.tolist() == expected
    assert cells.dtype == np.int64


@given(asked(), st.sampled_from([1, 3, 1000]))
def test_an_index_and_the_states_tell_the_same(case, block_rows):
    array, ranges, threshold, limits, lengths, _ = case
    pattern = Pattern(threshold, **limits)
    places = Places.of(ranges, pattern, Sequences.of(lengths, len(array)))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(several_ranges, "RANGES_AT_ONCE", 3)
        patched.setattr(States, "block_rows", block_rows)
        read = count_missed(States(array), places, pattern, most=len(ranges))
        looked_up = count_missed_in_index(OnOffIndex.build(array, threshold), places, pattern)
    distinct = sorted(set(ranges))
    follows = [oracle.select_cells_at(array, [each], threshold, sequences=lengths, **limits) for each in distinct]
    expected = [sum(cell not in cells for cells in follows) for cell in range(array.shape[1])]
    assert read.tolist() == expected
    assert looked_up.tolist() == expected


@given(asked())
def test_of_one_range_they_are_those_of_select_cells(case):
    array, [(start, stop), *_], threshold, limits, _, _ = case
    cells = select_cells_at(array, [(start, stop)], threshold, tolerance=0.9, **limits)
    assert cells.tolist() == select_cells(array, start, stop, threshold, **limits).tolist()


@pytest.mark.parametrize(
    ("options", "cells"),
    [
        ({}, [0, 1]),
        ({"tolerance": 1 / 3}, [0, 1, 2]),
        ({"tolerance": 2 / 3}, [0, 1, 2, 3]),
        ({"tolerance": 0.99}, [0, 1, 2, 3]),  # at one phrase at least a cell has to be on
        ({"off_after": 1}, []),  # there is no step after (2, 3) in its sequence
        ({"off_after": 1, "tolerance": 1 / 3}, [0]),
        ({"off_before": 1, "tolerance": 1 / 3}, [0, 2]),
    ],
)
def test_some_phrases_may_be_missed_also_those_whose_limits_do_not_exist(options, cells):
    assert select_cells_at(STATES, PHRASES, 0.5, sequences=[3, 3], **options).tolist() == cells


def test_a_range_given_twice_counts_once():
    assert select_cells_at(STATES, [(4, 5), (4, 5), (5, 6)], 0.5, tolerance=0.5).tolist() == [0, 1, 2, 3]
    assert select_cells_at(STATES, [(4, 5), (4, 5), (5, 6)], 0.5, tolerance=0.4).tolist() == [3]


@given(st.integers(1, 100_000), st.data())
def test_a_share_made_from_a_number_of_ranges_means_that_number(ranges, data):
    misses = data.draw(st.integers(0, ranges - 1))
    assert misses_allowed(ranges, misses / ranges) == misses
    assert misses_allowed(ranges, 1 - (ranges - misses) / ranges) == misses


def test_long_ranges_are_right_across_blocks_of_rows():
    array = np.ones((300_000, 8))
    array[250_000, 3] = array[10, 4] = 0
    ranges = [(0, 5), (1, 299_999), (9, 12), (299_000, 299_990)]
    assert select_cells_at(array, ranges, 0.5).tolist() == [0, 1, 2, 5, 6, 7]
    assert select_cells_at(array, ranges, 0.5, tolerance=0.25).tolist() == [0, 1, 2, 3, 5, 6, 7]


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"ranges": []}, ValueError, "at least one range"),
        ({"ranges": [(2, 2)]}, ValueError, r"6; got \[2, 2\)"),
        ({"ranges": [(0, 7)]}, ValueError, r"6; got \[0, 7\)"),
        ({"ranges": [(0, 1), (1, 4)]}, ValueError, r"\[1, 4\) crosses that of \[0, 3\)"),
        ({"ranges": 3}, TypeError, "ranges.*3"),
        ({"tolerance": 1}, ValueError, "tolerance must be at least 0 and below 1; got 1"),
        ({"tolerance": -0.1}, ValueError, "tolerance.*-0.1"),
        ({"tolerance": "none"}, TypeError, "tolerance.*none"),
        ({"threshold": float("nan")}, ValueError, "threshold.*nan"),
        ({"off_before": -1}, ValueError, "off_before.*-1"),
        ({"sequences": [3, 4]}, ValueError, "6.*7"),
    ],
)
def test_a_bad_argument_is_named(options, error, message):
    with pytest.raises(error, match=message):
        select_cells_at(**({"states": STATES, "ranges": PHRASES, "threshold": 0.5, "sequences": [3, 3]} | options))
