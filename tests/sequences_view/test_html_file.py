"""`SequenceExplorer.to_html`: the view as one file."""

import base64
import json
import re

import numpy as np

from lstmvis_widget import OutputTrack, SequenceExplorer
from lstmvis_widget.sent.bundle import bundle
from tests.protocol import synced
from tests.sequences_view.conftest import SCORES, STATES, STEPS, WORDS

HOSTILE = "</script><script>window.wasRun = true</script><!--<img src=x onerror='window.wasRun = true'>"


def saved(path):
    """The state in the file."""
    [text] = re.findall(
        r'<script type="application/json" id="lstmvis-saved-view">(.*?)</script>', path.read_text("utf-8"), re.DOTALL
    )
    return json.loads(text)


def numbers(value, dtype):
    return np.frombuffer(base64.b64decode(value["base64"]), dtype)


def test_the_file_holds_the_state_of_all_traits(made, tmp_path):
    explorer = made(sequence=3, pinned_sequences=[0], filters={"length": (3, None)}, selected_steps=[4, 5])
    state = saved(explorer.to_html(tmp_path / "view.html"))
    assert set(state) == set(synced(SequenceExplorer)) - {"_esm", "_css", "_anywidget_id"}
    assert state["sequence"] == 3
    assert state["filters"] == {"length": [3, None]}
    assert numbers(state["_order"], "<i4").tolist() == explorer.shown_sequences.tolist()
    coordinates = numbers(state["_points"]["coordinates"], "<f4").reshape(-1, 2)
    np.testing.assert_allclose(coordinates, explorer.projection.coordinates, rtol=1e-4, atol=1e-4)
    assert state["_map"]["trust"] is not None
    assert state["_map"]["notes"] == []
    assert [each["sequence"] for each in state["_trajectories"]] == [3, 0]
    assert (state["progress"], state["_activity"], state["_links"]) == (None, "", 0)


def test_of_very_many_points_a_sample_is_saved_and_the_page_says_so(made, tmp_path, monkeypatch):
    monkeypatch.setattr("lstmvis_widget.sequences_view.html_file.MOST_POINTS", 25)
    states = STATES.copy()
    states[8] = np.nan
    explorer = made(states)
    state = saved(explorer.to_html(tmp_path / "view.html"))
    points, colors = state["_points"], state["_point_colors"]
    steps = numbers(points["steps"], "<i4")
    assert points["count"] == len(steps) == len(set(steps.tolist())) == 25
    assert 8 not in steps
    places = np.searchsorted(explorer.projection.steps, steps)
    coordinates = numbers(points["coordinates"], "<f4").reshape(-1, 2)
    np.testing.assert_allclose(coordinates, explorer.projection.coordinates[places], rtol=1e-4, atol=1e-4)
    assert numbers(colors["codes"], "<u2").tolist() == explorer.output.codes[steps].tolist()
    assert numbers(colors["strength"], "u1").tolist() == np.round(255 * explorer.output.confidence[steps]).tolist()
    assert "a sample of 25 of 59 points is saved in this file" in state["_map"]["notes"]
    assert explorer._points["count"] == STEPS - 1
    assert len(explorer._map["notes"]) == 1


def test_texts_and_names_are_data(made, tmp_path):
    words = [HOSTILE, *WORDS[1:]]
    track = OutputTrack(SCORES, [HOSTILE, "b", "c"])
    explorer = made(tokens=words, tracks={HOSTILE: track}, name=HOSTILE)
    text = explorer.to_html(tmp_path / "view.html").read_text("utf-8")
    assert HOSTILE not in text
    assert text.count("<script") == 2
    state = saved(tmp_path / "view.html")
    assert state["_words"]["words"][0] == HOSTILE
    assert state["_sequences"]["texts"][0].startswith(HOSTILE[:40])


def test_a_usual_file_is_small(made, tmp_path):
    path = made().to_html(tmp_path / "view.html")
    assert path.stat().st_size < sum(map(len, bundle("sequences"))) + 20_000
