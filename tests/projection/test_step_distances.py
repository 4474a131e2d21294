"""Distances of successive states, beside one pair of rows after the other."""

import math

import h5py
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from lstmvis_widget import StateExplorer, step_distances
from lstmvis_widget.projection import step_distances as module
from lstmvis_widget.work.cancelling import CancelledError
from tests.rows_elsewhere import ArrayElsewhere
from tests.strategies import sequence_lengths


def euclidean(before, after):
    return math.dist(before.astype(float), after.astype(float))


def cosine(before, after):
    before, after = before.astype(float), after.astype(float)
    if not before.any() or not after.any():
        return math.nan
    before, after = before / np.abs(before).max(), after / np.abs(after).max()
    return 1 - math.fsum(before * after) / math.hypot(*before) / math.hypot(*after)


METRICS = {"euclidean": euclidean, "cosine": cosine}


def expected(states, lengths, metric):
    ends = set(np.cumsum(lengths or [len(states)]) - 1)
    return [
        math.nan
        if step in ends or not np.isfinite(states[step : step + 2]).all()
        else METRICS[metric](states[step], states[step + 1])
        for step in range(len(states))
    ]


VALUES = st.one_of(st.floats(-3, 3, width=16), st.sampled_from([0.0, math.nan, math.inf, -1e4]))


@st.composite
def states(draw):
    shape = draw(st.integers(0, 20)), draw(st.integers(1, 6))
    dtype = draw(st.sampled_from(["float16", "float32", "float64", "int8"]))
    elements = st.integers(-100, 100) if dtype == "int8" else VALUES
    return draw(arrays(dtype, shape, elements=elements))


@pytest.mark.parametrize("metric", METRICS)
@given(states=states(), data=st.data())
@settings(max_examples=150)
def test_they_are_those_of_one_pair_after_the_other(metric, states, data):
    lengths = data.draw(sequence_lengths(len(states)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "AT_ONCE", 12)
        found = step_distances(states, lengths, metric)
    assert found.dtype == np.float64
    tolerance = {"rel": 1e-5 if states.dtype == np.float32 else 1e-10, "abs": 1e-7, "nan_ok": True}
    assert found.tolist() == pytest.approx(expected(states, lengths, metric), **tolerance)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("scale", [1e-36, 1e-25, 1e25, 1e38])
def test_no_scale_is_too_large_or_too_small(dtype, scale):
    scale = scale**8 if dtype == "float64" and scale < 1e30 else scale
    scale = min(max(scale, 1e-300), 1e300)
    states = (np.array([[0, 0], [3, 4], [3, 4], [-3, 4]]) * scale / 4).astype(dtype)
    assert step_distances(states)[:3] == pytest.approx(np.array([5, 0, 6]) * scale / 4, rel=1e-5)
    assert step_distances(states, metric="cosine")[1:3] == pytest.approx([0, 18 / 25], abs=1e-6)


def test_blocks_join(tmp_path, monkeypatch):
    monkeypatch.setattr("lstmvis_widget.states.sources.BLOCK_BYTES", 100)
    states = np.random.default_rng(0).normal(size=(200, 7)).astype(np.float32)
    with h5py.File(tmp_path / "states.h5", "w") as file:
        file["states"] = states
    shares = []
    found = step_distances(str(tmp_path / "states.h5"), [150, 50], progress=shares.append)
    assert found == pytest.approx(np.array(expected(states, [150, 50], "euclidean")), rel=1e-5, nan_ok=True)
    assert len(shares) > 10
    assert all(0 <= share <= 1 for share in shares)


def test_it_ends_at_a_check():
    def check():
        raise CancelledError

    with pytest.raises(CancelledError):
        step_distances(np.zeros((3, 2)), check=check)


def test_an_explorer_gives_its_states_and_sequences():
    states = np.random.default_rng(0).normal(size=(6, 3))
    explorer = StateExplorer(states, sequences=[4, 2], background=False)
    assert np.array_equal(step_distances(explorer), step_distances(states, [4, 2]), equal_nan=True)
    explorer.tracks["jump"] = step_distances(explorer)
    assert explorer.tracks["jump"].kind == "continuous"
    explorer.close()


@pytest.mark.parametrize(("metric", "message"), [("euclidian", "did you mean 'euclidean'"), (2, "got 2")])
def test_a_metric_must_be_known(metric, message):
    with pytest.raises(ValueError, match=message):
        step_distances(np.zeros((3, 2)), metric=metric)


def test_lengths_must_fit():
    with pytest.raises(ValueError, match="must sum to the 3 time steps"):
        step_distances(np.zeros((3, 2)), [2])


@given(states=states(), seed=st.integers(0, 99), metric=st.sampled_from(list(METRICS)))
def test_they_are_measured_where_the_rows_are(states, seed, metric):
    source = ArrayElsewhere(states, seed) if len(states) else states
    np.testing.assert_array_equal(step_distances(source, None, metric), step_distances(states, None, metric))
    assert source is states or source.brought == 0
