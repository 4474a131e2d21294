"""The table of sequences, beside a plain loop over each."""

import itertools
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstmvis_widget import OutputTrack, sequence_table, step_distances
from tests.strategies import sequence_lengths

CLASSES = ["a", "b", "c"]
COLUMNS = [
    "sequence", "start", "stop", "length", "target", "prediction", "correct", "confidence", "settled", "changes",
    "largest_jump", "largest_jump_at",
]  # fmt: skip


def plain_rows(scores, lengths, targets, distances):
    rows, start = [], 0
    for number, length in enumerate(lengths):
        stop = start + length
        expected = [int(np.argmax(row)) for row in scores[start:stop]]
        settled = stop - 1
        while settled > start and expected[settled - 1 - start] == expected[-1]:
            settled -= 1
        target = targets[number]
        jumps = {step: distances[step] for step in range(start, stop - 1) if not math.isnan(distances[step])}
        largest = max(jumps.values(), default=math.nan)
        at = next((step for step, jump in jumps.items() if jump == largest), None)
        rows.append((
            number, start, stop, length, target, CLASSES[expected[-1]],
            None if target is None else target == CLASSES[expected[-1]], float(np.float32(scores[stop - 1].max())),
            settled, sum(a != b for a, b in itertools.pairwise(expected)), largest, at,
        ))  # fmt: skip
        start = stop
    return rows


@given(steps=st.integers(1, 25), seed=st.integers(0, 10**6), data=st.data())
def test_each_row_is_that_of_a_loop(steps, seed, data):
    random = np.random.default_rng(seed)
    scores = random.dirichlet([0.5] * 3, steps)
    lengths = data.draw(sequence_lengths(steps))
    targets = data.draw(
        st.lists(st.sampled_from([*CLASSES, None]), min_size=len(lengths or [1]), max_size=len(lengths or [1]))
    )
    distances = random.choice([0.0, 1.0, 2.5, math.nan], steps)
    table = sequence_table(OutputTrack(scores, CLASSES, targets), lengths, distances=distances)
    assert table.columns.tolist() == COLUMNS
    plain = pd.DataFrame(plain_rows(scores, lengths or [steps], targets, distances), columns=COLUMNS)
    for name in COLUMNS:
        found, expected = table[name].tolist(), plain[name].tolist()
        assert [None if pd.isna(each) else each for each in found] == [
            None if pd.isna(each) else each for each in expected
        ], name


def test_a_row_says_what_a_reader_would():
    states = np.array([[0.0], [1.0], [9.0], [9.0], [5.0]])
    output = OutputTrack([0.1, 0.4, 0.9, 0.8, 0.3], ["bad", "good"], targets=["good", "good"])
    table = sequence_table(output, [4, 1], distances=step_distances(states, [4, 1]))
    assert table.iloc[0].to_dict() == {
        "sequence": 0, "start": 0, "stop": 4, "length": 4, "target": "good", "prediction": "good", "correct": True,
        "confidence": pytest.approx(0.8), "settled": 2, "changes": 1, "largest_jump": 8.0, "largest_jump_at": 1,
    }  # fmt: skip
    assert table[table["correct"]]["sequence"].tolist() == [0]


def test_targets_and_distances_may_be_unknown():
    table = sequence_table(OutputTrack([0.1, 0.9], ["bad", "good"]), None)
    assert table["target"].tolist() == [None]
    assert table["correct"].isna().all()
    assert table["largest_jump"].isna().all()
    assert table["largest_jump_at"].isna().all()


@pytest.mark.parametrize(
    ("arguments", "distances", "error", "message"),
    [
        (([0.5], [1]), None, TypeError, "must be an OutputTrack; got list"),
        ((OutputTrack([0.1, 0.9], ["a", "b"]), [1]), None, ValueError, "must sum to the 2 time steps"),
        ((OutputTrack([0.1, 0.9], ["a", "b"]), [2]), [1.0], ValueError, "distances must be 2 numbers"),
        ((OutputTrack([0.1, 0.9, 0.1], ["a", "b"], [0, 1]), [3]), None, ValueError, "there are 2"),
    ],
)
def test_what_does_not_fit_is_refused(arguments, distances, error, message):
    with pytest.raises(error, match=message):
        sequence_table(*arguments, distances=distances)
