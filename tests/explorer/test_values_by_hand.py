"""Traits take a value in any form in which people hold it, and refuse all others at the door, whoever sends them."""

import math
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
import torch
import traitlets

from lstmvis_widget import PhraseScatter, StateExplorer, map_phrases
from lstmvis_widget.matching.matches import Match
from lstmvis_widget.synced.tags import names_tagged
from tests.page import recorded_pages

STATES = np.random.default_rng(0).normal(size=(60, 6))
WORDS = ["the", "cat", "sat", "on", "a", "mat"] * 10


@pytest.fixture
def explorer():
    explorer = StateExplorer(STATES, WORDS, selection=(20, 22), threshold=0.1)
    yield explorer
    explorer.close()


class TestSelection:
    def test_anything_with_two_ends_can_be_selected(self, explorer):
        for given in (
            (3, 6), [3.0, 6.0], slice(3, 6), slice(3, 6, 1), range(3, 6), np.array([3, 6]), np.array([3, 6], np.uint8),
            torch.tensor([3, 6]), pd.RangeIndex(3, 6), pd.Series({"start": 3, "stop": 6}), Match(3, 6, 3, 2, 4),
            (np.int64(3), torch.tensor(6)), (np.array(3), Decimal(6)),
        ):  # fmt: skip
            explorer.selection = None
            explorer.selection = given
            assert explorer.selection == (3, 6), given
            assert [type(end) for end in explorer.selection] == [int, int]

    def test_what_the_explorer_gives_can_be_selected(self, explorer):
        explorer.selection = explorer.find("sat on")[1]
        assert explorer.selection == (8, 10)
        best = explorer.matches[0]
        explorer.selection = best
        assert explorer.selection == (best.start, best.stop)
        explorer.selection = explorer.matches.to_pandas().iloc[0]

    def test_an_end_that_a_slice_leaves_out_is_that_of_the_text(self, explorer):
        for given, selected in ((slice(50, None), (50, 60)), (slice(None, 4), (0, 4)), (slice(None), (0, 60))):
            explorer.selection = given
            assert explorer.selection == selected

    def test_what_is_no_range_of_steps_is_refused_and_changes_nothing(self, explorer):
        for given in (
            slice(3, 9, 2), range(3, 9, 2), range(6, 3, -1), slice(-3, None), slice(6, 3), range(3, 3), slice(3, 61),
            (3, 2**63 + 6), (3, 10**400), (3.5, 6), (True, 6), ("3", "6"), "36", b"36", {3: 6}, (3, math.nan),
            (3, math.inf), np.array([[3, 6]]), np.array(3), [3, 4, 5], 3, (3, None), {"start": 3, "stop": 6},
        ):  # fmt: skip
            with pytest.raises(traitlets.TraitError, match="selection must"):
                explorer.selection = given
            assert explorer.selection == (20, 22)


COUNTS = ("position", "k", "min_length", "length_filter", "off_before", "off_after", "min_run", "context_width")


def test_a_number_may_be_of_any_library(explorer):
    for given in (
        3,
        3.0,
        np.int8(3),
        np.uint64(3),
        np.float32(3),
        np.array(3),
        torch.tensor(3),
        Fraction(3),
        Decimal(3),
    ):
        for name in ("threshold", "word_width", *COUNTS):
            setattr(explorer, name, 2)
            setattr(explorer, name, given)
            assert getattr(explorer, name) == 3
            assert type(getattr(explorer, name)) in (int, float)
        explorer.value_axis = (given, given + 1)
        assert explorer.value_axis == (3.0, 4.0)
        explorer.deselected_cells = explorer.pinned_cells = [given]
        assert (explorer.deselected_cells, [*explorer.pinned_cells]) == ((3,), [3])


WRONG = [10**400, -(10**400), 2**63, 2**70, -1 - 2**63, math.nan, math.inf, "3", b"3", True, 1j, np.True_, [3], {}]


@pytest.mark.parametrize("name", [*COUNTS, "sequence"])
def test_what_is_no_count_is_refused_by_every_door(explorer, name):
    before, good = getattr(explorer, name), explorer.scenario()
    for given in WRONG:
        with pytest.raises(traitlets.TraitError, match=name) as raised:
            setattr(explorer, name, given)
        assert len(str(raised.value)) < 200
        with pytest.raises(ValueError, match=name):
            explorer.replay({**good, "view": {**good["view"], name: given}})
        explorer.say("")
        explorer.set_state({name: given})
        assert name in explorer.error
        explorer._handle_custom_msg({"settle": {name: given}}, [])
        assert getattr(explorer, name) == before


@pytest.mark.parametrize("name", ["threshold", "word_width"])
def test_what_is_no_finite_number_is_refused(explorer, name):
    for given in (10**400, math.nan, math.inf, "3", True, None, 1j, [0.3], np.array([0.3])):
        with pytest.raises(traitlets.TraitError, match=f"{name} must be"):
            setattr(explorer, name, given)
        explorer.say("")
        explorer.set_state({name: given})
        assert name in explorer.error
    with pytest.raises(traitlets.TraitError, match=f"{name} must be"):
        StateExplorer(STATES, **{name: 10**400})


def test_cells_may_be_any_list(explorer):
    one_by_one = [torch.tensor(0), np.array(4)]
    for cells in ([0, 4], (4, 0), {0, 4}, range(0, 5, 4), np.array([4, 0, 4]), torch.tensor([0, 4]), one_by_one):
        for name in ("deselected_cells", "added_cells", "pinned_cells"):
            setattr(explorer, name, ())
            setattr(explorer, name, cells)
            assert sorted(getattr(explorer, name)) == [0, 4]
        explorer.take_cells(cells)
        assert explorer.selected_cells.tolist() == [0, 4]


def test_what_are_no_cells_are_refused_by_every_door(explorer):
    one_of_many = np.array([True, False])
    for cells in ([2**63], [10**400], [-1], [6], [1.5], [math.nan], [True], one_of_many, ["1"], "1", 1, None, {}):
        for name in ("deselected_cells", "added_cells"):
            with pytest.raises(traitlets.TraitError, match=name):
                setattr(explorer, name, cells)
        with pytest.raises(traitlets.TraitError):
            explorer.take_cells(cells)
        explorer.say("")
        explorer._handle_custom_msg({"take_cells": cells}, [])
        assert "added_cells" in explorer.error
        assert (explorer.deselected_cells, explorer.added_cells) == ((), ())


def test_flags_and_names_of_numpy_are_python_values(explorer):
    explorer.fold_matches = np.bool_(True)
    assert explorer.fold_matches is True
    for given in (1, np.int64(1), "True", None):
        with pytest.raises(traitlets.TraitError, match="fold_matches must be True or False"):
            explorer.fold_matches = given
    explorer.find_text = np.str_("cat")
    assert type(explorer.find_text) is str
    explorer.tracks["pos"] = list("abcdef") * 10
    explorer.visible_tracks = np.array(["pos"])
    explorer.align_with = np.array(["pos", "a"])
    assert (explorer.visible_tracks, explorer.align_with) == (("pos",), ("pos", "a"))


def test_a_scatter_checks_its_values_too():
    phrases = {"a": [(at, at + 2) for at in range(5)], "b": [(at, at + 2) for at in range(20, 25)]}
    phrase_map = map_phrases(STATES, phrases, 0.1, components=2)
    scatter = PhraseScatter(phrase_map)
    scatter.picked, scatter.selected, scatter.view = np.uint8(1), torch.tensor([2, 0]), np.array([0, 1, 0, 1])
    assert (scatter.picked, scatter.selected.tolist(), scatter.view) == (1, [0, 2], (0.0, 1.0, 0.0, 1.0))
    for name, given in (("picked", 2**63), ("picked", True), ("selected", [2**63]), ("view", (0, 10**400, 0, 1))):
        with pytest.raises(traitlets.TraitError, match=name):
            setattr(scatter, name, given)
        scatter.say("")
        scatter.set_state({name: given})
        assert name in scatter.error
    scatter.close()


def test_nothing_that_the_page_sends_raises():
    with recorded_pages() as page_of:
        explorer = StateExplorer(STATES, WORDS)
        page = page_of(explorer)
        for name in names_tagged(type(explorer), "page"):
            for given in (10**400, 2**63, -1, -1e308, [10**400, 1], {"a": 1}, [[]], [None]):
                page.set(**{name: given})
                page.send({"settle": {name: given}})
        assert (
            explorer.scenario()["view"] == StateExplorer(STATES, WORDS, threshold=explorer.threshold).scenario()["view"]
        )
        explorer.close()
