"""Alignment with rows that lie elsewhere is that with the same array, and only counts and few rows come here."""

import numpy as np
import pandas as pd
import pytest

from lstmvis_widget.statistics import binned_alignment, binned_rows
from lstmvis_widget.statistics import cell_alignment as module
from lstmvis_widget.statistics.cell_alignment import cell_alignment
from tests.rows_elsewhere import ArrayElsewhere

STEPS, CELLS = 900, 4


def values_of(kind, source):
    if kind == "integers":
        return source.integers(-4, 5, (STEPS, CELLS))
    values = source.normal(size=(STEPS, CELLS)).astype(np.float16 if kind == "half" else np.float32)
    if kind == "infinities":
        values[source.random(values.shape) < 0.1] = np.nan
        values[source.random(values.shape) < 0.05] = -np.inf
    return values


OPTIONS = [
    {},
    {"held_out": 0.3, "permutations": 7},
    {"held_out": 0.2, "permutations": 5, "sequences": [100, 300, 200, 300], "labels": ["b"]},
    {"labels": ["a", "c"], "against": "b", "cells": [0, 3]},
    {"where": np.arange(STEPS) % 97 < 5, "held_out": 0.4, "permutations": 3},
]


@pytest.fixture(params=["binned", "sorted"])
def in_small_pieces(request, monkeypatch):
    monkeypatch.setattr(module, "MOST_SORTED", 1 if request.param == "binned" else 100_000)
    monkeypatch.setattr("lstmvis_widget.states.sources.BLOCK_BYTES", 1500)
    monkeypatch.setattr("lstmvis_widget.states.picked_rows.NEAR_ELSEWHERE", 10)
    monkeypatch.setattr(binned_rows, "BLOCK_BYTES", 3000)
    monkeypatch.setattr(binned_rows, "SAMPLED_STEPS", 40)
    monkeypatch.setattr(binned_alignment, "CACHED_VALUES", 70)


@pytest.mark.usefixtures("in_small_pieces")
@pytest.mark.parametrize("kind", ["normal", "infinities", "integers", "half"])
@pytest.mark.parametrize("number", range(len(OPTIONS)))
def test_labels_are_told_as_with_the_array(kind, number):
    source = np.random.default_rng(number)
    array = values_of(kind, source)
    labels = np.repeat(source.choice(["a", "b", "c"], STEPS // 3), 3).astype(object)
    labels[source.random(STEPS) < 0.2] = None
    lying = ArrayElsewhere(array, seed=number, chunks=12)
    found = cell_alignment(lying, labels.tolist(), **OPTIONS[number])
    assert found.equals(cell_alignment(array, labels.tolist(), **OPTIONS[number]))
    assert lying.brought == 0


@pytest.mark.usefixtures("in_small_pieces")
@pytest.mark.parametrize(
    "options",
    [
        {},
        {"held_out": 0.3, "permutations": 6, "sequences": [100, 300, 200, 300]},
        {"where": np.arange(STEPS) % 97 < 50, "permutations": 3, "cells": [1, 2]},
    ],
)
@pytest.mark.parametrize(("kind", "of_a_sequence"), [("normal", True), ("infinities", False)])
def test_numbers_are_followed_as_with_the_array(kind, of_a_sequence, options):
    source = np.random.default_rng(1)
    array = values_of(kind, source)
    numbers = source.normal(size=STEPS) + np.nan_to_num(array[:, 1].astype(float), posinf=0, neginf=0)
    if of_a_sequence:
        numbers = np.repeat(source.normal(size=4), [100, 300, 200, 300])
    numbers[source.random(STEPS) < 0.1] = np.nan
    lying = ArrayElsewhere(array, chunks=12)
    found, expected = (cell_alignment(each, numbers, **options) for each in (lying, array))
    pd.testing.assert_frame_equal(found, expected, rtol=1e-9)
    assert found.attrs == pytest.approx(expected.attrs, nan_ok=True)
    assert lying.brought == 0


@pytest.mark.usefixtures("in_small_pieces")
@pytest.mark.parametrize("transform", ["standardise", "abs", "split_signs"])
def test_a_transform_is_applied_where_the_rows_are(transform):
    from lstmvis_widget.states.sources import States

    source = np.random.default_rng(0)
    array = values_of("normal", source)
    labels = source.choice(["a", "b"], STEPS).tolist()
    lying = ArrayElsewhere(array, chunks=12)
    found = cell_alignment(States(lying, transform, mirror=True), labels, held_out=0.3)
    assert found.equals(cell_alignment(States(array, transform), labels, held_out=0.3))
    assert lying.brought == 0
