import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lstmvis_widget import StateExplorer
from lstmvis_widget.statistics import cell_alignment as cell_alignment_module
from lstmvis_widget.statistics.cell_alignment import cell_alignment


def rules(values):
    """All rules of a cell, as (sign, threshold, where it is on), those with few steps first; NaN is never on."""
    with np.errstate(invalid="ignore"):
        known = sorted(set(values[~np.isnan(values)].tolist()))
        return [(1, cut, values >= cut) for cut in reversed(known)] + [(-1, cut, values <= cut) for cut in known]


def f1_of(on, has):
    return 2 * (has & on).sum() / (has.sum() + on.sum())


def oracle(values, has):
    """AUC from all pairs, the best rule of all, and mutual information from the four counts."""
    lowest = np.where(np.isnan(values), -np.inf, values)
    with_label, without = lowest[has], lowest[~has]
    pairs = (with_label[:, None] > without).mean() + (with_label[:, None] == without).mean() / 2
    tried = rules(values)
    if not any((on & has).any() for _, _, on in tried):
        return pairs, 0.0, 1, np.nan, 0.0
    best = max(range(len(tried)), key=lambda number: f1_of(tried[number][2], has))
    sign, threshold, on = tried[best]
    information = 0.0
    for a in (True, False):
        for b in (True, False):
            both = ((on == a) & (has == b)).mean()
            if both > 0:
                information += both * np.log2(both / ((on == a).mean() * (has == b).mean()))
    return pairs, f1_of(on, has), sign, threshold, information


few_values = st.sampled_from([-np.inf, -1.5, -0.5, 0.0, 0.25, 1.0, np.inf, np.nan])


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
        auc, f1, sign, threshold, information = oracle(states[:, row.cell], has)
        assert row.auc == pytest.approx(auc)
        assert row.f1 == pytest.approx(f1)
        assert row.base_f1 == pytest.approx(f1_of(np.ones(steps, bool), has))
        assert [row.sign, row.threshold] == pytest.approx([sign, threshold], nan_ok=True)
        assert row.mutual_information == pytest.approx(information, abs=1e-12)


def test_the_columns_are_those_that_were_promised():
    table = cell_alignment(np.eye(4), list("ABAB"))
    assert table.columns.tolist() == [
        "cell",
        "label",
        "sign",
        "auc",
        "f1",
        "base_f1",
        "threshold",
        "mutual_information",
    ]
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


@pytest.mark.parametrize("most_sorted", [100_000, 1])
def test_a_cell_that_goes_off_where_a_label_stands_is_found_by_being_low(most_sorted, monkeypatch):
    monkeypatch.setattr(cell_alignment_module, "MOST_SORTED", most_sorted)
    inside = np.tile([0, 0, 1, 1, 0, 0], 10).astype(bool)
    cell = np.where(inside, -0.5, 0.25)
    cell[[2, 30]] = 0.5, np.nan  # one step inside is high, and one outside has no value, which is never on
    states = np.stack([cell, -cell], axis=1)
    table = cell_alignment(states, np.where(inside, "in", "out").tolist(), labels=["in"], held_out=0.5)
    assert table["sign"].tolist() == [-1, 1]
    assert table["threshold"].tolist() == [-0.5, 0.5]
    assert table["f1"].tolist() == pytest.approx([18 / 19] * 2)  # 9 of 10 in the first half
    assert table["base_f1"].tolist() == pytest.approx([20 / 40] * 2)
    assert table["f1_held_out"].tolist() == [1.0] * 2
    assert table["auc"].tolist() == pytest.approx([0.1, 0.9])


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


def test_only_the_steps_that_where_names_are_counted_however_it_names_them():
    rng = np.random.default_rng(4)
    states, labels = rng.normal(size=(60, 3)), rng.choice(list("xyz"), 60)
    pos = rng.choice(["NOUN", "VERB", "ADJ"], 60)
    nouns = pos == "NOUN"
    expected = cell_alignment(states[nouns], labels[nouns].tolist(), labels=list("xyz"))
    explorer = StateExplorer(states, tracks={"pos": pos.tolist(), "class": labels.tolist()})
    options = {"labels": list("xyz")}
    for where in (nouns, nouns.tolist(), (pos.tolist(), "NOUN")):
        assert cell_alignment(states, labels.tolist(), where=where, **options).equals(expected)
    assert cell_alignment(explorer, "class", where=("pos", "NOUN"), **options).equals(expected)
    some = cell_alignment(explorer, "class", where=("pos", ["VERB", "ADJ"]), **options)
    assert some.equals(cell_alignment(states, labels.tolist(), where=~nouns, **options))


def test_a_label_is_held_against_others_alone():
    rng = np.random.default_rng(4)
    states, labels = rng.normal(size=(90, 3)), rng.choice(["plural", "singular", "none"], 90)
    options = {"held_out": 0.25, "permutations": 19}
    told = cell_alignment(states, labels.tolist(), labels=["plural"], against="singular", **options)
    without = np.where(labels == "none", None, labels).tolist()
    assert told.equals(cell_alignment(states, without, labels=["plural"], **options))
    each = cell_alignment(states, labels.tolist(), against=["none"], **options)
    assert each[["cell", "label"]].to_numpy().tolist() == [
        [cell, label] for cell in range(3) for label in each["label"][:2]
    ]
    assert set(each["label"]) == {"plural", "singular"}
    alone = cell_alignment(states, labels.tolist(), labels=["singular"], against=["none"], **options)
    assert each[each["label"] == "singular"].reset_index(drop=True).equals(alone)


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
        ({"against": "q"}, "against must be among 'a', 'b'; got 'q'"),
        ({"labels": ["a"], "against": "a"}, "a label can't be held against itself: 'a'"),
        ({"where": [1, 0, 1, 0]}, "where must be a mask of T booleans, or"),
        ({"where": [True]}, "where must have one boolean for each of 4 time steps; got shape"),
        ({"where": ("pos", "a")}, "where names the track 'pos', and names need an explorer"),
        ({"where": (list("abab"), "c")}, "where must be among 'a', 'b'; got 'c'"),
    ],
)
def test_what_cannot_be_is_refused(options, message):
    with pytest.raises((ValueError, TypeError), match=message):
        cell_alignment(np.eye(4), list("abab"), **options)


def test_a_track_of_another_length_is_refused():
    with pytest.raises(ValueError, match="4 time steps; it has 3"):
        cell_alignment(np.eye(4), list("aba"))


def test_steps_without_a_label_are_not_counted():
    rng = np.random.default_rng(8)
    states = rng.normal(size=(60, 3))
    labels = rng.choice(["A", "B", None], 60)
    known = labels != None  # noqa: E711  (element by element)
    whole = cell_alignment(states, labels.tolist(), permutations=30, held_out=0.2)
    split = int(known[:48].sum())
    alone = cell_alignment(states[known], labels[known].tolist(), held_out=1 - split / known.sum())
    assert whole[alone.columns].equals(alone)
    # Where cells know the labelled steps, the labels themselves stay unknown.
    states[known] += 3
    assert cell_alignment(states, labels.tolist(), labels=["A"])["auc"].between(0.3, 0.7).all()


@pytest.mark.parametrize("most_sorted", [100_000, 1])
def test_zeros_are_steps_without_the_label_and_nan_is_not_counted(monkeypatch, most_sorted):
    monkeypatch.setattr(cell_alignment_module, "MOST_SORTED", most_sorted)
    states = np.array([3.0, 2.0, 1.0, 0.0, 9.0])[:, None]
    table = cell_alignment(states, np.array([1.0, 1.0, 0.0, 0.0, np.nan]))
    assert table[["label", "auc", "f1", "threshold"]].to_numpy().tolist() == [["1", 1, 1, 2]]


def test_whole_numbers_are_classes():
    levels = np.array([0, 2, 2, 1])
    table = cell_alignment(np.eye(4), levels, labels=["2"])
    assert table.equals(cell_alignment(np.eye(4), levels.astype(str).tolist(), labels=["2"]))


def test_without_any_label_there_is_nothing_to_measure():
    table = cell_alignment(np.eye(3), ["A", None, None], labels="A", permutations=9, held_out=0.4)
    assert table[["auc", "f1", "mutual_information", "p_max"]].isna().all(axis=None)
    assert cell_alignment(np.eye(3), [None] * 3).empty


def test_p_is_never_below_what_the_ways_to_deal_the_labels_allow():
    labels = np.repeat(list("ABAB"), 5)
    states = (labels == "A").astype(float)[:, None]
    table = cell_alignment(states, labels.tolist(), sequences=[5, 5, 5, 5], permutations=999)
    # Of the 24 orders of four sequences, 4 have the A where they are, and 4 have them where the B are.
    assert table["p_max"].tolist() == [8 / 24, 8 / 24]


def test_a_label_of_whole_sequences_is_found_and_so_is_one_within_them():
    rng = np.random.default_rng(4)
    lengths = rng.integers(5, 15, 30)
    theirs = np.repeat(rng.choice(["A", "B"], 30), lengths)
    within = rng.choice(["A", "B"], lengths.sum())
    for labels in (theirs, within):
        states = rng.normal(size=(lengths.sum(), 20))
        states[:, 3] += labels == "A"
        table = cell_alignment(states, labels.tolist(), sequences=lengths, labels=["A"], permutations=199)
        assert table.loc[3, "p_max"] == 1 / 200


@pytest.fixture
def explorer():
    states = np.eye(6)
    layers = {"one": states, "two": states[::-1].copy()}
    made = StateExplorer(layers, tracks={"pos": list("aabbab")}, sequences=[2, 2, 2], layer="two", threshold=0.5)
    yield made
    made.close()


def test_an_explorer_knows_the_states_of_its_layer_its_tracks_and_its_sequences(explorer):
    table = cell_alignment(explorer, "pos", permutations=9)
    assert table.equals(
        cell_alignment(np.eye(6)[::-1], list("aabbab"), sequences=[2, 2, 2], permutations=9),
    )
    with pytest.raises(ValueError, match="no track 'tag'; the tracks: 'pos'"):
        cell_alignment(explorer, "tag")


def test_a_name_needs_an_explorer_and_layers_have_to_be_chosen_from():
    with pytest.raises(TypeError, match=r"cell_alignment\(explorer, …\).*got ndarray"):
        cell_alignment(np.eye(4), "pos")
    with pytest.raises(ValueError, match=r"there are 'one', 'two'. Give its states, as in states\['one'\]"):
        cell_alignment({"one": np.eye(4), "two": np.eye(4)}, list("abab"))
    assert len(cell_alignment({"one": np.eye(4)}, list("abab"))) == 8
