import threading

import numpy as np
import pytest

from lstmvis_widget import StateExplorer, link
from tests.explorer.test_explorer import is_right
from tests.page import recorded_pages, wait_until
from tests.strategies import sticky_states
from tests.synced.test_history import message

STATES = sticky_states(60, 10, seed=5, keep=0.85).astype(np.float32)


@pytest.fixture
def page_of():
    with recorded_pages() as page_of:
        yield page_of


@pytest.fixture
def made(page_of):  # noqa: ARG001  (starts recording first)
    explorers = []

    def make(states=STATES, **options):
        explorers.append(StateExplorer(states, threshold=0.1, **options))
        return explorers[-1]

    yield make
    for explorer in explorers:
        explorer.close()


def test_what_one_shows_the_other_shows(made):
    one, other = made(), made(-STATES)
    one.selection, one.position = (10, 13), 4
    link(one, other)
    assert (other.selection, other.position) == ((10, 13), 4)
    one.selection = (20, 22)
    assert other.selection == (20, 22)
    is_right(other, -STATES)
    other.position = 7
    other.selection = None
    assert (one.selection, one.position) == (None, 7)
    is_right(one)
    one.threshold = 0.3
    assert other.threshold == pytest.approx(0.1)


def test_each_change_is_made_once(made):
    one, other = made(), made()
    link(one, other)
    seen = []
    for explorer in (one, other):
        explorer.observe(lambda change: seen.append(change["new"]), names=["selection", "position"])
    one.selection = (10, 13)
    other.position = 9
    assert seen == [(10, 13), (10, 13), 9, 9]


def test_a_drag_in_the_page_of_one_is_a_step_of_both(made, page_of):
    one, other = made(), made()
    link(one, other)
    for stop in (11, 12, 13):
        page_of(one).set(selection=[10, stop], _hovered_step=stop)
        assert other.selection == (10, stop)
        assert page_of(other).sent("selection")[-1] == (10, stop)
        assert page_of(other).sent("_hovered_step")[-1] == stop
    message(one, settle={"selection": [10, 13]})
    one.selection = (20, 22)
    other.undo()
    assert (one.selection, other.selection) == ((10, 13), (10, 13))
    other.undo()
    assert (one.selection, other.selection) == (None, None)


def test_after_unlinking_each_goes_its_own_way(made):
    one, other = made(), made()
    linked = link(one, other)
    assert (one._links, other._links) == (1, 1)
    linked.unlink()
    linked.unlink()
    one.selection = (10, 13)
    assert other.selection is None
    assert (one._links, other._links) == (0, 0)


def test_three_in_a_ring_agree(made):
    ring = [made() for _ in range(3)]
    for i in range(3):
        link(ring[i], ring[i - 1])
    ring[1].selection = (10, 13)
    assert [each.selection for each in ring] == [(10, 13)] * 3


def test_explorers_of_different_lengths_are_not_linked(made):
    with pytest.raises(ValueError, match="same number of time steps; these have 60 and 50"):
        link(made(), made(STATES[:50]))


def test_only_two_explorers_are_linked(made):
    explorer = made()
    with pytest.raises(ValueError, match="itself"):
        link(explorer, explorer)
    with pytest.raises(TypeError, match="got ndarray"):
        link(explorer, STATES)


def test_a_selection_that_the_other_cannot_have_is_left_out_there(made):
    one, other = made(), made(sequences=[30, 30])
    link(one, other)
    one.selection = (28, 33)
    assert one.selection == (28, 33)
    assert other.selection is None
    assert "sequence's end" in other.error


def test_changes_of_both_at_once_block_nobody_and_end_in_agreement(made):
    one, other = made(), made()
    link(one, other)
    begin = threading.Barrier(2)

    def move(explorer, offset):
        begin.wait()
        for i in range(200):
            explorer.position = offset + i % 20

    threads = [threading.Thread(target=move, args=pair) for pair in ((one, 0), (other, 30))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive()
    wait_until(lambda: one.position == other.position, "agreement")


def test_closing_one_ends_the_link(made):
    one, other = made(), made()
    linked = link(one, other)
    one.close()
    wait_until(lambda: other._links == 0, "the end of the link")
    other.position = 9
    assert one.peek("position") == 0
    linked.unlink()


def test_several_selected_ranges_are_shared_however_they_are_set(made):
    one, other = made(), made(-STATES)
    other.select([(30, 32), (40, 43)])
    one.select([(3, 5), (10, 13)], tolerance=0.5)
    link(one, other)
    assert (other.selection, other.selected_ranges) == ((3, 5), ((3, 5), (10, 13)))
    assert other.tolerance == 0
    for explorer, ranges in ((other, ((1, 4), (7, 9))), (one, ((20, 22), (25, 26), (30, 33)))):
        explorer.selected_ranges = ranges
        assert one.selected_ranges == other.selected_ranges == ranges
        assert one.selection == other.selection == ranges[0]
    other.selection = (25, 26)
    assert (one.selection, len(one.selected_ranges)) == ((25, 26), 3)
    one.select([(5, 6), (50, 52)])
    assert (other.selection, other.selected_ranges) == ((5, 6), ((5, 6), (50, 52)))
    one.selection = (8, 9)
    assert (other.selection, other.selected_ranges, one.selected_ranges) == ((8, 9), (), ())
    is_right(other, -STATES)
