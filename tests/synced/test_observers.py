"""An observer that raises stops nothing: no other observer, no computation, and no other trait from being set."""

import contextlib
import logging
import threading

import pytest
import traitlets

from lstmvis_widget import StateExplorer, map_phrases
from lstmvis_widget.explorer.computation import Computation
from lstmvis_widget.explorer.finding import Finding
from lstmvis_widget.explorer.viewing import Viewing
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
        if trait in ("selected_cells", "matches", "_match_context"):  # logged once all of the stage is set
            wait_until(lambda: "ZeroDivisionError" in caplog.text, "the log")
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


@pytest.mark.parametrize("trait", ["selected_cells", "matches"])
def test_one_that_is_told_of_a_result_sets_a_trait_and_reads_what_comes_of_it(explorer, trait):
    told, read = [], []

    def ask_more(_):
        told.append(trait)
        if len(told) == 1:
            explorer.threshold = 0.3
            read.append((explorer.selected_cells.tolist(), len(explorer.matches)))

    explorer.observe(ask_more, names=trait)
    explorer.selection = (10, 12)
    wait_until(lambda: read, "what the observer reads")
    is_right(explorer)
    assert explorer.threshold == 0.3
    assert read == [(explorer.selected_cells.tolist(), len(explorer.matches))]
    wait_until(lambda: len(explorer.get_state(["matches"])["matches"]["start"]) == read[0][1], "the result")


def test_one_of_what_follows_from_a_result_ends_nothing(caplog):
    explorer = StateExplorer(STATES, WORDS, {"pos": ["N", "V"] * 30}, threshold=0.1, match_tracks=["pos"])
    explorer._label_table = "pos"
    explorer.observe(divide_by_zero, names="_enrichment")
    with caplog.at_level(logging.ERROR, "lstmvis_widget"):
        for selection in [(10, 12), (20, 22), (30, 32)]:
            with contextlib.suppress(ZeroDivisionError):  # that the table before is gone, it is told in the statement
                explorer.selection = selection
            is_right(explorer)
            wait_until(lambda: explorer.get_state(["_enrichment"])["_enrichment"], "the table")
    assert "ZeroDivisionError" in caplog.text
    explorer.close()


def test_one_that_wants_to_end_the_thread_ends_nothing(caplog):
    def leave(_):
        raise SystemExit(3)

    explorer = StateExplorer(STATES, WORDS, threshold=0.1)
    explorer.observe(leave, names=["selected_cells", "matches"])
    for selection in [(10, 12), (20, 22)]:
        explorer.selection = selection
        is_right(explorer)
    wait_until(lambda: "SystemExit" in caplog.text, "the report")
    explorer.close()


def test_a_failure_that_an_observer_read_first_is_shown(explorer, monkeypatch):
    def fail(*_):
        raise RuntimeError("the disk is on fire")

    monkeypatch.setattr(Computation, "rank", fail)
    read = []
    explorer.observe(lambda _: read.append(explorer.error), names="selected_cells")
    explorer.selection = (10, 12)
    wait_until(lambda: explorer.get_state(["error"])["error"] == "the disk is on fire", "the error")
    assert read[0] == "the disk is on fire"


@pytest.mark.parametrize("hold", ["hold_sync", "hold_trait_notifications"])
def test_what_is_set_before_an_exception_in_a_block_is_a_step_and_is_followed(explorer, hold):
    with contextlib.suppress(LookupError), getattr(explorer, hold)():
        explorer.selection = (10, 13)
        raise LookupError
    wait_until(lambda: explorer.get_state(["matches"])["matches"]["start"], "the matches")
    is_right(explorer)
    assert explorer.undo()
    assert explorer.selection is None


def test_a_trait_set_by_its_method_is_followed_too(explorer):
    explorer.selection = (10, 13)
    is_right(explorer)
    explorer.set_trait("threshold", 0.3)
    shown = explorer.selected_cells.tolist()
    wait_until(lambda: explorer.get_state(["selected_cells"])["selected_cells"] == shown, "the cells")
    assert explorer.undo()
    assert explorer.threshold == 0.1
    is_right(explorer)


def test_what_an_interrupt_left_undone_is_done_by_who_reads(explorer, monkeypatch):
    def interrupt(_):
        raise KeyboardInterrupt

    monkeypatch.setattr(Finding, "question", interrupt)
    monkeypatch.setattr(Finding, "show_hits", interrupt)
    with pytest.raises(KeyboardInterrupt):
        explorer.selection = (10, 13)
    monkeypatch.undo()
    is_right(explorer)
    assert "'selection': [10, 13]" in explorer.get_state(["_scenario_line"])["_scenario_line"]


def test_a_part_that_fails_leaves_the_others_right(explorer, monkeypatch):
    def fail(_):
        raise RuntimeError("the disk is on fire")

    monkeypatch.setattr(Viewing, "refresh", fail)
    with pytest.raises(RuntimeError, match="on fire"):
        explorer.selection = (10, 13)
    monkeypatch.undo()
    is_right(explorer)


def test_a_class_of_a_user_has_attributes_of_its_own():
    class Mine(StateExplorer):
        def __init__(self, *data, **traits):
            super().__init__(*data, **traits)
            self.helper = 3

    explorer = Mine(STATES, threshold=0.1)
    assert explorer.helper == 3
    explorer.close()


def test_a_block_that_begins_while_a_result_is_shown_holds_all_its_messages():
    with recorded_pages() as page_of:
        explorer = StateExplorer(STATES, threshold=0.1)
        page, begun, may_end = page_of(explorer), threading.Event(), threading.Event()

        def show():
            with explorer.publishing(-1):
                begun.set()
                may_end.wait(20)

        showing = threading.Thread(target=show)
        showing.start()
        begun.wait(20)
        threading.Timer(0.1, may_end.set).start()
        with explorer.hold_sync():
            explorer.k = 7
            assert page.sent("k") == []
        assert page.sent("k") == [7]
        showing.join()
        explorer.close()


@pytest.mark.parametrize("trait", ["error", "_window", "progress", "_alignment", "_scenario_line", "selection"])
def test_one_that_is_told_of_anything_reads_results_that_are_not_stale(explorer, trait, monkeypatch):
    monkeypatch.setattr("lstmvis_widget.synced.activities.QUIET_SECONDS", 0)
    monkeypatch.setattr("lstmvis_widget.synced.activities.INTERVAL", 0)
    explorer.tracks["pos"] = ["N", "V"] * 30
    explorer.align_with = ("pos", "N")
    read = []

    def compare(_):
        selection = explorer.selection
        read.append((selection, explorer.layer, explorer.selected_cells.tolist()))

    explorer.observe(compare, names=trait)
    for selection in [(10, 12), (20, 23), (5, 6), (30, 31)]:
        explorer.say("something went wrong")
        explorer.position = selection[0]
        explorer.selection = selection
        explorer.align_with = ("pos", "V")
        explorer.align_with = ("pos", "N")
        explorer.matches.counts()
    explorer.unobserve(compare, names=trait)
    for selection, _, cells in read:
        explorer.selection = selection
        assert explorer.selected_cells.tolist() == cells, selection


def test_one_that_is_told_of_progress_reads_the_result_under_way(monkeypatch):
    monkeypatch.setattr("lstmvis_widget.synced.activities.INTERVAL", 0)
    monkeypatch.setattr("lstmvis_widget.synced.activities.QUIET_SECONDS", 0)
    monkeypatch.setattr("lstmvis_widget.states.sources.BLOCK_BYTES", 5 * STATES[0].nbytes)
    explorer, read = StateExplorer(STATES, WORDS, threshold=0.1), []
    explorer.observe(lambda change: change["new"] is not None and read.append(len(explorer.matches)), names="progress")
    for threshold in (0.1, 0.2, 0.3, 0.4) * 5:
        explorer.threshold, explorer.selection = threshold, (10, 12)
        is_right(explorer)
        if read:
            break
    assert read
    explorer.close()
