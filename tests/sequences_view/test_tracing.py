"""Trajectories on the map: those of the current and the pinned sequences."""

import importlib.util

import numpy as np
import pytest

from tests.sequences_view.conftest import LENGTHS, STATES, STEPS

needs_tsne = pytest.mark.skipif(importlib.util.find_spec("openTSNE") is None, reason="needs openTSNE")

BOUNDS = np.cumsum([0, *LENGTHS]).tolist()


def shown(explorer):
    explorer.finish()
    return {
        each["sequence"]: np.frombuffer(each["coordinates"], "<f4").reshape(-1, 2) for each in explorer._trajectories
    }


def test_the_current_sequence_is_drawn_and_the_pinned_ones(made):
    explorer = made(sequence=3, pinned_sequences=[0, 5])
    found = shown(explorer)
    assert [*found] == [3, 0, 5]
    for sequence, coordinates in found.items():
        start, stop = BOUNDS[sequence : sequence + 2]
        np.testing.assert_allclose(coordinates, explorer.projection.coordinates[start:stop], rtol=1e-4, atol=1e-4)
    explorer.sequence = 5
    assert [*shown(explorer)] == [5, 0]
    first = explorer._trajectories[0]
    assert (first["first"], first["start"], first["end"]) == (BOUNDS[5], BOUNDS[5], BOUNDS[6])
    assert np.frombuffer(first["codes"], "<i4").tolist() == explorer.output.codes[BOUNDS[5] :].tolist()
    distances = np.frombuffer(first["distances"], "<f4")
    assert np.isnan(distances[-1])
    assert np.nanmax(distances) == pytest.approx(explorer.table["largest_jump"][5], rel=1e-5)


@needs_tsne
def test_steps_that_a_sample_lacks_are_put_on_the_map(made, monkeypatch):
    monkeypatch.setattr("lstmvis_widget.sequences_view.mapping.MOST_STEPS", 40)
    explorer = made(method="tsne", pinned_sequences=list(range(6)))
    projection = explorer.projection
    assert len(projection) < STEPS
    found = shown(explorer)
    assert sorted(found) == list(range(6))
    for sequence, coordinates in found.items():
        start, stop = BOUNDS[sequence : sequence + 2]
        steps = np.arange(start, stop)
        known = np.isin(steps, projection.steps)
        places = np.searchsorted(projection.steps, steps[known])
        np.testing.assert_allclose(coordinates[known], projection.coordinates[places], rtol=1e-4, atol=1e-4)
        np.testing.assert_allclose(
            coordinates[~known], projection.place(STATES[start:stop][~known]), rtol=1e-3, atol=1e-3
        )
    assert not np.isnan(np.concatenate([*found.values()])).any()


def test_of_a_long_sequence_a_stretch_around_the_position_is_drawn(made, monkeypatch, page_of):
    monkeypatch.setattr("lstmvis_widget.sequences_view.tracing.MOST_STEPS", 20)
    explorer = made(sequences=[STEPS], tracks={}, position=33)
    explorer.finish()
    for position in range(STEPS):
        explorer.position = position
        explorer.finish()
        [each] = explorer._trajectories
        start, stop = each["start"], each["start"] + len(each["coordinates"]) // 8
        assert (each["first"], each["end"], stop - start) == (0, STEPS, 20)
        assert start <= position < stop
        assert position == 0 or position - start >= min(position, 5)
    assert len(page_of(explorer).sent("_trajectories")) < 15


def test_a_pinned_sequence_that_is_current_is_drawn_once(made):
    explorer = made(sequence=2, pinned_sequences=[2])
    assert [*shown(explorer)] == [2]
