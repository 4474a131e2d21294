import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lstmvis_widget.statistics import cell_alignment as cell_alignment_module
from lstmvis_widget.statistics.cell_alignment import cell_alignment


def oracle(values, has):
    """AUC from all pairs, the best F1 over all thresholds, and mutual information from the four counts."""
    with_label, without = values[has], values[~has]
    pairs = (with_label[:, None] > without).mean() + (with_label[:, None] == without).mean() / 2
    best = max((2 * (has & (values >= cut)).sum() / (has.sum() + (values >= cut).sum()), cut) for cut in values)
    on, information = values >= best[1], 0.0
    for a in (True, False):
        for b in (True, False):
            both = ((on == a) & (has == b)).mean()
            if both > 0:
                information += both * np.log2(both / ((on == a).mean() * (has == b).mean()))
    return pairs, best[0], best[1], information


few_values = st.sampled_from([-1.5, -0.5, 0.0, 0.25, 0.5, 1.0])


@given(st.integers(4, 30), st.integers(1, 3), st.data())
@settings(max_examples=80, deadline=None)
@pytest.mark.parametrize("most_sorted", [100_000, 1])
def test_every_measure_is_that_of_counting(most_sorted, steps, cells, data):
    values = np.array(data.draw(st.lists(few_values, min_size=steps * cells, max_size=steps * cells)))
    states = values.reshape(steps, cells)
    labels = data.draw(st.lists(st.sampled_from("AB"), min_size=steps, max_size=steps))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(cell_alignment_module, "MOST_SORTED", most_sorted)
        table = cell_alignment(states, labels)
    assert len(table) == cells * len(set(labels))
    for row in table.itertuples():
        has = np.array(labels) == row.label
        if has.all():
            assert np.isnan(row.auc)
            continue
        auc, f1, threshold, information = oracle(states[:, row.cell], has)
        assert row.auc == pytest.approx(auc)
        assert row.f1 == pytest.approx(f1)
        assert row.threshold == threshold
        assert row.mutual_information == pytest.approx(information, abs=1e-12)


def test_the_columns_are_those_that_were_promised():
    table = cell_alignment(np.eye(4), list("ABAB"))
    assert table.columns.tolist() == ["cell", "label", "auc", "f1", "threshold", "mutual_information"]
    assert table["cell"].tolist() == [0, 0, 1, 1, 2, 2, 3, 3]


def test_bins_agree_with_sorting_on_many_values():
    rng = np.random.default_rng(0)
    states = rng.standard_cauchy((4000, 6)).astype(np.float32)
    labels = np.where(states[:, 2] + rng.normal(size=4000) > 1, "up", "down").tolist()
    exact = cell_alignment(states, labels)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(cell_alignment_module, "MOST_SORTED", 10)
        binned = cell_alignment(states, labels)
    assert binned["auc"].to_numpy() == pytest.approx(exact["auc"].to_numpy(), abs=1e-4)
    assert binned["f1"].to_numpy() == pytest.approx(exact["f1"].to_numpy(), abs=2e-3)
    on = states[:, 2] >= binned.loc[(binned["cell"] == 2) & (binned["label"] == "up"), "threshold"].iloc[0]
    has = np.array(labels) == "up"
    assert 2 * (on & has).sum() / (on.sum() + has.sum()) == pytest.approx(
        binned.loc[(binned["cell"] == 2) & (binned["label"] == "up"), "f1"].iloc[0]
    )


def test_thresholds_are_found_on_the_first_steps_and_judged_on_the_last():
    states = np.array([0.0, 1, 0, 1, 0, 1, 1, 1])[:, None]
    table = cell_alignment(states, list("abababab"), held_out=0.5, labels=["b"])
    assert table[["f1", "threshold", "f1_held_out", "auc_held_out"]].to_numpy().tolist() == [[1, 1, 0.8, 0.75]]


def test_a_cell_that_carries_a_label_stands_out_from_chance_and_noise_does_not():
    rng = np.random.default_rng(5)
    labels = np.repeat(rng.choice(["A", "B"], 60), 10)
    states = np.repeat(rng.normal(size=(60, 30)), 10, axis=0)
    noise = cell_alignment(states, labels.tolist(), permutations=200)
    assert noise["p_max"].min() > 0.01
    states[:, 7] = (labels == "A") + rng.normal(0, 0.3, 600)
    carried = cell_alignment(states, labels.tolist(), permutations=200).set_index(["cell", "label"])
    assert carried.loc[(7, "A"), "p_max"] == 1 / 201


def test_nan_is_lower_than_any_number():
    states = np.array([np.nan, np.nan, -5.0, 2.0])[:, None]
    table = cell_alignment(states, list("aabb"), labels=["b"])
    assert table[["auc", "f1", "threshold"]].to_numpy().tolist() == [[1, 1, -5]]


def test_only_the_cells_and_labels_asked_for_are_looked_at():
    table = cell_alignment(np.eye(6), list("abcabc"), labels=["c", "a"], cells=[4, 1])
    assert table[["cell", "label"]].to_numpy().tolist() == [[1, "c"], [1, "a"], [4, "c"], [4, "a"]]


def test_cells_in_several_blocks_give_the_same_table():
    rng = np.random.default_rng(2)
    states, labels = rng.normal(size=(50, 9)), rng.choice(["x", "y", "z"], 50).tolist()
    whole = cell_alignment(states, labels, held_out=0.2, permutations=20)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(cell_alignment_module, "BLOCK_VALUES", 100)
        parts = cell_alignment(states, labels, held_out=0.2, permutations=20)
    assert whole.equals(parts)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"labels": ["q"]}, "labels must be among 'a', 'b'; got 'q'"),
        ({"held_out": 1.0}, "held_out must be a share"),
        ({"permutations": -1}, "permutations must be at least 0; got -1"),
        ({"cells": [9]}, "cells"),
    ],
)
def test_what_cannot_be_is_refused(options, message):
    with pytest.raises(ValueError, match=message):
        cell_alignment(np.eye(4), list("abab"), **options)


def test_a_track_of_another_length_is_refused():
    with pytest.raises(ValueError, match="4 time steps; it has 3"):
        cell_alignment(np.eye(4), list("aba"))
