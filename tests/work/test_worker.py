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
