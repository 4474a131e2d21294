"""Which cells tell some steps from the rest: counted pair by pair, and against draws made by hand."""

import h5py
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import rankdata

from lstmvis_widget.states.sources import States
from lstmvis_widget.statistics import rank_sums, telling_apart
from lstmvis_widget.statistics.rank_sums import BinnedRanks, ExactRanks, midranks, ranks_of
from lstmvis_widget.statistics.telling_apart import best_by_chance, evenly_spread, tell_apart
from lstmvis_widget.timeline.sequences import Sequences
from lstmvis_widget.work.cancelling import CancelledError, never_cancelled, not_reported

VALUES = st.sampled_from([-1.5, -0.5, 0.0, 0.25, 1.0, np.nan, np.inf, -np.inf])


def auc_by_pairs(values, chosen):
    """The share of pairs of a chosen and another step in which the chosen one is higher; NaN is lower than any."""
    values = np.where(np.isnan(values), -np.inf, values)
    pairs = [(a > b) + (a == b) / 2 for a in values[chosen] for b in values[~chosen]]
    return np.mean(pairs)


@pytest.fixture(params=["exact", "in bins"])
def kind_of_ranks(request, monkeypatch):
    if request.param == "in bins":
        monkeypatch.setattr(rank_sums, "MOST_EXACT_STEPS", 0)
        monkeypatch.setattr(rank_sums, "READ_AT_ONCE", 10)  # several portions
    return request.param


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_auc_is_that_of_all_pairs(data):
    steps, cells = data.draw(st.integers(2, 14)), data.draw(st.integers(1, 4))
    states = np.array(data.draw(st.lists(VALUES, min_size=steps * cells, max_size=steps * cells)))
    states = states.reshape(steps, cells).astype(data.draw(st.sampled_from(["f2", "f4", "f8"])))
    some = sorted(data.draw(st.sets(st.integers(0, steps - 1), min_size=1, max_size=steps - 1)))
    chosen = np.isin(np.arange(steps), some)
    for most in (100, 0):
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(rank_sums, "MOST_EXACT_STEPS", most)
            patched.setattr(rank_sums, "READ_AT_ONCE", 5)
            table = tell_apart(states, some)
        assert sorted(table["cell"]) == list(range(cells))
        for row in table.itertuples():
            auc = auc_by_pairs(states[:, row.cell], chosen)
            assert row.auc == pytest.approx(auc)
            assert row.sign == (1 if auc >= 0.5 else -1)
        assert np.all(np.diff(np.abs(table["auc"] - 0.5)) <= 1e-9)


@pytest.mark.parametrize("dtype", ["i1", "u2", "i8", "?"])
def test_whole_numbers_are_ranked_too(dtype, kind_of_ranks):
    states = np.array([[0, 1], [1, 0], [1, 1], [0, 0]], dtype)
    assert kind_of_ranks
    assert tell_apart(states, [1, 2])["auc"].tolist() == [1.0, 0.5]


@given(st.lists(VALUES.filter(lambda value: not np.isnan(value)), max_size=30))
def test_ranks_are_those_of_scipy(values):
    assert midranks(np.array(values)).tolist() == rankdata(values).tolist()


def test_bins_agree_with_exact_ranks_on_many_values():
    rng = np.random.default_rng(0)
    states = rng.standard_cauchy((20_000, 5)).astype(np.float32)
    states[:, 4] = np.tanh(3 * states[:, 4])
    steps = np.flatnonzero(states[:, 2] + rng.normal(size=20_000) > 1)
    sets = [steps, np.arange(0, 20_000, 7), np.array([5])]
    exact = ranks_of(States(states), never_cancelled, not_reported)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(rank_sums, "MOST_EXACT_STEPS", 0)
        binned = ranks_of(States(states), never_cancelled, not_reported)
    assert isinstance(exact, ExactRanks)
    assert isinstance(binned, BinnedRanks)
    expected = exact.sums(sets, never_cancelled, not_reported)
    together = binned.sums(sets, never_cancelled, not_reported)
    alone = [binned.sums([each], never_cancelled, not_reported)[0] for each in sets]
    sizes = np.array([[len(each)] for each in sets])
    np.testing.assert_allclose(together / sizes, expected / sizes, atol=20_000 / 1000)
    np.testing.assert_allclose(alone, together, rtol=1e-9)


def test_states_in_a_file_are_read_where_the_steps_are(tmp_path, monkeypatch):
    states = np.random.default_rng(1).normal(size=(500, 3)).astype(np.float32)
    with h5py.File(tmp_path / "states.h5", "w") as file:
        file.create_dataset("states", data=states, chunks=(16, 3), compression="gzip")
    steps = [3, 4, 17, 400]
    expected = tell_apart(states, steps)
    monkeypatch.setattr(rank_sums, "MOST_EXACT_STEPS", 0)
    found = tell_apart(str(tmp_path / "states.h5::states"), steps)
    np.testing.assert_allclose(
        found.set_index("cell")["auc"], expected.set_index("cell")["auc"][found["cell"]], atol=5e-3
    )


def test_some_steps_are_ranked_among_themselves(kind_of_ranks):
    states = np.random.default_rng(6).normal(size=(40, 3))
    among, chosen = np.array([2, 3, 5, 8, 13, 21, 34]), np.array([1, 4, 6])
    ranks = ranks_of(States(states), never_cancelled, not_reported, among)
    auc = telling_apart.auc_of_steps(ranks, chosen, never_cancelled, not_reported)
    assert kind_of_ranks
    assert ranks.steps == 7
    expected = [auc_by_pairs(column, np.isin(np.arange(7), chosen)) for column in states[among].T]
    np.testing.assert_allclose(auc, expected)


def best_of_each_rotation(states, chosen, bounds):
    """The best cell of each way to rotate the chosen steps within their sequences, but the observed one."""
    best = []
    shifts = np.stack(np.meshgrid(*[np.arange(n) for n in np.diff(bounds)], indexing="ij"), -1).reshape(
        -1, len(bounds) - 1
    )
    for shift in shifts[1:]:
        parts = [np.roll(chosen[a:b], s) for a, b, s in zip(bounds[:-1], bounds[1:], shift, strict=True)]
        rotated = np.concatenate(parts)
        best.append(max(abs(auc_by_pairs(column, rotated) - 0.5) for column in states.T))
    return best


def test_chance_is_every_rotation_where_there_are_few(kind_of_ranks):
    states = np.random.default_rng(2).normal(size=(9, 3))
    bounds, steps = np.array([0, 4, 9]), np.array([1, 2, 6])
    ranks = ranks_of(States(states), never_cancelled, not_reported)
    drawn = best_by_chance(ranks, steps, Sequences(bounds), n=100, seed=0, check=never_cancelled, progress=not_reported)
    assert kind_of_ranks
    assert drawn.kind == "within"
    expected = best_of_each_rotation(states, np.isin(np.arange(9), steps), bounds)
    assert sorted(drawn.best) == pytest.approx(sorted(expected))
    table = tell_apart(states, steps, sequences=[4, 5], permutations=100)
    for row in table.itertuples():
        higher = sum(each >= abs(row.auc - 0.5) - 1e-9 for each in expected)
        assert row.p_max == pytest.approx((1 + higher) / (1 + len(expected)))


def test_whole_sequences_are_swapped_with_others(kind_of_ranks):
    rng = np.random.default_rng(3)
    lengths = [2, 3, 2, 4]
    states = np.repeat(rng.normal(size=(4, 2)), lengths, axis=0) + rng.normal(size=(11, 2)) / 10
    sequences = Sequences.of(lengths, 11)
    ranks = ranks_of(States(states), never_cancelled, not_reported)
    drawn = best_by_chance(
        ranks, np.array([2, 3, 4]), sequences, n=1000, seed=0, check=never_cancelled, progress=not_reported
    )
    best = []
    for number in range(4):
        chosen = np.repeat(np.arange(4) == number, lengths)
        best.append(max(abs(auc_by_pairs(column, chosen) - 0.5) for column in states.T))
    assert kind_of_ranks
    assert drawn.kind == "among"
    assert len(drawn.best) == 23  # 4! arrangements but one
    assert sorted(set(drawn.best.round(9))) == sorted({round(each, 9) for each in best})


def test_a_cell_that_tells_them_stands_out_from_chance_and_noise_does_not():
    rng = np.random.default_rng(4)
    states = rng.normal(size=(600, 20))
    steps = np.sort(rng.choice(600, 50, replace=False))
    states[steps, 7] += 2
    table = tell_apart(states, steps, sequences=[100] * 6, permutations=99)
    assert table["cell"][0] == 7
    assert table["p_max"][0] == 0.01
    assert (table["p_max"][1:] > 0.05).all()


def test_all_steps_and_none_can_not_be_told_apart():
    for steps in (range(4), []):
        table = tell_apart(np.eye(4), steps, permutations=9)
        assert table["auc"].isna().all()
        assert table["p_max"].isna().all()
        assert table["cell"].tolist() == [0, 1, 2, 3]


def test_many_steps_are_thinned_evenly():
    assert evenly_spread(np.arange(10), 10).tolist() == list(range(10))
    assert evenly_spread(np.arange(10), 5).tolist() == [0, 2, 4, 6, 8]


def test_a_thinned_draw_comes_near_the_whole_one(monkeypatch):
    rng = np.random.default_rng(5)
    states = rng.normal(size=(5000, 4)).cumsum(axis=0)
    ranks = ranks_of(States(states), never_cancelled, not_reported)
    options = {"n": 20, "seed": 0, "check": never_cancelled, "progress": not_reported}
    steps, sequences = np.arange(500, 3000), Sequences.of(None, 5000)
    whole = best_by_chance(ranks, steps, sequences, **options).best
    monkeypatch.setattr(telling_apart, "MOST_DRAWN_VALUES", 0)
    thinned = best_by_chance(ranks, steps, sequences, **options).best
    np.testing.assert_allclose(thinned, whole, atol=3 * 0.29 / np.sqrt(1000))


def test_it_can_be_cancelled(kind_of_ranks):
    def check():
        raise CancelledError

    assert kind_of_ranks
    with pytest.raises(CancelledError):
        tell_apart(np.eye(4), [1], check=check)


@pytest.mark.parametrize(
    ("steps", "options", "message"),
    [
        ([4], {}, "steps must"),
        ([-1], {}, "steps must"),
        ([0.5], {}, "steps must"),
        ([1], {"sequences": [3]}, "sum to the 4 time steps"),
        ([1], {"permutations": -1}, "permutations must"),
    ],
)
def test_bad_arguments_are_refused(steps, options, message):
    with pytest.raises((TypeError, ValueError), match=message):
        tell_apart(np.eye(4), steps, **options)
