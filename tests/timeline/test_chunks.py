import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstmvis_widget import CategoricalTrack
from lstmvis_widget.timeline.chunks import ranges_of


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        (["B-NP", "I-NP", "O", "B-VP", "B-NP", "B-NP", "I-NP"], [(0, 2), (4, 5), (5, 7)]),
        (["I-NP", "I-NP", "O", "I-VP", "I-NP", "B-NP", "I-NP"], [(0, 2), (4, 5), (5, 7)]),
        (["B-NP", "E-NP", "S-NP", "S-NP", "B-NP", "I-NP", "E-NP"], [(0, 2), (2, 3), (3, 4), (4, 7)]),
        (["B-NP", "L-NP", "U-NP", "O", "B-NP", "I-NP", "L-NP"], [(0, 2), (2, 3), (4, 7)]),
        (["NP", "NP", "O", None, "NP", "O", "O"], [(0, 2), (4, 5)]),
    ],
    ids=["IOB2", "IOB1", "IOBES", "BILOU", "plain"],
)
def test_the_ranges_of_a_label_are_its_phrases_in_any_scheme(labels, expected):
    ranges = ranges_of(labels, "NP")
    assert ranges.dtype == np.int64
    assert list(map(tuple, ranges.tolist())) == expected


def test_a_label_that_the_track_has_is_taken_as_it_is():
    assert ranges_of(CategoricalTrack(["B-NP", "B-NP", "I-NP", "B-NP"]), "B-NP").tolist() == [[0, 2], [3, 4]]


def test_no_range_crosses_the_end_of_a_sequence():
    labels = ["B-NP", "I-NP", "I-NP", "X", "X"]
    assert ranges_of(labels, "NP", sequences=[2, 3]).tolist() == [[0, 2], [2, 3]]
    assert ranges_of(labels, "X", sequences=[4, 1]).tolist() == [[3, 4], [4, 5]]


def test_a_label_that_is_not_there_is_refused_with_the_nearest():
    with pytest.raises(ValueError, match=r"no label 'NPP'; did you mean 'NP'\? It has 'NP', 'O', 'B-NP'"):
        ranges_of(["B-NP", "O", "O"], "NPP")


def test_numbers_have_no_labels():
    with pytest.raises(TypeError, match="continuous track"):
        ranges_of([0.5, 1.0], "NP")


def phrases(labels, about):
    """Read from left to right: which chunk is open, and what each label does to it."""
    found, begun = [], None
    for step, label in enumerate([*labels, "O"]):
        prefix, _, rest = label.partition("-")
        if begun is not None and (rest != about or prefix in "BS"):
            found.append([begun, step])
            begun = None
        if rest != about:
            continue
        if begun is None:
            begun = step
        if prefix in "ES":
            found.append([begun, step + 1])
            begun = None
    return found


@given(st.lists(st.sampled_from(["O", "B-NP", "I-NP", "E-NP", "S-NP", "B-VP", "I-VP"]), min_size=1))
def test_the_phrases_are_those_that_reading_from_left_to_right_finds(labels):
    expected = phrases(labels, "NP")
    if any(label.endswith("-NP") for label in labels):
        assert ranges_of(labels, "NP").tolist() == expected
    else:
        assert expected == []


def test_a_million_steps_are_read():
    track = CategoricalTrack(["B-NP", "I-NP", "O", "B-VP"] * 250_000)
    assert ranges_of(track, "NP").shape == (250_000, 2)
