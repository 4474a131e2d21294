"""Updates of one widget by another: at once if its lock is free, else on a thread that holds no lock."""

from __future__ import annotations

import threading
from collections.abc import Callable

from .observers import report

PATIENCE = 0.05
"""Seconds to wait for the lock of the other widget; the thread that holds it may be waiting for this one."""


def at_once_or_later(attempt: Callable[[float], bool], patience: float = PATIENCE) -> None:
    """Call ``attempt(patience)``; if it returns False, let a new thread call it without a limit of time.

    Observers run with the lock of their own widget held, and the thread that holds the other widget's lock may be
    waiting for that one. So a lock that isn't free soon is waited for on a thread that holds none.
    """
    if attempt(patience):
        return

    def attempt_and_report() -> None:
        try:
            attempt(-1.0)
        except BaseException as error:  # noqa: BLE001  (an observer's)
            report(error)

    try:
        threading.Thread(target=attempt_and_report, daemon=True).start()
    except RuntimeError:  # threads can't start, so no other thread holds a lock
        attempt(-1.0)
