"""`SequenceExplorer`: its arguments, its traits that follow others, scenarios, undo, closing."""

import itertools
import json
from contextlib import closing

import numpy as np
import pytest
import traitlets
from ipywidgets.embed import embed_data

from lstmvis_widget import CategoricalTrack, OutputTrack, SequenceExplorer, save_states
from lstmvis_widget.datasets import load_addresses
from tests.page import wait_until
from tests.sequences_view.conftest import CLASSES, LENGTHS, OTHER, SCORES, STATES, STEPS, WORDS, output

BOUNDS = np.cumsum([0, *LENGTHS]).tolist()


# ------------------------------------------------------------------ arguments


def test_a_data_set_is_shown_as_it_is():
    data = load_addresses()
    with closing(SequenceExplorer(**data, weights={"hidden": data.output_weights}, occlusion="occlusion")) as explorer:
        assert explorer.output is data.tracks["era"]
        assert int(explorer.table["correct"].sum()) == 323
        assert explorer.layers == ("hidden", "cell")
        assert explorer.sequences == tuple(data.sequences)
        assert explorer.states is data.states["hidden"]
        assert len(explorer.tokens) == 36_720
        assert repr(explorer) == ("SequenceExplorer(hidden, 400 sequences, 36,720 steps × 32 cells, 5 classes)")


def test_the_output_may_be_a_track_its_name_or_left_out(made):
    track, other = output(), output(SCORES[::-1])
    assert made(tracks={}, output=track).output is track
    assert made(tracks={"pos": ["N"] * STEPS, "a": track, "b": other}).output is track
    explorer = made(tracks={"a": track, "b": other}, output="b")
    assert (explorer.output, explorer._output["name"]) == (other, "b")
    explorer = made(tracks={"a": track, "b": other}, output=other)
    assert explorer._output["name"] == "b"


def test_the_output_may_be_in_a_file(made, tmp_path):
    save_states(tmp_path / "states.h5", STATES, WORDS, {"rating": output()}, sequences=LENGTHS)
    explorer = made(tracks={}, output=f"{tmp_path / 'states.h5'}::tracks/rating")
    assert explorer.output.classes == tuple(CLASSES)
    with closing(SequenceExplorer.open(tmp_path / "states.h5", sort_by="-length")) as opened:
        assert opened.output.classes == tuple(CLASSES)
        assert opened.shown_sequences.tolist() == [3, 5, 2, 0, 4, 1]
        assert opened.table["prediction"].tolist() == explorer.table["prediction"].tolist()
    path = f"{tmp_path / 'states.h5'}::states/states"
    with closing(SequenceExplorer(path, WORDS, sequences=LENGTHS)) as of_path:
        np.testing.assert_allclose(of_path.projection.coordinates, explorer.projection.coordinates, atol=1e-4)


@pytest.mark.parametrize(
    ("options", "kind", "message"),
    [
        ({"output": SCORES}, TypeError, r"got ndarray of shape \(60, 3\) .* OutputTrack\(scores, classes\)"),
        ({"output": "ratng"}, ValueError, "there is no track 'ratng'; did you mean 'rating'"),
        ({"output": "pos"}, TypeError, "track 'pos' is a categorical one"),
        ({"output": OutputTrack(SCORES[:50], CLASSES)}, ValueError, "for each of the 60 time steps .* it has 50"),
        ({"output": output(targets=["good"] * 7)}, ValueError, "each of the 6 sequences"),
        ({"weights": np.zeros((6, 3))}, ValueError, r"must be numbers of shape \(3, 6\)"),
        ({"weights": np.zeros(6)}, ValueError, r"must be numbers of shape \(3, 6\)"),
        ({"weights": np.full((3, 6), np.nan)}, ValueError, "must be finite"),
        ({"weights": {"upper": np.zeros((3, 6))}}, ValueError, "no layer 'upper'; did you mean 'states'"),
        ({"weights": "heavy"}, ValueError, r"must be numbers of shape \(3, 6\)"),
        ({"occlusion": [0.0] * 59}, ValueError, "must be 60 numbers, .* got 59"),
        ({"occlusion": "occlusoin"}, ValueError, "or the name of a track of numbers"),
        ({"occlusion": ["a"] * 60}, TypeError, "occlusion must be T real numbers"),
        ({"ouput": 1}, TypeError, "no keyword 'ouput'; did you mean 'output'"),
        ({"memory_limit": 1}, TypeError, "no keyword 'memory_limit'"),
        ({"sequence": 6}, traitlets.TraitError, "sequence must lie in 0…5; got 6"),
        ({"color_by": "next"}, traitlets.TraitError, "color_by must be one of"),
        ({"jump": 6}, traitlets.TraitError, "got 6, its last"),
        ({"_near": 60}, TypeError, "no keyword '_near'"),
        ({"layer": "lower"}, traitlets.TraitError, "layer must be one of 'states'"),
    ],
)
def test_a_wrong_argument_is_refused_with_what_is_allowed(options, kind, message):
    tracks = {"rating": output(), "pos": ["N"] * STEPS, "p": np.zeros(STEPS)}
    with pytest.raises(kind, match=message):
        SequenceExplorer(STATES, WORDS, tracks, sequences=LENGTHS, **options)


def test_weights_of_several_layers_are_named():
    layers = {"a": STATES, "b": OTHER}
    options = {"output": output(), "sequences": LENGTHS, "background": False}
    with pytest.raises(ValueError, match=r"of which, as in weights=\{'a': weights\}"):
        SequenceExplorer(layers, weights=np.zeros((3, 6)), **options)
    with closing(SequenceExplorer(layers, weights={"b": np.ones((3, 4))}, **options)) as explorer:
        assert {name: each.shape for name, each in explorer._weights.items()} == {"b": (3, 4)}
    with pytest.raises(ValueError, match="there is no output track"):
        SequenceExplorer(layers, weights={"b": np.ones((3, 4))}, sequences=LENGTHS)
    two = OutputTrack(SCORES[:, 0] / 2, ["no", "yes"])
    with closing(SequenceExplorer(OTHER, output=two, weights=np.ones(4))) as explorer:
        assert explorer._weights["states"].shape == (4,)


def test_without_an_output_track_the_page_says_what_to_give_and_the_rest_works(made):
    explorer = made(tracks={"pos": ["N"] * STEPS})
    assert "OutputTrack(scores, classes)" in explorer._note
    explorer.finish()
    assert explorer._output is None
    assert explorer._words["codes"] is None
    assert explorer._words["words"] == WORDS[: LENGTHS[0]]
    assert explorer._points["count"] == STEPS
    assert explorer._point_colors is None
    explorer.sort_by = "prediction"  # all are missing
    assert explorer.shown_sequences.tolist() == list(range(6))


@pytest.mark.parametrize("background", [None, False])
@pytest.mark.parametrize("steps", [1, 2, 4])
def test_one_short_sequence_is_enough(steps, background):
    with closing(
        SequenceExplorer(STATES[:steps], output=OutputTrack(SCORES[:steps], CLASSES), background=background)
    ) as explorer:
        assert explorer.shown_sequences.tolist() == [0]
        assert len(explorer.table) == 1
        assert explorer.projection.total == steps
        explorer.finish()
        assert explorer._words["words"] == list(map(str, range(steps)))
        assert len(np.frombuffer(explorer._trajectories[0]["coordinates"], "<f4")) == 2 * steps
        assert explorer.error == ""


def test_of_two_hundred_classes_the_last_row_has_all_others(made):
    scores = np.random.default_rng(0).dirichlet(np.ones(200), STEPS)
    explorer = made(tracks={"next": OutputTrack(scores, [f"class {number}" for number in range(200)])})
    explorer.finish()
    rows = np.frombuffer(explorer._words["probabilities"], "<f4").reshape(LENGTHS[0], -1)
    assert rows.shape[1] == 13
    np.testing.assert_allclose(rows.sum(axis=1), 1, rtol=1e-5)


# ------------------------------------------------------ traits that follow others


def test_position_and_sequence_go_together(made):
    explorer = made(sequence=2)
    assert explorer.position == BOUNDS[2]
    explorer.position = 45
    assert explorer.sequence == next(i for i, stop in enumerate(BOUNDS[1:]) if stop > 45)
    explorer.sequence = 5
    assert explorer.position == BOUNDS[5]
    assert made(position=45, sequence=0).sequence == 5


def test_the_words_are_those_of_the_current_sequence(made):
    explorer = made()
    for number, (start, stop) in enumerate(itertools.pairwise(BOUNDS)):
        explorer.sequence = number
        explorer.finish()
        sent = explorer._words
        assert (sent["sequence"], sent["first"], sent["start"], sent["stop"], sent["end"]) == (
            number, start, start, stop, stop,
        )  # fmt: skip
        assert sent["words"] == WORDS[start:stop]
        assert np.frombuffer(sent["codes"], "<i4").tolist() == explorer.output.codes[start:stop].tolist()
        rows = np.frombuffer(sent["probabilities"], "<f4").reshape(stop - start, 3)
        np.testing.assert_allclose(rows, SCORES[start:stop][:, explorer.output.order], rtol=1e-5)


def test_of_a_long_sequence_the_words_around_the_position_are_there(made, monkeypatch, page_of):
    monkeypatch.setattr("lstmvis_widget.sequences_view.current.MOST_WORDS", 16)
    explorer = made(sequences=[STEPS], tracks={})
    explorer.finish()
    before = len(page_of(explorer).sent("_words"))
    for position in range(STEPS):
        explorer.position = position
        sent = explorer._words
        assert sent["start"] <= position < sent["stop"] == sent["start"] + 16
        assert sent["words"] == WORDS[sent["start"] : sent["stop"]]
    assert len(page_of(explorer).sent("_words")) - before < 12


def test_tracks_may_change(made):
    explorer = made(filters={"prediction": "good", "length": (3, None)}, color_by="rating")
    explorer.finish()
    explorer.tracks["pos"] = ["N"] * STEPS
    assert [track["name"] for track in explorer._tracks] == ["rating", "pos"]
    explorer.tracks["rating"] = OutputTrack(SCORES[::-1], ["x", "y", "z"])
    assert explorer.filters == {"length": [3, None]}
    assert set(explorer.table["prediction"]) <= {"x", "y", "z"}
    assert explorer.shown_sequences.tolist() == [0, 2, 3, 4, 5]
    explorer.color_by = "pos"
    del explorer.tracks["pos"]
    assert explorer.color_by == "expected"
    del explorer.tracks["rating"]
    assert explorer.output is None
    assert "prediction" not in explorer.table
    assert explorer._output is None
    explorer.tracks["other"] = output()
    assert explorer._output["name"] == "other"
    explorer.finish()
    assert explorer._point_colors["labels"] == explorer._output["labels"]


def test_an_output_that_was_given_stays_whatever_the_tracks_are(made):
    given = output()
    explorer = made(tracks={}, output=given)
    explorer.tracks["other"] = output(SCORES[::-1])
    assert explorer.output is given


@pytest.mark.parametrize("name", ["pos", "rating"])
def test_a_named_output_is_followed_and_no_other(made, name):
    explorer = made(tracks={"first": output(SCORES[::-1]), "rating": output(), "pos": ["N"] * STEPS}, output="rating")
    explorer.tracks[name] = CategoricalTrack(["N"] * STEPS)
    assert (explorer.output is None) == (name == "rating")


def test_a_step_of_the_page_beyond_the_text_is_refused(made, page_of):
    explorer = made()
    for name in ("_near", "_hovered_step", "position", "jump"):
        page_of(explorer).set(**{name: STEPS})
        assert f"{name} must" in explorer.error
    page_of(explorer).set(selected_steps=[STEPS])
    assert "selected_steps must" in explorer.error


# ---------------------------------------------------- scenarios, undo, closing


def test_a_scenario_shows_the_view_again(made):
    explorer = made({"a": STATES, "b": OTHER}, layer="b")
    explorer.finish()
    explorer.selected_steps = [3, 40, 41]
    explorer.pinned_sequences = [1, 4]
    explorer.filters = {"length": (3, None), "target": "good"}
    explorer.sort_by, explorer.jump, explorer.position = "-length", 20, 33
    scenario = json.loads(json.dumps(explorer.scenario()))
    assert scenario["view"]["selected_steps"] == [3, 40, 41]
    other = made({"a": STATES, "b": OTHER})
    other.replay(scenario)
    assert other.scenario() == explorer.scenario()
    assert other.shown_sequences.tolist() == explorer.shown_sequences.tolist()
    exec(explorer._scenario_line, {"sequences": other})  # noqa: S102  (as a user pastes it)
    other.undo()
    assert (other.layer, len(other.selected_steps), other.filters) == ("a", 0, {})


def test_a_scenario_of_other_data_is_refused_and_changes_nothing(made):
    explorer = made()
    scenario = made({"a": STATES, "b": OTHER}, sort_by="-length").scenario()
    before = explorer.scenario()
    with pytest.raises(ValueError, match="no layer 'a'"):
        explorer.replay(scenario)
    scenario = explorer.scenario()
    scenario["view"] |= {"sort_by": "-length", "method": "given"}
    with pytest.raises(ValueError, match="before positions are"):
        explorer.replay(scenario)
    assert explorer.scenario() == before


def test_the_statement_in_the_page_leaves_out_very_many_steps(made, monkeypatch):
    monkeypatch.setattr("lstmvis_widget.sequences_view.explorer.MOST_LISTED", 10)
    explorer = made(selected_steps=range(30))
    assert "'selected_steps': []" in explorer._scenario_line
    assert explorer._scenario_line.endswith("# without the 30 selected steps, which sequences.scenario() has")
    exec(explorer._scenario_line, {"sequences": explorer})  # noqa: S102
    assert len(explorer.selected_steps) == 0


def test_steps_selected_in_the_page_are_an_array_that_can_be_undone(made, page_of):
    explorer = made()
    page_of(explorer).set(selected_steps="AwAAACgAAAA=")
    assert explorer.selected_steps.tolist() == [3, 40]
    page_of(explorer).send({"settle": {"selected_steps": "AwAAACgAAAA="}})
    page_of(explorer).set(pinned_sequences=[4, 1])
    page_of(explorer).send({"settle": {"pinned_sequences": [4, 1]}})
    assert explorer.pinned_sequences.tolist() == [1, 4]
    page_of(explorer).send({"undo": True})
    assert (explorer.pinned_sequences.tolist(), explorer.selected_steps.tolist()) == ([], [3, 40])
    page_of(explorer).send({"undo": True})
    assert explorer.selected_steps.tolist() == []
    page_of(explorer).send({"redo": True})
    assert explorer.selected_steps.tolist() == [3, 40]
    page_of(explorer).set(selected_steps="no base64!")
    assert explorer.selected_steps.tolist() == [3, 40]
    assert "selected_steps must be" in explorer.error


def test_what_is_embedded_in_a_page_is_complete(made):
    explorer = made({"a": STATES, "b": OTHER}, filters={"text": "cat sat"})
    explorer.layer = "b"
    state = embed_data(views=[explorer])["manager_state"]["state"][explorer.model_id]["state"]
    assert state["_map"]["trust"] is not None
    assert state["_jumps"] is not None


def test_find_stays_within_sequences(made):
    explorer = made()
    hits = explorer.find("the cat")
    starts = [step for step in range(STEPS - 1) if WORDS[step : step + 2] == ["the", "cat"]]
    assert hits[:, 0].tolist() == [step for step in starts if step + 1 not in BOUNDS]
    explorer.selection = hits[1]
    assert explorer.selection == tuple(hits[1])


def test_results_can_be_read_after_close(made):
    explorer = made()
    explorer.finish()
    explorer.close()
    explorer.close()
    assert len(explorer.table) == 6
    assert explorer.projection.total == STEPS
    assert len(explorer.shown_sequences) == 6


def test_closing_ends_what_is_computed(made):
    explorer = made(np.tile(STATES, (2000, 1)), tokens=None, tracks={}, sequences=None, method="pca")
    explorer.close()
    wait_until(lambda: not explorer.is_computing(), "the end")


def test_a_cancelled_computation_says_so_and_the_next_change_computes_anew(made, page_of, monkeypatch):
    def cancelled_later(*_, check, **__):
        page_of(explorer).send({"cancel": True})
        check()
        raise AssertionError("it was cancelled")

    explorer = made({"a": STATES, "b": OTHER})
    explorer.finish()
    with monkeypatch.context() as patched:
        patched.setattr("lstmvis_widget.sequences_view.measuring.step_distances", cancelled_later)
        explorer.layer = "b"
        with pytest.warns(RuntimeWarning, match="cancelled"):
            assert explorer.table is None
        assert explorer.error == "cancelled"
    explorer.layer = "a"
    assert len(explorer.table) == 6
    explorer.layer = "b"
    assert len(explorer.table) == 6
    assert explorer.error == ""


def test_states_that_cannot_be_read_say_why(made):
    class Broken:
        shape, dtype = STATES.shape, STATES.dtype

        def __getitem__(self, rows):
            raise OSError("the disk is on fire")

    explorer = made(Broken())
    with pytest.warns(RuntimeWarning, match="on fire"):
        assert explorer.table is None
    with pytest.warns(RuntimeWarning, match="on fire"):
        assert explorer.projection is None
    assert "on fire" in explorer.error
    assert len(explorer.shown_sequences) == 6
    explorer.finish()
    assert np.frombuffer(explorer._sequences["prediction"], "<i4").shape == (6,)
