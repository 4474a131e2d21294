import base64
import hashlib
import json
import re
import time
from contextlib import closing

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from ipywidgets.embed import embed_data

from lstmvis_widget import SequenceExplorer, StateExplorer, TopKTrack, map_phrases
from lstmvis_widget.explorer import aligning, computation, label_counting
from lstmvis_widget.sent.html_page import in_16_bits
from lstmvis_widget.timeline import phrase_search
from tests.page import context_rows, wait_until

HOSTILE = "</script><script>window.wasRun = true</script><!--<img src=x onerror='window.wasRun = true'>"


def big_explorer(n_cells=650, n_steps=3000, visible=120, position=1440, **traits):
    rng = np.random.default_rng(3)
    states = np.tanh(rng.normal(size=(n_steps, n_cells)).cumsum(axis=0) % 5 - 2.5).astype(np.float32)
    tracks = {
        "pos": [("NOUN", "VERB", "DET")[step % 3] for step in range(n_steps)],
        "p": rng.random(n_steps),
        "next": TopKTrack([["the", "a", "said"]] * n_steps, rng.random((n_steps, 3))),
    }
    explorer = StateExplorer(states, [f"word{step}" for step in range(n_steps)], tracks, position=position, **traits)
    explorer._visible_steps = visible
    return explorer


def saved(path):
    """The state in the file."""
    [text] = re.findall(r'<script type="application/json"[^>]*>(.*?)</script>', path.read_text("utf-8"), re.DOTALL)
    return json.loads(text)


def rows_in(state, matches):
    def binary(value):
        if not isinstance(value, dict):
            return value
        if set(value) == {"base64"}:
            return base64.b64decode(value["base64"])
        return {key: binary(each) for key, each in value.items()}

    return context_rows(binary(state["_match_context"]), matches)


def decoded(window, dtype):
    sent = window["values"]
    codes = np.frombuffer(base64.b64decode(sent["codes"]["base64"]), "<u2").astype(np.float64)
    with np.errstate(over="ignore"):  # codes of non-finite values may overflow
        values = (sent["low"] + codes * sent["step"]).astype(dtype)
    values[codes == 65_533] = np.inf
    values[codes == 65_534] = -np.inf
    values[codes == 65_535] = np.nan
    return values.reshape(-1, window["cells"])


def test_a_usual_view_takes_less_than_a_megabyte_and_holds_steps_on_both_sides(tmp_path):
    with closing(big_explorer(selection=(1500, 1503))) as explorer:
        path = explorer.to_html(tmp_path / "view.html")
        assert path.stat().st_size < 1_000_000
        window = saved(path)["_window"]
        assert window["start"] < 1440 - 30
        assert window["stop"] > 1440 + 120 + 30
        shown = explorer.states[window["start"] : window["stop"]]
        values = decoded(window, np.float32)
        assert ((values >= np.float32(explorer.threshold)) == (shown >= np.float32(explorer.threshold))).all()
        np.testing.assert_allclose(values, shown, atol=2 / 65_000)


def test_thousands_of_cells_still_save_what_is_in_view(tmp_path):
    with closing(big_explorer(n_cells=4096, n_steps=600, visible=60, selection=(150, 152), position=140)) as explorer:
        window = saved(explorer.to_html(tmp_path / "view.html"))["_window"]
    assert window["start"] <= 140
    assert window["stop"] >= 200


def test_few_values_are_saved_as_they_are(tmp_path):
    states = np.random.default_rng(0).normal(size=(200, 20))
    states[3, 4] = np.nan
    with closing(StateExplorer(states)) as explorer:
        window = saved(explorer.to_html(tmp_path / "view.html"))["_window"]
    assert (window["start"], window["stop"], window["dtype"]) == (0, 200, "float64")
    np.testing.assert_array_equal(np.frombuffer(base64.b64decode(window["values"]["base64"])).reshape(200, 20), states)


def test_all_tracks_are_saved_for_the_toggles_of_the_page(tmp_path):
    with closing(big_explorer(selection=(1500, 1503), visible_tracks=())) as explorer:
        state = saved(explorer.to_html(tmp_path / "view.html"))
        assert state["visible_tracks"] == []
        assert set(state["_window"]["tracks"]) == {"pos", "p", "next"}
        [first, *_] = rows_in(state, explorer.matches)
        assert set(first["tracks"]) == {"pos", "p"}
        labels = state["_tracks"][0]["labels"]
        assert [labels[code] for code in first["tracks"]["pos"]] == [
            explorer.tracks["pos"].labels[explorer.tracks["pos"].codes[step]] for step in first["steps"]
        ]
        assert explorer.match_tracks == ()


def test_the_file_shows_the_results_of_the_last_statement(tmp_path):
    with closing(big_explorer()) as explorer:
        explorer.selection = (1500, 1503)
        state = saved(explorer.to_html(tmp_path / "view.html"))
        assert state["selected_cells"] == explorer.selected_cells.tolist()
        assert state["matches"]["start"] == explorer.matches.start.tolist()
        assert state["_n_candidates"] == explorer.matches.n_candidates
        assert state["progress"] is None
        assert len(rows_in(state, explorer.matches)) == len(explorer.matches) > 0


def slowly(patched, module, name):
    """Make a function take so long that nothing of it is done by the next statement."""
    original = getattr(module, name)

    def slow(*arguments, **options):
        time.sleep(0.15)
        return original(*arguments, **options)

    patched.setattr(module, name, slow)


def draw_columns(explorer):
    """As a page does, for which steps of a quarter pixel share columns."""
    explorer.word_width = 0.25
    explorer._stride = 4


STARTS = {
    "aligning": (lambda explorer: setattr(explorer, "align_with", ("pos", "VERB")), "_alignment"),
    "finding": (lambda explorer: setattr(explorer, "find_text", "word7 word8"), "_find_hits"),
    "counting labels": (lambda explorer: setattr(explorer, "_label_table", "pos"), "_enrichment"),
    "drawing columns": (draw_columns, "_envelopes"),
}


@pytest.fixture
def slow_explorer(monkeypatch):
    for module, name in (
        (aligning, "cell_alignment"), (computation, "rank_index"), (label_counting, "enrichment"),
        (phrase_search.PhraseSearch, "find"),
    ):  # fmt: skip
        slowly(monkeypatch, module, name)
    with closing(big_explorer(n_cells=20, visible=60, match_tracks=("pos",))) as explorer:
        yield explorer


class TestWhatIsUnderWay:
    @pytest.mark.parametrize("what", STARTS)
    def test_the_file_waits_for_it(self, slow_explorer, tmp_path, what):
        start, trait = STARTS[what]
        slow_explorer.selection = (1500, 1503)
        start(slow_explorer)
        state = saved(slow_explorer.to_html(tmp_path / "view.html"))
        assert state[trait] is not None
        assert state["_activity"] == ""
        if what == "aligning":
            assert len(state["_alignment"]["best"]) == 10
        if what == "drawing columns":
            assert state["_envelopes"]["on"] is not None

    def test_also_for_a_comparison_with_chance(self, slow_explorer, tmp_path):
        slow_explorer.selection = (1500, 1503)
        slow_explorer._label_table = "pos"
        slow_explorer.finish()
        slow_explorer._handle_custom_msg({"against_chance": True}, [])
        state = saved(slow_explorer.to_html(tmp_path / "view.html"))
        assert state["_enrichment"]["chance"][0]["rotation"]["p"] <= 1

    def test_so_does_an_embedded_state(self, slow_explorer):
        slow_explorer.selection = (1500, 1503)
        slow_explorer.align_with = ("pos", "VERB")
        state = embed_data([slow_explorer])["manager_state"]["state"][slow_explorer.model_id]["state"]
        assert len(state["_alignment"]["best"]) == 10
        assert len(state["matches"]["start"]) > 0

    def test_so_does_that_of_a_scatter_for_its_explorer(self, slow_explorer):
        phrases = {"a": [(at, at + 2) for at in range(5)], "b": [(at, at + 2) for at in range(1500, 1505)]}
        scatter = map_phrases(slow_explorer.states, phrases, 0.3, components=2).scatter(slow_explorer)
        slow_explorer.selection = (1500, 1502)
        state = embed_data([scatter])["manager_state"]["state"][scatter.model_id]["state"]
        assert state["picked"] == 5
        assert state["_lit"] == scatter.lit.tolist() != []

    def test_an_observer_may_save_while_results_arrive(self, slow_explorer, tmp_path):
        files = []

        def save(_):
            if not files:
                files.append(None)
                files[0] = saved(slow_explorer.to_html(tmp_path / "view.html"))

        slow_explorer.align_with = ("pos", "VERB")
        slow_explorer.observe(save, names="matches")
        slow_explorer.selection = (1500, 1503)
        wait_until(lambda: files and files[0] is not None, "the file")
        assert len(files[0]["matches"]["start"]) > 0
        assert len(files[0]["_alignment"]["best"]) == 10

    def test_a_cancelled_computation_is_not_waited_for(self, slow_explorer, tmp_path):
        slow_explorer.align_with = ("pos", "VERB")
        slow_explorer.cancel()
        assert saved(slow_explorer.to_html(tmp_path / "view.html"))["_alignment"]["error"] == "cancelled"


def test_data_cannot_end_a_script_or_become_one(tmp_path):
    states = np.random.default_rng(0).normal(size=(30, 5))
    with closing(StateExplorer({HOSTILE: states}, [HOSTILE] * 30, {HOSTILE: [HOSTILE] * 30}, name=HOSTILE)) as explorer:
        text = explorer.to_html(tmp_path / "view.html").read_text("utf-8")
        assert saved(tmp_path / "view.html")["_window"]["words"][0] == HOSTILE
    assert len(re.findall("<script", text)) == 2
    assert "<img" not in text
    assert "<!--" not in text


def test_nothing_may_run_or_be_fetched_but_what_is_in_the_file(tmp_path):
    with closing(big_explorer()) as explorer:
        text = explorer.to_html(tmp_path / "view.html").read_text("utf-8")
    [policy] = re.findall('http-equiv="Content-Security-Policy" content="([^"]*)"', text)
    parts = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    [script] = re.findall('<script type="module">(.*?)</script>', text, re.DOTALL)
    [style] = re.findall("<style>(.*?)</style>", text, re.DOTALL)

    def digest(of):
        return f"'sha256-{base64.b64encode(hashlib.sha256(of.encode()).digest()).decode()}'"

    allowed = {"script-src": digest(script), "style-src": digest(style), "img-src": "data:"}
    assert parts == {"default-src": "'none'", **allowed}


def test_a_file_that_is_there_is_replaced_and_nothing_else_is_left(tmp_path):
    path = tmp_path / "view.html"
    path.write_text("before")
    with closing(big_explorer(n_cells=5)) as explorer:
        assert explorer.to_html(str(path)) == path
        assert path.read_text().startswith("<!DOCTYPE html>")
        with pytest.raises(OSError, match="no such folder"):
            explorer.to_html(tmp_path / "no such folder" / "view.html")
    assert list(tmp_path.iterdir()) == [path]


@given(
    arrays(np.float32, array_shapes(min_dims=2, max_dims=2), elements=st.floats(width=32)),
    st.floats(-2, 2),
    st.data(),
)
def test_16_bits_tell_on_from_off_just_as_the_values_do(values, threshold, data):
    if data.draw(st.booleans()):
        threshold = float(values.flat[0]) if np.isfinite(values.flat[0]) else threshold
    window = {"dtype": "float32", "precision": "float32", "cells": values.shape[1], "values": values.tobytes()}
    packed = in_16_bits(window, threshold)
    if packed is None:
        return
    packed["values"]["codes"] = {"base64": base64.b64encode(packed["values"]["codes"])}
    again = decoded(packed, np.float32)
    limit = np.float32(threshold)
    np.testing.assert_array_equal(again >= limit, values >= limit)
    np.testing.assert_array_equal(np.isnan(again), np.isnan(values))
    np.testing.assert_array_equal(np.isinf(again), np.isinf(values))


def test_where_numbers_are_too_far_apart_for_16_bits_there_is_no_such_window():
    values = np.float64([[-1.5e308, 1.5e308]])
    window = {"dtype": "float64", "precision": "float64", "cells": 2, "values": values.tobytes()}
    assert in_16_bits(window, 0.0) is None


@pytest.mark.parametrize("kind", [StateExplorer, SequenceExplorer])
def test_a_closed_widget_can_be_saved(kind, tmp_path):
    widget = kind(np.random.default_rng(0).normal(size=(60, 9)).astype(np.float32))
    widget.finish()
    widget.to_html(tmp_path / "open.html")
    widget.close()
    widget.to_html(tmp_path / "closed.html")
    assert (tmp_path / "closed.html").read_text("utf-8") == (tmp_path / "open.html").read_text("utf-8")
