"""Interrupts that come where Python ignores exceptions, as in the callbacks of HDF5's objects."""

import signal
import sys
import threading
import weakref

import pytest

from lstmvis_widget import save_states
from lstmvis_widget.recording.batch_progress import BatchProgress
from lstmvis_widget.work.interrupts import Interrupts
from lstmvis_widget.work.showing import shown


@pytest.fixture(autouse=True)
def handler(monkeypatch):
    """The handler of a notebook's kernel, which a test's process may lack; what it raises in a callback is ignored."""
    monkeypatch.setattr(sys, "unraisablehook", lambda _: None)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    signal.signal(signal.SIGINT, before)


class Thing:
    """Something that can be referred to weakly."""


def lose_an_interrupt(_=None):
    """Interrupt the main thread in the callback of a weak reference."""
    thing = Thing()
    reference = weakref.ref(thing, lambda _: signal.raise_signal(signal.SIGINT))
    del thing
    assert reference() is None


def test_a_lost_interrupt_is_raised_by_the_next_report():
    reached = []

    def work():
        with shown(False, "working") as report:
            lose_an_interrupt()
            reached.append("after the interrupt")
            report(0.5)
            reached.append("after the report")

    with pytest.raises(KeyboardInterrupt):
        work()
    assert reached == ["after the interrupt"]


@pytest.mark.parametrize("progress", [None, False, lambda _: None])
def test_a_lost_interrupt_is_raised_at_the_end_if_nothing_is_reported(progress):
    with pytest.raises(KeyboardInterrupt), shown(progress, "working"):
        lose_an_interrupt()


def test_a_lost_interrupt_within_inner_work_ends_the_outer_one():
    with pytest.raises(KeyboardInterrupt), shown(None, "outer"), shown(False, "inner"):
        lose_an_interrupt()


def test_an_interrupt_that_was_not_lost_is_raised_once():
    with pytest.raises(KeyboardInterrupt), shown(None, "working"):
        signal.raise_signal(signal.SIGINT)
    with shown(None, "working") as report:
        report(0.5)


def test_a_handler_that_raises_nothing_interrupts_nothing():
    calls = []
    signal.signal(signal.SIGINT, lambda *_: calls.append(None))
    with Interrupts() as interrupts:
        lose_an_interrupt()
        interrupts.check()
    assert len(calls) == 1
    signal.signal(signal.SIGINT, signal.default_int_handler)


def test_other_threads_leave_the_handler_alone():
    seen = []

    def work():
        with Interrupts():
            seen.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [signal.default_int_handler]


def test_an_interrupt_of_the_main_thread_is_none_of_another_threads_work():
    reached = []

    def work():
        with shown(False, "in the background") as report:
            report(0.5)
            reached.append("the end")

    def interrupted():
        with shown(False, "working"):
            lose_an_interrupt()
            thread = threading.Thread(target=work)
            thread.start()
            thread.join()

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert reached == ["the end"]


def test_recording_ends_at_a_lost_interrupt():
    def record():
        with BatchProgress(shown=False, total=None) as progress:
            lose_an_interrupt()
            progress.update(1, 10)

    with pytest.raises(KeyboardInterrupt):
        record()


def test_a_file_is_not_half_written_after_a_lost_interrupt(tmp_path):
    with pytest.raises(KeyboardInterrupt):
        save_states(tmp_path / "states.h5", [[1.0], [2.0]], progress=lose_an_interrupt)
    assert not list(tmp_path.iterdir())
