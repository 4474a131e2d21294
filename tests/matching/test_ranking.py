import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from lstmvis_widget import rank_matches
from tests import oracle
from tests.strategies import THRESHOLDS, cells_of, sequence_lengths, states, sticky_states

LIMITS = [(before, after) for before in range(3) for after in range(3)]


def rows_of(matches):
    columns = (matches.start, matches.stop, matches.length, matches.overlap, matches.union)
    return list(zip(*(column.tolist() for column in columns), strict=True))


def assert_ranked(matches, expected):
    assert rows_of(matches) == expected.rows
    assert len(matches) == len(expected.rows)
    assert matches.n_candidates == expected.n_candidates
    assert matches.length_histogram.tolist() == expected.length_histogram
    assert matches.full_overlap_length_histogram.tolist() == expected.full_overlap_length_histogram


@st.composite
def queries(draw, **sizes):
    array = draw(states(**sizes))
    options = {
        "min_length": draw(st.integers(1, 5)),
        "k": draw(st.one_of(st.integers(1, 10), st.just(50))),
        "length_filter": draw(st.one_of(st.none(), st.integers(1, 6))),
        "sequences": draw(sequence_lengths(len(array))),
    }
    return array, draw(cells_of(array)), draw(THRESHOLDS), options


@pytest.mark.parametrize(("off_before", "off_after"), LIMITS)
@given(query=queries())
@settings(max_examples=200)
def test_ranking_is_that_of_the_definition(query, off_before, off_after):
    array, cells, threshold, options = query
    options |= {"off_before": off_before, "off_after": off_after}
    assert_ranked(
        rank_matches(array, cells, threshold, **options), oracle.rank_matches(array, cells, threshold, **options)
    )


@pytest.mark.parametrize(("off_before", "off_after"), LIMITS)
@pytest.mark.parametrize("n_cells", [63, 64, 65, 130, 200])
def test_ranking_is_right_for_more_cells_than_a_machine_word_has_bits(n_cells, off_before, off_after):
    array = sticky_states(60, n_cells, seed=n_cells, keep=0.9)
    cells = np.flatnonzero((array[10:14] >= 0.1).all(axis=0)).tolist()
    options = {"off_before": off_before, "off_after": off_after, "min_length": 2, "sequences": [20, 1, 19, 20]}
    assert_ranked(rank_matches(array, cells, 0.1, **options), oracle.rank_matches(array, cells, 0.1, **options))


@pytest.mark.parametrize(("off_before", "off_after"), [(0, 0), (1, 0), (0, 2), (2, 1)])
def test_ranking_is_right_over_thousands_of_sequences(off_before, off_after):
    random = np.random.default_rng(0)
    lengths = random.integers(1, 16, size=1500)
    array = sticky_states(int(lengths.sum()), 9, seed=1, keep=0.7).astype(np.float32)
    options = {
        "off_before": off_before, "off_after": off_after, "min_length": 2, "k": 500, "sequences": lengths.tolist(),
    }  # fmt: skip
    assert_ranked(
        rank_matches(array, [0, 2, 3, 7], 0.0, **options), oracle.rank_matches(array, [0, 2, 3, 7], 0.0, **options)
    )


@pytest.mark.parametrize(("off_before", "off_after"), LIMITS)
def test_ranking_is_right_for_runs_of_thousands_of_steps(off_before, off_after):
    """With every step repeated, a range is where it was, only longer; one step of a limit is as good as several."""
    repeats, options = 3000, {"k": 100}
    array = sticky_states(20, 6, seed=off_before + 3 * off_after)
    short = oracle.rank_matches(
        array, [0, 1, 4], 0.0, off_before=min(off_before, 1), off_after=min(off_after, 1), min_length=2, **options
    )
    long = rank_matches(
        np.repeat(array, repeats, axis=0), [0, 1, 4], 0.0,
        off_before=off_before, off_after=off_after, min_length=2 * repeats, **options,
    )  # fmt: skip
    assert rows_of(long) == [
        (start * repeats, stop * repeats, length * repeats, overlap, union)
        for start, stop, length, overlap, union in short.rows
    ]
    assert long.n_candidates == short.n_candidates
    assert long.length_histogram[::repeats].tolist() == short.length_histogram


# On cells at the steps 0 … 9, cell by cell; counted by hand below.
BY_HAND = np.array([
    # 0  1  2  3  4  5  6  7  8  9
    [0, 1, 1, 0, 0, 1, 1, 1, 0, 0],
    [0, 1, 1, 0, 0, 0, 1, 1, 0, 1],
    [0, 0, 0, 0, 0, 0, 1, 1, 1, 0],
]).T.astype(float)  # fmt: skip


def test_a_ranking_counted_by_hand():
    matches = rank_matches(BY_HAND, [0, 1], 0.5, min_length=2)
    # [1, 3) and [6, 8) have both cells; cell 2 is on too in the second. [5, 8) has cell 0 alone. [9, 10) is too short.
    assert rows_of(matches) == [(1, 3, 2, 2, 2), (6, 8, 2, 2, 3), (5, 8, 3, 1, 2)]
    assert matches.n_candidates == 3
    assert [matches.n_candidates_of_length(length) for length in (1, 2, 3, 4, 10**30)] == [0, 2, 1, 0, 0]
    for wrong in (0, -1, 2.0, True, None):
        with pytest.raises((TypeError, ValueError), match="length must be"):
            matches.n_candidates_of_length(wrong)
    assert matches.length_histogram.tolist() == [0, 0, 2, 1]
    assert matches.full_overlap_length_histogram.tolist() == [0, 0, 2, 0]


def test_limits_leave_the_ranges_at_whose_ends_the_cells_switch():
    matches = rank_matches(BY_HAND, [0, 1], 0.5, off_before=1, off_after=1)
    # [6, 8) has cell 1 alone now: cell 0 is on before it, and cell 2 after. [9, 10) has no step after it to be off at.
    assert rows_of(matches) == [(1, 3, 2, 2, 2), (5, 8, 3, 1, 2), (6, 8, 2, 1, 2)]


def test_no_match_crosses_the_end_of_a_sequence():
    on = np.ones((6, 1))
    assert rows_of(rank_matches(on, [0], 0.5, sequences=[2, 3, 1])) == [
        (2, 5, 3, 1, 1),
        (0, 2, 2, 1, 1),
        (5, 6, 1, 1, 1),
    ]


def test_a_length_filter_applies_before_the_first_k_and_leaves_the_counts():
    matches = rank_matches(BY_HAND, [0, 1], 0.5, min_length=2, k=1, length_filter=3)
    assert rows_of(matches) == [(5, 8, 3, 1, 2)]
    assert matches.n_candidates == 3
    assert matches.length_histogram.tolist() == [0, 0, 2, 1]


def test_a_range_is_not_cut_to_the_minimum_length():
    on = np.ones((5, 1))
    assert rows_of(rank_matches(on, [0], 0.5, min_length=3)) == [(0, 5, 5, 1, 1)]
    assert rows_of(rank_matches(on, [0], 0.5, min_length=6)) == []


def test_states_of_no_steps_have_no_matches():
    matches = rank_matches(np.zeros((0, 3)), [1], 0.0)
    assert rows_of(matches) == []
    assert matches.n_candidates == 0
    assert matches.length_histogram.tolist() == [0]


def test_not_a_number_is_off():
    assert len(rank_matches(np.full((4, 2), np.nan), [0, 1], -1e9)) == 0


def test_the_threshold_is_taken_in_the_precision_of_the_states():
    single = np.full((3, 1), 0.7, dtype=np.float32)  # a little less than 0.7
    assert len(rank_matches(single, [0], 0.7)) == 1
    assert len(rank_matches(single.astype(np.float64), [0], 0.7)) == 0


def test_the_order_of_the_given_cells_does_not_matter():
    array = sticky_states(40, 8, seed=3)
    assert rows_of(rank_matches(array, [5, 1, 3], 0.1)) == rows_of(rank_matches(array, np.array([1, 3, 5]), 0.1))


def test_matches_read_like_a_table():
    matches = rank_matches(BY_HAND, [0, 1], 0.5, min_length=2)
    assert all(getattr(matches, name).dtype.kind == "i" for name in ("start", "stop", "length", "overlap", "union"))
    assert len(list(matches)) == 3
    frame = matches.to_pandas()
    assert list(frame.columns) == ["start", "stop", "length", "overlap", "union"]
    assert frame["start"].tolist() == [1, 6, 5]
    assert "<table" in matches._repr_html_()
    assert "overlap" in repr(matches)


@pytest.mark.parametrize(
    ("changed", "error", "message"),
    [
        ({"states": np.zeros(4)}, ValueError, "2-D"),
        ({"cells": [3]}, ValueError, "3"),
        ({"cells": [-1]}, ValueError, "-1"),
        ({"cells": [0.5]}, (TypeError, ValueError), "cell"),
        ({"threshold": float("nan")}, ValueError, "threshold"),
        ({"threshold": float("inf")}, ValueError, "threshold"),
        ({"off_before": -1}, ValueError, "off_before"),
        ({"off_after": 1.5}, TypeError, "off_after"),
        ({"min_length": 0}, ValueError, "min_length"),
        ({"k": 0}, ValueError, "k"),
        ({"k": True}, TypeError, "k"),
        ({"length_filter": 0}, ValueError, "length_filter"),
        ({"sequences": [4, 4]}, ValueError, "8"),
        ({"sequences": [2**63 - 1, 2**63 - 1, len(BY_HAND) + 2]}, ValueError, "sum to"),
        ({"cells": [2**64]}, ValueError, "cells"),
        ({"cells": [True]}, TypeError, "cells"),
        ({"cells": np.array([True, False, True])}, TypeError, "flatnonzero"),
        ({"threshold": 10**400}, ValueError, "threshold"),
        ({"threshold": True}, TypeError, "threshold"),
        ({"min_length": 2**63}, ValueError, "min_length"),
        ({"k": 10**5000}, ValueError, "k must be at most"),
        ({"off_before": 2**64}, ValueError, "off_before"),
        ({"length_filter": np.uint64(2**63)}, ValueError, "length_filter"),
    ],
    ids=range(23),
)
def test_a_bad_argument_is_named(changed, error, message):
    arguments = {"states": BY_HAND, "cells": [0, 1], "threshold": 0.5} | changed
    with pytest.raises(error, match=message):
        rank_matches(**arguments)


@pytest.mark.parametrize(
    "changed",
    [{"min_length": 2**63 - 1}, {"off_before": 2**63 - 1}, {"off_after": 2**62}, {"length_filter": 2**63 - 1}],
    ids=str,
)
def test_what_is_longer_than_the_text_is_met_by_no_range(changed):
    assert len(rank_matches(BY_HAND, [0, 1], 0.5, **changed)) == 0


@pytest.mark.parametrize("as_given", [float, np.float32, np.int16, np.array, torch.tensor])
def test_numbers_of_every_library_are_taken(as_given):
    options = {"off_before": 1, "min_length": 2, "k": 3}
    given = {name: as_given(number) for name, number in options.items()}
    found = rank_matches(BY_HAND, [as_given(0), as_given(1)], as_given(1), sequences=[as_given(len(BY_HAND))], **given)
    assert list(found) == list(rank_matches(BY_HAND, [0, 1], 1, **options))
