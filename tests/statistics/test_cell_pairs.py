"""Rules of two cells against looking at every pair, every rule and every step, and F1 against scikit-learn's."""

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import f1_score, precision_score, recall_score

from lstmvis_widget import StateExplorer, cell_alignment, cell_pairs
from lstmvis_widget.states.sources import States
from lstmvis_widget.statistics import pair_rules

RULES = {
    "a and b": lambda a, b: a and b,
    "a or b": lambda a, b: a or b,
    "a and not b": lambda a, b: a and not b,
    "a or not b": lambda a, b: a or not b,
    "not a and not b": lambda a, b: not a and not b,
    "not a or not b": lambda a, b: not a or not b,
}


def f1_of(said, has):
    hits = sum(one and other for one, other in zip(said, has, strict=True))
    either = sum(said) + sum(has)
    return 2 * hits / either if either else np.nan


def all_rules(on):
    """Every rule of two cells as (cell, other, rule, where it holds), without those that one cell says, or none."""
    cells = on.shape[1]
    for cell, other in itertools.permutations(range(cells), 2):
        alone = [on[:, cell], ~on[:, cell], on[:, other], ~on[:, other], np.ones(len(on), bool)]
        for rule, joined in RULES.items():
            if other < cell and rule.startswith("not") == rule.endswith("not b") and rule != "a or b":
                continue
            if other < cell and rule in ("a and b", "a or b"):
                continue
            said = np.array([joined(a, b) for a, b in zip(on[:, cell], on[:, other], strict=True)])
            if not any((said == each).all() for each in alone):
                yield cell, other, rule, said


def best_pairs(on, has, k):
    """The k best of these: a row has F1 first."""
    order = {rule: place for place, rule in enumerate(RULES)}
    found = [(f1_of(said, has), cell, other, rule) for cell, other, rule, said in all_rules(on)]
    found = [row for row in found if row[0] > 0]
    return sorted(found, key=lambda row: (-row[0], row[1], row[2], order[row[3]]))[:k]


@given(st.integers(0, 10**6), st.integers(2, 4), st.integers(6, 20), st.sampled_from([1, 3, 500]))
@settings(max_examples=25, deadline=None)
def test_the_best_pairs_are_those_of_trying_every_pair_and_rule(seed, cells, steps, k):
    rng = np.random.default_rng(seed)
    states = rng.choice([np.nan, -1.0, 0.0, 1.0], (steps, cells), p=[0.1, 0.3, 0.3, 0.3])
    labels = rng.choice(["A", "B", None], steps, p=[0.4, 0.4, 0.2]).tolist()
    if not {"A", "B"} <= set(labels):
        return
    table = cell_pairs(states, labels, 0.5, k=k)
    counted = [step for step in range(steps) if labels[step] is not None]
    on = states[counted] >= 0.5
    for label in "AB":
        has = np.array([labels[step] == label for step in counted])
        expected = best_pairs(on, has, k)
        if not expected or has.all():
            continue
        rows = table[table["label"] == label]
        assert rows[["cell", "other", "rule"]].to_numpy().tolist() == [list(row[1:]) for row in expected]
        assert rows["f1"].tolist() == pytest.approx([row[0] for row in expected])
        alone = [(f1_of(on[:, cell] == (sign > 0), has), cell, sign) for cell in range(cells) for sign in (1, -1)]
        best = max(alone, key=lambda each: each[0])
        assert rows[["best_cell_f1", "best_cell", "best_cell_sign"]].to_numpy().tolist() == [list(best)] * len(rows)
        for row in rows[:1].itertuples():
            said = next(said for *names, said in all_rules(on) if names == [row.cell, row.other, row.rule])
            assert row.f1 == pytest.approx(f1_score(has, said))
            assert row.precision == pytest.approx(precision_score(has, said))
            assert row.recall == pytest.approx(recall_score(has, said))
            assert row.base_f1 == pytest.approx(f1_score(has, np.ones(len(has), bool)))


def planted(steps=600, cells=7, dtype=np.float32):
    rng = np.random.default_rng(1)
    states = rng.random((steps, cells)).astype(dtype)
    inside = (states[:, 5] >= 0.4) & ~(states[:, 2] >= 0.6)
    return states, np.where(inside, "in", np.where(rng.random(steps) < 0.3, "other", "out"))


@pytest.mark.parametrize("at_once", [1, 3, 2**20])
def test_many_cells_are_paired_in_portions_with_the_same_answer(monkeypatch, at_once):
    states, labels = planted()
    expected = cell_pairs(states, labels.tolist(), 0.5, k=40, permutations=5)
    monkeypatch.setattr(pair_rules, "PAIRS_AT_ONCE", at_once)
    monkeypatch.setattr(pair_rules, "ROWS_VALUES", 70)
    monkeypatch.setattr(pair_rules, "EXACT_IN_SINGLE", 10)
    found = cell_pairs(states, labels.tolist(), 0.5, k=40, permutations=5)
    assert found.equals(expected)


def test_pairs_are_chosen_on_the_first_steps_and_judged_on_the_others():
    states, labels = planted()
    table = cell_pairs(states, labels.tolist(), 0.5, labels=["in"], held_out=0.25, k=3)
    first = cell_pairs(states[:450], labels[:450].tolist(), 0.5, labels=["in"], k=3)
    assert table[first.columns].equals(first)
    on, has = states[450:] >= 0.5, labels[450:] == "in"
    for row in table.itertuples():
        said = [RULES[row.rule](a, b) for a, b in zip(on[:, row.cell], on[:, row.other], strict=True)]
        assert row.f1_held_out == pytest.approx(f1_score(has, said))
        alone = on[:, row.best_cell] == (row.best_cell_sign > 0)
        assert row.best_cell_f1_held_out == pytest.approx(f1_score(has, alone))


def test_each_cell_may_have_its_own_threshold_and_be_on_by_being_low():
    states, labels = planted()
    own = np.full(7, 0.5)
    own[[5, 2]] = 0.4, 0.6
    table = cell_pairs(states, labels.tolist(), own, labels=["in"], k=1)
    assert table.loc[0, ["cell", "other", "rule", "f1"]].tolist() == [5, 2, "a and not b", 1.0]
    signed = pd.DataFrame({"cell": [5, 2, 0], "threshold": [0.4, np.nextafter(np.float32(0.6), 0), np.nan]})
    signed["sign"] = [1, -1, 1]
    table = cell_pairs(states, labels.tolist(), signed, labels=["in"], k=1)
    assert table.loc[0, ["cell", "other", "rule", "f1"]].tolist() == [2, 5, "a and b", 1.0]
    assert set(cell_pairs(states, labels.tolist(), signed, cells=[2, 5])[["cell", "other"]].to_numpy().ravel()) == {
        2,
        5,
    }
    mapping = {name: signed[name].tolist() for name in signed}
    assert cell_pairs(states, labels.tolist(), mapping, k=1).equals(cell_pairs(states, labels.tolist(), signed, k=1))


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_the_thresholds_of_an_alignment_are_on_where_it_says(dtype):
    states, labels = planted(dtype=dtype)
    aligned = cell_alignment(states, labels.tolist(), held_out=0.3)
    pairs = cell_pairs(states, labels.tolist(), aligned, held_out=0.3, k=1)
    best = aligned.loc[aligned.groupby("label")["f1"].idxmax()].set_index("label")
    for row in pairs.itertuples():
        # A single cell is also tried by not being on, which may be better than its best threshold.
        assert row.best_cell_f1 >= best.loc[row.label, "f1"] - 1e-12
        if (row.best_cell, row.best_cell_sign) == (best.loc[row.label, "cell"], 1):
            assert row.best_cell_f1 == pytest.approx(best.loc[row.label, "f1"])
            assert row.best_cell_f1_held_out == pytest.approx(best.loc[row.label, "f1_held_out"])
    assert pairs.set_index("label").loc["in", "f1_held_out"] > 0.95


def test_which_steps_count_is_as_for_the_alignment():
    states, labels = planted()
    pos = np.random.default_rng(2).choice(["NOUN", "VERB"], len(labels))
    nouns = pos == "NOUN"
    explorer = StateExplorer(states, tracks={"class": labels.tolist(), "pos": pos.tolist()})
    expected = cell_pairs(states[nouns], labels[nouns].tolist(), 0.5)
    assert cell_pairs(states, labels.tolist(), 0.5, where=nouns).equals(expected)
    assert cell_pairs(explorer, "class", 0.5, where=("pos", "NOUN")).equals(expected)
    explorer.close()
    some = labels != "other"
    against = cell_pairs(states, labels.tolist(), 0.5, labels=["in"], against="out", k=4)
    assert against.equals(cell_pairs(states[some], labels[some].tolist(), 0.5, labels=["in"], k=4))
    assert list(cell_pairs(states, labels.tolist(), 0.5, against=["in"], k=1)["label"]) == ["out", "other"]


def test_transformed_states_are_paired_by_their_transformed_values():
    states, labels = planted()
    for transform in ("quantile", "split_signs"):
        made = States(states, transform)
        expected = cell_pairs(made.read(0, len(made)), labels.tolist(), 0.5)
        assert cell_pairs(made, labels.tolist(), 0.5).equals(expected)
        assert cell_pairs(made, labels.tolist(), [0.5] * made.shape[1]).equals(expected)


def test_p_is_the_share_of_all_rotations_whose_best_pair_is_as_good():
    rng = np.random.default_rng(4)
    states, labels = rng.random((12, 3)), rng.choice(list("AB"), 12)
    table = cell_pairs(states, labels.tolist(), 0.5, labels=["A"], k=50, permutations=100)
    turned = [np.roll(labels, by) == "A" for by in range(12)]
    best = [best_pairs(states >= 0.5, has, 1)[0][0] for has in turned]
    for row in table.itertuples():
        assert row.p_max == pytest.approx(np.mean(np.array(best) >= row.f1 - 1e-9))


def test_labels_of_whole_sequences_are_swapped():
    states = np.repeat([[0.0, 1], [1, 0], [1, 1], [0, 0]], 3, axis=0)
    labels = np.repeat(list("BBAB"), 3).tolist()
    table = cell_pairs(states, labels, 0.5, labels=["A"], sequences=[3] * 4, permutations=500)
    # A stands where both are on. Wherever else it stood, another rule would tell it as well.
    assert table.loc[0, ["rule", "f1", "p_max"]].tolist() == ["a and b", 1, 1]


def test_a_rule_that_one_cell_says_alone_is_none_of_two():
    states = np.array([[1.0, 1, 0], [1, 1, 0], [0, 1, 0], [0, 0, 0], [0, 0, 0]])
    table = cell_pairs(states, list("AABCC"), 0.5, k=100)
    assert not (table["other"] == 2).any()
    # Cell 0 is on at some of the steps of cell 1: of their rules only two say something else.
    assert set(table["rule"]) == {"a and not b", "a or not b"}
    assert not len(cell_pairs(states, list("AAAAA"), 0.5))
    assert list(cell_pairs(states, list("AAAAA"), 0.5).columns[:4]) == ["label", "cell", "other", "rule"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"threshold": "high"}, "threshold must be a number, one for each of 7 cells, or a table"),
        ({"threshold": [0.5] * 6}, "one for each of 7 cells, or a table .*; got 6 numbers"),
        ({"threshold": [np.nan] * 7}, "threshold must be a finite number; got nan"),
        ({"threshold": np.inf}, "threshold must be a finite number"),
        ({"threshold": {"cell": [1, 1], "threshold": [0, 1.0]}}, "the table has cell 1 more than once"),
        ({"threshold": {"cell": [1, 9], "threshold": [0, 1.0]}}, "the cells of the table must lie in 0…6; got 9"),
        ({"threshold": {"cell": [1, 2], "threshold": [0, 1.0], "sign": [1, 0]}}, "sign must be 1 or -1; got 0"),
        ({"threshold": {"cell": [1, 2], "threshold": [0, 1.0]}, "cells": [1, 3]}, "no threshold of cell 3"),
        (
            {"threshold": {"cell": [1], "threshold": [0.0], "label": ["q"]}, "labels": ["in"]},
            "no row of the label 'in'",
        ),
        (
            {"threshold": {"cell": [1, 2], "threshold": [0, 1.0], "label": ["in"] * 2}, "permutations": 9},
            "permutations need thresholds that don't depend on where the labels stand",
        ),
        ({"cells": [3]}, "pairs need at least two cells; there are 1"),
        ({"held_out": 1.0}, "held_out must be a share of the steps"),
        ({"k": 0}, "k must be at least 1"),
        ({"labels": ["nix"]}, "labels must be among .*; got 'nix'"),
        ({"where": [True]}, "where must have one boolean for each of 600 time steps"),
    ],
)
def test_what_is_out_of_range_is_refused(options, message):
    states, labels = planted()
    with pytest.raises((TypeError, ValueError), match=message):
        cell_pairs(states, labels.tolist(), **{"threshold": 0.5, **options})


def test_a_label_is_not_held_against_itself():
    states, labels = planted()
    with pytest.raises(ValueError, match="a label can't be held against itself: 'in'"):
        cell_pairs(states, labels.tolist(), 0.5, labels=["out", "in"], against="in")
