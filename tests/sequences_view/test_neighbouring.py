"""The true neighbours of the step under the pointer, as they are sent."""

import threading

import numpy as np
import pytest

from lstmvis_widget.sequences_view import neighbouring
from tests.page import recorded_pages, wait_until

from .small_data import STATES, STEPS, make


@pytest.fixture
def page_of():
    with recorded_pages() as page_of:
        yield page_of


@pytest.fixture
def page(page_of):
    made = make()
    yield page_of(made)
    made.close()


def nearest_by_hand(states, step, k=15):
    apart = [(np.linalg.norm(states[step] - states[other]), other) for other in range(len(states)) if other != step]
    return [other for _, other in sorted(apart)][:k]


def near(page, step):
    page.set(_near=step)
    explorer = page._explorer
    wait_until(lambda: explorer._neighbours is not None, "the neighbours")
    return explorer._neighbours


def test_they_are_the_nearest_in_the_state_space(page):
    page._explorer.finish()
    states = STATES.astype(float)
    for step in (0, 7, STEPS - 1):
        found = near(page, step)
        assert (found["step"], found["steps"]) == (step, nearest_by_hand(states, step))
        words = page._explorer.tokens
        assert (found["word"], found["words"]) == (words[step], [words[each] for each in found["steps"]])
        assert found["steps"] == page._explorer.projection.neighbours(step).tolist()


def test_without_a_step_there_are_none(page):
    near(page, 3)
    page.set(_near=None)
    assert page._explorer._neighbours is None


def test_a_state_that_is_not_finite_has_none(page_of):
    states = STATES.copy()
    states[5, 0] = np.inf
    explorer = make(states)
    page = page_of(explorer)
    explorer.finish()
    page.set(_near=5)
    explorer._neighbouring.task.finish()
    assert explorer._neighbours is None
    assert explorer.error == ""
    assert 5 not in near(page, 6)["steps"]
    explorer.close()


def test_the_newest_step_wins_and_the_older_one_ends(page, monkeypatch):
    page._explorer.finish()
    found, begun = neighbouring.neighbours_of, threading.Event()

    def slow(states, steps, step, k, check):
        if step == 1:
            begun.set()
            while True:
                check()
        return found(states, steps, step, k, check)

    monkeypatch.setattr(neighbouring, "neighbours_of", slow)
    page.set(_near=1)
    assert begun.wait(60)
    assert page._explorer._neighbours is None
    assert near(page, 2)["step"] == 2


def test_nobody_waits_for_them(page, monkeypatch):
    page._explorer.finish()
    free = threading.Event()
    monkeypatch.setattr(neighbouring, "neighbours_of", lambda *_: free.wait(60) and [])
    page.set(_near=1)
    assert not page._explorer.is_computing()
    page._explorer.finish()
    free.set()


def test_another_layer_has_other_neighbours(page_of):
    other = STATES[::-1].copy()
    explorer = make({"one": STATES, "two": other})
    page = page_of(explorer)
    explorer.finish()
    near(page, 4)
    explorer.layer = "two"
    assert explorer._neighbours is None
    explorer.finish()
    wait_until(lambda: explorer._neighbours is not None, "the neighbours")
    assert explorer._neighbours["steps"] == nearest_by_hand(other.astype(float), 4)
    explorer.close()
