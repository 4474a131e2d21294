"""After work is interrupted by newer work, by `cancel` or by an error, the next result is right."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lstmvis_widget
from lstmvis_widget import StateExplorer
from lstmvis_widget.explorer.computation import Computation, Request
from lstmvis_widget.matching.selection import Pattern, select_cells
from lstmvis_widget.states.scale import scale_of
from lstmvis_widget.states.sources import States
from lstmvis_widget.timeline.sequences import Sequences
from lstmvis_widget.timeline.tokens import Tokens
from lstmvis_widget.work.cancelling import CancelledError
from tests import oracle
from tests.explorer.test_explorer import STATES, is_right
from tests.matching.test_ranking import assert_ranked
from tests.page import recorded_pages, wait_until
from tests.states.sources import RowsOnly
from tests.strategies import sticky_states

BLOCK_ROWS = 5


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch):
    """Read `STATES` in 12 blocks of 5 rows."""
    monkeypatch.setattr("lstmvis_widget.states.sources.BLOCK_BYTES", BLOCK_ROWS * STATES[0].nbytes)


class Unreliable(RowsOnly):
    """States whose reads fail after ``reads_left`` of them."""

    reads_left = np.inf

    def __getitem__(self, rows):
        self.reads_left -= 1
        if self.reads_left < 0:
            raise RuntimeError("the disk is on fire")
        return super().__getitem__(rows)


LAYERS = {"lower": STATES, "upper": sticky_states(len(STATES), 10, seed=8, keep=0.85).astype(np.float32)}
SELECTION = (10, 13)


class Asking:
    """A computation that answers one request after another, as on a worker."""

    def __init__(self, memory_limit):
        self.sources = {name: Unreliable(array) for name, array in LAYERS.items()}
        self.states = {name: States(source) for name, source in self.sources.items()}
        self.grids = {name: scale_of(states).grid for name, states in self.states.items()}
        self.computation = Computation(Tokens(None, len(STATES)), Sequences.of(None, len(STATES)), memory_limit)

    def prepare(self, layer, check=lambda: None):
        """Make what byte codes are missing, as after the matches."""
        states, grid = self.states[layer], self.grids[layer]
        if self.computation.codes.are_missing(states, grid):
            self.computation.codes.fill(states, grid, check, lambda _: None)

    def ask(self, layer, threshold, check=lambda: None):
        request = Request(
            layer=layer, states=self.states[layer], grid=self.grids[layer], pattern=Pattern(threshold),
            ranges=(SELECTION,),
        )  # fmt: skip
        return self.computation.rank(request, self.computation.select(request), check)


def ending_after(checks):
    """A check that raises `CancelledError` after ``checks`` calls."""
    left = iter(range(checks))
    lock = threading.Lock()

    def check():
        with lock:
            if next(left, None) is None:
                raise CancelledError

    return check


def assert_right(results, layer, threshold):
    states = LAYERS[layer]
    cells = oracle.select_cells(states, *SELECTION, threshold)
    assert results.selected_cells.tolist() == cells
    assert_ranked(results.matches, oracle.rank_matches(states, cells, threshold, min_length=2))


THRESHOLDS = st.sampled_from([0.1, 0.3, 0.12345])
STEPS = st.tuples(st.sampled_from(sorted(LAYERS)), THRESHOLDS, st.sampled_from(["end", "fail"]), st.integers(0, 30))


@pytest.mark.parametrize("memory_limit", [0, STATES.size, 2 * STATES.size], ids=["streamed", "one layer", "all layers"])
@given(steps=st.lists(STEPS, min_size=1, max_size=6), layer=st.sampled_from(sorted(LAYERS)), threshold=THRESHOLDS)
@settings(max_examples=25)
def test_after_work_ended_or_failed_at_any_block_the_next_result_is_right(memory_limit, steps, layer, threshold):
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("lstmvis_widget.states.sources.BLOCK_BYTES", BLOCK_ROWS * STATES[0].nbytes)
        asking = Asking(memory_limit)
        for step_layer, step_threshold, how, after in steps:
            source = asking.sources[step_layer]
            source.reads_left = after if how == "fail" else np.inf
            check = ending_after(after if how == "end" else 10**6)
            try:
                results = asking.ask(step_layer, step_threshold, check)
                asking.prepare(step_layer, check)
            except (CancelledError, OSError):
                pass
            else:
                assert_right(results, step_layer, step_threshold)
            source.reads_left = np.inf
        assert_right(asking.ask(layer, threshold), layer, threshold)


def test_work_that_was_ended_is_gone_on_with_where_it_was():
    asking = Asking(0)
    source = asking.sources["lower"]
    for _ in range(3):
        with pytest.raises(CancelledError):
            asking.ask("lower", 0.1, ending_after(4))
    source.reads_left = 100
    assert_right(asking.ask("lower", 0.1), "lower", 0.1)
    assert 100 - source.reads_left < len(STATES) / BLOCK_ROWS


# -------------------------------------------------------------- in the widget


class BlockByBlock(RowsOnly):
    """States that can be read freely at first, and once ``held`` only as often as `let` allows."""

    def __init__(self, array):
        super().__init__(array)
        self.turns = threading.Semaphore(0)
        self.held, self.reads = False, 0

    def __getitem__(self, rows):
        if self.held:
            assert self.turns.acquire(timeout=60)
        self.reads += 1
        return super().__getitem__(rows)

    def let(self, reads):
        self.turns.release(reads)

    def let_all(self):
        self.held = False
        self.let(10_000)


@pytest.fixture
def states():
    states = BlockByBlock(STATES)
    yield states
    states.let_all()


@pytest.fixture
def page_of():
    with recorded_pages() as page_of:
        yield page_of


@pytest.fixture
def explorer(states, page_of):  # noqa: ARG001  (starts recording first)
    explorer = StateExplorer(states, threshold=0.1, memory_limit=0)
    assert len(explorer.matches) == 0
    yield explorer
    states.let_all()
    explorer.close()


def begin_work(explorer, states):
    """Start building an index, and let it read some blocks during and some after the statement that asks for it."""
    states.held = True
    before = states.reads
    states.let(3)  # the selection, and two blocks
    explorer.selection = SELECTION
    states.let(2)
    wait_until(lambda: states.reads == before + 5, "the reads that were let")


def peek(explorer, trait):
    """The value of a trait, without waiting for the computation."""
    return explorer.get_state([trait])[trait]


def cancel_from_python(explorer, _):
    explorer.cancel()


def cancel_from_the_page(_, page):
    page.send({"cancel": True})


@pytest.mark.parametrize("cancel", [cancel_from_python, cancel_from_the_page])
class TestCancelling:
    def test_it_ends_the_work_within_a_block_of_each_thread(self, explorer, states, page_of, cancel):
        begin_work(explorer, states)
        cancel(explorer, page_of(explorer))
        reads = states.reads
        states.let(10_000)
        assert explorer.error == "cancelled"
        with pytest.warns(RuntimeWarning, match="cancelled"):
            assert len(explorer.matches) == 0
        explorer._ranking.task.close()  # waits for the running job
        assert states.reads - reads <= 2

    def test_it_leaves_the_widget_as_if_nothing_were_under_way(self, explorer, states, page_of, cancel):
        begin_work(explorer, states)
        wait_until(lambda: peek(explorer, "progress") is not None, "progress")
        cancel(explorer, page_of(explorer))
        assert peek(explorer, "progress") is None
        assert peek(explorer, "_activity") == ""
        assert page_of(explorer).sent("error")[-1] == "cancelled"
        assert explorer.selection == SELECTION

    def test_a_change_after_it_is_worked_on(self, explorer, states, page_of, cancel):
        begin_work(explorer, states)
        cancel(explorer, page_of(explorer))
        states.let_all()
        explorer.threshold = 0.3
        is_right(explorer)
        assert explorer.error == ""
        explorer.threshold = 0.1
        is_right(explorer)

    def test_it_changes_nothing_where_nothing_is_under_way(self, explorer, page_of, cancel):
        explorer.selection = SELECTION
        is_right(explorer)
        wait_until(lambda: peek(explorer, "_n_candidates") is not None, "the count")
        cancel(explorer, page_of(explorer))
        assert explorer.error == ""
        is_right(explorer)


class Clock:
    """A clock that advances by 0.03 s at each reading."""

    now = 0.0

    def monotonic(self):
        self.now += 0.03
        return self.now


class TestProgress:
    def test_it_goes_from_0_towards_1_at_most_ten_times_a_second_and_ends_with_none(
        self, explorer, states, page_of, monkeypatch
    ):
        clock, shown = Clock(), []  # that no two updates are closer than 0.1 s, the tests of `Activities` hold
        monkeypatch.setattr("lstmvis_widget.synced.activities.time", clock)
        monkeypatch.setattr("lstmvis_widget.states.sources.BLOCK_BYTES", STATES[0].nbytes)  # 60 blocks
        explorer.observe(lambda change: shown.append(change["new"]), names="progress")
        begin_work(explorer, states)
        states.let_all()
        is_right(explorer)
        wait_until(lambda: shown and shown[-1] is None, "the end of progress")
        values = shown[:-1]
        assert len(values) >= 3
        assert values == sorted(values)
        assert all(0 <= done <= 1 for done in values)
        assert len(values) <= clock.now * 10 + 1
        assert page_of(explorer).sent("progress")[-1] is None

    def test_what_is_computed_is_said_meanwhile(self, explorer, states, page_of):
        begin_work(explorer, states)
        wait_until(lambda: peek(explorer, "_activity"), "what is computed")
        assert peek(explorer, "_activity") == "indexing states"
        states.let_all()
        is_right(explorer)
        wait_until(lambda: peek(explorer, "progress") is None, "the end of progress")
        assert peek(explorer, "_activity") == ""
        assert page_of(explorer).sent("_activity")[-1] == ""

    def test_it_is_shown_while_work_that_was_superseded_cannot_end_yet(self, explorer, states):
        begin_work(explorer, states)
        wait_until(lambda: peek(explorer, "_activity"), "what is computed")
        explorer.selection = (11, 14)  # its work waits for the block that the other is reading
        assert peek(explorer, "_activity") == "indexing states"
        assert peek(explorer, "progress") is not None
        states.let_all()
        is_right(explorer)
        wait_until(lambda: peek(explorer, "progress") is None, "the end of progress")
        assert peek(explorer, "_activity") == ""

    def test_moving_on_does_not_wait_for_the_index(self, states):
        """Rows that were read before are shown at once, while reads of the source are held."""
        explorer = StateExplorer(states, threshold=0.1, memory_limit=0)
        try:
            begin_work(explorer, states)
            explorer.position = 17  # would hang if it waited
            assert explorer.position == 17
            assert peek(explorer, "progress") != 1
            states.let_all()
            is_right(explorer)
        finally:
            states.let_all()
            explorer.close()


@contextlib.contextmanager
def interrupted(when):
    """Press Ctrl-C once ``when()``, while the main thread does what is in here."""

    def press():
        wait_until(when, "the moment to interrupt")
        signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)

    pressing, came = threading.Thread(target=press), False
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # workers of pytest-xdist ignore it
    try:
        pressing.start()
        yield
        pressing.join()
        time.sleep(1)  # the interrupt may come late
    except KeyboardInterrupt:
        came = True
    finally:
        pressing.join()
        signal.signal(signal.SIGINT, before)
    assert came


@pytest.mark.skipif(sys.platform == "win32", reason="sends a signal to a thread")
class TestInterrupts:
    """Ctrl-C ends a wait and nothing else."""

    def is_waiting(self, explorer):
        return lambda: explorer._bar is not None and explorer._activities.now() is not None

    @pytest.mark.parametrize("read", [
        lambda explorer: explorer.matches, lambda explorer: explorer.selected_cells, lambda explorer: explorer.finish(),
        lambda explorer: explorer.take_cells([1]),
    ])  # fmt: skip
    def test_a_result_that_is_waited_for_still_comes(self, explorer, states, read):
        states.held = True
        explorer.selection = SELECTION
        with interrupted(self.is_waiting(explorer)):
            read(explorer)
        assert explorer._bar is None
        states.let_all()
        is_right(explorer)
        assert explorer.error == ""

    def test_a_page_that_is_being_saved_leaves_no_file(self, explorer, states, tmp_path):
        states.held = True
        explorer.selection = SELECTION
        with interrupted(self.is_waiting(explorer)):
            explorer.to_html(tmp_path / "page.html")
        assert list(tmp_path.iterdir()) == []
        states.let_all()
        assert explorer.to_html(tmp_path / "page.html").stat().st_size > 0
        is_right(explorer)

    def test_counts_that_another_thread_makes_are_waited_for_no_longer(self, explorer, monkeypatch):
        explorer.selection = SELECTION
        matches = explorer.matches
        explorer._ranking.task.finish()
        again = matches.with_counts_of(matches)
        again._counts, asked, go_on, waits = None, threading.Event(), threading.Event(), threading.Event()
        again._count = lambda *_: (asked.set(), go_on.wait(20), matches.counts())[-1]
        monkeypatch.setattr("lstmvis_widget.work.progress_bar.WaitingBar.show", lambda *_: waits.set())
        counting = threading.Thread(target=again.counts)
        counting.start()
        assert asked.wait(20)
        with interrupted(waits.is_set):
            _ = again.n_candidates
        go_on.set()
        counting.join()
        assert again.n_candidates == matches.n_candidates


def test_what_is_waited_for_is_shown_in_a_terminal(explorer, states, monkeypatch):
    shown = []
    monkeypatch.setattr("lstmvis_widget.work.progress_bar.PATIENCE", 0)
    monkeypatch.setattr("lstmvis_widget.work.progress_bar.in_notebook", lambda: False)
    monkeypatch.setattr("lstmvis_widget.work.progress_bar._is_terminal", lambda _: True)
    monkeypatch.setattr("lstmvis_widget.work.progress_bar.TerminalLine.show", lambda _, text: shown.append(text))
    states.held = True
    states.let(3)
    explorer.selection = SELECTION

    def say_so():  # what came before the blocks may have been shown first
        wait_until(lambda: any(text.startswith("indexing states") for text in shown), "the bar")
        states.let_all()

    waiting = threading.Thread(target=say_so)
    waiting.start()
    is_right(explorer)
    waiting.join()


def test_selecting_within_limits_of_many_steps_is_superseded(monkeypatch):
    """Blocks of the limits are checked one by one."""
    monkeypatch.setattr("lstmvis_widget.states.sources.BLOCK_BYTES", STATES[0].nbytes)
    states = States(np.ones_like(STATES))
    with pytest.raises(CancelledError):
        select_cells(states, 0, 60, 0.5, check=ending_after(30))
    assert len(select_cells(states, 0, 60, 0.5, check=ending_after(60))) == STATES.shape[1]


END_WHILE_COMPUTING = """
import numpy as np
from lstmvis_widget import StateExplorer
states = np.random.default_rng(0).normal(size=(60_000, 200)).astype(np.float32)
explorer = StateExplorer(states, threshold=0.0)
for start in range(20):
    explorer.selection = (start, start + 1)
"""


def test_an_interpreter_that_ends_while_matches_are_computed_ends_in_peace():
    environment = os.environ | {"PYTHONPATH": str(Path(lstmvis_widget.__file__).parents[1])}
    for _ in range(3):
        ran = subprocess.run(
            [sys.executable, "-c", END_WHILE_COMPUTING], env=environment, capture_output=True, text=True, timeout=60,
            check=False,
        )  # fmt: skip
        assert (ran.returncode, ran.stderr) == (0, "")
