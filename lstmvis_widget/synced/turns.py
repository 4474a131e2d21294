"""One thread at a time sets the traits of a widget: whose turn it is, and what it is in the midst of."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator

from .observers import report


class Turns:
    """Hands the turn to set traits from thread to thread.

    Parameters
    ----------
    at_end : callable
        Called at the end of each turn, before another thread can have one.
    """

    def __init__(self, at_end: Callable[[], None]) -> None:
        self._at_end = at_end
        self._lock = threading.RLock()
        self._depth = 0
        self._here = threading.local()

    # ------------------------------------------------------------ the turn

    @contextlib.contextmanager
    def take(self, patience: float = -1) -> Iterator[bool]:
        """Have the turn; False where another thread goes on having it for so many seconds (negative: wait)."""
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
        """Whether this thread has the turn."""
        return getattr(self._here, "has_turn", False)

    # --------------------------------------------- what a thread is in the midst of

    @contextlib.contextmanager
    def publishing(self) -> Iterator[None]:
        """Report what observers raise in here, where Python shows results, and don't raise it."""
        with self._flag("publishes"):
            yield

    @contextlib.contextmanager
    def peeking(self) -> Iterator[None]:
        """Read traits in here without waiting for anything."""
        with self._flag("peeks"):
            yield

    @contextlib.contextmanager
    def telling_together(self) -> Iterator[None]:
        """Raise what observers raise in here at the end, where several changes are told after one another."""
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
        """Whether this thread reads without waiting."""
        return getattr(self._here, "peeks", False)

    @property
    def is_telling_together(self) -> bool:
        """Whether this thread has more changes to tell."""
        return getattr(self._here, "tells", False)

    @contextlib.contextmanager
    def _flag(self, name: str) -> Iterator[None]:
        before = getattr(self._here, name, False)
        setattr(self._here, name, True)
        try:
            yield
        finally:
            setattr(self._here, name, before)

    def take_in(self, error: Exception) -> None:
        """Keep what an observer has raised until the turn is over, or report it where results are shown."""
        if getattr(self._here, "publishes", False):
            report(error)
        elif self.is_mine or self.is_telling_together:
            self._here.raised.append(error)
        else:
            raise error


def _raise_first(errors: list[Exception]) -> None:
    """Raise the first of what observers have raised, and report the others."""
    report(*errors[1:])
    if errors:
        raise errors[0]
