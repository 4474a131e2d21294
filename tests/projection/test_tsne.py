"""t-SNE of many rows, whose forces are interpolated."""

import numpy as np
import pytest

from lstmvis_widget import project_states
from lstmvis_widget.projection import tsne
from lstmvis_widget.work.cancelling import CancelledError

STATES = np.repeat(np.eye(4) * 9, 50, axis=0) + np.random.default_rng(0).normal(size=(200, 4))
"""Four clusters far from each other."""


def nearest_clusters(positions, others):
    apart = np.linalg.norm(positions[:, None] - others, axis=2)
    return apart.argmin(axis=1) // 50


@pytest.mark.parametrize("interpolated", [0, 10**9], ids=["interpolated", "over a tree"])
def test_clusters_stay_apart_and_new_states_go_to_theirs(interpolated, monkeypatch):
    monkeypatch.setattr(tsne, "INTERPOLATED", interpolated)
    monkeypatch.setattr(tsne, "INTERPOLATED_PLACING", interpolated)
    monkeypatch.setattr(tsne, "PLACED_AT_ONCE", 30)
    monkeypatch.setattr(tsne, "COMPARED", interpolated)
    projection = project_states(STATES, "tsne", perplexity=10, progress=False)
    apart = np.linalg.norm(projection.coordinates[:, None] - projection.coordinates, axis=2)
    np.fill_diagonal(apart, np.inf)
    assert np.array_equal(apart.argmin(axis=1) // 50, np.repeat(np.arange(4), 50))
    before = projection.coordinates.copy()
    placed = projection.place(STATES + np.random.default_rng(1).normal(size=STATES.shape) * 0.1)
    assert np.array_equal(nearest_clusters(placed, projection.coordinates), np.repeat(np.arange(4), 50))
    assert np.array_equal(projection.coordinates, before)


@pytest.mark.parametrize(("rows", "perplexity"), [(5, 4 / 3), (10, 3.0), (91, 30.0), (1000, 30.0)])
def test_a_perplexity_is_at_most_a_third_of_the_other_steps(rows, perplexity):
    assert tsne.fitting_perplexity(30, rows) == pytest.approx(perplexity)


def test_each_call_of_place_is_cancelled_by_its_own_check():
    states = np.random.default_rng(0).normal(size=(60, 5))
    found = project_states(states, "tsne", max_steps=30, sequences=[10] * 6)
    cancelled = []

    def first():
        if cancelled:
            raise CancelledError

    expected = found.place(states[:4], check=first)
    cancelled.append("its work is over")
    calls = []
    np.testing.assert_array_equal(found.place(states[:4], check=lambda: calls.append(1)), expected)
    assert calls
    with pytest.raises(CancelledError):
        found.place(states[:4], check=first)
