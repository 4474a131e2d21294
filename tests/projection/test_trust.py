"""Trust in a map, beside scikit-learn's, SciPy's, and one step after the other."""

import pickle

import h5py
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import spearmanr
from sklearn.manifold import trustworthiness

from lstmvis_widget import project_states, step_distances
from lstmvis_widget.projection import lazy_trust, trust
from lstmvis_widget.work.cancelling import CancelledError


@st.composite
def maps(draw):
    count, cells = draw(st.integers(5, 80)), draw(st.integers(1, 5))
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    states = random.normal(size=(count, cells))
    noise = draw(st.sampled_from([0.0, 0.1, 3.0]))
    return states, np.stack([states[:, 0], states[:, -1]], axis=1) + noise * random.normal(size=(count, 2))


def kept_slowly(states, positions, k):
    def nearest(points, at):
        apart = ((points - points[at]) ** 2).sum(axis=1)
        apart[at] = np.inf
        return set(np.argsort(apart)[:k].tolist())

    return np.mean([len(nearest(states, at) & nearest(positions, at)) / k for at in range(len(states))])


@given(both=maps())
@settings(max_examples=100, deadline=None)
def test_it_is_that_of_scikit_learn_and_of_one_step_after_the_other(both):
    states, positions = both
    found = project_states(states, positions, progress=False)
    k = min(15, (len(states) - 1) // 2)
    assert found.trust["trustworthiness"] == pytest.approx(trustworthiness(states, positions, n_neighbors=k))
    assert found.trust["kept"] == pytest.approx(kept_slowly(states, positions, k))
    jumps = [np.linalg.norm(np.diff(each, axis=0), axis=1) for each in (states, positions)]
    assert found.trust["jumps"] == pytest.approx(spearmanr(*jumps).statistic)
    assert found.point_trust().mean() == pytest.approx(found.trust["kept"])


def test_it_is_measured_on_a_sample_of_many_steps(monkeypatch):
    monkeypatch.setattr("lstmvis_widget.projection.project_states.SAMPLED", 60)
    states = np.cumsum(np.random.default_rng(0).normal(size=(400, 6)), axis=0)
    found = project_states(states, progress=False)
    places = found.trust_steps
    assert len(places) == 60
    assert found.trust["trustworthiness"] == pytest.approx(
        trustworthiness(states[places], found.coordinates[places], n_neighbors=15)
    )
    assert len(found.point_trust()) == 400
    assert found.point_trust()[places].mean() == pytest.approx(found.trust["kept"])


def test_positions_come_first_and_trust_when_it_is_asked_for(tmp_path, monkeypatch):
    measured = []
    plainly = lazy_trust.TrustSample.measured
    monkeypatch.setattr(lazy_trust.TrustSample, "measured", lambda *given: measured.append(given[0]) or plainly(*given))
    states = np.random.default_rng(0).normal(size=(60, 4))
    with h5py.File(tmp_path / "states.h5", "w") as file:
        file["states"] = states
        found = project_states(file["states"], progress=False)
        kept = pickle.loads(pickle.dumps(found))  # noqa: S301  (made here)
    assert measured == []
    assert f"trustworthiness {trustworthiness(states, found.coordinates, n_neighbors=15):.3f}" in repr(found)
    assert found.trust["kept"] == found.trust_beside["pca"]["kept"] > found.trust_beside["shuffled"]["kept"]
    assert len(measured) == 1
    assert kept.trust == found.trust


def test_measuring_ends_at_a_check_and_can_be_asked_for_again():
    def check():
        raise CancelledError

    found = project_states(np.random.default_rng(0).normal(size=(60, 4)), progress=False)
    with pytest.raises(CancelledError):
        found.measure_trust(check=check)
    assert 0 < found.trust["kept"] < 1


def test_jumps_lie_within_sequences():
    states = np.repeat([[0.0, 0.0], [9.0, 5.0]], 30, axis=0) + np.random.default_rng(0).normal(size=(60, 2))
    positions = states.copy()
    positions[30:] += 100  # would be the largest jump of all
    within = project_states(states, positions, sequences=[30, 30], progress=False)
    assert within.trust["jumps"] == pytest.approx(1.0)
    lengths = step_distances(states, [30, 30])
    assert np.count_nonzero(np.isnan(lengths)) == 2


def test_steps_that_are_as_near_are_neighbours_alike():
    states = np.repeat(np.arange(4.0), 20)[:, None]  # each state has 19 others at no distance
    positions = np.stack([states[:, 0], np.random.default_rng(0).normal(size=80) * 0.01], axis=1)
    found = project_states(states, positions, progress=False)
    assert found.trust["kept"] == 1
    assert found.trust["trustworthiness"] == 1


def test_the_table_holds_it_beside_pca_and_chance():
    states = np.random.default_rng(0).normal(size=(100, 2))
    table = project_states(states, states[::-1], progress=False).trust_table
    assert table.index.tolist() == ["map", "pca", "shuffled"]
    assert table.columns.tolist() == ["trustworthiness", "kept", "jumps"]
    assert table.loc["pca", "kept"] == 1
    assert table.loc["shuffled", "kept"] < 0.3


@pytest.mark.parametrize(("first", "second"), [([1.0, 2.0], [1.0, 2.0]), ([1.0, 1.0, 1.0], [1.0, 2.0, 3.0])])
def test_too_little_has_no_rank_correlation(first, second):
    assert np.isnan(trust.rank_correlation(np.array(first), np.array(second)))
