"""What follows one widget in another: at once where that one is free, else on a thread that holds no lock."""

from __future__ import annotations

import threading
from collections.abc import Callable

from .observers import report

PATIENCE = 0.05
"""Seconds to wait for another thread that sets traits; it may be waiting for this one."""


def at_once_or_later(attempt: Callable[[float], bool], patience: float = PATIENCE) -> None:
    """Have ``attempt`` done: now, with so much patience, or where it gives False, as soon as it can be.

    Whoever notifies holds the lock of its own traits, and the thread that holds that of the others may be waiting for
    it. So what can't be had soon is left to a thread that holds nothing, and waits for as long as it takes.
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
    except RuntimeError:  # there are no threads, so nobody else holds a lock
        attempt(-1.0)
