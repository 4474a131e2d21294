"""An output track is a track like any other wherever an explorer takes one."""

import numpy as np
import pandas as pd
import pytest
import traitlets

from lstmvis_widget import OutputTrack, StateExplorer, cell_alignment

STEPS, CLASSES = 60, ["bad", "mixed", "good"]
RANDOM = np.random.default_rng(1)
STATES = np.tanh(RANDOM.normal(size=(STEPS, 8)))
SCORES = RANDOM.dirichlet(np.ones(3), STEPS)
EXPECTED = [CLASSES[row.index(max(row))] for row in SCORES.tolist()]
SEQUENCES = [20, 30, 10]


@pytest.fixture
def explorer():
    track = OutputTrack(SCORES, CLASSES, ["good", "bad", None])
    made = StateExplorer(STATES, tracks={"pos": ["x"] * STEPS, "model": track}, sequences=SEQUENCES)
    yield made
    made.close()


def test_it_is_shown_and_colours_words_and_heatmaps(explorer):
    explorer.threshold, explorer.selection = -0.5, (4, 6)
    explorer.match_tracks, explorer.color_by = ["model"], "model"
    assert explorer.visible_tracks == ("pos", "model")
    assert repr(explorer.tracks) == "Tracks(pos: categorical, model: output)"
    assert len(explorer.matches) > 0
    explorer.finish()
    shown = explorer._match_context["tracks"]["model"]
    assert set(shown) == {"codes", "confidence"}


def test_statistics_take_the_expected_class(explorer):
    explorer.threshold, explorer.selection = -0.5, (4, 6)
    enriched = explorer.matches.enrichment("model")
    assert set(enriched["label"]) <= set(CLASSES)
    by_track = cell_alignment(explorer, "model", sequences=None)
    pd.testing.assert_frame_equal(by_track, cell_alignment(explorer, EXPECTED, sequences=None))
    explorer.align_with = ("model", EXPECTED[0])
    assert explorer.align_with == ("model", EXPECTED[0])


def test_its_rows_fold(explorer):
    explorer.folded_tracks = ["model"]
    assert explorer.folded_tracks == ("model",)
    with pytest.raises(traitlets.TraitError, match=r"folded_tracks.*pos"):
        explorer.folded_tracks = ["pos"]
    assert explorer.folded_tracks == ("model",)
    scenario = explorer.scenario()
    assert scenario["view"]["folded_tracks"] == ["model"]
    explorer.folded_tracks = []
    explorer.replay(scenario)
    assert explorer.folded_tracks == ("model",)


def test_a_scenario_from_before_leaves_the_rows_as_they_are(explorer):
    scenario = explorer.scenario()
    del scenario["view"]["folded_tracks"]
    explorer.folded_tracks = ["model"]
    explorer.replay(scenario)
    assert explorer.folded_tracks == ("model",)


def test_a_track_of_another_kind_in_its_place_has_no_rows_to_fold(explorer):
    explorer.folded_tracks = ["model"]
    explorer.tracks["model"] = np.arange(STEPS)
    assert explorer.folded_tracks == ()


def test_targets_must_fit_the_sequences_whichever_way_the_track_comes(explorer):
    wrong = OutputTrack(SCORES, CLASSES, [0, 1])
    message = "track 'model': targets must be one for each of the 3 sequences, or one for each of the 60 time steps"
    with pytest.raises(ValueError, match=message):
        explorer.tracks["model"] = wrong
    with pytest.raises(ValueError, match=message):
        StateExplorer(STATES, tracks={"model": wrong}, sequences=SEQUENCES)
    assert explorer.tracks["model"].targets.tolist() == [2, 0, -1]


def test_scores_without_classes_are_told_what_to_become(explorer):
    with pytest.raises(TypeError, match=r"OutputTrack\(scores, classes\)"):
        explorer.tracks["scores"] = SCORES


def test_an_exported_page_keeps_it(explorer, tmp_path):
    explorer.folded_tracks = ["model"]
    explorer.to_html(tmp_path / "page.html")
    text = (tmp_path / "page.html").read_text("utf-8")
    assert '"kind": "output"' in text or '"kind":"output"' in text
    assert "folded_tracks" in text


def test_many_steps_have_the_means_of_each_class(explorer):
    explorer._stride, explorer._visible_steps = 4, STEPS
    explorer.finish()
    shown = explorer._columns["tracks"]["model"]
    found = np.frombuffer(shown["probabilities"], "u1").reshape(-1, 3) / 255
    order = [CLASSES.index(name) for name in explorer.tracks["model"].labels]
    assert found[0] == pytest.approx(SCORES[:4, order].mean(axis=0), abs=0.5 / 255 + 1e-9)
