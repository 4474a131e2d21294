from contextlib import closing

import numpy as np
import pytest

from lstmvis_widget import StateExplorer
from lstmvis_widget.matching.selection import on_off_patterns
from lstmvis_widget.phrases.phrase_map import map_phrases

RNG = np.random.default_rng(0)
STEPS = 600
KIND = np.repeat(RNG.choice(["N", "V"], STEPS // 3), 3)
STATES = RNG.normal(0, 0.3, (STEPS, 12))
STATES[:, 0] += KIND == "N"
STATES[:, 1] += KIND == "V"
STARTS = np.arange(0, STEPS, 3)
PHRASES = {kind: np.stack([STARTS, STARTS + 2], axis=1)[KIND[STARTS] == kind] for kind in "NV"}


def test_phrases_stand_in_the_order_of_time_with_their_patterns():
    found = map_phrases(STATES, PHRASES, 0.5)
    assert found.ranges.tolist() == [[start, start + 2] for start in STARTS.tolist()]
    assert found.labels.tolist() == KIND[STARTS].tolist()
    assert (found.patterns == on_off_patterns(STATES, found.ranges, 0.5)).all()


def test_the_coordinates_are_the_principal_components():
    found = map_phrases(STATES, PHRASES, 0.5, components=2)
    centred = found.patterns - found.patterns.mean(0)
    values = np.linalg.svd(centred, compute_uv=False) ** 2
    assert found.explained == pytest.approx(values[:2] / values.sum())
    assert np.abs(np.corrcoef(found.coordinates[:, 0], found.labels == "N")[0, 1]) > 0.6
    assert (found.coordinates**2).sum(0) == pytest.approx(values[:2])


def test_cells_that_know_the_label_score_above_the_baselines():
    scores = map_phrases(STATES, PHRASES, 0.5).scores.set_index("features")
    majority = max((found := KIND[STARTS] == "N").mean(), 1 - found.mean())
    assert scores.loc["majority", "accuracy"] == pytest.approx(majority, abs=0.05)
    assert scores.loc["majority", "balanced_accuracy"] == pytest.approx(0.5, abs=0.05)
    assert scores.loc["cells", "accuracy"] > 0.85
    assert scores.loc["positions", "accuracy"] < 0.65


def test_cells_that_know_nothing_do_not():
    noise = np.random.default_rng(1).normal(size=(STEPS, 12))
    scores = map_phrases(noise, PHRASES, 0.5).scores.set_index("features")
    assert scores.loc["cells", "accuracy"] < scores.loc["majority", "accuracy"] + 0.08


def test_words_and_embeddings_are_scored_where_they_are_given():
    tokens = np.where(KIND == "N", "dog", "ran").tolist()
    embeddings = np.where(KIND == "N", 1.0, -1.0)[:, None]
    scores = map_phrases(STATES, PHRASES, 0.5, tokens=tokens, embeddings=embeddings).scores.set_index("features")
    assert scores.loc[["words", "embeddings"], "accuracy"].tolist() == [1, 1]
    assert scores.loc["words", "n_features"] == 2


@pytest.mark.parametrize("phrases", [{}, {"N": [[0, 2]]}, {"N": PHRASES["N"], "V": PHRASES["V"][:3]}])
def test_too_few_phrases_are_refused(phrases):
    with pytest.raises(ValueError, match="at least 5 phrases of each of two labels"):
        map_phrases(STATES, phrases, 0.5)


def test_embeddings_of_another_length_are_refused():
    with pytest.raises(ValueError, match=r"\(600, E\); got \(5, 2\)"):
        map_phrases(STATES, PHRASES, 0.5, embeddings=np.zeros((5, 2)))


def test_a_phrase_has_one_label_and_counts_once():
    doubled = {kind: np.concatenate([ranges, ranges[:7]]) for kind, ranges in PHRASES.items()}
    assert map_phrases(STATES, doubled, 0.5).scores.equals(map_phrases(STATES, PHRASES, 0.5).scores)
    start, stop = PHRASES["N"][3].tolist()
    with pytest.raises(ValueError, match=rf"\[{start}, {stop}\) is given under both 'N' and 'V'"):
        map_phrases(STATES, {"N": PHRASES["N"], "V": [*PHRASES["V"], (start, stop)]}, 0.5)


def test_no_sequence_is_in_both_the_training_and_the_test_data():
    # The label is that of the sequence, and each sequence has a cell of its own.
    lengths = [40, 80, 60, 100, 50]
    kind = np.repeat(list("NVNVN"), lengths)
    states = np.repeat(np.eye(5), lengths, axis=0)
    phrases = {each: [(step, step + 1) for step in np.flatnonzero(kind == each)] for each in "NV"}
    known, unknown = (
        map_phrases(states, phrases, 0.5, sequences=sequences).scores.set_index("features").loc["cells", "accuracy"]
        for sequences in (None, lengths)
    )
    assert unknown < 0.5 < known
    folded = [map_phrases(states, phrases, 0.5, sequences=lengths, folds=folds).scores for folds in (5, 9)]
    assert folded[0].equals(folded[1])  # no more folds than sequences


def test_a_phrase_that_shares_steps_with_the_test_data_is_no_training_data():
    # Each phrase comes with one within it. Noise can be learned by heart, so that one would tell of the other.
    labels = np.random.default_rng(3).choice(["N", "V"], 100)
    states = np.repeat(np.random.default_rng(4).normal(size=(100, 60)), 4, axis=0)
    starts = 4 * np.arange(100)
    both = np.concatenate([np.stack([starts, starts + 4], axis=1), np.stack([starts + 1, starts + 3], axis=1)])
    phrases = {each: both[np.tile(labels == each, 2)] for each in "NV"}
    scores = map_phrases(states, phrases, 0.0, folds=67).scores.set_index("features")
    assert scores.loc["cells", "accuracy"] < 0.65


def test_an_explorer_knows_its_states_and_sequences():
    with closing(StateExplorer(STATES, sequences=[60] * 10, threshold=0.5)) as explorer:
        found = map_phrases(explorer, PHRASES, 0.5)
    assert found.scores.equals(map_phrases(STATES, PHRASES, 0.5, sequences=[60] * 10).scores)
