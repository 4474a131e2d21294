from contextlib import closing

import numpy as np
import pytest
import traitlets
from hypothesis import given
from hypothesis import strategies as st

from lstmvis_widget import StateExplorer
from lstmvis_widget.synced.history import LIMIT, History
from tests.explorer.test_explorer import is_right
from tests.page import recorded_pages
from tests.strategies import sticky_states

STATES = sticky_states(60, 10, seed=5, keep=0.85).astype(np.float32)


class Values(dict):
    """Values with the method that `History.undo` takes."""

    def put(self, values):
        self.update(values)
        return self


class TestHistory:
    @given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 3)), max_size=30))
    def test_undoing_all_and_redoing_all_goes_through_the_same_states(self, changes):
        now = Values(a=0, b=0)
        history = History(now)
        states = [dict(now)]
        for name, value in changes:
            now[name] = value
            if history.record(now):
                states.append(dict(now))
        for state in reversed(states[:-1]):
            assert history.undo(now.put)
            assert now == state
        assert not history.undo(now.put)
        for state in states[1:]:
            assert history.redo(now.put)
            assert now == state
        assert not history.redo(now.put)

    def test_a_new_step_drops_those_that_were_undone(self):
        now = Values(a=0)
        history = History(now)
        for value in (1, 2):
            history.record(now.put({"a": value}))
        history.undo(now.put)
        history.record(now.put({"a": 5}))
        assert not history.redo(now.put)
        history.undo(now.put)
        assert now == {"a": 1}

    def test_what_follows_is_put_back_only_with_what_it_changed_with(self):
        now = Values(a=0, at=0)
        history = History(now, followers=["at"])
        assert not history.record(now.put({"at": 7}))
        assert history.record(now.put({"a": 1}))
        assert history.record(now.put({"a": 2, "at": 9}))
        now["at"] = 11
        history.undo(now.put)
        assert now == {"a": 1, "at": 7}
        now["at"] = 30
        history.undo(now.put)
        assert now == {"a": 0, "at": 30}

    def test_with_a_subject_comes_back_where_it_was_last_in_view(self):
        now = Values(what=3, at=0, size=1)
        shows = {"subjects": ["what"], "in_view": lambda values: abs(values["at"] - values["what"]) < 5}
        history = History(now, followers=["at"], **shows)
        for at in (2, 40):
            assert not history.record(now.put({"at": at}))
        assert history.record(now.put({"size": 2}))
        assert history.record(now.put({"what": 41}))
        history.undo(now.put)
        assert now == {"what": 3, "at": 2, "size": 2}
        now["at"] = 50
        history.undo(now.put)
        assert now == {"what": 3, "at": 50, "size": 1}

    def test_a_value_that_follows_is_no_step(self):
        now = Values(layer="a", threshold=0)
        history = History(now)
        history.adapt("threshold", now.put({"threshold": 3})["threshold"], throughout=True)
        assert not history.record(now)
        assert history.record(now.put({"layer": "b"}))
        history.adapt("threshold", now.put({"threshold": 5})["threshold"], throughout=True)
        assert history.record(now.put({"threshold": 8}))
        history.undo(now.put)
        assert now == {"layer": "b", "threshold": 5}
        history.undo(now.put)
        assert now == {"layer": "a", "threshold": 5}
        history.redo(now.put)
        history.redo(now.put)
        assert now == {"layer": "b", "threshold": 8}

    def test_a_value_that_follows_now_leaves_the_steps_as_they_are(self):
        now = Values(method="pca", layer="a")
        history = History(now)
        history.record(now.put({"method": "tsne"}))
        history.record(now.put({"layer": "b"}))
        history.adapt("method", now.put({"method": "pca"})["method"], throughout=False)
        history.undo(now.put)
        assert now == {"method": "tsne", "layer": "a"}

    def test_a_step_that_would_undo_nothing_any_more_is_dropped(self):
        now = Values(method="pca", layer="a")
        history = History(now)
        history.record(now.put({"layer": "b"}))
        history.record(now.put({"method": "tsne"}))
        history.adapt("method", now.put({"method": "pca"})["method"], throughout=False)
        history.undo(now.put)
        assert now == {"method": "pca", "layer": "a"}

    def test_it_keeps_so_many_steps(self):
        now = Values(a=0)
        history = History(now)
        for value in range(1, LIMIT + 51):
            history.record(now.put({"a": value}))
        assert sum(history.undo(now.put) for _ in range(LIMIT + 50)) == LIMIT == 200
        assert now == {"a": 50}

    def test_what_cannot_be_put_back_changes_nothing(self):
        def refuse(_):
            raise ValueError

        now = Values(a=0)
        history = History(now)
        history.record(now.put({"a": 1}))
        with pytest.raises(ValueError):
            history.undo(refuse)
        assert history.undo(now.put)
        assert now == {"a": 0}


@pytest.fixture
def page_of():
    with recorded_pages() as page_of:
        yield page_of


@pytest.fixture
def explorer(page_of):  # noqa: ARG001  (starts recording first)
    explorer = StateExplorer(
        {"lower": STATES, "upper": STATES * 4}, tracks={"parity": ["even", "odd"] * 30}, threshold=0.1
    )
    yield explorer
    explorer.close()


def message(explorer, **content):
    """Deliver a message of the page."""
    data = {"method": "custom", "content": content}
    explorer.comm.handle_msg({"content": {"data": data}, "buffers": []})


class TestExplorer:
    def test_there_is_nothing_to_undo_at_first(self, explorer):
        assert explorer.undo() is False
        assert explorer.redo() is False

    def test_each_statement_is_a_step(self, explorer):
        explorer.selection = (10, 13)
        explorer.off_before = 1
        assert explorer.undo() is True
        assert (explorer.selection, explorer.off_before) == ((10, 13), 0)
        is_right(explorer)
        explorer.undo()
        assert explorer.selection is None
        is_right(explorer)
        explorer.redo()
        explorer.redo()
        assert (explorer.selection, explorer.off_before) == ((10, 13), 1)
        is_right(explorer)

    def test_a_selection_and_the_cells_that_it_puts_back_are_one_step(self, explorer):
        explorer.selection = (10, 13)
        explorer.deselected_cells = explorer.selected_cells[:1]
        before = explorer.deselected_cells
        assert before
        explorer.selection = (20, 22)
        assert explorer.deselected_cells == ()
        explorer.undo()
        assert explorer.selection == (10, 13)
        assert explorer.deselected_cells == before
        is_right(explorer)

    def test_a_layer_comes_back_with_its_threshold(self, explorer):
        explorer.threshold = 0.7
        explorer.selection = (10, 13)
        explorer.layer = "upper"
        explorer.threshold = 3.0
        explorer.layer = "lower"
        assert explorer.threshold == 0.7
        explorer.undo()
        assert (explorer.layer, explorer.threshold) == ("upper", 3.0)
        explorer.undo()
        explorer.undo()
        assert (explorer.layer, explorer.threshold, explorer.selection) == ("lower", 0.7, (10, 13))
        is_right(explorer)

    @pytest.mark.parametrize("hold", ["hold_sync", "hold_trait_notifications"])
    def test_what_is_set_together_is_one_step(self, explorer, hold):
        with getattr(explorer, hold)():
            explorer.k = 7
            explorer.selection = (10, 13)
        explorer.undo()
        assert (explorer.k, explorer.selection) == (50, None)

    def test_a_drag_is_one_step(self, explorer, page_of):
        page = page_of(explorer)
        for stop in range(11, 15):
            page.set(selection=[10, stop])
            assert explorer.matches is not None  # waits until its results have been set
        message(explorer, settle={"selection": [10, 14]})
        for threshold in (0.2, 0.3):
            page.set(threshold=threshold)
        message(explorer, settle={"threshold": 0.3})
        explorer.undo()
        assert (explorer.selection, explorer.threshold) == ((10, 14), pytest.approx(0.1))
        explorer.undo()
        assert explorer.selection is None
        explorer.redo()
        assert explorer.selection == (10, 14)
        is_right(explorer)

    def test_a_statement_while_a_drag_goes_on_is_a_step_of_its_own(self, explorer, page_of):
        page_of(explorer).set(selection=[10, 12])
        explorer.k = 3
        explorer.undo()
        assert (explorer.k, explorer.selection) == (50, (10, 12))

    def test_moving_is_no_step_but_comes_back_with_the_gesture_it_was_part_of(self, explorer, page_of):
        page = page_of(explorer)
        explorer.position = 5
        assert explorer.undo() is False
        page.set(position=8)
        page.set(selection=[10, 12])
        page.set(selection=[10, 13], position=20)
        message(explorer, settle={"selection": [10, 13], "position": 20})
        explorer.position = 30
        explorer.undo()
        assert (explorer.selection, explorer.position) == (None, 8)

    def test_the_page_undoes_and_redoes(self, explorer):
        explorer.selection = (10, 13)
        message(explorer, undo=True)
        assert explorer.selection is None
        message(explorer, redo=True)
        assert explorer.selection == (10, 13)
        message(explorer, undo="yes")
        assert explorer.selection == (10, 13)

    def test_an_update_that_comes_after_the_end_of_its_gesture_does_not_bring_it_back(self, explorer, page_of):
        page = page_of(explorer)
        page.set(selection=[10, 11])
        message(explorer, settle={"selection": [10, 13]})
        message(explorer, undo=True)
        page.set(selection=[10, 13])
        assert explorer.selection is None
        assert page.sent("selection")[-1] is None
        page.set(selection=[10, 13])
        assert explorer.selection == (10, 13)

    def test_a_new_change_drops_what_was_undone(self, explorer):
        explorer.selection = (10, 13)
        explorer.undo()
        explorer.k = 5
        assert explorer.redo() is False

    def test_tracks_that_are_gone_stay_gone(self, explorer):
        explorer.visible_tracks = []
        explorer.k = 5
        del explorer.tracks["parity"]
        explorer.undo()
        explorer.undo()
        assert explorer.visible_tracks == ()

    def test_a_refused_value_is_no_step(self, explorer, page_of):
        explorer.k = 5
        with pytest.raises(traitlets.TraitError):
            explorer.k = 0
        page_of(explorer).set(k=-1)
        message(explorer, settle={"k": -1})
        explorer.undo()
        assert explorer.k == 50
        assert explorer.undo() is False

    def test_an_update_of_the_last_search_that_comes_late_does_not_touch_the_next(self, page_of):
        words = ["Fox", "fox"] * 30
        with closing(StateExplorer(STATES, words, background=False)) as explorer:
            page = page_of(explorer)
            page.set(find_text="fox")
            message(explorer, settle={"_find_hit": 40, "find_match_case": True})
            assert explorer._find_hits["count"] == 30
            page.set(_find_hit=40, find_match_case=True)
            assert explorer._find_hit is None
            assert page.sent("_find_hit")[-1] is None
