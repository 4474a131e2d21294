"""What each cell did in a jump of the state."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from lstmvis_widget import jump_contributions, step_distances

NUMBERS = st.floats(-100, 100)
STATES = np.array([[0.0, 1.0, 2.0], [3.0, 1.0, -2.0], [3.0, 1.0, -2.0]])


@given(states=arrays(np.float64, (4, 5), elements=NUMBERS), weights=arrays(np.float64, (3, 5), elements=NUMBERS))
def test_contributions_add_up_to_the_change_of_the_logit(states, weights):
    logits = states @ weights.T
    for step in range(3):
        for row in range(3):
            table = jump_contributions(states, step, weights=weights, of=row)
            change = logits[step + 1, row] - logits[step, row]
            assert math.fsum(table["contribution"]) == pytest.approx(change, rel=1e-9, abs=1e-6)
            assert np.all(np.diff(table["contribution"].abs()) <= 0)
            assert sorted(table["cell"]) == list(range(5))


def test_a_row_says_how_a_cell_moved():
    table = jump_contributions(STATES, 0)
    assert table.columns.tolist() == ["cell", "before", "after", "change", "share"]
    assert table.to_numpy().tolist() == [[2, 2, -2, -4, 16 / 25], [0, 0, 3, 3, 9 / 25], [1, 1, 1, 0, 0]]
    assert np.linalg.norm(table["change"]) == step_distances(STATES)[0]
    assert jump_contributions(STATES, 1)["share"].isna().all()


def test_a_class_is_named_or_numbered():
    weights, names = [[1, 0, 0], [0, 0, 2]], ["bad", "good"]
    by_name = jump_contributions(STATES, 0, weights=weights, of="good", classes=names)
    assert by_name.equals(jump_contributions(STATES, 0, weights=weights, of=1))
    assert by_name.equals(jump_contributions(STATES, 0, weights=weights[1]))
    assert by_name["contribution"].tolist() == [-8, 0, 0]


@pytest.mark.parametrize(
    ("step", "options", "message"),
    [
        (2, {}, "2 is the last step of sequence 0"),
        (0, {"sequences": [1, 2]}, "0 is the last step of sequence 0"),
        (3, {}, "step must be"),
        (0, {"weights": [1, 2]}, r"shape \(C, 3\) or \(3,\), one for each cell; got int64 of shape \(2,\)"),
        (0, {"weights": [1, 2, 3], "of": 0}, "one class only; leave of=0 out"),
        (0, {"weights": np.eye(3)}, "say of which"),
        (0, {"weights": np.eye(3), "of": 3}, "of must be"),
        (0, {"weights": np.eye(3), "of": "up"}, "give classes"),
        (0, {"weights": np.eye(3), "of": "up", "classes": ["a", "b", "c"]}, "the classes are"),
        (0, {"weights": np.eye(3), "of": 0, "classes": ["a", "b"]}, "got 2 classes"),
        (0, {"of": 0}, "give weights too"),
    ],
)
def test_what_does_not_fit_is_refused(step, options, message):
    with pytest.raises(ValueError, match=message):
        jump_contributions(STATES, step, **options)
