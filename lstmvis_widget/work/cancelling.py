"""How work is told that it was cancelled, and tells how far it is."""

from __future__ import annotations

from collections.abc import Callable

Check = Callable[[], None]
"""Called now and then by work that takes long; raises `CancelledError` once the work was cancelled."""

Report = Callable[[float], None]
"""Told the share of the work that is done, 0…1."""


class CancelledError(Exception):
    """The work was cancelled, or newer work took its place."""


def never_cancelled() -> None:
    """Check for cancellation that never raises."""


def not_reported(_: float) -> None:
    """Report to nobody."""
