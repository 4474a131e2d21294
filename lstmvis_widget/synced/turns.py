"""The lock under which one thread at a time sets the traits of a widget, and what that thread is doing."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator

from .observers import report


class Turns:
    """The lock for setting the traits of a widget: threads take turns.

    Parameters
    ----------
    at_end : callable
        Called when a thread is about to release the lock.
    """

    def __init__(self, at_end: Callable[[], None]) -> None:
        self._at_end = at_end
        self._lock = threading.RLock()
        self._depth = 0
        self._here = threading.local()

    # ------------------------------------------------------------ the lock

    @contextlib.contextmanager
    def take(self, patience: float = -1) -> Iterator[bool]:
        """Hold the lock; yields False if another thread keeps it for ``patience`` seconds (negative: wait for it)."""
        if not self._lock.acquire(timeout=patience):
            yield False
            return
        outermost = not self.is_mine
        if outermost:
            self._here.raised = []
        self._here.has_turn = True
        self._depth += 1
        failed = True
        try:
            try:
                yield True
                failed = False
            finally:
                if self._depth == 1:
                    self._at_end()
        finally:
            self._depth -= 1
            self._here.has_turn = not outermost
            self._lock.release()
            raised = self._here.raised if outermost else []
            if failed:
                report(*raised)
        _raise_first(raised)

    @property
    def is_mine(self) -> bool:
        """Whether this thread holds the lock."""
        return getattr(self._here, "has_turn", False)

    # --------------------------------------------- what this thread is doing

    @contextlib.contextmanager
    def publishing(self) -> Iterator[None]:
        """Report exceptions of observers in here, where results are shown, instead of raising them."""
        with self._flag("publishes"):
            yield

    @contextlib.contextmanager
    def peeking(self) -> Iterator[None]:
        """Make reading traits in here wait for nothing."""
        with self._flag("peeks"):
            yield

    @contextlib.contextmanager
    def telling_together(self) -> Iterator[None]:
        """Raise exceptions of observers at the end of this context, after all its changes have been notified."""
        if self.is_mine or self.is_telling_together:
            yield
            return
        self._here.raised = []
        with self._flag("tells"):
            yield
        raised, self._here.raised = self._here.raised, []
        _raise_first(raised)

    @property
    def is_peeking(self) -> bool:
        """Whether this thread is within `peeking`."""
        return getattr(self._here, "peeks", False)

    @property
    def is_telling_together(self) -> bool:
        """Whether this thread is within `telling_together`."""
        return getattr(self._here, "tells", False)

    @contextlib.contextmanager
    def _flag(self, name: str) -> Iterator[None]:
        before = getattr(self._here, name, False)
        setattr(self._here, name, True)
        try:
            yield
        finally:
            setattr(self._here, name, before)

    def observer_raised(self, error: Exception) -> None:
        """Report the exception where results are shown; else raise it when this thread releases the lock, or now."""
        if getattr(self._here, "publishes", False):
            report(error)
        elif self.is_mine or self.is_telling_together:
            self._here.raised.append(error)
        else:
            raise error


def _raise_first(errors: list[Exception]) -> None:
    """Raise the first exception, and report the others."""
    report(*errors[1:])
    if errors:
        raise errors[0]
