"""What long work is given to call: a check whether it was cancelled, and a report of its progress."""

from __future__ import annotations

from collections.abc import Callable

Check = Callable[[], None]
"""Called often by long work; raises `CancelledError` once the work was cancelled."""

Report = Callable[[float], None]
"""Takes the share of the work that is done, 0…1."""


Stage = Callable[[str], Report]
"""Begins a stage of the work, which it takes the name of, such as ``"indexing layer 1"``; gives the report of it."""


LOOK = 0.1
"""Seconds after which a thread that waits looks up: so an interrupt (Ctrl-C) gets through on any system."""


class CancelledError(Exception):
    """The work was cancelled, or newer work replaced it."""


def never_cancelled() -> None:
    """Never raise: a `Check` of work that can't be cancelled."""


def not_reported(_: float) -> None:
    """Do nothing: a `Report` of work that shows no progress."""


def part(progress: Report, start: float, stop: float) -> Report:
    """A `Report` of work that is the part ``start`` … ``stop`` of all work, both 0…1."""
    return lambda share: progress(start + share * (stop - start))


def not_staged(_: str) -> Report:
    """Say nothing: a `Stage` of work that shows no progress."""
    return not_reported
