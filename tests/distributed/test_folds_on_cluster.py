"""Work on all rows of a Dask array gives on a cluster what it gives here, and brings no states."""

import operator

import dask.array as da
import numpy as np
import pandas as pd
import pytest

from lstmvis_widget.distributed import chunk_tasks
from lstmvis_widget.distributed.cluster_rows import ClusterRows
from lstmvis_widget.states.envelopes import Envelopes
from lstmvis_widget.states.folding import every_row
from lstmvis_widget.states.picked_rows import picked_rows
from lstmvis_widget.states.samples import sample_of
from lstmvis_widget.states.sources import States
from lstmvis_widget.statistics import cell_alignment as cell_alignment_module
from lstmvis_widget.statistics.cell_alignment import cell_alignment

VALUES = np.random.default_rng(0).normal(size=(6000, 5)).astype(np.float32)
CHUNKS = (700, 1, 999, 0, 2000, 2300)


@pytest.fixture
def states(client, monkeypatch):
    def refuse(_, rows):
        raise AssertionError(f"{rows} were brought here")

    monkeypatch.setattr(ClusterRows, "__getitem__", refuse)
    return lambda **options: States(da.from_array(VALUES, chunks=(CHUNKS, 5)), client=client, **options)


RANGES = [(0, 3), (650, 702), (1500, 1501), (1700, 5000), (5999, 6000)]


@pytest.mark.parametrize(("ranges", "many"), [(None, 16), (RANGES, 16), (RANGES, 0), ([(800, 5200)], 0), ([], 16)])
def test_the_rows_of_some_ranges_are_looked_at(states, monkeypatch, ranges, many):
    monkeypatch.setattr(chunk_tasks, "MANY", many)
    monkeypatch.setattr(chunk_tasks, "TOGETHER", 50_000)
    expected = [VALUES[start:stop] for start, stop in ([(0, 6000)] if ranges is None else ranges)]
    found = states().fold(every_row, operator.add, ranges=ranges) or [VALUES[:0]]
    np.testing.assert_array_equal(np.concatenate(found), np.concatenate(expected or [VALUES[:0]]))


@pytest.mark.parametrize(("many", "large"), [(16, 1), (0, 1), (0, 2**17)])
def test_each_chunk_gets_what_stands_beside_its_rows(states, monkeypatch, many, large):
    monkeypatch.setattr(chunk_tasks, "MANY", many)
    monkeypatch.setattr(chunk_tasks, "LARGE", large)
    monkeypatch.setattr(chunk_tasks, "TOGETHER", 50_000)
    steps = np.array([3, 699, 700, 701, 4000, 5999])
    [(places, rows)] = picked_rows(states(), steps, np.array([1, 4]))
    assert places == slice(0, 6)
    np.testing.assert_array_equal(rows, VALUES[np.ix_(steps, [1, 4])])


def test_mean_spread_and_sample_are_those_of_the_array(states):
    found, here = sample_of(states(transform="standardise")), sample_of(States(VALUES, "standardise"))
    np.testing.assert_array_equal(found.values, here.values)


def test_columns_of_pixels_are_those_of_the_array(states):
    drawn, here = (
        Envelopes(states(mirror=True), (-1.0, 1.0), 2**20),
        Envelopes(States(VALUES, mirror=True), (-1.0, 1.0), 2**20),
    )
    for stride in (256, 2):
        found, expected = (each.columns(0, 6000, stride, np.array([0, 7])) for each in (drawn, here))
        for name in ("edges", "low", "high", "lowest", "highest", "counts"):
            np.testing.assert_array_equal(getattr(found, name), getattr(expected, name))


@pytest.mark.parametrize("kind", ["labels", "numbers"])
def test_alignment_is_that_with_the_array(states, monkeypatch, kind):
    monkeypatch.setattr(cell_alignment_module, "MOST_SORTED", 100)
    source = np.random.default_rng(1)
    labels = [None if each == "none" else each for each in source.choice(["a", "b", "none"], 6000).tolist()]
    track = labels if kind == "labels" else VALUES[:, 2] + source.normal(size=6000)
    options = {"held_out": 0.2, "permutations": 3, "sequences": [1000, 5000]}
    found, expected = (cell_alignment(each, track, **options) for each in (states(), VALUES))
    pd.testing.assert_frame_equal(found, expected, rtol=1e-9)
