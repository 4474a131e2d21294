"""What explorers keep in memory, and when they let it go."""

import contextlib
import gc
import threading
import weakref

import h5py
import numpy as np
import pytest

from lstmvis_widget.matching.matches import Matches
from lstmvis_widget.states.byte_codes import ByteCodes
from lstmvis_widget.states.envelopes import Envelopes
from lstmvis_widget.states.index import OnOffIndex
from lstmvis_widget.work.room import kept_bytes
from tests.explorer.test_explorer import STATES, is_right
from tests.page import recorded_pages, wait_until
from tests.states.sources import RowsOnly

SELECTION = (10, 13)
TRACK = {"pos": ["noun", "verb", "noun"] * 20}


@pytest.fixture
def path(tmp_path):
    with h5py.File(tmp_path / "states.h5", "w") as file:
        file["states"] = STATES
    return tmp_path / "states.h5"


class Alive:
    """Which of the things that take memory are still there, whoever holds them."""

    def __init__(self, monkeypatch):
        self._made = []
        for kind in (OnOffIndex, ByteCodes, Envelopes):
            monkeypatch.setattr(kind, "__init__", self._recording(kind.__init__))

    def _recording(self, begin):
        def begin_and_record(thing, *arguments, **options):
            self._made.append(weakref.ref(thing))
            begin(thing, *arguments, **options)

        return begin_and_record

    def __call__(self):
        gc.collect()
        return sorted(type(thing()).__name__ for thing in self._made if thing() is not None)


@pytest.fixture
def alive(monkeypatch):
    return Alive(monkeypatch)


@pytest.fixture
def page_of():
    with recorded_pages() as page_of:
        yield page_of


def work(explorer):
    """Have an explorer make all that it makes: matches and their counts, codes, and columns of all steps."""
    explorer.selection = SELECTION
    explorer.set_state({"_visible_steps": len(STATES), "_stride": 4})
    explorer.finish()
    wait_until(lambda: explorer._preparing.task.asked.ended, "codes")
    explorer.finish()


ALL = ["ByteCodes", "Envelopes", "OnOffIndex"]


# ----------------------------------------------------------------------- close


@pytest.mark.parametrize("background", [True, False])
def test_close_frees_memory_while_the_explorer_is_held(made, path, alive, background):
    explorer = made(path, background=background)
    work(explorer)
    explorer.threshold = 0.3
    explorer.finish()
    assert alive() == ALL
    assert kept_bytes() > STATES.size
    explorer.close()
    assert alive() == []
    assert kept_bytes() == 0
    explorer.close()


def test_results_that_were_read_stay_readable_after_close(made, path):
    explorer = made(path)
    explorer.selection = SELECTION
    matches, cells = explorer.matches, explorer.selected_cells
    explorer.close()
    assert len(explorer.matches) == len(matches) > 0
    assert explorer.selected_cells is cells
    assert np.array_equal(explorer.matches.start, matches.start)
    assert matches.n_candidates > len(matches) / 2


def test_close_asks_nothing(made, monkeypatch):
    explorer = made(STATES, selection=SELECTION)
    explorer.finish()
    asked = []
    for task in explorer._tasks:
        monkeypatch.setattr(task, "refresh", lambda task=task: asked.append(task))
    explorer.threshold = 0.4
    assert asked == list(explorer._tasks)
    asked.clear()
    explorer.close()
    assert not asked


@pytest.mark.parametrize("tokens", [None, list("abcde" * 12)], ids=["positions", "words"])
def test_candidates_that_were_not_counted_before_close_can_be_counted_by_who_holds_the_matches(
    made, path, alive, monkeypatch, tokens
):
    counted_in_peace = made(path)
    counted_in_peace.selection = SELECTION
    expected = counted_in_peace.matches.counts()
    counted_in_peace.close()
    explorer = made(path, tokens=tokens, tracks=TRACK, match_tracks=["pos"])
    begun, gate = threading.Event(), threading.Event()
    count = Matches.counts

    def counted_late(matches, check=lambda: None, *arguments):
        begun.set()
        gate.wait(20)
        check()
        return count(matches, check, *arguments)

    monkeypatch.setattr(Matches, "counts", counted_late)
    explorer.set_state({"_label_table": "pos"})
    explorer.selection = SELECTION
    matches = explorer.matches
    assert begun.wait(20)
    threading.Timer(0.05, gate.set).start()
    explorer.close()
    monkeypatch.setattr(Matches, "counts", count)
    assert matches.known_counts is None
    assert alive() == ["OnOffIndex"]
    assert matches.n_candidates == expected.n_candidates
    assert matches.length_histogram.tolist() == expected.length_histogram.tolist()
    assert alive() == []
    del matches
    assert len(explorer.matches) > 0


def test_an_explorer_alone_does_not_hold_the_index_of_candidates_that_were_not_counted(made, alive, monkeypatch):
    explorer = made(STATES)
    with counting_fails(monkeypatch):
        explorer.selection = SELECTION
        explorer.finish()
        explorer.close()
    assert alive() == []
    again = made(STATES)
    again.selection = SELECTION
    assert explorer.matches.n_candidates == again.matches.n_candidates


@contextlib.contextmanager
def counting_fails(monkeypatch):
    def fail(*_):
        raise OSError

    with monkeypatch.context() as patched:
        patched.setattr("lstmvis_widget.matching.ranking._counts", fail)
        yield


# --------------------------------------------------------------- over and over


@pytest.mark.parametrize("how", ["path", "dataset", "array"])
def test_a_cell_that_is_run_again_and_again_takes_no_more_memory(made, path, alive, how):
    with h5py.File(path) as file:
        source = {"path": path, "dataset": file["states"], "array": STATES}[how]
        held = []
        for _ in range(8):
            work(made(source))
            held.append((kept_bytes(), alive()))
        assert held[2:] == held[1:-1]
        assert held[-1][1].count("ByteCodes") == (how != "array")


def test_all_explorers_together_keep_no_more_than_the_limit(made, tmp_path):
    index = STATES.shape[0] * 8 + 16
    for number in range(5):
        with h5py.File(tmp_path / f"{number}.h5", "w") as file:
            file["states"] = STATES
        explorer = made(tmp_path / f"{number}.h5", memory_limit=2 * STATES.size)
        explorer.selection = SELECTION
        explorer.finish()
        wait_until(lambda explorer=explorer: explorer._preparing.task.asked.ended, "codes")
        assert kept_bytes() <= 2 * STATES.size + index
        is_right(explorer)


def test_an_explorer_whose_memory_went_to_another_has_the_same_results(made, path, tmp_path):
    with h5py.File(tmp_path / "other.h5", "w") as file:
        file["states"] = STATES[::-1].copy()
    one, other = (made(each, memory_limit=STATES.size) for each in (path, tmp_path / "other.h5"))
    for threshold in (0.1, 0.3, 0.2):
        for explorer, states in ((one, STATES), (other, STATES[::-1])):
            explorer.threshold = threshold
            explorer.selection = SELECTION
            work(explorer)
            is_right(explorer, states)


def test_what_others_keep_counts_as_free_for_a_new_explorer(made, path, monkeypatch):
    monkeypatch.setattr("lstmvis_widget.explorer.explorer.free_memory", lambda: 1000)
    first = made(path, memory_limit=10**6)
    work(first)
    kept = kept_bytes()
    assert made(path, memory_limit=None)._computation.shelf.limit == (1000 + kept) // 4


# ----------------------------------------------------------------------- views


def show(page, change, name="page"):
    page.send({"view": {"page": name, "change": change}})


def test_memory_is_freed_when_the_last_view_goes_and_made_again_when_it_is_needed(made, path, alive, page_of):
    explorer = made(path)
    page = page_of(explorer)
    show(page, 1)
    show(page, 1)
    work(explorer)
    envelopes, matches = explorer._envelopes, explorer.matches
    show(page, -1)
    assert alive() == ALL
    show(page, -1)
    assert alive() == []
    assert explorer.matches is matches
    assert explorer.error == ""
    show(page, 1)
    page.set(_stride=2)
    page.set(_stride=4)
    explorer.finish()
    assert explorer._envelopes == envelopes
    explorer.selection = (20, 23)
    is_right(explorer)
    explorer.threshold = 0.3
    is_right(explorer)
    explorer.context_width = 7
    is_right(explorer)
    assert "OnOffIndex" in alive()


def test_what_is_computed_when_the_last_view_goes_is_freed_when_it_is_done(made, alive, page_of):
    class Gated(RowsOnly):
        gate = threading.Event()

        def __getitem__(self, rows):
            self.gate.wait(20)
            return super().__getitem__(rows)

    Gated.gate.set()
    explorer = made(Gated(STATES))
    page = page_of(explorer)
    show(page, 1)
    Gated.gate.clear()
    threading.Timer(0.05, Gated.gate.set).start()
    explorer.selection = SELECTION
    show(page, -1)
    is_right(explorer)
    explorer.finish()
    wait_until(lambda: alive() == [], "freed memory")
    explorer.selection = (20, 23)
    is_right(explorer)
    assert "OnOffIndex" in alive()  # one who goes on without a view keeps it


def test_who_never_shows_an_explorer_keeps_memory(made, path, alive, page_of):
    explorer = made(path)
    work(explorer)
    page = page_of(explorer)
    for told in (-1, 0, 1.5, None, "1", True):
        page.send({"view": {"page": "page", "change": told}})
    page.send({"view": {"page": 3, "change": -1}})
    page.send({"view": None})
    show(page, -1)
    assert alive() == ALL


def test_a_page_that_is_loaded_again_counts_its_own_views_only(made, path, alive, page_of):
    explorer = made(path)
    page = page_of(explorer)
    show(page, 1, "before")
    work(explorer)
    show(page, 1, "after")
    show(page, -1, "before")
    assert alive() == ALL
    show(page, -1, "after")
    assert alive() == []


def test_candidates_whose_count_was_cancelled_do_not_hold_memory_without_a_view(
    made, path, alive, page_of, monkeypatch
):
    explorer = made(path)
    page = page_of(explorer)
    show(page, 1)
    with counting_fails(monkeypatch):
        explorer.selection = SELECTION
        explorer.finish()
    show(page, -1)
    assert alive() == []
    assert explorer.matches.n_candidates > 0
