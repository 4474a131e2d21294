"""Jumps, their threshold, and the table of sequences."""

import sys
import threading

import numpy as np
import pandas as pd
import pytest

from lstmvis_widget import sequence_table, step_distances
from lstmvis_widget.sequences_view import measuring
from tests.sequences_view.conftest import LENGTHS, OTHER, STATES, output


def usual(states, metric="euclidean"):
    return np.nanquantile(step_distances(states, LENGTHS, metric), 0.99)


def test_the_table_is_that_of_the_function(made):
    explorer = made({"a": STATES, "b": OTHER})
    for layer, states in {"a": STATES, "b": OTHER}.items():
        explorer.layer = layer
        expected = sequence_table(output(), LENGTHS, distances=step_distances(states, LENGTHS))
        pd.testing.assert_frame_equal(explorer.table, expected)


def test_all_sequences_stay_in_the_table_whatever_is_shown(made):
    explorer = made(filters={"length": (10, None)}, sort_by="-length")
    assert explorer.table["sequence"].tolist() == list(range(6))


def test_a_table_that_is_changed_is_a_copy(made):
    explorer = made()
    table = explorer.table
    table["confidence"] = 0.0
    assert explorer.table["confidence"].min() > 0


def test_without_an_output_track_the_table_has_lengths_and_jumps(made):
    explorer = made(tracks={})
    assert explorer.table.columns.tolist() == ["sequence", "start", "stop", "length", "largest_jump", "largest_jump_at"]
    assert explorer.table["length"].tolist() == LENGTHS
    explorer.finish()
    assert set(explorer._sequences) == {"bounds", "texts", "largest_jump", "largest_jump_at"}


def test_without_pandas_only_the_table_is_missing(made, monkeypatch):
    monkeypatch.setitem(sys.modules, "pandas", None)
    explorer = made(filters={"length": (10, None)}, sort_by="-largest_jump")
    explorer.finish()
    assert set(explorer.shown_sequences.tolist()) == {2, 3, 5}
    assert np.frombuffer(explorer._sequences["largest_jump"], "<f4").shape == (6,)
    with pytest.warns(RuntimeWarning, match=r"pip install 'lstmvis-widget\[analysis\]'"):
        assert explorer.table is None


def test_what_the_page_shows_of_each_sequence_is_what_the_table_says(made):
    explorer = made()
    explorer.finish()
    sent, table = explorer._sequences, explorer.table
    names = [*explorer._output["labels"], *explorer._output["unexpected"], None]
    for name in ("target", "prediction"):
        assert [names[place] for place in np.frombuffer(sent[name], "<i4")] == table[name].tolist()
    for name, dtype in {"confidence": "<f4", "settled": "<i4", "changes": "<i4", "largest_jump": "<f4"}.items():
        np.testing.assert_allclose(np.frombuffer(sent[name], dtype), table[name], rtol=1e-6)
    assert np.frombuffer(sent["largest_jump_at"], "<i4").tolist() == table["largest_jump_at"].fillna(-1).tolist()
    assert sent["texts"][1] == explorer.tokens[LENGTHS[0]]
    assert np.diff(np.frombuffer(sent["bounds"], "<i4")).tolist() == LENGTHS


def test_the_threshold_of_jumps_follows_layer_and_metric(made):
    explorer = made({"a": STATES, "b": OTHER})
    assert explorer.jump_threshold == pytest.approx(usual(STATES))
    explorer.layer = "b"
    assert explorer.jump_threshold == pytest.approx(usual(OTHER))
    explorer.metric = "cosine"
    assert explorer.jump_threshold == pytest.approx(usual(OTHER, "cosine"))
    explorer.undo()
    explorer.undo()
    assert (explorer.layer, explorer.metric) == ("a", "euclidean")
    assert explorer.jump_threshold == pytest.approx(usual(STATES))
    assert not explorer.undo()  # that it followed was no step


@pytest.mark.parametrize("when", ["at first", "later"])
def test_a_threshold_that_was_set_stays(made, when):
    explorer = made({"a": STATES, "b": OTHER}, **({"jump_threshold": 2.5} if when == "at first" else {}))
    explorer.finish()
    explorer.jump_threshold = 2.5
    explorer.layer = "b"
    explorer.finish()
    assert explorer.jump_threshold == 2.5


def test_a_threshold_that_follows_leaves_an_error_that_is_shown(made, page_of):
    explorer = made({"a": STATES, "b": OTHER})
    explorer.finish()
    page_of(explorer).set(layer="b", sort_by="nothing")
    explorer.finish()
    assert explorer.jump_threshold == pytest.approx(usual(OTHER))
    assert "sort_by" in explorer.error


def test_a_scenario_has_the_threshold_that_follows_the_jumps(made):
    assert made().scenario()["view"]["jump_threshold"] == pytest.approx(usual(STATES))


def test_jumps_do_not_wait_for_the_table(made, monkeypatch):
    may_import = threading.Event()
    monkeypatch.setattr(measuring, "load_extras", lambda *_: may_import.wait(60))
    explorer = made()
    assert explorer.jump_threshold == pytest.approx(usual(STATES))
    assert explorer.peek("table") is None
    may_import.set()
    assert len(explorer.table) == len(LENGTHS)


def test_states_of_one_step_jump_nowhere(made):
    explorer = made(STATES[:6], tokens=None, tracks={}, sequences=[1] * 6, sort_by="-largest_jump")
    assert explorer.table["largest_jump"].isna().all()
    assert explorer.shown_sequences.tolist() == list(range(6))
    explorer.finish()
    assert explorer._jumps == {"quantiles": [], "largest": None, "count": 0}
    assert explorer.jump_threshold == 0
