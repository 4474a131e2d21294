"""Texts that can't be written as UTF-8, wherever a text can come from: the page gets them with U+FFFD."""

import json

import numpy as np
import pytest
from ipywidgets.embed import embed_data

from lstmvis_widget import StateExplorer, TopKTrack, describe, map_phrases, save_states
from tests.page import recorded_pages

ODD, SHOWN = "a\ud800b", "a\ufffdb"
N_STEPS = 60
STATES = np.tanh(np.random.default_rng(0).normal(size=(N_STEPS, 5))).astype(np.float32)
STATES[::6] = 0.9
TOKENS = [ODD if step % 3 == 0 else f"w{step}" for step in range(N_STEPS)]
LABELS = [ODD if step % 2 else "N" for step in range(N_STEPS)]
TOP = TopKTrack([[ODD, "x"]] * N_STEPS, [[0.6, 0.4]] * N_STEPS)


def written(value):
    """A value as a message is written: UTF-8 of JSON that escapes nothing."""
    return json.dumps(value, ensure_ascii=False, default=lambda _: "").encode()


@pytest.fixture
def odd():
    """An explorer all of whose texts are odd, and its page."""
    with recorded_pages() as page_of:
        explorer = StateExplorer(
            {ODD: STATES, "other": STATES}, TOKENS, {ODD: LABELS, "top": TOP}, name=ODD, selection=(6, 7), units=ODD,
            match_tracks=[ODD], background=False, threshold=0.5,
        )  # fmt: skip
        yield explorer, page_of(explorer)
        explorer.close()


def test_all_that_the_page_is_sent_can_be_written_and_python_keeps_its_texts(odd):
    explorer, page = odd
    explorer.find_text = ODD
    explorer.align_with = (ODD, ODD)
    page.set(_label_table=SHOWN)
    page.set(find_text=f"{ODD}!")  # a page can hold halves of characters, too
    written(explorer.get_state())
    for trait in explorer.keys:
        written(page.heard(trait))
    assert SHOWN in explorer.get_state()["_window"]["words"]
    assert [layer["name"] for layer in explorer.get_state()["_layers"]] == [SHOWN, "other"]
    assert page.sent("_enrichment")[-1]["track"] == SHOWN
    assert (explorer.tokens[0], explorer.layer, explorer.layers, list(explorer.tracks)) == (
        ODD, ODD, (ODD, "other"), [ODD, "top"],
    )  # fmt: skip
    assert ODD in explorer.matches.text[0]
    for shown in (repr(explorer), repr(explorer.matches), explorer.matches._repr_html_(), repr(explorer.tracks)):
        written(shown)


def test_a_name_that_the_page_sends_is_the_one_it_was_sent_for(odd):
    explorer, page = odd
    page.set(layer="other")
    page.set(
        layer=SHOWN, visible_tracks=[SHOWN, "top"], match_tracks=[SHOWN], color_by=SHOWN, align_with=[SHOWN, SHOWN]
    )
    assert explorer.error == ""
    assert (explorer.layer, explorer.visible_tracks, explorer.match_tracks) == (ODD, (ODD, "top"), (ODD,))
    assert (explorer.color_by, explorer.align_with) == (ODD, (ODD, ODD))
    page.set(color_by=f"{ODD}?")
    assert explorer.error != ""
    written(page.sent("error"))


def test_a_view_is_replayed_saved_and_embedded(odd, tmp_path):
    explorer, _ = odd
    explorer.replay(explorer.scenario())
    explorer.replay(json.loads(json.dumps(explorer.scenario())))
    line = explorer.get_state()["_scenario_line"]
    eval(line, {"explorer": explorer})  # noqa: S307  (what a user pastes)
    assert explorer.layer == ODD
    assert SHOWN in explorer.to_html(tmp_path / "view.html").read_text("utf-8")
    written(embed_data(views=[explorer], drop_defaults=False))


def test_phrases_are_drawn_and_their_labels_hidden(odd):
    explorer, _ = odd
    ranges = [(start, start + 2) for start in range(0, 50, 5)]
    found = map_phrases(STATES, {ODD: ranges[::2], "V": ranges[1::2]}, 0.3)
    with recorded_pages() as page_of:
        scatter = found.scatter(explorer)
        page_of(scatter).set(hidden_labels=[SHOWN])
        written(scatter.get_state())
        assert scatter.hidden_labels == (ODD,)
        scatter.close()


def test_a_file_gives_back_tokens_labels_and_names(tmp_path):
    path = tmp_path / "odd.h5"
    save_states(path, {ODD: STATES, "%uD800": STATES}, tokens=TOKENS, tracks={ODD: LABELS, "top": TOP})
    written(str(describe(path)))
    explorer = StateExplorer.open(path)
    assert explorer.layers == (ODD, "%uD800")
    assert explorer.tokens[:2] == TOKENS[:2]
    assert list(explorer.tracks) == [ODD, "top"]
    assert set(explorer.tracks[ODD].labels) == {ODD, "N"}
    explorer.close()
