import gc
import threading
import weakref
from functools import cache

import numpy as np
import pytest
import traitlets

from lstmvis_widget import PhraseScatter, StateExplorer, map_phrases
from lstmvis_widget.phrases.link import overlapping
from tests.page import recorded_pages, wait_until
from tests.strategies import sticky_states
from tests.synced.test_history import message

STEPS = 200
STATES = sticky_states(STEPS, 12, seed=3, keep=0.85).astype(np.float32)
SEQUENCES = [100, 100]
STARTS = np.arange(0, STEPS - 3, 5)
RANGES = np.stack([STARTS, STARTS + 3], axis=1)
PHRASES = {"NP": RANGES[::3], "VP": np.concatenate([RANGES[1::3], RANGES[2::3]])}


@cache
def phrase_map():
    return map_phrases(STATES, PHRASES, 0.1, components=3)


@pytest.fixture
def page_of():
    with recorded_pages() as page_of:
        yield page_of


@pytest.fixture
def explorer(page_of):  # noqa: ARG001  (starts recording first)
    explorer = StateExplorer(STATES, threshold=0.1, sequences=SEQUENCES)
    yield explorer
    explorer.close()


@pytest.fixture
def scatter(explorer):
    scatter = phrase_map().scatter(explorer)
    yield scatter
    scatter.close()


def overlapped(matches):
    """Numbers of the phrases that share a step with a match, found by comparing each with each."""
    return [
        i
        for i, (start, stop) in enumerate(phrase_map().ranges.tolist())
        if any(start < match.stop and match.start < stop for match in matches)
    ]


def test_a_point_that_is_picked_is_the_explorers_selection_and_comes_in_sight(explorer, scatter):
    explorer.word_width = 30
    scatter.picked = 30
    assert explorer.selection == (150, 153)
    assert 100 <= explorer.position < 150
    explorer._visible_steps = 40
    explorer.position = 130
    scatter.picked = 31
    assert (explorer.selection, explorer.position) == ((155, 158), 130)


def test_the_sequence_of_the_phrase_is_the_one_that_is_shown(explorer, scatter):
    explorer._visible_steps = 60
    scatter.picked = 21
    assert explorer.selection == (105, 108)
    assert (explorer.position, explorer.sequence) == (100, 1)


def test_a_phrase_selected_in_the_explorer_is_picked(explorer, scatter):
    explorer.selection = (150, 153)
    assert scatter.picked == 30
    explorer.selection = (150, 154)
    assert scatter.picked is None
    assert explorer.selection == (150, 154)
    scatter.picked = 7
    explorer.undo()
    assert (explorer.selection, scatter.picked) == ((150, 154), None)


def test_nothing_picked_any_more_clears_the_selection_that_was_the_phrase(explorer, scatter):
    scatter.picked = 30
    scatter.picked = None
    assert explorer.selection is None
    explorer.selection = (10, 12)
    scatter.picked = None
    assert explorer.selection == (10, 12)


def test_the_phrases_that_matches_overlap_are_lit(explorer, scatter, page_of):
    assert scatter.lit.tolist() == []
    scatter.picked = 12
    assert scatter.lit.tolist() == overlapped(explorer.matches)
    assert 12 in scatter.lit.tolist()
    wait_until(lambda: page_of(scatter).sent("_lit")[-1:] == [scatter.lit.tolist()], "the lit points")
    explorer.k = 3
    assert scatter.lit.tolist() == overlapped(explorer.matches)
    wait_until(lambda: page_of(scatter).sent("_lit")[-1] == scatter.lit.tolist(), "fewer of them")
    explorer.selection = None
    wait_until(lambda: page_of(scatter).sent("_lit")[-1] == [], "none")


def test_an_explorer_that_has_a_selection_already_is_joined(explorer):
    explorer.selection = (60, 63)
    explorer.matches  # noqa: B018  (waits)
    scatter = PhraseScatter(phrase_map(), explorer)
    assert scatter.picked == 12
    assert scatter.lit.tolist() == overlapped(explorer.matches)
    scatter.close()


def test_overlapping_is_what_comparing_each_with_each_gives():
    rng = np.random.default_rng(0)
    for _ in range(50):
        start, phrase = rng.integers(0, 60, 8), rng.integers(0, 60, 30)
        stop, ranges = start + rng.integers(1, 9, 8), np.stack([phrase, phrase + rng.integers(1, 6, 30)], axis=1)
        each = (ranges[:, None, 0] < stop) & (start < ranges[:, None, 1])
        assert overlapping(ranges, start, stop).tolist() == np.flatnonzero(each.any(1)).tolist()


def test_a_phrase_across_a_sequences_end_is_refused_with_the_reason(page_of):  # noqa: ARG001
    explorer = StateExplorer(STATES, threshold=0.1, sequences=[61, 139])
    scatter = phrase_map().scatter(explorer)
    explorer.position = 4
    scatter.picked = 12
    assert "sequence's end" in scatter.error
    assert (explorer.selection, explorer.position) == (None, 4)
    scatter.picked = 11
    assert (scatter.error, explorer.selection) == ("", (55, 58))
    scatter.close()
    explorer.close()


def test_a_pick_in_the_page_is_one_step_of_the_explorer(explorer, scatter, page_of):
    page_of(scatter).set(picked=30)
    message(scatter, settle={"picked": 30})
    assert explorer.selection == (150, 153)
    page_of(scatter).set(selected=[5, 3, 3])
    assert scatter.selected.tolist() == [3, 5]
    assert phrase_map().ranges[scatter.selected].tolist() == [[15, 18], [25, 28]]
    explorer.undo()
    assert (explorer.selection, scatter.picked) == (None, None)
    assert page_of(scatter).sent("picked")[-1] is None


def test_what_the_page_may_not_set_is_put_back_with_the_reason(scatter, page_of):
    page_of(scatter).set(picked=40)
    assert scatter.picked is None
    assert scatter.error == "picked must lie in 0…39, or be None; got 40"
    assert page_of(scatter).sent("picked")[-1] is None
    page_of(scatter).set(selected=[1, 99])
    assert "selected must lie in 0…39" in scatter.error
    page_of(scatter).set(view=[1, 0, 0, 1])
    assert "left < right" in scatter.error
    page_of(scatter).set(hidden_labels=["XP"])
    assert scatter.error == "hidden_labels must be among 'VP', 'NP'; got 'XP'"
    page_of(scatter).set(hidden_labels=["NP"])
    assert (scatter.hidden_labels, scatter.error) == (("NP",), "")


@pytest.mark.parametrize(
    ("name", "value"), [("picked", -1), ("picked", 1.5), ("selected", 3), ("selected", [True]), ("view", (0, 1))]
)
def test_a_value_that_is_not_allowed_changes_nothing(scatter, name, value):
    with pytest.raises(traitlets.TraitError, match=name):
        setattr(scatter, name, value)
    assert (scatter.picked, scatter.selected.tolist(), scatter.view) == (None, [], None)


def test_an_equal_selection_is_no_change(scatter):
    seen = []
    scatter.observe(lambda change: seen.append(change["new"].tolist()), names="selected")
    for numbers in ([3, 5], np.array([5, 3]), [], (), [2]):
        scatter.selected = numbers
    assert seen == [[3, 5], [], [2]]


def test_what_cannot_be_drawn_is_refused(explorer):
    with pytest.raises(TypeError, match="got ndarray"):
        PhraseScatter(STATES)
    with pytest.raises(TypeError, match="got ndarray"):
        PhraseScatter(phrase_map(), STATES)
    with pytest.raises(ValueError, match=r"y must lie in 0…2, the components of the map; got 3"):
        phrase_map().scatter(explorer, y=3)
    with pytest.raises(ValueError, match="there are 100 tokens"):
        phrase_map().scatter(tokens=["a"] * 100)
    with pytest.raises(ValueError, match="a phrase ends at step 198; the explorer has 50 steps"):
        phrase_map().scatter(StateExplorer(STATES[:50]))


def test_the_points_are_sent_as_the_map_has_them(explorer):
    tokens = [f"w{step}" for step in range(STEPS)]
    points = phrase_map().scatter(x=2, y=0, tokens=tokens)._points
    sent = np.frombuffer(points["coordinates"], "<f4").reshape(-1, 2)
    assert sent == pytest.approx(phrase_map().coordinates[:, [2, 0]], rel=1e-6)
    assert np.frombuffer(points["ranges"], "<i4").reshape(-1, 2).tolist() == phrase_map().ranges.tolist()
    assert points["labels"] == ["VP", "NP"]
    assert [points["labels"][code] for code in np.frombuffer(points["codes"], "<i4")] == phrase_map().labels.tolist()
    assert points["words"][1] == "w5 w6 w7"
    assert points["axes"][1] == f"PC 1 ({100 * phrase_map().explained[0]:.0f} % of the variance)"
    assert phrase_map().scatter(explorer)._points["words"][0] == "0 1 2"
    assert phrase_map().scatter()._points["words"] is None


def test_long_phrases_are_shortened():
    phrases = {"A": [[0, 150], *RANGES[:4]], "B": RANGES[5:10]}
    words = map_phrases(STATES, phrases, 0.1).scatter(tokens=["word"] * STEPS)._points["words"]
    assert len(max(words, key=len)) == 80
    words = map_phrases(STATES, phrases, 0.1).scatter(tokens=["w"] * STEPS)._points["words"]
    assert max(words, key=len) == "w " * 20 + "…"


def n_observers(widget):
    return sum(len(each) for names in widget._trait_notifiers.values() for each in names.values())


def test_after_closing_each_goes_its_own_way_and_nothing_holds_the_other(explorer, scatter):
    before = n_observers(explorer)
    other = phrase_map().scatter(explorer)
    other.picked = 3
    link = weakref.ref(other._link)
    other.close()
    other.close()
    assert n_observers(explorer) == before
    assert explorer._linked_widgets == [scatter]
    gc.collect()
    assert link() is None
    explorer.selection = (50, 53)
    assert (other.picked, scatter.picked) == (3, 10)


def test_a_scatter_outlives_its_explorer_and_lets_it_go(explorer, scatter):
    scatter.picked = 30
    lit = scatter.lit.tolist()
    wait_until(lambda: scatter._lit == lit, "the lit points")
    explorer.close()
    scatter.picked = 3
    assert (scatter.picked, scatter.error, scatter.lit.tolist()) == (3, "", lit)
    assert (scatter._link, scatter._linked_widgets, explorer._linked_widgets) == (None, [], [])


def test_both_set_at_once_from_threads_block_nobody_and_end_in_agreement(explorer, scatter):
    begin = threading.Barrier(3)

    def pick():
        begin.wait()
        for i in range(150):
            scatter.picked = i % 20

    def select():
        begin.wait()
        for i in range(150):
            explorer.selection = (100 + 5 * (i % 19), 103 + 5 * (i % 19))

    def ask():
        begin.wait()
        for _ in range(50):
            assert scatter.lit.tolist() is not None

    threads = [threading.Thread(target=each) for each in (pick, select, ask)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive()
    wait_until(lambda: explorer.selection == tuple(phrase_map().ranges[scatter.picked].tolist()), "agreement")
    wait_until(lambda: list(scatter._lit) == overlapped(explorer.matches), "the lit points")


def test_the_worker_never_waits_for_the_scatter(explorer, scatter):
    with scatter._setting():
        explorer.k = 4
        explorer.selection = (60, 63)
        matches = explorer.matches
        assert len(matches) == 4
        wait_until(lambda: explorer._n_candidates is not None, "the end of the computation")
    wait_until(lambda: list(scatter._lit) == overlapped(matches), "the lit points")


def test_an_observer_of_the_pick_may_read_what_follows_from_it(explorer, scatter):
    seen = []
    scatter.observe(lambda _: seen.append((explorer.selection, scatter.lit.tolist())), names="picked")
    scatter.picked = 12
    assert seen == [((60, 63), overlapped(explorer.matches))]


def test_a_scatter_that_is_refused_an_argument_goes_quietly():
    with pytest.raises(TypeError, match="hidden"):
        phrase_map().scatter(hidden=["NP"])
    gc.collect()  # an exception on the way out would be a warning, which is an error here
