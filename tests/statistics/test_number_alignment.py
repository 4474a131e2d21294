"""Cells aligned with the numbers of a track: against scipy, scikit-learn and counting, sorted and in bins."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import rankdata, spearmanr
from sklearn.linear_model import LinearRegression, Ridge
from sklearn.metrics import r2_score
from sklearn.preprocessing import StandardScaler

from lstmvis_widget import CategoricalTrack, ContinuousTrack, StateExplorer, cell_alignment, probe, tracks_from_text
from lstmvis_widget.statistics import binned_rows, ridge_fits
from lstmvis_widget.statistics import cell_alignment as module
from lstmvis_widget.timeline.labels import MOST_CLASSES

STEPS = 240
LENGTHS = [30, 50, 40, 60, 60]
BOTH_WAYS = pytest.mark.usefixtures("most_sorted")


def data(seed=0, steps=STEPS):
    """Numbers that cell 1 follows, cell 3 in reverse, and cell 4 in steps; cell 5 is always the same."""
    rng = np.random.default_rng(seed)
    states = rng.normal(size=(steps, 6))
    states[:, 4] = np.round(states[:, 4])
    states[:, 5] = 0.1
    return states, np.exp(states[:, 1] - states[:, 3]) + states[:, 4] + rng.normal(size=steps)


@pytest.fixture(params=[100_000, 1])
def most_sorted(request, monkeypatch):
    """Values are sorted, or counted in bins, a few at once."""
    monkeypatch.setattr(module, "MOST_SORTED", request.param)
    if request.param == 1:
        monkeypatch.setattr("lstmvis_widget.states.sources.BLOCK_BYTES", 2000)
        monkeypatch.setattr(binned_rows, "BLOCK_BYTES", 3000)
        monkeypatch.setattr(binned_rows, "SORTED_STEPS", 90)
    return request.param


@BOTH_WAYS
def test_the_columns_are_those_that_were_promised():
    states, numbers = data()
    assert list(cell_alignment(states, numbers)) == ["cell", "spearman", "r2"]
    table = cell_alignment(states, numbers, held_out=0.25, permutations=9, cells=[4, 1])
    assert list(table) == ["cell", "spearman", "r2", "spearman_held_out", "r2_held_out", "p", "p_max"]
    assert table["cell"].tolist() == [1, 4]
    assert set(table.attrs) == {"r2_all_cells", "p_all_cells"}


@BOTH_WAYS
def test_measures_are_those_of_scipy_and_scikit_learn():
    states, numbers = data()
    numbers[::9] = np.nan
    table = cell_alignment(states, numbers, held_out=0.25)
    first = np.arange(STEPS) < 0.75 * STEPS
    fitted, others = ~np.isnan(numbers) & first, ~np.isnan(numbers) & ~first
    # Bins are narrower than the gaps between so few values.
    for cell in range(5):
        row, inputs = table.loc[cell], states[:, [cell]]
        line = LinearRegression().fit(inputs[fitted], numbers[fitted])
        assert row["spearman"] == pytest.approx(spearmanr(inputs[fitted, 0], numbers[fitted])[0], abs=2e-3)
        assert row["spearman_held_out"] == pytest.approx(spearmanr(inputs[others, 0], numbers[others])[0], abs=5e-3)
        assert row["r2"] == pytest.approx(r2_score(numbers[fitted], line.predict(inputs[fitted])))
        assert row["r2_held_out"] == pytest.approx(r2_score(numbers[others], line.predict(inputs[others])))
    assert table.loc[5].drop("cell").isna().all()


@BOTH_WAYS
def test_numbers_that_are_alike_at_all_held_out_steps_have_no_r2_there():
    states, numbers = data()
    numbers[STEPS * 3 // 4 :] = 0.1  # a mean of these is 0.1 but for rounding
    assert cell_alignment(states, numbers, held_out=0.25)["r2_held_out"].isna().all()


few_values = st.sampled_from([-np.inf, -1.5, -0.5, 0.0, 0.25, 1.0, np.inf, np.nan])


@given(st.lists(st.tuples(few_values, st.sampled_from([-3.0, 0.0, 0.5, 7.5, np.nan])), min_size=1, max_size=30))
@settings(max_examples=60, deadline=None)
@pytest.mark.parametrize("most_sorted", [100_000, 0])
def test_ties_share_their_rank_and_what_is_not_finite_has_a_rule(most_sorted, pairs):
    values, numbers = np.array(pairs).T
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(module, "MOST_SORTED", most_sorted)
        row = cell_alignment(values[:, None], ContinuousTrack([*numbers])).loc[0] if set(numbers) - {0.0} else None
    if row is None or set(numbers[~np.isnan(numbers)]) <= {0.0, 1.0}:
        return
    known = ~np.isnan(numbers)
    # NaN is lower than any number, as where labels are aligned.
    values, numbers = np.where(np.isnan(values), -np.inf, values)[known], numbers[known]
    ranks = rankdata(values), rankdata(numbers)
    alike = [len(set(each)) < 2 for each in ranks]
    assert row["spearman"] == pytest.approx(np.nan if any(alike) else np.corrcoef(*ranks)[0, 1], nan_ok=True)
    finite = np.isfinite(values)
    alike = [len(set(each[finite])) < 2 for each in (values, numbers)]
    expected = np.nan if any(alike) else np.corrcoef(values[finite], numbers[finite])[0, 1] ** 2
    assert row["r2"] == pytest.approx(expected, nan_ok=True)


@pytest.mark.parametrize("sequences", [None, LENGTHS])
@pytest.mark.parametrize("of_sequences", [False, True])
@BOTH_WAYS
def test_p_counts_the_draws_that_go_with_the_cell_as_well(sequences, of_sequences):
    """All rotations, or orders of sequences, are drawn, so that they can be counted by hand."""
    states, numbers = data()
    states = np.round(2 * states[:, :4])  # each value has a bin
    lengths = sequences or [STEPS]
    if of_sequences:
        lengths = [10, 25, 40, 5]
        states, numbers = states[:80], np.repeat([0.5, 2.5, -1.0, 0.25], lengths)
        starts = np.cumsum([0, *lengths[:-1]])
        orders = itertools.permutations(numbers[starts])
        arranged = [np.repeat(order, lengths) for order in orders]
    elif sequences is None:
        arranged = [np.roll(numbers, shift) for shift in range(STEPS)]
    else:
        lengths, states, numbers = [7, 5, 6], states[:18], numbers[:18]
        parts = [numbers[:7], numbers[7:12], numbers[12:]]
        shifts = itertools.product(*(range(length) for length in lengths))
        arranged = [np.concatenate([np.roll(p, by) for p, by in zip(parts, each, strict=True)]) for each in shifts]
    table = cell_alignment(states, ContinuousTrack(numbers), sequences=lengths, permutations=10_000)
    ranks = rankdata(states, axis=0)
    rho = np.abs([[np.corrcoef(column, rankdata(each))[0, 1] for column in ranks.T] for each in arranged])
    assert np.abs(table["spearman"]).tolist() == pytest.approx(rho[0].tolist())
    assert table["p"].tolist() == pytest.approx((rho >= rho[0] - 1e-9).mean(axis=0).tolist())
    assert table["p_max"].tolist() == pytest.approx((rho.max(axis=1)[:, None] >= rho[0] - 1e-9).mean(axis=0).tolist())


def ridge_r2(states, numbers, bounds):
    predicted = np.empty(len(numbers))
    for start, stop in itertools.pairwise(bounds):
        training = np.delete(np.arange(len(numbers)), np.arange(start, stop))
        scale = StandardScaler().fit(states[training])
        model = Ridge(alpha=1.0).fit(scale.transform(states[training]), numbers[training])
        predicted[start:stop] = model.predict(scale.transform(states[start:stop]))
    return r2_score(numbers, predicted)


@pytest.mark.parametrize("cells", [6, 300])
def test_all_cells_together_are_ridge_regression_held_out_in_folds(cells):
    states, numbers = data()
    states = np.concatenate([states, np.random.default_rng(1).normal(size=(STEPS, 294))], axis=1)[:, :cells]
    table = cell_alignment(states, numbers, sequences=LENGTHS, permutations=9)
    expected = ridge_r2(states, numbers, np.cumsum([0, *LENGTHS]))
    assert table.attrs["r2_all_cells"] == pytest.approx(expected)
    probed = probe(states, numbers, sequences=LENGTHS).set_index("features")
    assert table.attrs["r2_all_cells"] == pytest.approx(probed.loc["cells", "score"])


def test_chance_of_all_cells_is_that_of_rotated_numbers(monkeypatch):
    states, numbers = data(steps=40)
    numbers = numbers - states[:, 1] * 0.9
    table = cell_alignment(states, numbers, permutations=10_000)
    bounds = np.linspace(0, 40, 6).astype(int)
    by_hand = np.array([ridge_r2(states, np.roll(numbers, shift), bounds) for shift in range(40)])
    assert table.attrs["r2_all_cells"] == pytest.approx(by_hand[0])
    assert table.attrs["p_all_cells"] == pytest.approx((by_hand >= by_hand[0]).mean())
    monkeypatch.setattr(ridge_fits, "DEALT_AT_ONCE", 200)
    monkeypatch.setattr(ridge_fits, "MULTIPLIED_AT_ONCE", 50)
    assert cell_alignment(states, numbers, permutations=10_000).attrs == pytest.approx(table.attrs)


def test_a_distributed_code_is_told_by_all_cells_not_by_one():
    rng = np.random.default_rng(2)
    numbers = rng.normal(size=600).cumsum()
    states = (numbers - numbers.mean())[:, None] * rng.normal(size=30) / 60 + rng.normal(size=(600, 30))
    table = cell_alignment(states, numbers, permutations=19, sequences=[30] * 20)
    assert table.attrs["r2_all_cells"] > 1.5 * table["r2"].max()
    assert table.attrs["p_all_cells"] == 1 / 20


def test_of_many_steps_all_cells_see_a_sample(monkeypatch):
    states, numbers = data()
    whole = cell_alignment(states, numbers).attrs["r2_all_cells"]
    monkeypatch.setattr(ridge_fits, "MOST_VALUES", 200 * 6)
    some = cell_alignment(states, numbers).attrs["r2_all_cells"]
    assert some != whole
    assert some == pytest.approx(whole, abs=0.15)
    assert some == pytest.approx(probe(states, numbers, max_steps=200).loc[0, "score"])


def test_only_the_steps_that_where_names_are_counted():
    states, numbers = data()
    pos = np.random.default_rng(4).choice(["NOUN", "VERB"], STEPS)
    nouns = pos == "NOUN"
    expected = cell_alignment(states[nouns], numbers[nouns], held_out=0)
    explorer = StateExplorer(states, tracks={"pos": pos.tolist(), "surprisal": numbers})
    for where in (nouns, (pos.tolist(), "NOUN"), ("pos", "NOUN")):
        found = cell_alignment(explorer, "surprisal", where=where)
        assert found.equals(expected)
        assert found.attrs["r2_all_cells"] == pytest.approx(expected.attrs["r2_all_cells"])
    explorer.close()


def test_whole_numbers_are_labels_unless_they_come_as_a_continuous_track_or_are_too_many():
    states, _ = data()
    levels = np.arange(STEPS) % 7
    assert "label" in cell_alignment(states, levels)
    assert "label" in cell_alignment(states, levels.astype(float).tolist())
    assert "label" in cell_alignment(states, ContinuousTrack(levels % 2))
    assert "label" in cell_alignment(states, CategoricalTrack(levels))
    assert "spearman" in cell_alignment(states, ContinuousTrack(levels))
    assert "spearman" in cell_alignment(states, levels / 2)
    many = np.arange(MOST_CLASSES + 1)
    assert "spearman" in cell_alignment(many[:, None] % 5, many)


def test_a_track_of_an_explorer_that_is_drawn_as_numbers_has_numbers():
    words = ["the", "cat", "\n", "sat", "on", "the", "mat", "\n", "and", "then", "it", "slept"]
    states = np.random.default_rng(0).normal(size=(len(words), 3))
    tracks = tracks_from_text(words, ["position in line"])
    states[:, 2] = tracks["position in line"].values
    explorer = StateExplorer(states, words, tracks)
    table = cell_alignment(explorer, "position in line")
    assert table.loc[2, ["spearman", "r2"]].tolist() == pytest.approx([1, 1])
    explorer.close()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"labels": ["1"]}, r"labels is for tracks with labels, and this one has numbers; got labels=\['1'\]"),
        ({"against": "1"}, "against is for tracks with labels, and this one has numbers; got against='1'"),
        ({"held_out": 1}, "held_out must be a share"),
        ({"permutations": -1}, "permutations must be at least 0"),
        ({"cells": [9]}, "cells"),
        ({"where": [True]}, "where must have one boolean for each of 240 time steps"),
    ],
)
def test_what_cannot_be_is_refused(options, message):
    with pytest.raises((ValueError, TypeError), match=message):
        cell_alignment(*data(), **options)


def test_numbers_of_another_length_are_refused():
    with pytest.raises(ValueError, match="must have a number for each of 240 time steps; it has 3"):
        cell_alignment(data()[0], [0.5, 1.5, 2.5])


@BOTH_WAYS
@pytest.mark.parametrize("numbers", [[np.nan] * 20, [2.5] * 20, [np.nan] * 19 + [1.5], [0.5, 1.5] + [np.nan] * 18])
def test_of_too_few_numbers_nothing_is_told(numbers):
    table = cell_alignment(np.eye(20)[:, :3], ContinuousTrack(numbers), held_out=0.3, permutations=9)
    assert table["cell"].tolist() == [0, 1, 2]
    assert table.loc[2].drop("cell").isna().all()
    assert np.isnan(table.attrs["r2_all_cells"])
    assert np.isnan(table.attrs["p_all_cells"])


@pytest.mark.parametrize("size", [1e-300, 1e-30, 1e30, 1e300])
def test_values_and_numbers_of_any_size_give_the_same(most_sorted, size):
    states, numbers = data()
    usual = cell_alignment(states, numbers, held_out=0.25)
    found = cell_alignment(states * size, ContinuousTrack(numbers / size), held_out=0.25)
    np.testing.assert_allclose(found, usual, rtol=1e-9, atol=2e-3 if most_sorted == 1 else 1e-9)
    np.testing.assert_allclose(found[["r2", "r2_held_out"]], usual[["r2", "r2_held_out"]], rtol=1e-9)
    assert found.attrs["r2_all_cells"] == pytest.approx(usual.attrs["r2_all_cells"])


def test_bins_agree_with_sorting_on_many_values(monkeypatch):
    rng = np.random.default_rng(0)
    states = rng.standard_cauchy((4000, 5)).astype(np.float32)
    states[rng.random(states.shape) < 0.02] = np.nan
    numbers = np.round(np.nan_to_num(np.arctan(states[:, 2])) + rng.normal(size=4000), 1)
    options = {"held_out": 0.25, "permutations": 19, "sequences": [1000] * 4}
    exact = cell_alignment(states, numbers, **options)
    monkeypatch.setattr(module, "MOST_SORTED", 1)
    monkeypatch.setattr(binned_rows, "BLOCK_BYTES", 8000)
    monkeypatch.setattr(binned_rows, "SORTED_STEPS", 1100)
    binned = cell_alignment(states, numbers, **options)
    np.testing.assert_allclose(binned.filter(like="spearman"), exact.filter(like="spearman"), atol=2e-4)
    np.testing.assert_allclose(binned.filter(like="r2"), exact.filter(like="r2"), rtol=1e-9)
    np.testing.assert_allclose(binned.filter(like="p_"), exact.filter(like="p_"), atol=0.051)


class CountedRows:
    """States that aren't in memory, and count how often each row was read."""

    def __init__(self, values):
        self.values, self.shape, self.dtype, self.ndim = values, values.shape, values.dtype, 2
        self.reads = np.zeros(len(values), int)

    def __getitem__(self, key):
        self.reads[key[0] if isinstance(key, tuple) else key] += 1
        return self.values[key]


@BOTH_WAYS
def test_each_row_is_read_at_most_three_times_and_progress_only_grows():
    states, numbers = data()
    source, shares = CountedRows(states.astype(np.float32)), []
    cell_alignment(source, numbers, held_out=0.2, permutations=3, progress=shares.append)
    assert source.reads.max() <= 3
    assert len(shares) > 10
    assert (min(shares), shares[-1]) == (0, 1)
    assert all(earlier <= later + 1e-9 for earlier, later in itertools.pairwise(shares))
    for calls in (1, len(shares) // 2, len(shares) - 2):
        left = iter(range(calls))

        def check(left=left):
            if next(left, None) is None:
                raise TimeoutError

        with pytest.raises(TimeoutError):
            cell_alignment(states, numbers, held_out=0.2, permutations=3, check=check)
