"""Nearest rows, beside scikit-learn's."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.neighbors import NearestNeighbors

from lstmvis_widget.projection import exact_neighbours
from lstmvis_widget.projection.exact_neighbours import ExactNeighbours
from lstmvis_widget.work.cancelling import CancelledError


@given(count=st.integers(3, 60), cells=st.integers(1, 5), seed=st.integers(0, 99), far=st.sampled_from([0.0, 1e4]))
@settings(max_examples=40, deadline=None)
def test_they_are_those_of_scikit_learn(count, cells, seed, far):
    random = np.random.default_rng(seed)
    rows, others = random.normal(size=(count, cells)), random.normal(size=(7, cells))
    rows[0] += far
    k = 1 + seed % (count - 1)
    known = NearestNeighbors(n_neighbors=k).fit(rows)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(exact_neighbours, "COMPARED_AT_ONCE", 4 * count)
        index = ExactNeighbours(rows, k)
        for (found, apart), (distances, expected) in (
            (index.build(), known.kneighbors()),
            (index.query(others, k), known.kneighbors(others)),
        ):
            assert apart == pytest.approx(distances)
            assert np.array_equal(found, expected)


def test_they_end_at_a_check():
    looks = []

    def check():
        looks.append(None)
        if len(looks) > 2:
            raise CancelledError

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(exact_neighbours, "COMPARED_AT_ONCE", 100)
        with pytest.raises(CancelledError):
            ExactNeighbours(np.eye(30), 3, check).build()
