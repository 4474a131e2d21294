"""What colours the points of the map, as it is sent."""

import threading

import numpy as np
import pytest
import traitlets
from hypothesis import given
from hypothesis import strategies as st

from lstmvis_widget import CategoricalTrack, ContinuousTrack, OutputTrack
from lstmvis_widget.projection.projection import Projection
from lstmvis_widget.sent.sequences import values_of
from lstmvis_widget.sequences_view import mapping
from tests.page import recorded_pages

from .small_data import CLASSES, EXPECTED, HEIGHT, LENGTHS, SCORES, STATES, STEPS, TAGS, TARGETS, make

NONE = 65535


@pytest.fixture
def page():
    with recorded_pages() as page_of:
        made = make()
        yield page_of(made)
        made.close()


@pytest.fixture
def explorer(page):
    return page._explorer


def colors(explorer, by):
    explorer.color_by = by
    explorer.finish()
    return explorer._point_colors


def names_of(sent):
    codes = np.frombuffer(sent["codes"], "<u2")
    return [None if code == NONE else sent["labels"][code] for code in codes]


def test_the_expected_class_is_paler_where_it_is_unsure(explorer):
    sent = colors(explorer, "expected")
    assert (sent["by"], sent["kind"], sent["values"]) == ("expected", "classes", None)
    assert names_of(sent) == [CLASSES[place] for place in EXPECTED]
    strength = np.frombuffer(sent["strength"], "u1") / 255
    np.testing.assert_allclose(strength, SCORES.max(axis=1), atol=0.5 / 255 + 1e-6)


def test_the_true_class_is_that_of_the_sequence(explorer):
    sent = colors(explorer, "target")
    assert names_of(sent) == [target for target, length in zip(TARGETS, LENGTHS, strict=True) for _ in range(length)]
    assert sent["kind"] == "classes"
    assert sent["strength"] is None


def test_the_true_class_may_be_one_of_each_step():
    by_step = [CLASSES[i % 4] if i % 5 else None for i in range(STEPS)]
    explorer = make(tracks={"era": OutputTrack(SCORES, CLASSES, by_step)})
    assert names_of(colors(explorer, "target")) == by_step
    explorer.close()


def test_classes_are_sent_at_their_places_in_the_order_of_the_output(explorer):
    sent, output = colors(explorer, "target"), explorer._output
    assert sent["labels"] == [*output["labels"], *output["unexpected"]]


def test_trust_is_that_of_each_point(explorer):
    sent = colors(explorer, "trust")
    assert (sent["kind"], sent["range"], sent["codes"]) == ("values", [0, 1], None)
    trust = explorer.projection.point_trust()
    np.testing.assert_allclose(np.frombuffer(sent["values"], "u1") / 254, trust, atol=0.5 / 254 + 1e-9)


def test_labels_of_a_track(explorer):
    sent = colors(explorer, "pos")
    assert sent["kind"] == "labels"
    assert names_of(sent) == TAGS


def test_an_output_track_colours_as_the_expected_class_does(explorer):
    assert colors(explorer, "era") == colors(explorer, "expected") | {"by": "era"}


def test_numbers_of_a_track_have_their_place_in_its_range(explorer):
    sent = colors(explorer, "height")
    assert sent["range"] == [-1, 1]
    values = np.frombuffer(sent["values"], "u1")
    assert values[7] == 255
    known = ~np.isnan(HEIGHT)
    np.testing.assert_allclose(values[known] / 254 * 2 - 1, HEIGHT[known], atol=1 / 254 + 1e-9)


@given(st.lists(st.floats(width=64), min_size=1, max_size=8))
def test_every_number_has_a_place_or_none(values):
    track = ContinuousTrack(values)
    sent = np.frombuffer(values_of(track.values, track.value_range)["values"], "u1")
    low, high = track.value_range or (0.0, 0.0)
    for value, place in zip(values, sent.tolist(), strict=True):
        if np.isnan(value):
            assert place == 255
        elif value >= high > low or value > high:
            assert place == 254
        elif value <= low < high or value < low:
            assert place == 0
        elif low == high:
            assert place == 127
        else:
            share = (
                (int(value) - int(low)) / (int(high) - int(low)) if abs(high) > 1e300 else (value - low) / (high - low)
            )
            assert abs(place / 254 - share) <= 0.5 / 254 + 1e-9


def test_a_top_k_track_is_refused(explorer):
    with pytest.raises(traitlets.TraitError, match=r"color_by must be one of .*'height'; got 'next'"):
        explorer.color_by = "next"


def test_without_an_output_nothing_is_expected():
    explorer = make(tracks={"pos": CategoricalTrack(TAGS)})
    assert colors(explorer, "expected") is None
    assert colors(explorer, "target") is None
    assert names_of(colors(explorer, "pos")) == TAGS
    explorer.close()


def test_without_targets_there_is_no_true_class():
    explorer = make(tracks={"era": OutputTrack(SCORES, CLASSES)})
    assert colors(explorer, "target") is None
    explorer.close()


def test_colours_are_those_of_the_points_and_their_steps(explorer):
    for by in ("expected", "target", "trust", "pos", "height"):
        sent, points = colors(explorer, by), explorer._points
        assert len(sent["codes"] or sent["values"] * 2) == 2 * points["count"]


def test_steps_that_are_not_on_the_map_have_no_colour():
    states = STATES.copy()
    states[3] = np.nan
    explorer = make(states)
    sent = colors(explorer, "expected")
    assert names_of(sent) == [CLASSES[place] for step, place in enumerate(EXPECTED) if step != 3]
    explorer.close()


def test_new_points_never_have_the_colours_of_others():
    first, second = STATES.copy(), STATES.copy()
    first[3], second[8] = np.nan, np.nan  # as many points
    with recorded_pages() as page_of:
        explorer = make({"one": first, "two": second})
        page = page_of(explorer)
        explorer.finish()
        explorer.layer = "two"
        explorer.finish()
        assert names_of(explorer._point_colors) == [CLASSES[place] for i, place in enumerate(EXPECTED) if i != 8]
        sent = [update for update in page.updates() if "_points" in update]
        assert len(sent) >= 2
        assert all("_point_colors" in update for update in sent)  # in the same message
        explorer.close()


def test_they_are_not_sent_again_when_nothing_has_changed(page, explorer):
    explorer.finish()
    before = len(page.sent("_point_colors"))
    explorer.position = 9
    explorer.selected_steps = [3]
    explorer.jump = 6
    explorer.metric = "cosine"
    explorer.finish()
    assert len(page.sent("_point_colors")) == before


def test_trust_that_takes_long_shows_no_older_colours(explorer, monkeypatch):
    explorer.finish()
    begun = threading.Event()

    def endless(_, *, check, **__):
        begun.set()
        while True:
            check()

    monkeypatch.setattr(Projection, "point_trust", endless)
    explorer.color_by = "trust"
    assert explorer._point_colors is None
    assert begun.wait(60)
    assert explorer._point_colors is None
    explorer.color_by = "pos"
    explorer.finish()
    assert explorer._point_colors["by"] == "pos"


def test_trust_that_can_not_be_measured_is_an_error(explorer, monkeypatch):
    def fail(*_, **__):
        raise OSError("the disk is gone")

    monkeypatch.setattr(Projection, "point_trust", fail)
    assert colors(explorer, "trust") is None
    assert explorer.error == "the points could not be coloured: the disk is gone"


def test_trust_is_there_also_after_a_map_that_was_left_while_it_settled(explorer, monkeypatch):
    explorer.finish()
    explorer.color_by = "trust"
    begun = threading.Event()

    def endless(*_, check, **__):
        begun.set()
        while True:
            check()

    monkeypatch.setattr(mapping, "project_states", endless)
    explorer.method = "tsne"
    assert begun.wait(60)
    assert explorer._point_colors is None  # the axes are there meanwhile, and aren't the map that is wanted
    explorer.method = "pca"
    explorer.finish()
    assert explorer._point_colors["by"] == "trust"
