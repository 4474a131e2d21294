"""The ranking of states on a cluster: the same rows and counts as in one process."""

import dask.array as da
import numpy as np
import pytest

from lstmvis_widget import rank_matches
from lstmvis_widget.distributed import cluster_build

RNG = np.random.default_rng(1)
VALUES = np.cumsum(RNG.normal(size=(3000, 70)), axis=0).astype(np.float32) % 4 - 2


@pytest.fixture(autouse=True)
def small_parts(monkeypatch):
    monkeypatch.setattr(cluster_build, "PART_STEPS", 500)


def chunked(rows=170):
    return da.from_array(VALUES, chunks=(rows, 70))


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"off_before": 1},
        {"off_after": 2, "min_length": 3},
        {"off_before": 1, "off_after": 1, "sequences": [700, 300, 1, 1999]},
        {"length_filter": 4, "k": 7, "sequences": [10] * 300},
    ],
)
def test_matches_and_counts_are_those_of_one_process(client, options):
    cells = [0, 3, 9, 40, 66, 69]
    here = rank_matches(VALUES, cells, 0.5, **options)
    there = rank_matches(chunked(), cells, 0.5, client=client, **options)
    for column in ("start", "stop", "overlap", "union"):
        assert there[column].tolist() == here[column].tolist()
    assert there.n_candidates == here.n_candidates
    assert there.length_histogram.tolist() == here.length_histogram.tolist()
    assert there.full_overlap_length_histogram.tolist() == here.full_overlap_length_histogram.tolist()
