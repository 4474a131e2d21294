"""Cells aligned with a label, and `take_cells`."""

import sys
import threading

import numpy as np
import pytest
import traitlets

import lstmvis_widget.explorer.aligning as alignment_widget
from lstmvis_widget import StateExplorer, cell_alignment, rank_matches, select_cells
from tests.browser.data import N_CELLS, STATES, TAGS, WORDS
from tests.page import recorded_pages, wait_until

TRACKS = {"pos": TAGS, "high": (STATES[:, 5] > 0.4).astype(int), "height": STATES[:, 0].astype(float)}


@pytest.fixture
def page():
    with recorded_pages() as page_of:
        layers = {"one": STATES, "two": STATES[:, ::-1].copy()}
        made = StateExplorer(layers, WORDS, TRACKS, threshold=0.3, selection=(10, 12))
        yield page_of(made)
        made.close()


@pytest.fixture
def explorer(page):
    return page._explorer


def alignment_of(explorer):
    """Wait for the alignment that is sent, and decode its numbers."""
    wait_until(lambda: explorer._alignment is not None, "the alignment")
    sent = explorer._alignment
    return sent | {name: np.frombuffer(sent[name], "<f4") for name in ("f1", "auc")}


def test_what_is_sent_is_what_cell_alignment_says(explorer):
    explorer.align_with = ("pos", "NOUN")
    found = alignment_of(explorer)
    expected = cell_alignment(STATES, TAGS, labels=["NOUN"])
    np.testing.assert_allclose(found["f1"], expected["f1"], rtol=1e-6)
    np.testing.assert_allclose(found["auc"], expected["auc"], rtol=1e-6)
    assert np.frombuffer(found["sign"], "i1").tolist() == expected["sign"].tolist()
    assert set(expected["sign"]) == {1, -1}
    in_order = expected.sort_values(["f1", "cell"], ascending=[False, True])["cell"].tolist()
    assert found["best"] == in_order[:10]
    assert (found["layer"], found["track"], found["label"], found["error"]) == ("one", "pos", "NOUN", "")


def test_the_cell_that_a_track_was_made_of_comes_first(explorer):
    explorer.align_with = ("high", "1")
    found = alignment_of(explorer)
    assert found["best"][0] == 5
    assert found["f1"][5] == found["auc"][5] == 1


def test_each_layer_has_its_own_and_it_is_computed_once(explorer, monkeypatch):
    explorer.align_with = ("high", "1")
    alignment_of(explorer)
    explorer.layer = "two"
    assert explorer._alignment is None or explorer._alignment["layer"] == "two"
    assert alignment_of(explorer)["best"][0] == N_CELLS - 1 - 5
    monkeypatch.setattr(alignment_widget, "cell_alignment", None)
    explorer.layer = "one"
    assert alignment_of(explorer)["best"][0] == 5
    explorer.align_with = None
    assert explorer._alignment is None


def numbers_of(explorer):
    """Wait until all cells are fitted to the numbers, and decode what is sent."""
    wait_until(lambda: (explorer._alignment or {}).get("together", "computing") != "computing", "all cells")
    sent = explorer._alignment
    return sent | {name: np.frombuffer(sent[name], "<f4") for name in ("rho", "r2")}


def test_numbers_are_aligned_as_cell_alignment_says(explorer):
    explorer.align_with = ("height", None)
    assert explorer.align_with == ("height", "")
    found = numbers_of(explorer)
    expected = cell_alignment(STATES, TRACKS["height"])
    np.testing.assert_allclose(found["rho"], expected["spearman"], rtol=1e-6)
    np.testing.assert_allclose(found["r2"], expected["r2"], rtol=1e-6)
    assert np.frombuffer(found["sign"], "i1").tolist() == np.sign(expected["spearman"]).tolist()
    in_order = expected["spearman"].abs().sort_values(ascending=False, kind="stable").index
    assert found["best"] == in_order[:10].tolist()
    assert found["together"] == pytest.approx(expected.attrs["r2_all_cells"])
    assert (found["track"], found["label"], found["error"]) == ("height", "", "")


def test_cells_are_shown_before_all_of_them_are_fitted(explorer, monkeypatch):
    fitting = threading.Event()

    def endless(_, check, __):
        fitting.set()
        while True:
            check()

    monkeypatch.setattr(alignment_widget, "all_cells", endless)
    explorer.align_with = ("height", "")
    assert fitting.wait(20)
    wait_until(lambda: explorer._alignment is not None, "the cells")
    assert explorer._alignment["best"][0] == 0
    assert explorer._alignment["together"] == "computing"
    wait_until(lambda: explorer._activity == "fitting all cells to height", "the activity")
    explorer.cancel()
    wait_until(lambda: explorer._alignment["error"] == "cancelled", "the end")
    assert explorer._alignment["best"][0] == 0


def test_numbers_are_part_of_scenarios_and_end_with_their_track(explorer):
    explorer.align_with = ("height", None)
    scenario = explorer.scenario()
    assert scenario["view"]["align_with"] == ["height", ""]
    explorer.undo()
    assert explorer.align_with is None
    explorer.replay(scenario)
    assert explorer.align_with == ("height", "")
    explorer.tracks["height"] = STATES[:, 3].astype(float)
    assert explorer.align_with == ("height", "")
    assert numbers_of(explorer)["best"][0] == 3
    explorer.tracks["height"] = ["low"] * len(WORDS)
    assert explorer.align_with is None


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (("height", "1"), r"with labels: 'pos', 'high'; or one of numbers: \('height', None\); got \('height', '1'\)"),
        (("depth", None), r"'pos', 'high'; or one of numbers: \('height', None\); got"),
        (("pos", None), r"label of track 'pos'; got ''"),
        (("pos", "ADV"), r"label of track 'pos'.*'ADV'"),
        ("pos", r"name of a track and one of its labels, or None.*'pos'"),
        (("pos", 3), "one of its labels"),
    ],
)
def test_other_values_are_refused(explorer, value, message):
    with pytest.raises(traitlets.TraitError, match=message):
        explorer.align_with = value
    assert explorer.align_with is None


def test_it_is_part_of_scenarios_and_can_be_undone(explorer):
    explorer.align_with = ["pos", "DET"]
    scenario = explorer.scenario()
    assert scenario["view"]["align_with"] == ["pos", "DET"]
    explorer.undo()
    assert explorer.align_with is None
    explorer.replay(scenario)
    assert explorer.align_with == ("pos", "DET")
    explorer.align_with = None
    explorer.undo()
    assert explorer.align_with == ("pos", "DET")


def test_it_ends_with_its_track(explorer):
    explorer.align_with = ("pos", "NOUN")
    explorer.tracks["pos"] = ["VERB"] * len(WORDS)
    assert explorer.align_with is None
    assert explorer._alignment is None


def test_another_track_of_the_same_name_is_aligned_anew(explorer):
    explorer.align_with = ("high", "1")
    assert alignment_of(explorer)["best"][0] == 5
    explorer.tracks["high"] = (STATES[:, 7] > 0.4).astype(int)
    assert alignment_of(explorer)["best"][0] == 7


def test_a_label_as_long_as_the_page_knows_it_is_found():
    labels = ["a" * 300 if step % 3 else "b" for step in range(len(WORDS))]
    with recorded_pages() as page_of:
        explorer = StateExplorer(STATES, WORDS, {"long": labels}, threshold=0.3)
        shown = explorer._tracks[0]["labels"][0]
        page_of(explorer).set(align_with=["long", shown])
        assert explorer.align_with == ("long", "a" * 300)
        explorer.close()


def test_it_can_be_cancelled(page, explorer, monkeypatch):
    begun = threading.Event()

    def endless(*_, check, progress, **__):
        begun.set()
        while True:
            progress(0.5)
            check()

    monkeypatch.setattr(alignment_widget, "cell_alignment", endless)
    explorer.align_with = ("pos", "NOUN")
    assert begun.wait(20)
    wait_until(lambda: explorer._activity == "aligning cells with NOUN", "the activity")
    page.send({"cancel": True})
    wait_until(lambda: explorer._alignment is not None, "the end")
    assert explorer._alignment["error"] == "cancelled"
    assert (explorer.progress, explorer._activity) == (None, "")


def test_a_newer_label_ends_the_older_one(explorer, monkeypatch):
    original = alignment_widget.cell_alignment

    def slow(states, track, *, labels, check, **options):
        while labels == ["NOUN"]:
            check()
        return original(states, track, labels=labels, check=check, **options)

    monkeypatch.setattr(alignment_widget, "cell_alignment", slow)
    explorer.align_with = ("pos", "NOUN")
    explorer.align_with = ("pos", "VERB")
    assert alignment_of(explorer)["label"] == "VERB"


def test_without_pandas_it_says_what_to_type(explorer, monkeypatch):
    monkeypatch.setitem(sys.modules, "pandas", None)
    explorer.align_with = ("pos", "NOUN")
    assert "pip install 'lstmvis-widget[analysis]'" in alignment_of(explorer)["error"]
    assert explorer._alignment["best"] == []


class TestAddedCells:
    def test_they_are_selected_whether_they_follow_the_pattern_or_not(self, explorer):
        following = select_cells(STATES, 10, 12, 0.3).tolist()
        other = next(cell for cell in range(N_CELLS) if cell not in following)
        explorer.added_cells = [other, following[0]]
        explorer.deselected_cells = following[:2]
        assert explorer.selected_cells.tolist() == sorted({other, *following[2:], following[0]})

    def test_matches_are_those_of_just_these_cells(self, explorer):
        explorer.take_cells([1, 4, 9])
        assert explorer.selected_cells.tolist() == [1, 4, 9]
        expected = rank_matches(STATES, [1, 4, 9], 0.3, min_length=2)
        assert list(explorer.matches) == list(expected)

    def test_taking_cells_is_one_change(self, explorer):
        before = explorer.selected_cells.tolist()
        explorer.take_cells([1, 4, 9])
        assert explorer.undo()
        assert explorer.selected_cells.tolist() == before
        assert (explorer.added_cells, explorer.deselected_cells) == ((), ())
        assert explorer.redo()
        assert explorer.selected_cells.tolist() == [1, 4, 9]

    def test_the_page_takes_them_by_a_message(self, page, explorer):
        page.send({"take_cells": [1, 4, 9]})
        assert explorer.selected_cells.tolist() == [1, 4, 9]
        page.send({"take_cells": [N_CELLS]})
        assert f"0…{N_CELLS - 1}" in explorer.error
        assert explorer.selected_cells.tolist() == [1, 4, 9]

    def test_a_new_selection_and_a_new_layer_forget_them(self, explorer):
        explorer.take_cells([1, 4])
        explorer.selection = (20, 22)
        assert (explorer.added_cells, explorer.deselected_cells) == ((), ())
        explorer.take_cells([1, 4])
        explorer.layer = "two"
        assert explorer.added_cells == ()

    def test_without_a_selection_there_are_none(self, explorer):
        explorer.selection = None
        with pytest.raises(ValueError, match="nothing is selected"):
            explorer.take_cells([1])
        explorer.added_cells = [1]
        assert len(explorer.selected_cells) == 0
        with pytest.raises(traitlets.TraitError, match="added_cells"):
            explorer.added_cells = [N_CELLS]

    def test_the_threshold_profile_counts_them(self, explorer):
        explorer.take_cells([1, 4, 9])
        wait_until(lambda: explorer._threshold_counts is not None, "the profile")
        explorer.matches  # noqa: B018  (waits)
        profile = explorer._threshold_counts
        gone = set(explorer.deselected_cells)
        for threshold, count in zip(profile["thresholds"], profile["cells"], strict=True):
            following = set(select_cells(STATES, 10, 12, threshold).tolist())
            assert count == len((following - gone) | {1, 4, 9})
