"""Statistics of states that lie elsewhere are those of the same array, and bring few rows here."""

import numpy as np
import pandas as pd
import pytest

from lstmvis_widget import cell_alignment, cell_pairs, probe, threshold_profile
from lstmvis_widget.states.sources import States
from tests.rows_elsewhere import ArrayElsewhere

STEPS = 800


def given(transform=None):
    source = np.random.default_rng(0)
    array = source.normal(size=(STEPS, 5)).astype(np.float16)
    array[source.random(array.shape) < 0.02] = np.nan
    labels = source.choice(["a", "b", "c"], STEPS).tolist()
    labels[::7] = [None] * len(labels[::7])
    lying = ArrayElsewhere(array, chunks=11)
    return lying, States(lying, transform), States(array, transform), labels


@pytest.mark.parametrize("transform", [None, "tanh", "standardise"])
@pytest.mark.parametrize("threshold", [0.3, [0.1, 0.2, -0.1, 0.4, 0.0], "table"])
def test_pairs_of_cells(transform, threshold):
    lying, there, here, labels = given(transform)
    if isinstance(threshold, str):
        threshold = cell_alignment(here, labels)
    found, expected = (cell_pairs(each, labels, threshold, held_out=0.2) for each in (there, here))
    pd.testing.assert_frame_equal(found, expected)
    assert lying.brought == 0


@pytest.mark.parametrize("numbers", [False, True])
def test_a_probe(numbers):
    lying, there, here, labels = given()
    track = np.random.default_rng(1).normal(size=STEPS) if numbers else labels
    found, expected = (probe(each, track, folds=3) for each in (there, here))
    pd.testing.assert_frame_equal(found, expected)
    assert lying.brought == 0


def test_a_threshold_profile_brings_the_selection_here_and_refuses_to_rank_in_halves():
    lying, there, here, labels = given()
    found, expected = (threshold_profile(each, (20, 23)) for each in (there, here))
    pd.testing.assert_frame_equal(found.table, expected.table)
    assert lying.brought < 41 * 10
    with pytest.raises(ValueError, match="all states would have to come here"):
        threshold_profile(there, (20, 23), track=labels)
