"""The page's table of labels in the matches: what is counted, when, and its null distributions."""

import sys
import threading
from contextlib import closing

import numpy as np
import pytest
import traitlets

import lstmvis_widget.explorer.label_counting as labels_widget
from lstmvis_widget import ContinuousTrack, StateExplorer, TopKTrack
from tests.browser.data import STATES, TAGS, WORDS
from tests.page import recorded_pages, wait_until

ENDS = np.arange(len(WORDS)) % 7 == 0
TRACKS = {
    "pos": TAGS,
    "end": ENDS.astype(int),
    "height": np.linspace(-1, 1, len(WORDS)),
    "next": TopKTrack([[word] for word in WORDS], np.ones((len(WORDS), 1))),
}


@pytest.fixture
def explorer():
    made = StateExplorer(
        STATES, WORDS, TRACKS, threshold=0.3, selection=(10, 12), match_tracks=["pos", "end", "height"]
    )
    yield made
    made.close()


def table_of(explorer, track="pos"):
    """Wait for the table."""
    explorer._label_table = track
    explorer.matches  # noqa: B018  (waits)
    wait_until(lambda: explorer._enrichment is not None, "the table")
    return explorer._enrichment


def test_its_numbers_are_those_of_python(explorer):
    shown = table_of(explorer)
    expected = explorer.matches.enrichment("pos", exclude=explorer.selection)
    assert [row["label"] for row in shown["rows"]] == [
        label for label, count in zip(expected["label"], expected["count"], strict=True) if count
    ]
    for row in shown["rows"]:
        other = expected.set_index("label").loc[row["label"]]
        assert row["count"] == other["count"]
        assert row["interval"] == pytest.approx([other["ci_low"], other["ci_high"]])
        for name, column in [("share", "share"), ("base_rate", "base_rate"), ("odds_ratio", "odds_ratio")]:
            assert row[name] == pytest.approx(other[column])
        assert row["p"] == pytest.approx(other["p_adjusted"])
    assert (shown["track"], shown["labels"], shown["total"]) == ("pos", 3, expected["total"].iloc[0])


def test_the_labels_of_the_selection_are_marked_and_the_selection_is_not_counted(explorer):
    shown = table_of(explorer)
    assert {row["label"] for row in shown["rows"] if row["selected"]} == set(TAGS[10:12])
    overlapping = [match for match in explorer.matches if match.start < 12 and match.stop > 10]
    assert shown["excluded"] == len(overlapping) > 0
    assert shown["matches"] == len(explorer.matches) - len(overlapping)


def test_of_zeros_and_ones_the_ones_are_counted(explorer):
    [row] = table_of(explorer, "end")["rows"]
    assert row["label"] == "1"
    assert row["base_rate"] == pytest.approx(ENDS.mean())


@pytest.mark.parametrize("name", ["height", "next", "nothing"])
def test_only_tracks_with_labels_and_a_heatmap_have_a_table(explorer, name):
    with pytest.raises(traitlets.TraitError, match=r"'pos', 'end'"):
        explorer._label_table = name


def test_many_labels_are_cut_after_twelve_but_for_those_of_the_selection():
    labels = [f"l{step % 40}" for step in range(len(WORDS))]
    options = {"threshold": 0.3, "selection": (10, 12), "match_tracks": ["many"]}
    with closing(StateExplorer(STATES, WORDS, {"many": labels}, **options)) as explorer:
        shown = table_of(explorer, "many")
    others = [row for row in shown["rows"] if not row["selected"]]
    assert len(others) <= 12
    assert {row["label"] for row in shown["rows"] if row["selected"]} == set(labels[10:12])
    assert shown["labels"] == 40


def test_nothing_is_counted_unless_a_table_is_open(explorer, monkeypatch):
    counted = []
    original = labels_widget.enrichment
    monkeypatch.setattr(labels_widget, "enrichment", lambda *a, **k: counted.append(1) or original(*a, **k))
    explorer.threshold = 0.2
    assert len(explorer.matches)
    assert explorer._enrichment is None
    assert counted == []


def test_it_is_never_older_than_the_matches(explorer):
    table_of(explorer)
    for threshold in (0.1, 0.35, 0.2):
        explorer.threshold = threshold
        assert explorer._enrichment is None or len(explorer.matches)
        shown = table_of(explorer)
        expected = explorer.matches.enrichment("pos", exclude=explorer.selection)
        assert shown["total"] == expected["total"].iloc[0]
        counts = dict(zip(expected["label"], expected["count"], strict=True))
        assert {row["label"]: row["count"] for row in shown["rows"]} == {
            label: counts[label] for label in counts if counts[label]
        }


def test_it_goes_with_its_heatmap_and_with_its_track(explorer):
    table_of(explorer)
    explorer.match_tracks = ["end"]
    assert explorer._label_table is None
    assert explorer._enrichment is None
    table_of(explorer, "end")
    del explorer.tracks["end"]
    assert explorer._label_table is None


def test_another_track_of_the_same_name_is_counted_anew(explorer):
    table_of(explorer)
    explorer.tracks["pos"] = ["X"] * len(WORDS)
    wait_until(lambda: explorer._enrichment is not None, "the table")
    assert [row["label"] for row in explorer._enrichment["rows"]] == ["X"]
    explorer.tracks["pos"] = ContinuousTrack(np.linspace(0, 2, len(WORDS)))
    assert explorer._label_table is None


def test_without_scipy_it_says_what_to_type(explorer, monkeypatch):
    for name in [module for module in sys.modules if module.split(".")[0] == "scipy"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "scipy", None)
    monkeypatch.setitem(sys.modules, "scipy.stats", None)
    assert "pip install 'lstmvis-widget[analysis]'" in table_of(explorer)["error"]
    assert explorer.error == ""


class TestAgainstChance:
    @pytest.fixture
    def page(self):
        with recorded_pages() as page_of:
            made = StateExplorer(STATES, WORDS, TRACKS, threshold=0.3, selection=(10, 12), match_tracks=["pos"])
            yield made, page_of(made)
            made.close()

    def test_the_page_asks_and_gets_what_python_computes(self, page):
        explorer, hand = page
        table_of(explorer)
        hand.send({"against_chance": True})
        wait_until(lambda: isinstance(explorer._enrichment["chance"], list), "chance")
        expected = explorer.matches.enrichment_null("pos", exclude=explorer.selection).set_index(["label", "kind"])
        for row, chance in zip(explorer._enrichment["rows"], explorer._enrichment["chance"], strict=True):
            for kind in ("rotation", "cells"):
                other = expected.loc[row["label"], kind]
                found = [chance[kind][name] for name in ("mean", "low", "high", "p")]
                assert found == pytest.approx([other[n] for n in ("null_mean", "null_low", "null_high", "p")])

    def test_it_can_be_cancelled_and_the_table_stays(self, page, monkeypatch):
        explorer, hand = page
        table_of(explorer)
        begun = threading.Event()

        def endless(*_, check, **__):
            begun.set()
            while True:
                check()

        monkeypatch.setattr(labels_widget, "enrichment_null", endless)
        hand.send({"against_chance": True})
        assert begun.wait(20)
        assert explorer._enrichment["chance"] == "computing"
        hand.send({"cancel": True})
        assert explorer._enrichment["chance"] is None
        assert explorer._enrichment["rows"]
        assert explorer.error == "cancelled"
        assert (explorer.progress, explorer._activity) == (None, "")

    def test_a_newer_gesture_ends_it(self, page, monkeypatch):
        explorer, hand = page
        table_of(explorer)
        begun, ended = threading.Event(), threading.Event()

        def endless(*_, check, **__):
            begun.set()
            try:
                while True:
                    check()
            finally:
                ended.set()

        monkeypatch.setattr(labels_widget, "enrichment_null", endless)
        hand.send({"against_chance": True})
        assert begun.wait(20)
        hand.set(threshold=0.2)
        assert ended.wait(20)
        assert table_of(explorer)["chance"] is None

    def test_without_a_table_there_is_nothing_to_compare(self, page):
        explorer, hand = page
        hand.send({"against_chance": True})
        assert explorer._enrichment is None
        assert explorer.error == ""


def test_the_page_has_the_other_labels_too_and_what_chance_gives_for_them():
    labels = [f"l{step % 40}" for step in range(len(WORDS))]
    options = {"threshold": 0.3, "selection": (10, 12), "match_tracks": ["many"], "background": False}
    with closing(StateExplorer(STATES, WORDS, {"many": labels}, **options)) as explorer:
        explorer._label_table = "many"
        shown = explorer._enrichment
        rows = [*shown["rows"], *shown["rest"]]
        assert {row["label"] for row in rows} == set(labels)
        assert len(rows) == 40
        expected = explorer.matches.enrichment("many", exclude=explorer.selection).set_index("label")
        assert all(row["count"] == expected.loc[row["label"], "count"] for row in rows)
        explorer._label_counting.compare_with_chance()
        assert len(explorer._enrichment["rest_chance"]) == len(shown["rest"])
