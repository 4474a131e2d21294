"""An observer that raises stops nothing: no other observer, no computation, and no other trait from being set."""

import logging

import pytest
import traitlets

from lstmvis_widget import StateExplorer, map_phrases
from tests.explorer.test_explorer import STATES, WORDS, is_right
from tests.page import recorded_pages, wait_until

RESULTS = ["selected_cells", "matches", "progress", "error", "_note", "_n_candidates", "_match_context"]
CHOSEN = ["selection", "deselected_cells", "_selection_bounds", "_scenario_line", traitlets.All]


@pytest.fixture(params=[True, False], ids=["background", "inline"])
def explorer(request):
    explorer = StateExplorer(STATES, WORDS, threshold=0.1, background=request.param)
    yield explorer
    explorer.close()


def divide_by_zero(_):
    return 1 / 0


@pytest.mark.parametrize("trait", RESULTS)
def test_one_of_a_result_leaves_all_results_right_and_the_next_ones_too(explorer, trait, caplog):
    explorer.observe(divide_by_zero, names=trait)
    with caplog.at_level(logging.ERROR, "lstmvis_widget"):
        for selection in [(10, 12), (20, 23), (5, 6)]:
            explorer.selection = selection
            is_right(explorer)
        explorer.threshold = 0.3
        is_right(explorer)
        wait_until(lambda: explorer.get_state(["_n_candidates"])["_n_candidates"] is not None, "the counts")
    if trait in ("selected_cells", "matches", "_match_context"):
        assert "ZeroDivisionError" in caplog.text
    assert explorer.error == ""


@pytest.mark.parametrize("trait", CHOSEN, ids=str)
def test_what_one_raises_in_a_statement_is_raised_when_all_is_set(explorer, trait, caplog):
    told = []
    explorer.observe(divide_by_zero, names=trait)
    explorer.observe(told.append, names="selection")
    with pytest.raises(ZeroDivisionError), caplog.at_level(logging.ERROR, "lstmvis_widget"):
        explorer.selection, explorer.deselected_cells = (10, 13), (1,)
    explorer.unobserve(divide_by_zero, names=trait)
    assert explorer.selection == (10, 13)
    assert [change["new"] for change in told] == [(10, 13)]
    explorer.deselected_cells = ()
    is_right(explorer)
    assert explorer.undo()


def test_one_that_is_no_longer_wanted_is_not_called(explorer):
    told = []
    explorer.observe(told.append, names="threshold")
    explorer.unobserve(told.append, names="threshold")
    explorer.threshold = 0.2
    assert told == []


def test_traits_set_together_are_all_told_though_one_observer_raises(explorer):
    told = []
    explorer.observe(divide_by_zero, names="threshold")
    explorer.observe(lambda change: told.append(change["name"]), names=["threshold", "off_before", "k"])
    with pytest.raises(ZeroDivisionError), explorer.hold_trait_notifications():
        explorer.threshold, explorer.off_before, explorer.k = 0.2, 1, 7
    assert sorted(told) == ["k", "off_before", "threshold"]
    explorer.selection = (10, 13)
    is_right(explorer)


def test_what_the_page_sets_beside_it_is_taken_in():
    with recorded_pages() as page_of:
        explorer = StateExplorer(STATES, threshold=0.1)
        explorer.observe(divide_by_zero, names=["threshold", "selection"])
        page_of(explorer).set(threshold=0.2, selection=[10, 13], off_before=1)
        assert (explorer.threshold, explorer.selection, explorer.off_before) == (0.2, (10, 13), 1)
        is_right(explorer)
        explorer.close()


def test_a_class_with_an_observer_of_its_own_that_raises_has_right_results(caplog):
    class Watched(StateExplorer):
        @traitlets.observe("selected_cells")
        def _look(self, _):
            raise LookupError("nothing here")

    explorer = Watched(STATES, threshold=0.1)
    with caplog.at_level(logging.ERROR, "lstmvis_widget"):
        explorer.selection = (10, 13)
        is_right(explorer)
        wait_until(lambda: "LookupError" in caplog.text, "the report")
    explorer.close()


def test_a_linked_scatter_is_lit_though_an_observer_of_the_matches_raises():
    phrases = {
        "a": [(start, start + 2) for start in range(0, 20, 2)],
        "b": [(start, start + 3) for start in range(21, 60, 3)],
    }
    explorer = StateExplorer(STATES, WORDS, threshold=0.1)
    explorer.observe(divide_by_zero, names="matches")
    scatter = map_phrases(STATES, phrases, 0.1).scatter(explorer)
    explorer.selection = (10, 12)
    assert scatter.picked == 5
    lit = scatter.lit.tolist()
    assert lit
    wait_until(lambda: list(scatter.get_state(["_lit"])["_lit"]) == lit, "the light")
    scatter.close()
    explorer.close()


def test_what_is_read_while_messages_are_held_back_is_right(explorer):
    with explorer.hold_sync():
        explorer.selection = (10, 13)
        is_right(explorer)
        explorer.threshold = 0.3
        is_right(explorer)
