"""A worker that runs the newest job only: on a thread of its own, or inline where threads can't start."""

from __future__ import annotations

import atexit
import contextlib
import logging
import math
import threading
import time
import weakref
from functools import partial
from typing import Protocol

from .cancelling import LOOK, CancelledError, Check

log = logging.getLogger("lstmvis_widget")

IDLE_SECONDS = 1.0
"""Seconds without a job after which a thread ends: an idle one keeps some memory of its last job."""

AT_EXIT = 5.0
"""Seconds to wait for workers at interpreter exit."""


class Job(Protocol):
    """A job. It has to call ``check`` often, which raises `CancelledError` once there is a newer job."""

    def __call__(self, check: Check, /) -> None:
        """Do the work."""


class LatestWinsWorker:
    """Runs jobs one at a time; a new job cancels the running one and replaces the waiting one.

    Jobs handle their own exceptions. What a job on the thread raises nevertheless is logged, and the thread lives on.

    Parameters
    ----------
    name : str
        Name of the thread, which starts with a job, and ends when there is none for a while, or with `close`.
    background : bool, default True
        False: each job runs inline, on the thread that submits it. Jobs also run inline where threads can't start, as
        in Pyodide.
    """

    def __init__(self, name: str, *, background: bool = True) -> None:
        self._name = name
        # The `with` of a condition is code in Python: an interrupt (Ctrl-C) within it would leave it locked.
        self._lock = threading.RLock()
        self._wake = threading.Condition(self._lock)
        self._waiting: Job | None = None
        self._generation = 0
        self._closed = False
        self._busy = False
        self._background = background
        self._thread: threading.Thread | None = None
        self._submitter: threading.Thread | None = None  # does a job that runs at once
        _workers.add(self)

    def submit(self, job: Job) -> bool:
        """Run ``job`` as soon as the running one has noticed that it is cancelled; False after `close`."""
        with self._lock:
            if self._closed:
                return False
            self._generation += 1
            if self._background and self._has_thread():
                self._waiting = job
                self._wake.notify_all()
                return True
            generation = self._generation
        self._run_here(job, generation)
        return True

    def _has_thread(self) -> bool:
        """Start the thread if there is none yet; False where threads can't start."""
        if self._thread is None or not self._thread.is_alive():
            thread = threading.Thread(target=self._run, name=self._name, daemon=True)
            try:
                thread.start()
            except RuntimeError:
                self._background = False
                return False
            self._thread = thread
        return True

    def _run_here(self, job: Job, generation: int) -> None:
        before = self._busy, self._submitter
        self._busy, self._submitter = True, threading.current_thread()
        try:
            with contextlib.suppress(CancelledError):
                job(partial(self._check, generation))
        finally:
            self._busy, self._submitter = before

    def cancel(self) -> bool:
        """Cancel the running job, which ends at its next check, and drop the waiting one; False if there is neither."""
        with self._lock:
            if not self._busy and self._waiting is None:
                return False
            self._waiting = None
            self._generation += 1
            return True

    @property
    def is_inline(self) -> bool:
        """Whether jobs run inline, on the thread that submits them."""
        return not self._background

    def on_worker(self) -> bool:
        """Whether the caller runs within a job."""
        return threading.current_thread() in (self._thread, self._submitter)

    def close(self) -> None:
        """Cancel all jobs and wait for the thread to end; a second time does nothing."""
        self.end()

    def end(self, patience: float | None = None) -> None:
        """Close, but wait at most ``patience`` seconds for the thread to end."""
        with self._lock:
            self._closed = True
            self._waiting = None
            self._generation += 1
            self._wake.notify_all()
            thread = self._thread
        if thread is not None and not self.on_worker():
            _join(thread, patience)

    def _run(self) -> None:
        while True:
            with self._lock:
                self._wake.wait_for(lambda: self._closed or self._waiting is not None, IDLE_SECONDS)
                if self._closed or self._waiting is None:
                    self._thread = None
                    return
                job, self._waiting, generation = self._waiting, None, self._generation
                self._busy = True
            try:
                job(partial(self._check, generation))
            except CancelledError:
                pass
            except BaseException:
                log.exception("%s goes on after an exception", self._name)
            del job  # it holds what it was asked for
            with self._lock:
                self._busy = False

    def _check(self, generation: int) -> None:
        if generation != self._generation:
            raise CancelledError


def _join(thread: threading.Thread, patience: float | None) -> None:
    """Wait for the end of a thread, so that an interrupt gets through on any system."""
    until = math.inf if patience is None else time.monotonic() + patience
    while thread.is_alive() and (left := until - time.monotonic()) > 0:
        thread.join(min(left, LOOK))


_workers: weakref.WeakSet[LatestWinsWorker] = weakref.WeakSet()


@atexit.register
def _end_all() -> None:
    """Stop all workers: a thread inside numpy at interpreter exit crashes the process."""
    for worker in list(_workers):
        worker.end(AT_EXIT)
