"""What tells the selected steps from the rest, as it is sent."""

import threading
from collections import Counter

import numpy as np
import pytest

from lstmvis_widget import cell_alignment
from lstmvis_widget.sequences_view import mapping, telling
from lstmvis_widget.sequences_view.traits import _as_text
from tests.page import recorded_pages, wait_until

from .small_data import CLASSES, EXPECTED, LENGTHS, STATES, STEPS, TARGETS, WORDS, make

STEPS_CHOSEN = [1, 6, 11, 13, 21]  # "war" at all of them but 13


@pytest.fixture
def page():
    with recorded_pages() as page_of:
        made = make()
        yield page_of(made)
        made.close()


@pytest.fixture
def explorer(page):
    return page._explorer


def selected(explorer, steps):
    explorer.selected_steps = steps
    explorer.finish()
    return explorer._selected


def test_steps_and_their_sequences_are_counted(explorer):
    found = selected(explorer, STEPS_CHOSEN)
    assert (found["steps"], found["sequences"], found["error"]) == (5, 4, "")


def test_words_have_their_shares(explorer):
    words = {row["label"]: row for row in selected(explorer, STEPS_CHOSEN)["words"]}
    assert set(words) == {"war"}  # "long" is at 13, a share of 1/5 as in all
    war = words["war"]
    assert WORDS[13] == "long"
    assert war["count"] == 4
    assert war["share"] == pytest.approx(4 / 5)
    assert war["base"] == pytest.approx(WORDS.count("war") / STEPS)
    assert war["ratio"] == pytest.approx(war["share"] / war["base"])
    assert 1 / 201 <= war["p"] < 0.2


def test_labels_of_every_track_are_counted_and_the_true_class(explorer):
    steps = list(range(5))
    rows = {(row["track"], row["label"]): row for row in selected(explorer, steps)["labels"]}
    assert {track for track, _ in rows} <= {"era", "pos", "target"}
    assert rows["target", "good"]["count"] == 5
    assert rows["target", "good"]["share"] == 1
    assert rows["target", "good"]["base"] == pytest.approx(5 / (STEPS - 4))  # the third sequence has no target
    expected = Counter(CLASSES[EXPECTED[step]] for step in steps)
    for (track, label), row in rows.items():
        if track == "era":
            assert row["count"] == expected[label]


def test_cells_are_those_of_cell_alignment(explorer):
    cells = selected(explorer, STEPS_CHOSEN)["cells"]
    chosen = np.isin(np.arange(STEPS), STEPS_CHOSEN).astype(int)
    auc = cell_alignment(STATES, chosen, sequences=LENGTHS).set_index("cell")["auc"]
    order = sorted(range(len(auc)), key=lambda cell: (-abs(auc[cell] - 0.5), cell))
    assert [row["cell"] for row in cells] == order[:10]
    for row in cells:
        assert row["auc"] == pytest.approx(max(auc[row["cell"]], 1 - auc[row["cell"]]))
        assert row["sign"] == (1 if auc[row["cell"]] >= 0.5 else -1)


def test_chance_says_how_the_steps_were_dealt_anew(explorer):
    chance = selected(explorer, STEPS_CHOSEN)["chance"]
    assert chance["kind"] == "within"
    assert 0.5 <= chance["mean"] <= chance["high"] <= 1
    whole = selected(explorer, range(5, 12))["chance"]
    assert whole["kind"] == "among"
    assert whole["draws"] == 23


def test_nothing_selected_says_nothing(explorer):
    selected(explorer, STEPS_CHOSEN)
    explorer.selected_steps = []
    assert explorer._selected is None


def test_all_selected_says_so(explorer):
    found = selected(explorer, range(STEPS))
    assert (found["steps"], found["sequences"]) == (STEPS, 4)
    assert found["error"] == "all steps are selected: there are no others to tell them from"
    assert found["cells"] == found["words"] == []


def test_counts_come_first_then_cells_then_chance(page, explorer):
    selected(explorer, STEPS_CHOSEN)
    stages = [sent for sent in page.sent("_selected") if sent is not None]
    known = [(sent["words"][0]["p"] is not None, bool(sent["cells"]), sent["chance"] is not None) for sent in stages]
    assert known == sorted(known)
    assert known[-1] == (True, True, True)


def test_another_selection_clears_what_was_said_of_the_first(explorer, monkeypatch):
    selected(explorer, STEPS_CHOSEN)
    waiting = threading.Event()
    monkeypatch.setattr(telling, "over_represented", lambda *_, **__: (waiting.wait(60), [])[1])
    explorer.selected_steps = [2]
    assert explorer._selected is None
    waiting.set()
    explorer.finish()
    assert explorer._selected["steps"] == 1


def test_a_lasso_of_the_page_is_the_same_as_steps_from_python(page, explorer):
    expected = selected(explorer, STEPS_CHOSEN)
    explorer.selected_steps = []
    page.set(selected_steps=_as_text(STEPS_CHOSEN))
    explorer.finish()
    assert explorer._selected == expected


def test_another_layer_has_other_cells_and_the_same_words(monkeypatch):
    explorer = make({"one": STATES, "two": STATES[:, ::-1].copy()})
    one = selected(explorer, STEPS_CHOSEN)
    monkeypatch.setattr(telling, "over_represented", None)  # words aren't counted again
    explorer.layer = "two"
    explorer.finish()
    two = explorer._selected
    assert [row["cell"] for row in two["cells"]] != [row["cell"] for row in one["cells"]]
    assert sorted(11 - row["cell"] for row in two["cells"]) == sorted(row["cell"] for row in one["cells"])
    assert (two["words"], two["labels"]) == (one["words"], one["labels"])
    explorer.close()


def test_values_are_ranked_once_for_all_selections_of_a_layer(explorer, monkeypatch):
    selected(explorer, STEPS_CHOSEN)
    monkeypatch.setattr(telling, "ranks_of", None)
    assert selected(explorer, [3, 4])["cells"]


def test_what_was_known_stays_when_it_is_cancelled_and_the_error_is_said(explorer, monkeypatch):
    reached = threading.Event()

    def best_by_chance(*_, check, **__):
        reached.set()
        while True:
            check()

    monkeypatch.setattr(telling, "best_by_chance", best_by_chance)
    explorer.selected_steps = STEPS_CHOSEN
    assert reached.wait(60)
    assert explorer._telling.task.cancel()
    assert explorer._selected["cells"]
    assert explorer._selected["error"] == explorer.error == "cancelled"


def test_states_that_can_not_be_read_are_an_error_beside_the_words(explorer, monkeypatch):
    def fail(*_):
        raise OSError("the disk is gone")

    monkeypatch.setattr(telling, "ranks_of", fail)
    found = selected(explorer, STEPS_CHOSEN)
    assert found["error"] == "the disk is gone"
    assert found["words"]


def test_without_tokens_and_tracks_there_are_only_cells():
    explorer = make(tokens=None, tracks=None)
    found = selected(explorer, STEPS_CHOSEN)
    assert found["words"] == found["labels"] == []
    assert len(found["cells"]) == 10
    explorer.close()


def test_tokens_given_as_ids_are_words_too():
    names = list(dict.fromkeys(WORDS))
    explorer = make(tokens=[names.index(word) for word in WORDS], vocabulary=dict(enumerate(names)))
    found = selected(explorer, STEPS_CHOSEN)
    other = make()
    assert found["words"] == selected(other, STEPS_CHOSEN)["words"]
    explorer.close()
    other.close()


def test_on_a_map_of_a_sample_steps_are_told_from_the_others_on_it(monkeypatch):
    monkeypatch.setattr(mapping, "MOST_STEPS", 14)
    explorer = make(method="tsne")
    on_map = explorer.projection.steps
    assert 10 < len(on_map) <= 14
    chosen = on_map[[0, 3, 4, 9]]
    found = selected(explorer, chosen)
    assert (found["steps"], found["among"]) == (4, len(on_map))
    auc = cell_alignment(STATES[on_map], np.isin(on_map, chosen).astype(int)).set_index("cell")["auc"]
    for row in found["cells"]:
        assert row["auc"] == pytest.approx(max(auc[row["cell"]], 1 - auc[row["cell"]]))
    words = [WORDS[step] for step in on_map]
    for row in found["words"]:
        assert row["base"] == pytest.approx(words.count(row["label"]) / len(words))
    whole = selected(explorer, on_map)
    assert whole["error"] == "all points of the map are selected: there are no others to tell them from"
    explorer.selected_steps = chosen
    explorer.method = "pca"
    explorer.finish()
    assert explorer._selected["among"] == STEPS
    assert [row["cell"] for row in explorer._selected["cells"]] != [row["cell"] for row in found["cells"]]
    explorer.close()


def test_steps_that_are_not_on_a_map_of_a_sample_are_told_from_all(monkeypatch):
    monkeypatch.setattr(mapping, "MOST_STEPS", 14)
    explorer = make(method="tsne")
    elsewhere = np.setdiff1d(np.arange(STEPS), explorer.projection.steps)
    assert selected(explorer, elsewhere[:3])["among"] == STEPS
    explorer.close()


def test_without_threads_it_is_there_at_once():
    explorer = make(background=False)
    explorer.selected_steps = STEPS_CHOSEN
    assert explorer._selected["chance"] is not None
    explorer.close()


def test_an_output_track_given_apart_is_counted_as_expected():
    from .small_data import tracks

    given = tracks()
    explorer = make(tracks={}, output=given["era"])
    rows = selected(explorer, range(5))["labels"]
    assert {row["track"] for row in rows} <= {"expected", "target"}
    assert TARGETS[0] in {row["label"] for row in rows if row["track"] == "target"}
    explorer.close()


def test_steps_of_words_that_come_once_are_listed_only_in_small_selections():
    words = [f"word {i}" for i in range(STEPS)]
    explorer = make(tokens=words)
    assert [row["label"] for row in selected(explorer, [3])["words"]] == ["word 3"]
    assert selected(explorer, range(22))["words"] == []
    explorer.close()


def test_closing_while_it_is_computed_ends_it(monkeypatch):
    explorer = make()
    reached = threading.Event()

    def ranks_of(_, check, *__):
        reached.set()
        while True:
            check()

    monkeypatch.setattr(telling, "ranks_of", ranks_of)
    explorer.selected_steps = STEPS_CHOSEN
    assert reached.wait(60)
    explorer.close()
    wait_until(lambda: not any(t.name == "lstmvis-telling" for t in threading.enumerate()), "the end of the thread")
