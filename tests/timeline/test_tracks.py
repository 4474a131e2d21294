import numpy as np
import pytest

from lstmvis_widget import CategoricalTrack, ContinuousTrack, OutputTrack, TopKTrack
from lstmvis_widget.timeline.tracks import Tracks, as_track


def test_a_categorical_track_has_its_labels_most_frequent_first():
    track = CategoricalTrack(["NOUN", "VERB", "VERB", "ADJ", "NOUN", "VERB"])
    assert track.labels == ("VERB", "NOUN", "ADJ")
    assert track.codes.tolist() == [1, 0, 0, 2, 1, 0]
    assert track[3] == "ADJ"
    assert len(track) == 6


def test_equally_frequent_labels_are_in_the_order_of_their_names():
    assert CategoricalTrack(["b", "c", "a"]).labels == ("a", "b", "c")


@pytest.mark.parametrize("missing", [None, float("nan"), np.float32("nan")], ids=["None", "nan", "float32 nan"])
def test_a_step_without_a_label_has_none(missing):
    track = CategoricalTrack(["a", missing, "a"])
    assert track.labels == ("a",)
    assert track.codes.tolist() == [0, -1, 0]
    assert track[1] is None


def test_missing_labels_of_a_data_frame_are_none():
    import pandas as pd

    for series in (pd.Series(["a", None]), pd.Series(["a", pd.NA], dtype="string")):
        assert as_track(series).codes.tolist() == [0, -1]


def test_a_categorical_column_of_a_data_frame_is_a_categorical_track():
    import pandas as pd

    track = as_track(pd.Series(["x", "y", "y"]).astype("category"))
    assert track.kind == "categorical"
    assert track.labels == ("y", "x")


def test_a_continuous_track_holds_numbers():
    track = ContinuousTrack([0, 0.5, float("nan")])
    assert track[1] == 0.5
    assert np.isnan(track[2])
    assert len(track) == 3


def test_a_top_k_track_holds_scored_labels():
    track = TopKTrack([["the", "a"], ["fox", "dog"]], [[0.7, 0.2], [0.5, 0.4]])
    assert len(track) == 2
    assert track[1] == [("fox", 0.5), ("dog", 0.4)]


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (["a", "b"], "categorical"),
        (np.array(["a", "b"]), "categorical"),
        ([0.1, 2], "continuous"),
        (np.arange(2, dtype=np.float32), "continuous"),
        (CategoricalTrack([1, 2]), "categorical"),
    ],
)
def test_labels_and_numbers_become_the_track_that_fits(values, kind):
    assert as_track(values).kind == kind


@pytest.mark.parametrize("values", ["text", 3, {"a": 1}, None])
def test_what_is_no_sequence_is_no_track(values):
    with pytest.raises(TypeError, match="sequence"):
        as_track(values)


def test_top_k_labels_and_scores_have_the_same_shape():
    with pytest.raises(ValueError, match=r"\(1, 2\).*\(1, 3\)"):
        TopKTrack([["a", "b"]], [[1.0, 2.0, 3.0]])


def test_continuous_values_are_numbers():
    with pytest.raises(TypeError, match="real numbers"):
        ContinuousTrack(["a"])


class TestTracksOfAnExplorer:
    @pytest.fixture
    def changes(self):
        return []

    @pytest.fixture
    def tracks(self, changes):
        return Tracks({"pos": ["N", "V", "N"]}, 3, lambda: changes.append("changed"))

    def test_they_are_a_mapping_in_the_order_of_adding(self, tracks):
        tracks["p"] = [0.1, 0.2, 0.3]
        assert list(tracks) == ["pos", "p"]
        assert tracks["pos"].labels == ("N", "V")

    def test_each_change_is_told(self, tracks, changes):
        assert changes == []
        tracks["p"] = [0.1, 0.2, 0.3]
        del tracks["pos"]
        assert changes == ["changed", "changed"]

    def test_a_wrong_length_is_refused_with_both_numbers(self, tracks):
        with pytest.raises(ValueError, match=r"'p'.*3.*2"):
            tracks["p"] = [0.1, 0.2]
        assert list(tracks) == ["pos"]

    def test_an_error_names_the_track(self, tracks):
        with pytest.raises(TypeError, match="'p'"):
            tracks["p"] = 3


def test_a_slice_of_a_categorical_track_is_a_list_of_labels():
    assert CategoricalTrack(["a", None, "b", "b"])[1:3] == [None, "b"]


def test_a_continuous_track_can_be_given_the_range_of_its_colours():
    assert ContinuousTrack([0.2, 7.0], value_range=(0, 1)).value_range == (0.0, 1.0)
    assert ContinuousTrack([1, 0], value_range=(-1, 1)).is_binary


@pytest.mark.parametrize("value_range", [(1, 0), (0, 0), (0, float("inf")), (float("nan"), 1)])
def test_the_range_of_the_colours_is_two_finite_numbers_the_lower_first(value_range):
    with pytest.raises(ValueError, match="the lower one first"):
        ContinuousTrack([0.5], value_range=value_range)


@pytest.mark.parametrize(
    ("track", "shown"),
    [
        (CategoricalTrack(["b", "a", "b", None]), "CategoricalTrack(4 steps, 2 labels: 'b', 'a')"),
        (CategoricalTrack(list("abcdefg")), "CategoricalTrack(7 steps, 7 labels: 'a', 'b', 'c', 'd', 'e', …)"),
        (CategoricalTrack(["\ud800"]), "CategoricalTrack(1 steps, 1 labels: '\\ud800')"),
        (ContinuousTrack([0.5, np.nan, 2]), "ContinuousTrack(3 steps, 0.5 to 2)"),
        (ContinuousTrack([np.nan]), "ContinuousTrack(1 steps, no values)"),
        (TopKTrack([["a", "b"]], [[1, 2]]), "TopKTrack(1 steps, 2 labels each)"),
        (
            OutputTrack([[0.7, 0.3], [0.2, 0.8]], ["bad", "good"], targets=["good"]),
            "OutputTrack(2 steps, 1 targets, 2 classes: 'bad', 'good')",
        ),
    ],
)
def test_a_track_says_what_it_holds(track, shown):
    assert repr(track) == shown
