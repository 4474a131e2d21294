"""A worker's thread ends when there is nothing to do, and no job is lost for that."""

import threading

import pytest

from lstmvis_widget.work.worker import LatestWinsWorker
from tests.page import wait_until

NAME = "a worker that rests"


def threads():
    return [thread for thread in threading.enumerate() if thread.name == NAME]


@pytest.fixture
def worker(monkeypatch):
    monkeypatch.setattr("lstmvis_widget.work.worker.IDLE_SECONDS", 0.001)
    worker = LatestWinsWorker(NAME)
    yield worker
    worker.close()
    assert threads() == []


def test_a_thread_ends_without_a_job_and_starts_with_the_next(worker):
    for _ in range(3):
        done = threading.Event()
        assert worker.submit(lambda _, done=done: done.set())
        assert done.wait(20)
        wait_until(lambda: not threads(), "the end of the thread")
    worker.close()
    assert not worker.submit(lambda _: None)


def test_no_job_is_lost_between_the_end_of_a_thread_and_the_next(worker):
    for _ in range(300):
        done = threading.Event()
        worker.submit(lambda _, done=done: done.set())
        assert done.wait(20)
    assert len(threads()) <= 1


def test_an_interrupt_ends_the_wait_for_a_job_that_takes_long_to_notice(worker, interrupts):
    begun, closing, interrupted, in_time = threading.Event(), threading.Event(), threading.Event(), []

    def job(_):
        begun.set()
        closing.wait(20)
        interrupts()  # on this thread: that doesn't wake the other one
        in_time.append(interrupted.wait(20))

    def close():
        closing.set()
        worker.close()

    worker.submit(job)
    assert begun.wait(20)
    with pytest.raises(KeyboardInterrupt):
        close()
    interrupted.set()
    wait_until(lambda: not threads(), "the end of the thread")
    assert in_time == [True]
