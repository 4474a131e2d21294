"""One background thread that works on the newest job only."""

from __future__ import annotations

import atexit
import contextlib
import threading
import weakref
from collections.abc import Callable
from functools import partial
from typing import Protocol

from .cancelling import CancelledError

AT_EXIT = 5.0
"""Seconds that the end of the interpreter waits for work to notice that it is over."""


class Job(Protocol):
    """A piece of work. It calls ``check`` often, which raises `CancelledError` once there is a newer job."""

    def __call__(self, check: Callable[[], None], /) -> None:
        """Do the work."""


class LatestWinsWorker:
    """Runs jobs on one daemon thread; a new job supersedes the one under way and any that waits.

    The thread starts with the first job and ends with `close`. Jobs handle their own exceptions.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._wake = threading.Condition()
        self._waiting: Job | None = None
        self._generation = 0
        self._closed = False
        self._busy = False
        self._thread: threading.Thread | None = None
        _workers.add(self)

    def submit(self, job: Job) -> bool:
        """Run ``job`` as soon as the one under way has noticed that it is superseded; False after `close`."""
        with self._wake:
            if self._closed:
                return False
            self._waiting = job
            self._generation += 1
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)
                self._thread.start()
            self._wake.notify_all()
            return True

    def cancel(self) -> bool:
        """End the job under way within its next check, and drop the one that waits; False when there is none."""
        with self._wake:
            if not self._busy and self._waiting is None:
                return False
            self._waiting = None
            self._generation += 1
            return True

    def on_worker(self) -> bool:
        """Whether the caller runs on the worker's thread."""
        return threading.current_thread() is self._thread

    def close(self) -> None:
        """Cancel what is under way and wait for the thread to end; a second time does nothing."""
        self.end()

    def end(self, patience: float | None = None) -> None:
        """As `close`, waiting so many seconds at most."""
        with self._wake:
            self._closed = True
            self._waiting = None
            self._generation += 1
            self._wake.notify_all()
        if self._thread is not None and not self.on_worker():
            self._thread.join(patience)

    def _run(self) -> None:
        while True:
            with self._wake:
                self._wake.wait_for(lambda: self._closed or self._waiting is not None)
                if self._closed or self._waiting is None:
                    return
                job, self._waiting, generation = self._waiting, None, self._generation
                self._busy = True
            with contextlib.suppress(CancelledError):
                job(partial(self._check, generation))
            with self._wake:
                self._busy = False

    def _check(self, generation: int) -> None:
        if generation != self._generation:
            raise CancelledError


_workers: weakref.WeakSet[LatestWinsWorker] = weakref.WeakSet()


@atexit.register
def _end_all() -> None:
    """End what is under way: a thread that the end of the interpreter finds within numpy takes the process down."""
    for worker in list(_workers):
        worker.end(AT_EXIT)
