"""Numbers are checked in Python's integers and floats."""

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from lstmvis_widget.given.brief import brief
from lstmvis_widget.given.numbers import (
    checked_float,
    checked_int,
    checked_ints,
    checked_number,
    checked_ranges,
    is_finite,
)


@pytest.mark.parametrize(
    "three", [3, 3.0, np.int8(3), np.uint64(3), np.float32(3), np.array(3), torch.tensor(3), Decimal(3), Fraction(3)]
)
def test_an_integer_of_every_library_is_one_of_python(three):
    found = checked_int("k", three)
    assert (found, type(found)) == (3, int)


@pytest.mark.parametrize(
    "wrong", [True, np.True_, torch.tensor(True), 3.5, "3", b"3", None, [3], np.array([3]), float("nan"), 1j]
)
def test_what_is_no_integer_is_refused_by_its_name(wrong):
    with pytest.raises(TypeError, match=r"^k must be an integer; got "):
        checked_int("k", wrong)


@pytest.mark.parametrize("wrong", [-1, 2**63, 2**64, 10**5000, -(10**5000), 1e300, np.uint64(2**63)], ids=brief)
def test_an_integer_out_of_the_range_is_refused_however_large_it_is(wrong):
    with pytest.raises(ValueError, match=r"^k must be at (least|most) \d+; got .{1,60}$"):
        checked_int("k", wrong)


@pytest.mark.parametrize("number", [0.25, np.float32(0.25), np.array(0.25), torch.tensor(0.25), Decimal("0.25")])
def test_a_number_of_every_library_is_one_of_python(number):
    found = checked_float("threshold", number)
    assert (found, type(found)) == (0.25, float)


@pytest.mark.parametrize(
    "wrong", [float("nan"), float("inf"), -np.inf, 10**400, Fraction(-(10**400)), np.float32("inf")], ids=brief
)
def test_what_no_float_holds_is_refused(wrong):
    assert not is_finite(wrong)
    with pytest.raises(ValueError, match="threshold must be a finite number"):
        checked_float("threshold", wrong)


@pytest.mark.parametrize("wrong", [True, np.False_, "0.3", None, [0.3], 1 + 0j])
def test_what_is_no_number_is_refused(wrong):
    assert not is_finite(wrong)
    with pytest.raises(TypeError, match="threshold must be a finite number"):
        checked_float("threshold", wrong)


def test_a_large_integer_stays_exact_as_a_number():
    assert checked_number("threshold", 2**53 + 1) == 2**53 + 1


def test_a_float_has_a_range():
    assert checked_float("share", 1, 0, 1) == 1
    with pytest.raises(ValueError, match="share must be from 0 to 1; got 1"):
        checked_float("share", 1.5, 0, 1)


@pytest.mark.parametrize(
    "values",
    [
        [2, 1],
        (2.0, 1.0),
        iter([2, 1]),
        np.array([2, 1], np.uint8),
        np.array([2.0, 1.0]),
        np.array([2, 1], object),
        torch.tensor([2, 1]),
        pd.Series([2, 1], index=[7, 7]),
        pd.array([2, 1], "Int64"),
        [np.int32(2), torch.tensor(1)],
        {2: "a", 1: "b"}.keys(),
    ],
    ids=lambda values: type(values).__name__,
)
def test_integers_in_every_form_are_an_array(values):
    found = checked_ints("cells", values)
    assert (found.tolist(), found.dtype) == ([2, 1], np.int64)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ([1.5], "got 1.5"),
        ([True], "got True"),
        (np.array([True, False]), "flatnonzero"),
        ([[1, 2]], r"\[\[1, 2\]\]"),
        ([[[1, 2], [3, 4]]], r"\[\[\[1, 2\]"),
        ([np.zeros(2), np.zeros(2)], "got "),
        ("12", "'12'"),
        (3, "got 3"),
        ({1: 2}, r"\{1: 2\}"),
        ([1, None], "got None"),
        (pd.array([1, None], "Int64"), "got nan"),
        (np.ma.array([1, 2], mask=[0, 1]), "got nan"),
    ],
)
def test_what_is_no_list_of_integers_is_refused(values, message):
    with pytest.raises(TypeError, match=rf"^cells must be a list of integers; .*{message}"):
        checked_ints("cells", values)


@given(st.lists(st.integers(-(2**70), 2**70), min_size=1), st.booleans())
def test_integers_are_never_wrapped_round(numbers, as_array):
    values = np.array(numbers, object) if as_array else numbers
    if all(0 <= each <= 2**63 - 1 for each in numbers):
        assert checked_ints("lengths", values).tolist() == numbers
    else:
        with pytest.raises(ValueError, match=r"^lengths must be at (least|most) \d+; got "):
            checked_ints("lengths", values)


@given(st.lists(st.tuples(st.integers(-(2**65), 2**65), st.integers(-(2**65), 2**65)), min_size=1, max_size=3))
def test_ranges_are_within_the_steps(pairs):
    if all(0 <= start < stop <= 10 for start, stop in pairs):
        assert checked_ranges("ranges", pairs, 10).tolist() == [list(pair) for pair in pairs]
    else:
        with pytest.raises(ValueError, match="0 <= start < stop <= 10; got "):
            checked_ranges("ranges", pairs, 10)


@pytest.mark.parametrize("values", [[(1, 2), (3,)], [(1, 2, 3)], [1, 2], [(1.5, 2)], [(True, 2)]])
def test_what_are_no_pairs_is_refused(values):
    with pytest.raises((TypeError, ValueError), match=r"^ranges must be pairs of integers \(start, stop\); got "):
        checked_ranges("ranges", values, 10)


class Unspeakable:
    def __repr__(self):
        raise RuntimeError


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("x" * 100, "'" + "x" * 38 + "…"),
        ([1] * 10**6, "[1, 1, 1, 1, 1, 1, ...]"),
        (10**5000, "an integer of 16,610 bits"),
        (np.zeros((3, 4), np.float32), "ndarray of shape (3, 4) and dtype float32"),
        (Unspeakable(), None),
    ],
    ids=["text", "list", "integer", "array", "object"],
)
def test_a_message_shows_a_short_text_of_what_was_given(value, text):
    shown = brief(value)
    assert len(shown) <= 42
    assert text in (None, shown)
    assert "\n" not in shown
