"""What the page draws of an output track: expected classes, probabilities of the rows, and true classes."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lstmvis_widget import OutputTrack
from lstmvis_widget.sent import tracks as sent
from lstmvis_widget.states.pixel_columns import column_edges
from lstmvis_widget.timeline.sequences import Sequences

SCORES = [[0.1, 0.7, 0.2], [0.6, 0.3, 0.1], [0.2, 0.5, 0.3], [0.1, 0.8, 0.1]]
TRACK = OutputTrack(SCORES, ["a", "b", "c"], ["c", "a"])
SEQUENCES = Sequences.of([3, 1], 4)


def numbers(data, dtype):
    return np.frombuffer(data, dtype).tolist()


def random_track(classes, steps, seed=0):
    scores = np.random.default_rng(seed).dirichlet(np.ones(classes) / 2, steps)
    return OutputTrack(scores, [f"c{place}" for place in range(classes)])


def rows_by_hand(track, start, stop):
    """The first 12 classes, those expected most often before those that never are, and the sum of all others."""
    order = [track.classes.index(name) for name in track.labels]
    order += [place for place in range(len(track.classes)) if place not in order]
    probabilities = track.probabilities(start, stop)
    return [
        [row[place] for place in order[:12]] + ([sum(row[place] for place in order[12:])] if order[12:] else [])
        for row in probabilities
    ]


def test_the_classes_are_described_those_expected_most_often_first_and_the_rows_as_they_were_given():
    (described,) = sent.described({"model": TRACK})
    assert described == {
        "name": "model",
        "kind": "output",
        "labels": ["b", "a"],
        "counts": [3, 1],
        "unexpected": ["c"],
        "classes": 3,
        "targets": True,
        "rows": [1, 0, 2],
    }


def test_of_a_whole_vocabulary_few_names_are_sent():
    scores = np.zeros((2, 5000), np.float32)
    scores[:, 3] = 1
    (described,) = sent.described({"model": OutputTrack(scores, [str(place) for place in range(5000)])})
    assert (described["labels"], described["classes"], len(described["unexpected"])) == (["3"], 5000, 1000)
    assert "rows" not in described


def test_steps_have_the_expected_class_its_probability_those_of_all_and_the_true_class_of_a_sequence_at_its_end():
    shown = sent.within(TRACK, 1, 4, SEQUENCES)
    assert numbers(shown["codes"], "<i4") == [1, 0, 0]
    assert numbers(shown["confidence"], "<f4") == pytest.approx([0.6, 0.5, 0.8])
    assert np.frombuffer(shown["probabilities"], "<f4").reshape(3, 3) == pytest.approx(
        np.array([[0.3, 0.6, 0.1], [0.5, 0.2, 0.3], [0.8, 0.1, 0.1]])
    )
    assert numbers(shown["targets"], "<i4") == [-1, 2, 1]


def test_true_classes_of_steps_are_at_each_of_them():
    track = OutputTrack(SCORES, ["a", "b", "c"], ["a", None, "b", "c"])
    assert numbers(sent.within(track, 0, 4, SEQUENCES)["targets"], "<i4") == [1, -1, 0, 2]
    assert "targets" not in sent.within(OutputTrack(SCORES, ["a", "b", "c"]), 0, 4, SEQUENCES)


def test_matches_have_the_expected_class_and_its_probability():
    shown = sent.at(TRACK, np.array([3, 1]))
    assert (numbers(shown["codes"], "<i4"), set(shown)) == ([0, 1], {"codes", "confidence"})
    assert numbers(shown["confidence"], "<f4") == pytest.approx([0.8, 0.6])


@pytest.mark.parametrize("classes", [2, 12, 13, 14, 200])
def test_of_many_classes_the_first_12_have_a_row_and_all_others_share_one(classes):
    track = random_track(classes, 40)
    shown = np.frombuffer(sent.within(track, 5, 30, Sequences.of(None, 40))["probabilities"], "<f4")
    assert shown.reshape(25, -1) == pytest.approx(np.array(rows_by_hand(track, 5, 30)), abs=1e-6)


@settings(max_examples=60, deadline=None)
@given(
    start=st.integers(0, 90),
    length=st.integers(1, 110),
    stride=st.sampled_from([1, 2, 8, 64]),
    classes=st.sampled_from([2, 5, 20]),
    at_once=st.sampled_from([1, 7, 60, 2**21]),
)
def test_columns_have_the_mean_of_their_steps(start, length, stride, classes, at_once):
    track = random_track(classes, 200)
    edges = column_edges(start, start + length, stride)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(sent, "VALUES_AT_ONCE", at_once)
        shown = sent.in_columns(track, edges, Sequences.of(None, 200))
    found = np.frombuffer(shown["probabilities"], "u1").reshape(len(edges) - 1, -1) / 255
    confidence = np.frombuffer(shown["confidence"], "<f4")
    for column, (first, last) in enumerate(itertools.pairwise(edges)):
        rows = rows_by_hand(track, int(first), int(last))
        means = [sum(row[place] for row in rows) / len(rows) for place in range(len(rows[0]))]
        assert found[column].tolist() == pytest.approx(means, abs=0.5 / 255 + 1e-9)
        likeliest = [max(row) for row in track.probabilities(int(first), int(last)).tolist()]
        assert confidence[column] == pytest.approx(sum(likeliest) / len(likeliest), rel=1e-5)


def test_reading_many_steps_can_be_cancelled():
    def cancelled():
        raise InterruptedError

    with pytest.raises(InterruptedError):
        sent.in_columns(TRACK, column_edges(0, 4, 2), SEQUENCES, cancelled)
