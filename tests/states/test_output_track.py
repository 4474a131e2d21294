"""Tracks of what a model expects: scores of all classes at each step."""

import math

import h5py
import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from lstmvis_widget import OutputTrack
from lstmvis_widget.states import sources
from lstmvis_widget.timeline.labels import as_labels
from lstmvis_widget.timeline.sequences import Sequences
from lstmvis_widget.timeline.tracks import as_track

SCORES = np.array([[0.2, 0.5, 0.3], [0.1, 0.1, 0.8], [0.4, 0.4, 0.2], [0.0, 1.0, 0.0]])
CLASSES = ["up", "down", "still"]


def test_it_has_the_expected_class_of_each_step():
    track = OutputTrack(SCORES, CLASSES)
    assert (len(track), track.kind, track.classes) == (4, "output", ("up", "down", "still"))
    assert track.expected.tolist() == [1, 2, 0, 1]
    assert track.confidence.tolist() == pytest.approx([0.5, 0.8, 0.4, 1.0])
    assert track[:] == ["down", "still", "up", "down"]
    assert track[1] == "still"
    assert (track.labels, track.counts) == (("down", "still", "up"), (2, 1, 1))
    assert as_track(track) is track
    assert as_labels(track).names == ("down", "still", "up")


@pytest.mark.parametrize(
    "form",
    [np.float32, np.float16, torch.tensor, np.ndarray.tolist, pd.DataFrame, np.ma.array],
    ids=["float32", "float16", "torch", "list", "pandas", "masked"],
)
def test_scores_are_taken_in_the_forms_of_states(form):
    track = OutputTrack(form(SCORES), CLASSES)
    assert track.expected.tolist() == [1, 2, 0, 1]
    assert track.probabilities(1, 3) == pytest.approx(SCORES[1:3], abs=1e-3)


def test_scores_may_stay_in_a_file(tmp_path, monkeypatch):
    monkeypatch.setattr(sources, "BLOCK_BYTES", 48)
    with h5py.File(tmp_path / "model.h5", "w") as file:
        file["out/scores"] = SCORES
    shares = []
    track = OutputTrack(f"{tmp_path}/model.h5::out/scores", CLASSES, progress=shares.append)
    assert track.probabilities(2, 4).tolist() == SCORES[2:].tolist()
    assert shares == [0.5, 1.0]


@given(logits=arrays(np.float64, (3, 4), elements=st.floats(-800, 800)))
def test_logits_become_probabilities(logits):
    found = OutputTrack(logits, list("abcd"), logits=True).probabilities(0, 3)
    for row, given_row in zip(found, logits, strict=True):
        powers = [math.exp(value - max(given_row)) for value in given_row]
        assert row.tolist() == pytest.approx([power / math.fsum(powers) for power in powers])


@given(values=arrays(np.float64, 5, elements=st.floats(0, 1)))
def test_one_column_is_the_probability_of_the_second_of_two_classes(values):
    track = OutputTrack(values, ["no", "yes"])
    assert track.probabilities(0, 5).tolist() == [[1 - value, value] for value in values]
    assert track[:] == ["yes" if value > 0.5 else "no" for value in values]
    logits = OutputTrack(values * 60 - 30, ["no", "yes"], logits=True)
    assert logits.probabilities(0, 5)[:, 1] == pytest.approx(1 / (1 + np.exp(30 - 60 * values)))


@pytest.mark.parametrize(
    ("targets", "classes"),
    [
        (["still", None, "up"], CLASSES),
        ([2, None, 0], CLASSES),
        ([2.0, math.nan, 0.0], CLASSES),
        (pd.Series([2, pd.NA, 0], dtype="Int64"), CLASSES),
        (pd.Categorical(["still", None, "up"]), CLASSES),
        (np.array(["still", None, "up"], object), CLASSES),
        ([5, None, 1], [1, 3, 5]),
        (["5", None, "1"], [1, 3, 5]),
    ],
)
def test_targets_are_names_or_places(targets, classes):
    assert OutputTrack(SCORES, classes, targets).targets.tolist() == [2, -1, 0]


def test_targets_are_of_sequences_or_of_steps():
    three, two = Sequences.of([1, 1, 2], 4), Sequences.of([3, 1], 4)
    by_sequence = OutputTrack(SCORES, CLASSES, ["up", "down", "still"])
    assert by_sequence.target_of_each(three).tolist() == [0, 1, 2]
    by_step = OutputTrack(SCORES, CLASSES, ["up", "down", "still", "up"])
    assert by_step.target_of_each(two).tolist() == [2, 0]
    assert OutputTrack(SCORES, CLASSES).target_of_each(two) is None
    with pytest.raises(ValueError, match=r"each of the 2 sequences, or one for each of the 4 time steps; there are 3"):
        by_sequence.target_of_each(two)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((SCORES * 2, CLASSES), r"step 0 has values from 0.4 to 1, with a sum of 2. For logits give logits=True"),
        ((np.where(SCORES == 1.0, 1.2, SCORES), CLASSES), r"step 3 has values from 0 to 1.2"),
        (([[1.5, -0.5]], ["a", "b"]), r"step 0 has values from -0.5 to 1.5"),
        (([0.5, 1.5], ["a", "b"]), r"step 1 has 1.5"),
        ((np.where(SCORES == 1.0, np.nan, SCORES), CLASSES), r"those of step 3 aren't"),
        ((SCORES, ["up", "down"]), r"column for each of the 2 classes, shape \(T, 2\) or \(T,\); got shape \(4, 3\)"),
        ((SCORES[:, 0], CLASSES), r"shape \(T, 3\); got shape \(4, 1\)"),
        ((SCORES[:, :1], ["up"]), r"at least two classes; got 1"),
        ((SCORES, ["up", "down", "up"]), r"'up' is there more than once"),
        ((SCORES, ["up", None, "down"]), r"class 1 has none"),
        ((SCORES, CLASSES, ["up", "left"]), r"target 1 is 'left'"),
        ((SCORES, CLASSES, [0, 3]), r"places 0…2; target 1 is 3"),
        ((SCORES, CLASSES, [0, 1.5]), r"target 1 is 1.5"),
    ],
)
def test_what_does_not_fit_is_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        OutputTrack(*arguments)


@pytest.mark.parametrize("arguments", [("ab",), (2,), (CLASSES, "up"), (CLASSES, 1)])
def test_classes_and_targets_must_be_lists(arguments):
    with pytest.raises(TypeError, match="must be the"):
        OutputTrack(SCORES, *arguments)


@given(
    scores=st.integers(1, 30).flatmap(
        lambda steps: arrays(np.float32, (steps, 3), elements=st.floats(0.125, 1, width=32))
    )
)
@settings(max_examples=50)
def test_rows_in_single_precision_that_sum_to_one_are_taken(scores):
    scores /= scores.sum(axis=1, keepdims=True)
    track = OutputTrack(scores, CLASSES)
    assert track.expected.tolist() == [row.tolist().index(max(row.tolist())) for row in scores]
