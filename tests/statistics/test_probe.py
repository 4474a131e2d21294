import itertools

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import balanced_accuracy_score, f1_score, r2_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from lstmvis_widget import ContinuousTrack, StateExplorer, cell_alignment, probe

STEPS, CELLS = 240, 6
LENGTHS = [30, 50, 40, 60, 60]
BOUNDS = np.cumsum([0, *LENGTHS])


def data(seed=0):
    rng = np.random.default_rng(seed)
    states = rng.normal(size=(STEPS, CELLS))
    labels = np.array(["a", "b", "c"])[
        np.digitize(states[:, 1] + states[:, 4] + rng.normal(0, 0.5, STEPS), [-0.8, 0.8])
    ]
    return states, labels


def by_scikit_learn(features, values, model, bounds):
    """What scikit-learn predicts of each sequence, trained on the others."""
    predicted = np.empty(len(values), values.dtype)
    for start, stop in itertools.pairwise(bounds):
        held_out = np.arange(start, stop)
        training = np.delete(np.arange(len(values)), held_out)
        predicted[held_out] = model().fit(features[training], values[training]).predict(features[held_out])
    return predicted


def logistic():
    return make_pipeline(StandardScaler(), LogisticRegression(class_weight="balanced", max_iter=2000))


def test_scores_are_those_of_scikit_learn_on_folds_of_whole_sequences():
    states, labels = data()
    table = probe(states, labels.tolist(), sequences=LENGTHS).set_index("features")
    expected = by_scikit_learn(states, labels, logistic, BOUNDS)
    assert table.loc["cells", "score"] == pytest.approx(balanced_accuracy_score(labels, expected))
    assert table.loc["cells", "f1"] == pytest.approx(f1_score(labels, expected, average="macro"))
    assert table.loc["majority", "score"] == pytest.approx(1 / 3)
    single = max(
        balanced_accuracy_score(labels, by_scikit_learn(states[:, [cell]], labels, logistic, BOUNDS))
        for cell in range(CELLS)
    )
    assert table.loc["best cell", "score"] == pytest.approx(single, abs=0.05)
    assert table["n_features"].to_dict() == {"cells": 6, "best cell": 1, "majority": 0}
    assert (table["n_steps"] == STEPS).all()
    assert ((table["low"] <= table["score"]) & (table["score"] <= table["high"])).all()


def test_numbers_are_told_by_ridge_regression():
    states, _ = data()
    values = 2 * states[:, 0] - states[:, 3] + np.random.default_rng(1).normal(0, 0.3, STEPS)
    table = probe(states, values, sequences=LENGTHS).set_index("features")
    expected = by_scikit_learn(states, values, lambda: make_pipeline(StandardScaler(), Ridge()), BOUNDS)
    assert table.loc["cells", "score"] == pytest.approx(r2_score(values, expected))
    assert table.loc["cells", "score"] > table.loc["best cell", "score"] > 0.5 > table.loc["majority", "score"]
    assert table["f1"].isna().all()


def test_tokens_alone_are_beside_the_cells():
    rng = np.random.default_rng(2)
    words = rng.choice(["cat", "dogs", "sat"], STEPS)
    states = rng.normal(size=(STEPS, 2))
    labels = np.where(words == "dogs", "plural", "other").tolist()
    table = probe(states, labels, tokens=words.tolist()).set_index("features")
    assert list(table.index) == ["cells", "best cell", "token", "previous tokens", "majority"]
    assert table.loc["token", "score"] == table.loc["previous tokens", "score"] == 1
    assert table.loc["cells", "score"] < 0.65
    before = ["x", *labels[:-1]]
    later = probe(states, before, tokens=words.tolist(), sequences=[1, STEPS - 1]).set_index("features")
    assert later.loc["previous tokens", "score"] > 0.6 > later.loc["token", "score"]


def test_ids_are_tokens_with_or_without_a_vocabulary():
    ids = np.random.default_rng(2).integers(0, 5, STEPS)
    states, labels = data()
    names = ["the", "cat", "sat", "on", "mats"]
    expected = probe(states, labels.tolist(), tokens=[names[each] for each in ids])
    assert probe(states, labels.tolist(), tokens=ids).equals(expected)
    assert probe(states, labels.tolist(), tokens=ids, vocabulary=names).equals(expected)
    alike = probe(states, labels.tolist(), tokens=ids, vocabulary=["the", "cat", "sat", "on", "the"])
    assert alike["n_features"].tolist() == [6, 1, 4, 12, 0]
    with pytest.raises(TypeError, match="there are none: give them, tokens="):
        probe(states, labels.tolist(), vocabulary=names)
    with pytest.raises(TypeError, match=r"got str, 'words.json': read_vocabulary\(path\) reads"):
        probe(states, labels.tolist(), tokens=ids, vocabulary="words.json")


def test_cells_without_any_value_are_left_out():
    states, labels = data()
    wider = np.insert(states, [0, 3], np.nan, axis=1)
    wider[7, 3] = states[7, 2] = np.nan
    assert probe(wider, labels.tolist()).equals(probe(states, labels.tolist()))
    numbers = ContinuousTrack(np.arange(STEPS) % 7)
    together = [cell_alignment(each, numbers).attrs["r2_all_cells"] for each in (wider, states)]
    assert together[0] == together[1]
    with pytest.raises(ValueError, match="at least 10 steps that count for 5 folds; there are 0, and 240 whose states"):
        probe(np.full((STEPS, 2), np.nan), labels.tolist())


def test_an_explorer_gives_its_layer_tokens_tracks_and_sequences():
    states, labels = data()
    words = np.random.default_rng(3).choice(list("xyz"), STEPS).tolist()
    explorer = StateExplorer(states, words, {"class": labels.tolist()}, sequences=LENGTHS)
    assert probe(explorer, "class").equals(probe(states, labels.tolist(), tokens=words, sequences=LENGTHS))


def test_only_the_steps_that_count_are_looked_at():
    states, labels = data()
    some = labels.astype(object)
    some[::3] = None
    states[5] = np.nan
    table = probe(states, some.tolist(), where=np.arange(STEPS) < 200)
    counted = [step for step in range(200) if step % 3 and step != 5]
    assert set(table["n_steps"]) == {len(counted)}
    assert set(probe(states, labels.tolist(), max_steps=50)["n_steps"]) <= {49, 50}


def test_zeros_and_ones_are_labels_and_other_numbers_are_not():
    states, _ = data()
    assert probe(states, (states[:, 0] > 0).astype(float)).set_index("features").loc["majority", "score"] == 0.5
    counted = probe(states, ContinuousTrack(np.round(states[:, 0] * 2)))
    assert counted["f1"].isna().all()


def test_intervals_hold_the_score_of_other_data_about_as_often_as_they_say():
    rows = []
    for seed in range(30):
        states, labels = data(seed)
        rows.append(probe(states, labels.tolist(), confidence=0.8).set_index("features").loc["cells"])
    usual = np.mean([row["score"] for row in rows])
    held = sum(row["low"] <= usual <= row["high"] for row in rows)
    assert 18 <= held <= 29  # 24 are expected; fewer than 18 with a probability below 0.01


@pytest.mark.parametrize(
    ("track", "options", "message"),
    [
        (["a"] * STEPS, {}, "probe needs steps of at least two labels"),
        (["a", "b"] * (STEPS // 2), {"folds": 1}, "folds must be at least 2; got 1"),
        (["a", "b"] * (STEPS // 2), {"confidence": 2}, "confidence must lie between 0 and 1"),
        (["a", "b", *[None] * (STEPS - 2)], {}, "probe needs at least 10 steps that count for 5 folds; there are 2"),
        (["a", "b"], {}, "must have a label for each of 240"),
        ([0.5, 1.5], {}, "must have a number for each of 240"),
        (["a", "b"] * (STEPS // 2), {"tokens": ["x"]}, "240"),
    ],
)
def test_what_cannot_be_is_refused(track, options, message):
    with pytest.raises((TypeError, ValueError), match=message):
        probe(data()[0], track, **options)
