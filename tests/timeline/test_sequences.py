import numpy as np
import pandas as pd
import polars as pl
import pytest
import torch

from lstmvis_widget.timeline.sequences import Sequences


@pytest.mark.parametrize(
    "lengths",
    [
        [2, 3, 1],
        (2.0, 3.0, 1.0),
        np.array([2, 3, 1], np.uint8),
        np.array([2, 3, 1], np.uint64),
        np.array([2.0, 3, 1]),
        torch.tensor([2, 3, 1]),
        pd.Series([2, 3, 1], index=["a", "b", "c"]),
        pd.array([2, 3, 1], "Int64"),
        pl.Series([2, 3, 1]),
        iter([2, 3, 1]),
    ],
    ids=lambda lengths: f"{type(lengths).__name__} {getattr(lengths, 'dtype', '')}",
)
def test_lengths_in_every_form_are_bounds(lengths):
    assert Sequences.of(lengths, 6).bounds.tolist() == [0, 2, 5, 6]


def test_small_integers_are_summed_without_wrapping_round():
    assert len(Sequences.of(np.full(300, 100, np.uint8), 30_000)) == 300


@pytest.mark.parametrize(
    ("lengths", "error", "message"),
    [
        ([2**63 - 1, 2**63 - 1, 8], ValueError, f"6 time steps; they sum to {2 * (2**63 - 1) + 8}"),
        (np.array([2**63 - 1, 2**63 - 1, 8]), ValueError, "sum to 18446744073709551622"),
        (np.array([2**63, 2**63, 6], np.uint64), ValueError, "at most"),
        ([2**64, 6], ValueError, "at most"),
        ([10**5000], ValueError, "at most"),
        ([7, -1], ValueError, "sequence 1 has length -1"),
        ([6, 0], ValueError, "sequence 1 has length 0"),
        ([2.5, 3.5], TypeError, r"got 2\.5"),
        ([float("nan"), 6], TypeError, "got nan"),
        ([True, 5], TypeError, "got True"),
        (np.ma.array([6, 1], mask=[0, 1]), TypeError, "got nan"),
        ("6", TypeError, "got '6'"),
        ({6}, TypeError, "set"),
        ({"a": 6}, TypeError, "a list of integers"),
        (6, TypeError, "got 6"),
        ([[6]], TypeError, r"\[\[6\]\]"),
        ([], ValueError, "sum to 0"),
    ],
    ids=range(17),
)
def test_lengths_that_do_not_fit_are_refused(lengths, error, message):
    with pytest.raises(error, match=message):
        Sequences.of(lengths, 6)


def test_the_sequences_of_some_steps():
    sequences = Sequences.of([3, 2, 4, 1], 10)
    assert sequences.of_steps(np.array([0, 2, 5, 8, 9])).lengths.tolist() == [2, 2, 1]  # none of the second
    assert sequences.of_steps(np.arange(10)).bounds.tolist() == sequences.bounds.tolist()
    assert len(sequences.of_steps(np.zeros(0, np.int64))) == 0
