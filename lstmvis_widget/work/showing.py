"""Progress of a long function of Python: whether it is shown, and where. This is decided here for all of them."""

from __future__ import annotations

import reprlib
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from .cancelling import Report, not_reported
from .interrupts import Interrupts
from .progress_bar import WaitingBar

Progress = bool | Report | None
"""What functions take as ``progress``.

None shows a bar once the work has taken a second: in a notebook's cell and on a terminal, nowhere else. True shows it
at once, and also where stderr is no terminal. False shows none. A callable is given the share done, 0…1, at the end 1.
"""

_SHOWING = threading.local()


@contextmanager
def shown(progress: Progress, what: str, *, clock: Callable[[], float] = time.monotonic) -> Iterator[Report]:
    """Show the progress of the work within, as ``progress`` asks.

    Gives a `Report`, which can be called on any thread. A bar is drawn by the thread that began it, and by default by
    the main thread only, as other threads have no cell of a notebook. It disappears with the work, however this ends.
    Within work whose progress is shown, reported or silenced, other work has no bar by default.

    Parameters
    ----------
    progress : Progress
    what : str
        The work, such as ``"aligning cells"``.
    clock : callable
        Returns the time in seconds.

    Raises
    ------
    TypeError
        ``progress`` is something else.
    """
    if not (progress is None or isinstance(progress, bool) or callable(progress)):
        raise TypeError(
            "progress must be None (a bar, if it takes long), True, False, or a callable that takes the share done; "
            f"got {reprlib.repr(progress)}"
        )
    outer, _SHOWING.outer = getattr(_SHOWING, "outer", False), True
    try:
        with Interrupts() as interrupts, _reported(progress, what, clock, within=outer) as report:
            yield _checking(report, interrupts)
            if callable(progress):
                progress(1.0)
    finally:
        _SHOWING.outer = outer


def _checking(report: Report, interrupts: Interrupts) -> Report:
    def checked(share: float) -> None:
        interrupts.check()
        report(share)

    return checked


@contextmanager
def _reported(progress: Progress, what: str, clock: Callable[[], float], *, within: bool) -> Iterator[Report]:
    on_main = threading.current_thread() is threading.main_thread()
    if callable(progress):
        yield progress
    elif progress is False or (progress is None and (within or not on_main)):
        yield not_reported
    else:
        bar, drawing = WaitingBar(clock, at_once=progress is True), threading.get_ident()

        def report(share: float) -> None:
            if threading.get_ident() == drawing:
                bar.show(what, share)

        try:
            yield report
        finally:
            bar.erase()
