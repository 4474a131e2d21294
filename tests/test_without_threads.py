"""Results are the same where threads or processes can't start, as in Pyodide, and where work runs inline on request."""

import inspect
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from lstmvis_widget import StateExplorer, link, map_phrases, options, rank_matches, select_cells
from tests import oracle
from tests.explorer.test_explorer import STATES, is_right
from tests.matching.test_ranking import assert_ranked
from tests.page import recorded_pages
from tests.public_objects import public_objects
from tests.pyodide import examples
from tests.pyodide.session import SESSIONS

WORDS = ["the", "cat", "sat", "on", "a", "mat"] * 10


@pytest.fixture
def nothing_starts(monkeypatch):
    def refuse(*_, **__):
        raise RuntimeError("can't start new thread")

    def refuse_process(*_, **__):
        raise OSError("processes are not supported here")

    monkeypatch.setattr(threading.Thread, "start", refuse)
    monkeypatch.setattr(subprocess, "Popen", refuse_process)


@pytest.fixture(params=["no threads", "told so", "by default"])
def inline(request, monkeypatch):
    """Keywords of the constructor, in an environment where it then works inline."""
    if request.param == "no threads":
        request.getfixturevalue("nothing_starts")
        return {}
    if request.param == "by default":
        monkeypatch.setattr(options, "background", False)
        return {}
    return {"background": False}


@pytest.fixture
def page_of():
    with recorded_pages() as page_of:
        yield page_of


@pytest.fixture
def explorer(inline, page_of):  # noqa: ARG001  (starts recording first)
    tracks = {"pos": ["N", "V", "N"] * 20, "length": [len(word) for word in WORDS]}
    threads = {thread.name for thread in threading.enumerate()}
    explorer = StateExplorer(STATES, WORDS, tracks, threshold=0.1, **inline)
    yield explorer
    explorer.close()
    assert not {thread.name for thread in threading.enumerate() if "lstmvis" in thread.name} - threads


def test_functions_on_arrays_give_what_the_definition_says(nothing_starts):  # noqa: ARG001
    cells = select_cells(STATES, 10, 13, 0.1)
    assert cells.tolist() == oracle.select_cells(STATES, 10, 13, 0.1)
    assert_ranked(rank_matches(STATES, cells, 0.1), oracle.rank_matches(STATES, cells, 0.1))


def test_each_statement_has_its_results_when_it_is_over(explorer):
    for selection in [(10, 13), (20, 22), (30, 31)]:
        explorer.selection = selection
        state = explorer.get_state()
        assert state["selected_cells"] == oracle.select_cells(STATES, *selection, 0.1)
        assert state["_n_candidates"] is not None
        is_right(explorer)


def test_a_gesture_shows_its_matches_in_the_page(explorer, page_of):
    page = page_of(explorer)
    page.set(selection=[10, 13])
    page.send({"settle": {"selection": [10, 13]}})
    sent = page.sent("matches")[-1]
    assert sent["start"] == explorer.matches.start.tolist()
    assert len(sent["start"])
    assert page.sent("_match_context")[-1]["cells"] == len(explorer.selected_cells)


def test_a_selection_of_the_constructor_is_there_from_the_start(inline):
    explorer = StateExplorer(STATES, threshold=0.1, selection=(10, 13), **inline)
    assert len(explorer.get_state(["matches"])["matches"]["start"])
    is_right(explorer)
    explorer.close()


def test_everything_else_that_is_computed_is_there_too(explorer, page_of):
    page = page_of(explorer)
    explorer.selection = (10, 13)
    page.set(_stride=8, _visible_steps=60)
    assert explorer.get_state(["_columns"])["_columns"]["stride"] == 8
    explorer.find_text = WORDS[4]
    assert explorer.get_state(["_find_hits"])["_find_hits"]["count"] == WORDS.count(WORDS[4])
    explorer.find_text = "/m.t/"
    assert explorer.get_state(["_find_hits"])["_find_hits"]["count"] == WORDS.count("mat")
    explorer.align_with = ("pos", "N")
    assert explorer.get_state(["_alignment"])["_alignment"]["error"] == ""
    explorer.match_tracks = ["pos"]
    page.set(_label_table="pos")
    assert explorer.get_state(["_enrichment"])["_enrichment"]["rows"]
    page.send({"against_chance": True})
    assert explorer.get_state(["_enrichment"])["_enrichment"]["chance"] is not None
    assert explorer.error == ""


def test_an_observer_may_read_and_set(explorer):
    told = []

    def follow(change):
        told.append((explorer.selection, len(change["new"]), len(explorer.selected_cells)))
        explorer.word_width = 40
        if len(told) == 1:
            explorer.threshold = 0.3

    explorer.observe(follow, names="matches")
    explorer.selection = (10, 13)
    is_right(explorer)
    assert explorer.threshold == 0.3
    assert told[-1] == ((10, 13), len(explorer.matches), len(explorer.selected_cells))


def test_an_error_is_shown_and_the_next_change_is_right(inline):
    class Failing:
        shape, dtype, works = STATES.shape, STATES.dtype, True

        def __getitem__(self, rows):
            if not self.works:
                raise RuntimeError("the disk is on fire")
            return STATES[rows]

    states = Failing()
    explorer = StateExplorer(states, threshold=0.1, **inline)
    states.works = False
    explorer.selection = (10, 13)
    assert "the disk is on fire" in explorer.error
    with pytest.warns(RuntimeWarning, match="the disk is on fire"):
        assert len(explorer.matches) == 0
    states.works = True
    explorer.threshold = 0.3
    is_right(explorer)
    explorer.close()


def test_linked_explorers_and_scatters_follow(explorer, inline):
    other = StateExplorer(STATES, threshold=0.1, **inline)
    link(explorer, other)
    explorer.selection = (10, 12)
    assert other.selection == (10, 12)
    is_right(other)
    phrases = {"a": [(at, at + 2) for at in range(0, 20, 2)], "b": [(at, at + 3) for at in range(21, 60, 3)]}
    scatter = map_phrases(STATES, phrases, 0.1).scatter(explorer)
    assert scatter.picked == 5
    scatter.picked = 2
    assert explorer.selection == other.selection == (4, 6)
    scatter.close()
    other.close()


def test_inline_and_background_give_the_same(page_of):  # noqa: ARG001
    one, other = (StateExplorer(STATES, WORDS, threshold=0.1, background=given) for given in (True, False))
    for explorer in (one, other):
        explorer.selection, explorer.off_before = (20, 23), 1
        explorer.matches.counts()
    for name in ("start", "stop", "overlap", "union"):
        assert np.array_equal(getattr(one.matches, name), getattr(other.matches, name))
    assert one.matches.n_candidates == other.matches.n_candidates
    one.close()
    other.close()


@pytest.mark.parametrize("given", [1, "no", 0.0])
def test_what_is_no_yes_or_no_is_refused(given):
    with pytest.raises(TypeError, match=rf"background.*True, False or None.*{given!r}"):
        StateExplorer(STATES, background=given)
    with pytest.raises(TypeError, match="background"):
        options.background = given


REPOSITORY = Path(__file__).parents[1]


def in_a_process(*arguments):
    """Run Python on the package alone, in a new process."""
    return subprocess.run(
        [sys.executable, *arguments], cwd=REPOSITORY, capture_output=True, text=True, encoding="utf-8", check=False
    )


def test_all_that_is_public_runs_with_the_limits_of_pyodide():
    done = in_a_process("-m", "tests.pyodide")
    assert done.returncode == 0, done.stdout + done.stderr
    ran, left_out = done.stdout.splitlines()
    assert ran == f"{len(SESSIONS)} sessions and {len(public_objects()) - len(NEED_MORE)} examples ran, 0 failed"
    assert set(left_out.partition(": ")[2].split()) == NEED_MORE


NEED_MORE = {name for name, value in public_objects().items() if "torch" in inspect.getdoc(value)} | set(examples.NEED)
"""Public names whose examples need what Pyodide doesn't have."""


def test_these_limits_hold():
    done = in_a_process("-c", LIMITED)
    assert done.stdout.split() == ["thread", "timer", "pool", "process", "system", "fork", "module", "package"], (
        done.stderr
    )


LIMITED = """
import concurrent.futures, multiprocessing, os, subprocess, sys, threading
from tests.pyodide.limits import impose

impose()
attempts = {
    "thread": lambda: threading.Thread(target=print).start(),
    "timer": lambda: threading.Timer(0, print).start(),
    "pool": lambda: concurrent.futures.ThreadPoolExecutor(1).submit(print),
    "process": lambda: multiprocessing.Process(target=print).start(),
    "system": lambda: subprocess.run([sys.executable]),
    "fork": lambda: os.fork(),
    "module": lambda: __import__("fcntl"),
    "package": lambda: __import__("torch"),
}
for name, attempt in attempts.items():
    try:
        attempt()
    except (RuntimeError, OSError, AttributeError, ImportError):
        print(name)
"""
