"""A layer that the page asks for is read in the background, and shown when that is done."""

import threading

import numpy as np
import pytest

from lstmvis_widget import StateExplorer
from tests.explorer.test_explorer import STATES, is_right
from tests.page import recorded_pages, wait_until
from tests.states.sources import RowsOnly

SELECTION = (10, 13)


class Held(RowsOnly):
    """States whose reads wait for a gate, and may fail."""

    def __init__(self, array):
        super().__init__(array)
        self.gate, self.fails, self.reads = threading.Event(), False, 0
        self.gate.set()

    def __getitem__(self, rows):
        self.reads += 1
        assert self.gate.wait(20)
        if self.fails:
            raise OSError("gone")
        return super().__getitem__(rows)


@pytest.fixture
def upper():
    return Held(-STATES[:, :4])


@pytest.fixture(params=["standardise", "quantile", None])
def transform(request):
    return request.param


@pytest.fixture
def explorer(upper, transform):
    layers = {"lower": STATES, "upper": upper}
    made = StateExplorer(layers, transform={"lower": None, "upper": transform}, threshold=0.1, selection=SELECTION)
    made.finish()
    yield made
    upper.gate.set()
    made.close()


@pytest.fixture
def page(explorer):
    with recorded_pages() as page_of:
        yield page_of(explorer)


def test_the_page_goes_on_with_the_old_layer_until_the_new_one_is_read(explorer, upper, page):
    upper.gate.clear()
    page.set(layer="upper")
    page.send({"settle": {"layer": "upper"}})
    assert page.sent("layer")[-1] == "lower"
    wait_until(lambda: "reading upper" in explorer._activity, "what is done")
    page.set(selection=[20, 23])
    is_right(explorer, STATES)
    assert explorer.layer == "lower"
    upper.gate.set()
    explorer.finish()
    assert explorer.layer == "upper"
    assert page.sent("layer")[-1] == "upper"
    assert explorer._activity == ""
    is_right(explorer, explorer.states[:])
    assert explorer.undo()
    assert explorer.layer == "lower"
    page.set(layer="upper")  # known by now
    assert explorer.layer == "upper"


def test_it_can_be_cancelled_and_asked_for_again(explorer, upper, page):
    upper.gate.clear()
    page.set(layer="upper")
    wait_until(lambda: "reading upper" in explorer._activity, "what is done")
    page.send({"cancel": True})
    upper.gate.set()
    explorer.finish()
    assert (explorer.layer, explorer.error) == ("lower", "")
    page.set(layer="upper")
    explorer.finish()
    assert explorer.layer == "upper"


def test_another_layer_that_is_set_meanwhile_is_not_left_again(explorer, upper, page):
    upper.gate.clear()
    page.set(layer="upper")
    wait_until(lambda: "reading upper" in explorer._activity, "what is done")
    page.set(layer="lower")
    upper.gate.set()
    explorer.finish()
    assert explorer.layer == "lower"


def test_a_layer_that_cannot_be_read_is_not_shown_and_said(explorer, upper, page):
    upper.fails = True
    page.set(layer="upper")
    explorer.finish()
    assert explorer.layer == "lower"
    assert "'upper' can't be shown" in explorer.error
    assert "gone" in explorer.error
    upper.fails = False
    page.set(layer="upper")
    explorer.finish()
    assert (explorer.layer, explorer.error) == ("upper", "")


def test_python_waits_for_it(explorer):
    explorer.layer = "upper"
    assert explorer.layer == "upper"
    is_right(explorer, explorer.states[:])


def test_without_threads_the_page_waits(upper):
    with recorded_pages() as page_of:
        explorer = StateExplorer({"lower": STATES, "upper": upper}, background=False)
        page_of(explorer).set(layer="upper")
        assert explorer.layer == "upper"
        explorer.close()


def test_states_in_memory_are_shown_at_once():
    with recorded_pages() as page_of:
        explorer = StateExplorer({"lower": STATES, "upper": np.negative(STATES)})
        page_of(explorer).set(layer="upper")
        assert explorer.layer == "upper"
        explorer.close()
