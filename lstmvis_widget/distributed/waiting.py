"""Waiting for what a cluster computes, so that both ends notice when it is no longer wanted.

Here the wait is done in slices, after each of which a check may raise; then the futures are released. A function that
runs on a worker isn't stopped by that, so it asks whether its task is still wanted, which takes no message.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from lstmvis_widget.work.blocks import THREADS
from lstmvis_widget.work.cancelling import CancelledError, Check, Report, never_cancelled, not_reported

from . import client as clients
from . import faults

SLICE = 0.05
"""Seconds to wait before the check is called again."""

LOOK = 0.02
"""Seconds after which a function on a worker asks again whether it is wanted."""

ROUND = 1.0
"""Seconds between two looks at the cluster itself, while results don't come."""


def results_of(
    client: Any,
    futures: Sequence[Any],
    doing: str,
    *,
    check: Check = never_cancelled,
    progress: Report = not_reported,
) -> list[Any]:
    """The results of some futures, which are released, also where ``check`` ends the wait.

    Parameters
    ----------
    client : distributed.Client
    futures : sequence of distributed.Future
    doing : str
        What is done, for a message: ``"counting matches"``.
    check : callable, optional
        Called every 50 ms; what it raises ends the wait.
    progress : callable, optional
        Given the share of the futures that have ended, 0…1.

    Raises
    ------
    OSError
        The cluster can't do it; the message says why.
    """
    try:
        wait_until(client, futures, check, lambda: progress(sum(each.done() for each in futures) / len(futures)))
        for future in futures:
            if future.status == "error":
                error = future.exception()
                raise faults.failed(doing, error) from error
        return list(_gathered(client, futures, doing))
    finally:
        for future in futures:
            future.release()


def wait_until(client: Any, futures: Sequence[Any], check: Check, see: Callable[[], None] = lambda: None) -> None:
    """Wait until all futures have ended, well or not. ``check`` is called at least once, ``see`` while that takes long.

    Raises
    ------
    OSError
        The client or the scheduler is gone, there are no workers any more, or the tasks were cancelled.
    """
    ended, lock = threading.Event(), threading.Lock()
    left = len(futures)

    def one_ended(_: Any) -> None:
        nonlocal left
        with lock:
            left -= 1
        if not left:
            ended.set()

    if not futures:
        return
    for future in futures:
        future.add_done_callback(one_ended)
    watch = _Watch(client)
    check()  # also where all ends before the first slice is over
    while not ended.wait(SLICE):
        see()
        watch.look()
        check()
    if any(future.status in ("cancelled", "lost") for future in futures):
        clients.check_open(client)
        raise faults.lost_results(client) if client.status == "running" else faults.scheduler_gone(client)


def _gathered(client: Any, futures: Sequence[Any], doing: str) -> Any:
    try:
        return client.gather(list(futures))
    except Exception as error:
        clients.check_open(client)
        raise faults.failed(doing, error) from error


class _Watch:
    """Looks now and then whether a cluster is still there."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self._next = time.monotonic() + ROUND
        self._alone_since: float | None = None
        self._apart_since: float | None = None

    def look(self) -> None:
        """Raise OSError where the cluster has gone."""
        now = time.monotonic()
        clients.check_open(self._client)
        if now < self._next:
            return
        self._next = now + ROUND
        if self._client.status != "running":
            self._apart_since = self._apart_since or now
            if now - self._apart_since > clients.WORKERS_AWAITED:
                raise faults.scheduler_gone(self._client)
            return
        self._apart_since = None
        self._alone_since = None if clients.has_workers(self._client) else self._alone_since or now
        if self._alone_since is not None and now - self._alone_since >= clients.WORKERS_AWAITED:
            raise faults.no_workers(self._client, clients.WORKERS_AWAITED)


def while_wanted() -> Check:
    """For a function on a worker: a check that raises `CancelledError` once its task is no longer wanted.

    It may be called from any thread, as often as one likes. Outside of a worker it never raises.
    """
    task = _task_of_this_thread()
    if task is None:
        return never_cancelled
    tasks, key = task
    looked = time.monotonic()

    def check() -> None:
        nonlocal looked
        now = time.monotonic()
        if now - looked < LOOK:
            return
        looked = now
        task = tasks.get(key)
        if task is None or task.state == "cancelled":
            raise CancelledError

    return check


def threads_of_worker() -> int:
    """The threads of the worker that this runs on; two outside of a worker."""
    module = sys.modules.get("distributed.worker")
    try:
        return THREADS if module is None else int(module.get_worker().state.nthreads)
    except (ValueError, AttributeError):
        return THREADS


def _task_of_this_thread() -> tuple[Mapping[Any, Any], Any] | None:
    """The tasks that a worker knows, and the key of the one that this thread runs; None outside of a worker."""
    module = sys.modules.get("distributed.worker")
    if module is None:
        return None
    try:
        return module.get_worker().state.tasks, module.thread_state.key
    except (ValueError, AttributeError):
        return None
