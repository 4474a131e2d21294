"""The map: along principal axes at once, by t-SNE in the background, or where others have put the steps."""

import importlib.util
import sys
import threading

import numpy as np
import pytest
import traitlets

from lstmvis_widget import project_states
from tests.page import wait_until
from tests.sequences_view.conftest import LENGTHS, OTHER, STATES, STEPS

needs_tsne = pytest.mark.skipif(importlib.util.find_spec("openTSNE") is None, reason="needs openTSNE")


def points(sent):
    return np.frombuffer(sent["coordinates"], "<f4").reshape(-1, 2)


def test_the_map_along_principal_axes_is_that_of_the_function(made, page_of):
    explorer = made()
    plain = project_states(STATES, sequences=LENGTHS)
    np.testing.assert_allclose(explorer.projection.coordinates, plain.coordinates)
    explorer.finish()
    assert len(page_of(explorer).sent("_points")) == 1
    np.testing.assert_allclose(points(explorer._points), plain.coordinates, rtol=1e-5, atol=1e-4)
    assert explorer._points["steps"] is None
    assert explorer._map["trust"]["map"]["kept"] == pytest.approx(plain.trust["kept"])
    assert [facts["trust"] is None for facts in page_of(explorer).sent("_map")] == [True, False]


@needs_tsne
def test_tsne_moves_the_points_until_it_settles(made, page_of, monkeypatch):
    monkeypatch.setattr("lstmvis_widget.sequences_view.mapping.MOVED_EVERY", 0)
    explorer = made()
    explorer.finish()
    page = page_of(explorer)
    explorer.method = "tsne"
    plain = project_states(STATES, "tsne", sequences=LENGTHS)
    np.testing.assert_allclose(explorer.projection.coordinates, plain.coordinates)
    assert explorer.projection.method == "tsne"
    explorer.finish()
    assert len(page.sent("_points")) > 5
    np.testing.assert_allclose(points(explorer._points), plain.coordinates, rtol=1e-4, atol=1e-4)
    settled = [facts["settled"] for facts in page.sent("_map")]
    assert settled[-1]
    assert False in settled
    assert explorer._map["trust"] is not None
    moves = len(page.sent("_points"))
    explorer.method = "pca"
    explorer.method = "tsne"
    assert explorer.projection.method == "tsne"
    explorer.finish()
    assert len(page.sent("_points")) <= moves + 2  # both were known


@needs_tsne
def test_a_cancelled_tsne_leaves_the_map_along_principal_axes(made, page_of, monkeypatch):
    began, may_go_on = threading.Event(), threading.Event()

    def slow(*_, check, moved, **__):
        moved(np.zeros((STEPS, 2)))
        began.set()
        may_go_on.wait(20)
        check()
        raise AssertionError("it was cancelled")

    monkeypatch.setattr("lstmvis_widget.projection.project_states.tsne_positions", slow)
    explorer = made()
    explorer.finish()
    explorer.method = "tsne"
    assert began.wait(20)
    page_of(explorer).send({"cancel": True})
    may_go_on.set()
    assert (explorer.method, explorer.peek("error")) == ("pca", "cancelled")
    assert explorer.projection.method == "pca"
    explorer.finish()
    assert page_of(explorer).sent("_map")[-1]["method"] == "pca"
    assert page_of(explorer).sent("method")[-1] == "pca"
    assert not explorer.undo()  # there is nothing to take back


@needs_tsne
def test_a_failed_tsne_says_why_and_leaves_the_map_along_principal_axes(made, monkeypatch):
    def fail(*_, **__):
        raise RuntimeError("it is broken")

    monkeypatch.setattr("lstmvis_widget.projection.project_states.tsne_positions", fail)
    explorer = made()
    explorer.method = "tsne"
    assert explorer.projection.method == "pca"
    assert explorer.method == "pca"
    assert "it is broken" in explorer.error


@needs_tsne
def test_a_newer_layer_ends_the_map_of_an_older_one(made, monkeypatch):
    asked = []

    def slow(rows, *_, check, **__):
        asked.append(rows.shape)
        if len(asked) == 1:
            wait_until(lambda: explorer.layer == "b", "the other layer")
            wait_until(lambda: explorer._mapping.task.question.layer == "b", "its question")
        check()
        return rows[:, :2]

    monkeypatch.setattr("lstmvis_widget.projection.project_states.tsne_positions", slow)
    explorer = made({"a": STATES, "b": OTHER})
    explorer.method = "tsne"
    wait_until(lambda: asked, "t-SNE")
    explorer.layer = "b"
    assert explorer.projection.cells == 4
    assert len(asked) == 2


def test_without_openTSNE_the_method_is_refused_with_what_to_install(made, page_of, monkeypatch):  # noqa: N802
    monkeypatch.setitem(sys.modules, "openTSNE", None)
    explorer = made()
    with pytest.raises(traitlets.TraitError, match=r"pip install 'lstmvis-widget\[analysis\]'"):
        explorer.method = "tsne"
    page_of(explorer).set(method="tsne")
    assert page_of(explorer).sent("method")[-1] == "pca"
    assert "pip install" in explorer.error
    assert explorer.projection.method == "pca"


def test_positions_of_another_method_are_a_map(made):
    positions = np.random.default_rng(1).normal(size=(STEPS, 2))
    positions[[3, 40]] = np.nan
    explorer = made({"a": STATES, "b": OTHER})
    explorer.method = positions
    assert explorer.method == "given"
    known = np.delete(np.arange(STEPS), [3, 40])
    assert explorer.projection.steps.tolist() == known.tolist()
    np.testing.assert_array_equal(explorer.projection.coordinates, positions[known])
    explorer.finish()
    assert "2 steps are left out" in explorer._map["notes"][0]
    assert np.isnan(np.frombuffer(explorer._trajectories[0]["coordinates"], "<f4").reshape(-1, 2)[3]).all()
    explorer.layer = "b"  # positions are of steps, whatever the layer
    np.testing.assert_array_equal(explorer.projection.coordinates, positions[known])
    explorer.method = positions[::-1]  # reads the same, and is another map
    np.testing.assert_array_equal(explorer.projection.coordinates[-1], positions[0])
    explorer.method = "pca"
    assert explorer.projection.method == "pca"
    explorer.undo()
    assert (explorer.method, explorer.projection.method) == ("given", "given")


def test_a_projection_is_a_map_of_its_layer(made, tmp_path):
    explorer = made({"a": STATES, "b": OTHER})
    projection = project_states(STATES, np.random.default_rng(1).normal(size=(STEPS, 2)))
    explorer.method = projection
    assert (explorer.method, explorer.projection) == ("given", projection)
    with pytest.raises(traitlets.TraitError, match=r"of layer 'a', of shape \(60, 6\); got one of .* \(60, 4\)"):
        explorer.method = project_states(OTHER)
    assert explorer.projection is projection
    saved = project_states(STATES)
    saved.save(tmp_path / "map.h5")
    explorer.method = type(saved).load(tmp_path / "map.h5")
    assert explorer.method == "pca"
    assert len(explorer.projection.neighbours(3, 5)) == 5  # it has its states again


@pytest.mark.parametrize(
    ("method", "message"),
    [
        ("given", "before positions are"),
        ("umap", "'pca', 'tsne'"),
        ("tnse", "did you mean 'tsne'"),
        (np.zeros((59, 2)), r"\(60, 2\), a row for each time step, .* got ndarray of shape \(59, 2\)"),
        (np.full((60, 2), np.nan), "all have NaN"),
        ([["a", "b"]] * 60, r"\(60, 2\)"),
        (3, r"\(60, 2\)"),
        (None, r"\(60, 2\)"),
    ],
)
def test_a_wrong_map_is_refused_and_changes_nothing(made, method, message):
    explorer = made(background=False)
    before = explorer.projection
    with pytest.raises(traitlets.TraitError, match=message):
        explorer.method = method
    assert (explorer.method, explorer.projection) == ("pca", before)


def test_steps_without_a_finite_state_are_not_on_the_map(made):
    states = STATES.copy()
    states[10:12] = np.nan
    explorer = made(states)
    explorer.finish()
    assert explorer._points["count"] == STEPS - 2
    assert np.frombuffer(explorer._points["steps"], "<i4").tolist() == [*range(10), *range(12, STEPS)]
    assert "2 steps are left out" in explorer._map["notes"][0]
    codes = np.frombuffer(explorer._point_colors["codes"], "<u2")
    assert codes.tolist() == np.delete(explorer.output.codes, [10, 11]).tolist()


def test_a_layer_without_a_finite_state_has_no_map_and_the_rest_works(made):
    explorer = made({"a": STATES, "b": np.full_like(STATES, np.nan)})
    explorer.finish()
    explorer.layer = "b"
    with pytest.warns(RuntimeWarning, match="finite"):
        assert explorer.projection is None
    assert "finite" in explorer.error
    explorer.finish()
    assert (explorer._points, explorer._map, explorer._point_colors, [*explorer._trajectories]) == (
        None,
        None,
        None,
        [],
    )
    assert explorer.table["largest_jump"].isna().all()
    assert len(explorer.shown_sequences) == 6
    explorer.layer = "a"
    assert explorer.projection.method == "pca"
    explorer.finish()
    assert explorer._points["count"] == STEPS
    assert len(explorer._trajectories) == 1
    assert explorer.error == ""


def test_another_map_is_shown_as_a_whole(made):
    explorer = made({"a": STATES, "b": OTHER}, view=(0, 1, 0, 1))
    assert explorer.view == (0, 1, 0, 1)
    explorer.layer = "b"
    assert explorer.view is None


def test_what_does_not_change_is_not_sent_again(made, page_of):
    explorer = made()
    explorer.finish()
    page = page_of(explorer)
    names = ("_points", "_point_colors", "_sequences", "_trajectories", "_words", "_jumps")
    before = [len(page.sent(name)) for name in names]
    assert before[:2] == [1, 1]
    explorer.position = 3  # within the same sequence
    explorer.filters = {"length": (3, None)}
    explorer.selected_steps = [3, 4]
    explorer.finish()
    assert [len(page.sent(name)) for name in names] == before
