"""Columns of any kind as numbers or labels, against the same decided entry by entry."""

import enum
import math
from datetime import date
from decimal import Decimal
from fractions import Fraction
from numbers import Real

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from lstmvis_widget import CategoricalTrack
from lstmvis_widget.given.coded import CodedLabels, counted, distinct_numbers
from lstmvis_widget.given.columns import labels_of, numbers_or_labels
from lstmvis_widget.given.missing import is_missing


class Colour(enum.Enum):
    RED = 1
    GREEN = 2


class Shape(enum.StrEnum):
    ROUND = "round"


class Word(str):
    """A text that is equal to any other one of its letters, and shown in its own way."""

    __slots__ = ()

    def __str__(self):
        return self.upper()


ENTRIES = st.one_of(
    st.none(),
    st.sampled_from(["a", "b", "", "1", "True", "\ud800", "round", np.str_("a"), Word("a"), b"a", b"\xff", b"1"]),
    st.sampled_from([True, 1, 1.0, 0, 0.0, -0.0, 2**70, np.int8(1), np.float32(0.1), np.bool_(True), 0.5, 1e300]),
    st.sampled_from([math.nan, math.inf, np.float64("nan"), pd.NA, pd.NaT, np.datetime64("2020-01-02")]),
    st.sampled_from([Colour.RED, Colour.GREEN, Shape.ROUND, Decimal("1.0"), Decimal("1.00"), Fraction(1, 3)]),
    st.sampled_from([date(2020, 1, 2), Decimal("nan")]),
)


def text_of(entry, *, whole):
    if isinstance(entry, str):
        return str(entry)
    if is_missing(entry):
        return None
    if isinstance(entry, bytes):
        return entry.decode("utf-8", "replace")
    if isinstance(entry, enum.Enum):
        return entry.name
    return str(int(entry)) if whole else str(entry)


def is_fraction(entry):
    return isinstance(entry, Real) and not isinstance(entry, int | np.integer | np.bool_ | enum.Enum)


def labels_one_by_one(entries):
    numbers = [entry for entry in entries if is_fraction(entry) and not is_missing(entry)]
    whole = all(float(number).is_integer() for number in numbers)
    return [text_of(entry, whole=whole and is_fraction(entry)) for entry in entries]


@given(st.lists(ENTRIES, min_size=1, max_size=12))
def test_labels_are_those_of_each_entry_by_itself(entries):
    array = np.fromiter(entries, object, len(entries))
    if {type(entry) for entry in entries} <= {float, int, bool}:
        assert labels_of(array, "labels") == labels_one_by_one(entries)  # numpy makes one type of the list
    else:
        assert labels_of(entries, "labels") == labels_of(array, "labels") == labels_one_by_one(entries)


@given(st.lists(st.sampled_from([None, True, False, 1, 0, -3, 0.5, -0.0, math.nan, 2**60]), min_size=1, max_size=8))
def test_numbers_are_those_of_each_entry_by_itself(entries):
    found = numbers_or_labels(np.fromiter(entries, object, len(entries)), "a track")
    numbers = [math.nan if entry is None else float(entry) for entry in entries]
    if all(map(math.isnan, numbers)):
        assert isinstance(found, CodedLabels)
        assert found.names == ()
    else:
        assert_array_equal(found, numbers)


@given(st.lists(ENTRIES, min_size=1, max_size=12))
def test_a_track_counts_its_labels_the_most_frequent_first(entries):
    track = CategoricalTrack(np.fromiter(entries, object, len(entries)))
    texts = labels_one_by_one(entries)
    names = {text for text in texts if text is not None}
    assert track.labels == tuple(sorted(names, key=lambda name: (-texts.count(name), name)))
    assert track.counts == tuple(texts.count(name) for name in track.labels)
    assert track[:] == texts


@given(
    st.sampled_from(["i1", "u2", "<i8", ">i8", "u8"]),
    st.lists(st.sampled_from([0, 1, 5, 100, 127, 2**15, 2**62, 2**63 + 1]), max_size=8),
)
def test_integers_are_counted_as_numpy_sorts_them(dtype, numbers):
    most = np.iinfo(np.dtype(dtype)).max
    integers = np.array([number for number in numbers if number <= most], dtype)
    distinct, places, times = counted(integers)
    expected = np.unique(integers, return_inverse=True, return_counts=True)
    for one, other in zip((distinct, places, times), expected, strict=True):
        assert_array_equal(one, other)


@pytest.mark.parametrize("dtype", ["f2", "f4", ">f8", "f8", "g", "?", "i4", "M8[s]", "m8[ms]"])
def test_numbers_are_told_apart_by_their_bits(dtype):
    numbers = np.array([1, 0, 1, 0, 5], "i4").astype(dtype)
    distinct, codes = distinct_numbers(numbers)
    assert_array_equal(distinct[codes], numbers)
    assert len(distinct) == len(set(numbers.tolist()))


@pytest.mark.parametrize(
    "column",
    [
        pd.Series(["b", None, "a", "b"], dtype="category"),
        pd.Categorical(["b", None, "a", "b"], categories=["c", "b", "a"]),
        pl.Series(["b", None, "a", "b"], dtype=pl.Categorical),
        pa.array(["b", None, "a", "b"]).dictionary_encode(),
        pa.chunked_array([pa.array(["b", None]).dictionary_encode(), pa.array(["a", "b"]).dictionary_encode()]),
        pa.chunked_array([], pa.dictionary(pa.int32(), pa.string())),
    ],
)
def test_categories_of_every_library_are_labels_with_their_gaps(column):
    assert labels_of(column, "labels") == ["b", None, "a", "b"][: len(column)]


@pytest.mark.parametrize(
    ("column", "labels"),
    [
        (pd.Series([1, None, 2], dtype="category"), ["1", None, "2"]),
        (pd.Series([0.5, None, 2.0], dtype="category"), ["0.5", None, "2.0"]),
        (pa.array([3, None, 1]).dictionary_encode(), ["3", None, "1"]),
        (pd.array([True, None, False], dtype="boolean"), ["True", None, "False"]),
        (np.array(["2020-01-02", "NaT"], "M8[D]"), ["2020-01-02", None]),
        (np.array(["a", "b", "a"], np.dtypes.StringDType()), ["a", "b", "a"]),
        (np.array([b"a", b"\xff"]), ["a", "\ufffd"]),
        (np.array([0.0, -0.0, 0.5]), ["0.0", "-0.0", "0.5"]),
    ],
)
def test_labels_of_other_dtypes_are_their_texts(column, labels):
    assert labels_of(column, "labels") == labels
