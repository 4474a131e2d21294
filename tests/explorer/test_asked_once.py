"""However many traits a change sets, its results are computed once."""

import pytest

from lstmvis_widget import StateExplorer
from lstmvis_widget.explorer.computation import Computation
from tests.explorer.test_explorer import STATES, WORDS, is_right
from tests.page import recorded_pages

LAYERS = {"lower": STATES, "upper": -STATES[:, :4]}


@pytest.fixture
def asked(monkeypatch):
    """The selections of all requests, one for each."""
    asked, select = [], Computation.select

    def counting(self, request, *rest):
        asked.append(request.ranges)
        return select(self, request, *rest)

    counting.asked = asked
    monkeypatch.setattr(Computation, "select", counting)
    return asked


@pytest.fixture
def page_of():
    with recorded_pages() as page_of:
        yield page_of


@pytest.fixture
def explorer(asked, page_of):  # noqa: ARG001  (starts recording first)
    explorer = StateExplorer(LAYERS, WORDS, {"pos": ["N", "V"] * 30}, threshold=0.1, background=False)
    explorer.selection = (10, 13)
    explorer.deselected_cells = explorer.selected_cells[:1]
    explorer.added_cells = [3]
    explorer.pinned_cells = [9]
    asked.clear()
    yield explorer
    explorer.close()


def undo_a_selection(explorer):
    explorer.selection = (20, 23)
    Computation.select.asked.clear()
    assert explorer.undo()
    assert (explorer.selection, explorer.added_cells) == ((10, 13), (3,))


def set_together(explorer):
    with explorer.hold_sync():
        explorer.threshold, explorer.off_before, explorer.k, explorer.selection = 0.2, 1, 7, (20, 22)


def hold_notifications(explorer):
    with explorer.hold_trait_notifications():
        explorer.threshold, explorer.off_before, explorer.k, explorer.selection = 0.2, 1, 7, (20, 22)


CHANGES = {
    "a selection that lets go of cells picked by hand": lambda explorer: setattr(explorer, "selection", (20, 23)),
    "a layer with a threshold of its own": lambda explorer: setattr(explorer, "layer", "upper"),
    "an undo of several traits": undo_a_selection,
    "cells taken": lambda explorer: explorer.take_cells([1, 2]),
    "a scenario": lambda explorer: explorer.replay(
        explorer.scenario() | {"view": explorer.scenario()["view"] | {"threshold": 0.2, "selection": [4, 6], "k": 3}}
    ),
    "traits sent together": set_together,
    "traits told together": hold_notifications,
    "a threshold": lambda explorer: setattr(explorer, "threshold", 0.4),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_change_asks_once(explorer, asked, change):
    change(explorer)
    assert len(asked) == 1
    assert asked[0] == (explorer.selection,)
    assert len(asked) == 1  # reading asks for nothing


def test_several_ranges_are_asked_about_once_and_going_through_them_asks_for_nothing(explorer, asked):
    explorer.select([(10, 13), (20, 23)], tolerance=0.5)
    explorer.selection = (20, 23)
    explorer.tolerance = 0.6  # of two ranges still one
    assert asked == [((10, 13), (20, 23))]


def test_what_the_page_sets_in_one_message_asks_once(explorer, asked, page_of):
    page_of(explorer).set(selection=[20, 23], threshold=0.2, off_before=1, deselected_cells=[2], position=5)
    assert len(asked) == 1
    page_of(explorer).send({"settle": {"selection": [30, 33], "threshold": 0.3, "k": 9}})
    assert len(asked) == 2
    is_right(explorer)


@pytest.mark.parametrize(
    "change",
    [
        {"position": 20}, {"word_width": 12}, {"visible_tracks": ()}, {"match_tracks": ("pos",)}, {"color_by": None},
        {"context_width": 7}, {"fold_matches": True}, {"pinned_cells": [4]}, {"align_with": ("pos", "N")},
        {"find_text": "word"}, {"value_axis": "view"}, {"selection": (10, 13)}, {"threshold": 0.1},
    ],
    ids=str,
)  # fmt: skip
def test_what_results_do_not_depend_on_asks_for_none(explorer, asked, change):
    for name, value in change.items():
        setattr(explorer, name, value)
    assert asked == []


def test_an_observer_in_the_midst_of_a_change_reads_what_was_set_so_far(explorer):
    seen = []
    explorer.observe(lambda _: seen.append(explorer.selected_cells.tolist()), names="selection")
    explorer.selection = (30, 33)
    assert seen == [explorer.selected_cells.tolist()]
