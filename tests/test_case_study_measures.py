"""What the case studies of classifiers measure, against slow and obvious forms and counts by hand."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import spearmanr
from sklearn.metrics import roc_auc_score

from lstmvis_widget import OutputTrack
from tests.kept_out import module_of_training

claims, expectations, reading, resampling, text_classifier = (
    module_of_training(name) for name in ("claims", "expectations", "reading", "resampling", "text_classifier")
)
PAIRS = st.lists(st.tuples(st.integers(0, 5), st.booleans(), st.integers(0, 2)), min_size=2, max_size=30)


def read_by_hand(texts, positive, labels, model=None):
    """A reading of texts of two classes, whose probability of the second one after each word is given."""
    output = OutputTrack(np.concatenate(positive), ["bad", "good"], labels)
    lengths = [len(text.split()) for text in texts]
    states = np.concatenate(positive)[:, None]
    recording = SimpleNamespace(states={"lstm.layer1.hidden": states}, tracks={"output": output}, sequences=lengths)
    vocabulary = ["[unknown]", *sorted({word for text in texts for word in text.split()})]
    if model is None:
        model = SimpleNamespace(output=SimpleNamespace(bias=torch.tensor([1.0, 0.0])))
    return reading.Reading(
        model, vocabulary, [text.split() for text in texts], np.array(labels), recording, seed=0
    )  # fmt: skip


# ------------------------------------------------------------------ statistics


@given(PAIRS)
def test_the_auc_is_that_of_scikit_learn(rows):
    values, which, _ = (np.array(column) for column in zip(*rows, strict=True))
    found = resampling.auc(values, which)
    if which.all() or not which.any():
        assert np.isnan(found)
    else:
        assert found == pytest.approx(roc_auc_score(which, values))


@given(PAIRS)
def test_the_auc_within_groups_counts_pairs_of_the_same_group(rows):
    wins = [
        (value > other) + 0.5 * (value == other)
        for value, is_one, group in rows for other, is_other, same in rows
        if is_one and not is_other and group == same
    ]  # fmt: skip
    found = resampling.auc_within(*(np.array(column) for column in zip(*rows, strict=True)))
    assert found == pytest.approx(np.mean(wins)) if wins else np.isnan(found)


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=2, max_size=20))
def test_the_rank_correlation_is_that_of_scipy(rows):
    first, second = np.array(rows).T
    found = resampling.rank_correlation(first, second)
    if np.ptp(first) and np.ptp(second):
        assert found == pytest.approx(spearmanr(first, second).statistic)
    else:
        assert np.isnan(found)


def test_the_interval_of_a_mean_is_about_two_standard_errors_wide():
    values = np.random.default_rng(0).normal(size=400)
    found = resampling.with_interval("x", values, 0)
    assert found["x"] == values.mean()
    assert found["x, to"] - found["x, from"] == pytest.approx(4 * 0.98 * values.std() / 20, rel=0.1)


def test_of_no_texts_there_is_no_mean_and_no_interval():
    assert all(np.isnan(each) for each in resampling.with_interval("x", np.array([]), 0).values())


# ----------------------------------------------------------- neighbours, words


def test_neighbours_are_the_nearest_rows_of_other_texts():
    source = np.random.default_rng(0)
    rows, texts, asked = source.normal(size=(80, 3)), np.repeat(range(4), 20), np.array([0, 25, 79])
    found = expectations.nearest_in_other_texts(rows, texts, asked)
    for row, near in zip(asked, found, strict=True):
        apart = {other: np.linalg.norm(rows[other] - rows[row]) for other in range(80) if texts[other] != texts[row]}
        assert set(near.tolist()) == set(sorted(apart, key=apart.get)[:15])


def test_of_the_variance_the_values_themselves_tell_all_and_their_mean_tells_nothing():
    values = np.array([[0.0, 1.0], [1.0, 0.0], [0.5, 0.5]])
    assert expectations.told(values, values) == 1
    assert expectations.told(values, np.full_like(values, 0.5)) == 0


def test_the_same_word_elsewhere_leaves_its_own_place_out():
    words, values = np.array(["a", "b", "a", "a"]), np.array([[1.0], [5.0], [2.0], [6.0]])
    assert expectations.means_of_same_word(words, values).tolist() == [[4.0], [3.5], [3.5], [1.5]]


def test_a_word_tells_of_the_class_in_whose_texts_it_is_more_frequent():
    texts = [["good", "film"]] * 30 + [["bad", "film"]] * 30
    words = reading.telling_words(texts, np.repeat([1, 0], 30), 2)
    assert words["count"].to_dict() == {"bad": 30, "film": 60, "good": 30}
    assert words.loc[["good", "bad"], "label"].tolist() == [1, 0]
    assert words["z"].abs()["film"] < 1e-9
    assert words["z"]["good"] == pytest.approx(words["z"]["bad"])
    assert words["z"]["good"] > 1


def test_a_text_is_as_mixed_as_its_telling_words_disagree():
    words = pd.DataFrame({"z": [3, 3, 1], "label": [1, 0, 0]}, index=["good", "bad", "film"])
    texts = ["good good bad film", "bad bad bad", "good film film"]
    here = read_by_hand(texts, [[0.5] * len(text.split()) for text in texts], [1, 0, 1])
    assert expectations.mixture(here, words).tolist()[:2] == pytest.approx([1 / 3, 0])
    assert np.isnan(expectations.mixture(here, words)[2])  # one telling word is too few to disagree


# ------------------------------------------------------------------ readings


def test_texts_settle_and_change_where_a_count_by_hand_says():
    texts = ["w " * 12] * 3
    late, early, never = [0.2] * 11 + [0.8], [0.2, 0.8, 0.2] + [0.9] * 9, [0.1] * 12
    here = read_by_hand(texts, [late, early, never], [1, 0, 0])
    other = read_by_hand(texts, [never, never, never], [1, 0, 0])
    found = expectations.settled_early(here, other)
    assert found["settled early"] == pytest.approx(2 / 3)
    assert found["words shuffled"] == 1
    assert found["settled early, on another class than of no word"] == pytest.approx(1 / 3)
    assert found["right, of those settled early"] == 0.5
    assert found["right, of the others"] == 1
    assert found["class after ten words is that of the end"] == pytest.approx(2 / 3)
    assert found["by the classes' frequencies"] == pytest.approx(2 / 3 * 1 / 3 + 1 / 3 * 2 / 3)
    errors = expectations.errors_by_changes(here)
    assert [errors[name] for name in ("0", "1", "3–5")] == [0, 0, 1]
    assert np.isnan(errors["2"])


def test_jumps_are_relative_to_those_at_the_same_place():
    here = read_by_hand(["a b c", "a d e"], [[0.1, 0.2, 0.3], [0.4, 0.7, 0.6]], [0, 1])
    np.testing.assert_allclose(here.jump_lengths, [np.nan, 0.1, 0.1, np.nan, 0.3, 0.1])
    np.testing.assert_allclose(here.jumps, [np.nan, 0.5, 1, np.nan, 1.5, 1])


class Deciding(torch.nn.Module):
    """Expects the second class from the word 1 on, and hardly changes that with any other word."""

    def forward(self, ids):
        has = (ids == 1).any(1).float() * 4 - 2 + 0.01 * (ids > 1).sum(1)
        return torch.stack([torch.zeros(len(ids)), has], 1)


def test_the_one_word_that_decides_is_found():
    texts = ["b " * count + "a " + "b " * (19 - count) for count in range(2, 18)]
    positive = [
        torch.stack([Deciding()(torch.tensor([ids[: step + 1]])).softmax(1)[0, 1] for step in range(20)]).numpy()
        for ids in text_classifier.ids_of([text.split() for text in texts], ["[unknown]", "a", "b"])
    ]
    here = read_by_hand(texts, positive, [1] * len(texts), Deciding())
    never = read_by_hand(texts, [np.full(20, 0.9)] * len(texts), [1] * len(texts))
    found = expectations.one_change(here, never, most=10)
    assert found["exactly one change"] == 1
    assert found["words shuffled"] == 0
    assert found["texts with one change looked at"] == 10
    assert found["lost without that word"] == 1
    assert found["lost without any other"] == 0
    assert found["of any texts, lost without some word"] == 1
    assert found["a quarter of them before word"] == 3 + 15 / 4
    words = pd.DataFrame({"z": [3.0, 0.0]}, index=["a", "b"])
    impact = expectations.words_of_impact(here, words, most=5)
    assert impact["jumps, from"] > impact["shuffled, highest 5 %"]


# ------------------------------------------------------------------- the model


def test_a_text_is_read_as_if_it_stood_alone_in_its_batch():
    torch.manual_seed(0)
    model = text_classifier.TextClassifier(9, 6, 3).eval()
    texts = [[1, 2, 3], [4], [5, 6, 7, 8]]
    alone = np.concatenate([text_classifier.probabilities_of(model, [text]) for text in texts])
    np.testing.assert_allclose(text_classifier.probabilities_of(model, texts), alone, atol=1e-6)


def test_the_same_seed_trains_the_same_model_and_another_one_another():
    def weights(seed):
        texts, labels = [[1, 2], [2, 1, 1], [3], [4, 3]] * 20, np.array([0, 0, 1, 1] * 20)
        model = text_classifier.trained(
            texts, labels, (texts, labels), n_types=5, units=3, n_classes=2, n_epochs=2, seed=seed
        )
        return np.concatenate([each.detach().numpy().ravel() for each in model.parameters()])

    threads = torch.get_num_threads()
    try:
        assert (weights(0) == weights(0)).all()
        assert (weights(0) != weights(1)).any()
    finally:
        torch.use_deterministic_algorithms(mode=False)
        torch.set_num_threads(threads)


def test_rare_words_share_an_id():
    vocabulary = text_classifier.vocabulary_of([["a", "b", "a"], ["c", "b", "a"]], size=2)
    assert vocabulary == ["[unknown]", "a", "b"]
    assert text_classifier.ids_of([["a", "c", "b"]], vocabulary) == [[1, 0, 2]]


# ------------------------------------------------------------------- verdicts


def test_a_claim_holds_if_all_of_it_is_so_and_in_part_if_some_of_it_is():
    claim = next(each for each in claims.CLAIMS if each.number == "4")
    numbers = {"more than by frequencies, from": 0.1, "more than shuffled, from": 0.1}
    assert claims.verdict(claim, numbers) == "holds"
    assert claims.verdict(claim, numbers | {"more than shuffled, from": -0.1}) == "in part"
    assert claims.verdict(claim, dict.fromkeys(numbers, -0.1)) == "does not hold"
    assert claims.verdict(claim, dict.fromkeys(numbers, np.nan)) == "does not hold"


def test_models_that_disagree_say_in_part():
    assert claims.together(["holds", "holds"]) == "holds"
    assert claims.together(["holds", "does not hold"]) == "in part"
    assert claims.together(["does not hold"] * 3) == "does not hold"


def test_a_number_stands_with_its_range_over_the_models():
    numbers = pd.DataFrame({"model 1": {"a, b": 0.1, "c": 2.0}, "model 2": {"a, b": 0.3, "c": 2.0}})
    template = "{a, b:.0%} here, {c:.1f} there"
    assert claims.over_models(numbers)(template) == "10 to 30 % here, 2.0 there"
    assert claims.over_models(numbers, with_mean=True)(template) == "20 % (10 to 30 %) here, 2.0 there"
    assert claims.written(-0.004, ".2f") == "0.00"
    assert claims.written(-0.5, ".0%") == "−50 %"
