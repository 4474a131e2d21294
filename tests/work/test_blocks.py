"""Work on blocks in threads, and where threads can't start."""

import threading

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lstmvis_widget import rank_matches, select_cells
from lstmvis_widget.matching import bit_search
from lstmvis_widget.work.blocks import SharedBlocks, blocks_of, in_threads
from lstmvis_widget.work.cancelling import CancelledError, never_cancelled
from tests import oracle, plain
from tests.matching.test_ranking import assert_ranked, queries

START = threading.Thread.start


def cannot_start(_):
    raise RuntimeError("can't start new thread")


@pytest.fixture(params=[0, 1], ids=["no thread can start", "only one thread can start"])
def few_threads(request, monkeypatch):
    """Limit the number of threads that can start, as Pyodide (none) or a system's limit does."""
    left = request.param

    def start(thread):
        nonlocal left
        if not thread.name.startswith("lstmvis-blocks"):
            return START(thread)
        if left == 0:
            cannot_start(thread)
        left -= 1
        return START(thread)

    monkeypatch.setattr(threading.Thread, "start", start)
    # Four threads, so that some can start and others can't.
    monkeypatch.setattr("lstmvis_widget.work.blocks.in_threads.__defaults__", (4,))


def squares(total, threads=4):
    """Square numbers in blocks of three; returns the squares and the threads that computed them."""
    found, workers = np.zeros(total, int), set()
    blocks = SharedBlocks(blocks_of(total, 3), never_cancelled)

    def work():
        for start, stop in blocks:
            found[start:stop] += np.arange(start, stop) ** 2
            workers.add(threading.current_thread())

    in_threads(work, threads)
    return found.tolist(), workers


@pytest.mark.parametrize("threads", [0, 1, 2, 5])
@pytest.mark.parametrize("total", [0, 1, 3, 200])
def test_each_block_is_worked_on_once(total, threads):
    before = threading.active_count()
    found, workers = squares(total, threads)
    assert found == [number**2 for number in range(total)]
    assert len(workers) <= max(1, threads)
    assert threading.active_count() == before


def test_threads_work_at_once():
    all_there = threading.Barrier(3, timeout=30)
    in_threads(all_there.wait, 3)


@pytest.mark.usefixtures("few_threads")
def test_the_calling_thread_does_what_others_do_not():
    found, _ = squares(200)
    assert found == [number**2 for number in range(200)]


def test_without_threads_the_calling_thread_does_all(monkeypatch):
    monkeypatch.setattr(threading.Thread, "start", cannot_start)
    assert squares(20) == ([number**2 for number in range(20)], {threading.current_thread()})


@pytest.mark.parametrize("where", ["the calling thread", "another thread"])
def test_an_error_in_any_thread_is_raised_once_all_have_ended(where):
    calling, all_there, ended = threading.current_thread(), threading.Barrier(3, timeout=30), []

    def work():
        all_there.wait()
        if (threading.current_thread() is calling) == (where == "the calling thread"):
            raise ValueError(where)
        ended.append(None)

    with pytest.raises(ValueError, match=where):
        in_threads(work, 3)
    assert len(ended) == (2 if where == "the calling thread" else 1)


@pytest.mark.usefixtures("few_threads")
def test_work_is_cancelled_where_few_threads_can_start():
    checks = []

    def check():
        checks.append(None)
        if len(checks) == 5:
            raise CancelledError

    blocks = SharedBlocks(blocks_of(100, 1), check)
    with pytest.raises(CancelledError):
        in_threads(lambda: [None for _ in blocks])
    assert len(checks) < 100


ENDLESS = 10**12


@pytest.mark.parametrize("at", ["work", "wait"])
def test_an_interrupt_ends_the_work_of_all_threads(interrupts, at):
    calling, all_there = threading.current_thread(), threading.Barrier(3, timeout=30)
    blocks = SharedBlocks(blocks_of(ENDLESS, 1), never_cancelled)

    def work():
        all_there.wait()
        if threading.current_thread() is calling:
            if at == "work":
                interrupts()
            return
        if at == "wait" and threading.current_thread().name.endswith("1"):
            interrupts()
        for _ in blocks:
            pass

    before = threading.active_count()
    with pytest.raises(KeyboardInterrupt):
        in_threads(work, 3)
    assert threading.active_count() == before


def test_an_error_in_one_thread_ends_the_others():
    calling, all_there = threading.current_thread(), threading.Barrier(2, timeout=30)
    blocks = SharedBlocks(blocks_of(ENDLESS, 1), never_cancelled)

    def work():
        all_there.wait()
        if threading.current_thread() is not calling:
            raise ValueError("at once")
        for _ in blocks:
            pass

    with pytest.raises(ValueError, match="at once"):
        in_threads(work, 2)


@pytest.mark.usefixtures("few_threads")
@given(query=queries(max_steps=25), off_before=st.integers(0, 2), off_after=st.integers(0, 2))
@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_where_few_threads_can_start_matches_are_ranked_as_the_definition_says(query, off_before, off_after):
    array, cells, threshold, options = query
    options |= {"off_before": off_before, "off_after": off_after}
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(bit_search, "BLOCK_STEPS", 4)
        patched.setattr("lstmvis_widget.states.sources.BLOCK_BYTES", 3 * array[:1].nbytes)
        ranked = rank_matches(array, cells, threshold, **options)
        assert_ranked(ranked, oracle.rank_matches(array, cells, threshold, **options))


def test_without_threads_cells_are_selected_and_matches_ranked(monkeypatch):
    states = np.tanh(np.random.default_rng(0).normal(size=(200, 12)))
    monkeypatch.setattr(threading.Thread, "start", cannot_start)
    cells = oracle.select_cells(states, 3, 4, 0.1)
    assert select_cells(states, 3, 4, 0.1).tolist() == cells
    assert_ranked(rank_matches(states, cells, 0.1), plain.rank_matches(states, cells, 0.1))
