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

    def take(self, patience: float = -1) -> Turn:
        """Have the turn; False where another thread goes on having it for so many seconds (negative: wait)."""
        return Turn(self, patience)

    def begin(self, patience: float) -> bool:
        """Begin a turn, perhaps within one of this thread; False where another thread goes on having it."""
        if not self._lock.acquire(timeout=patience):
            return False
        self._depth += 1
        if self._depth == 1:
            self._here.raised = []
            self._here.has_turn = True
        return True

    def end(self, *, failed: bool) -> None:
        """End a turn; the outermost one raises what observers have raised, or reports it where the turn failed."""
        raised: list[BaseException] = []
        is_last = self._depth == 1
        try:
            if is_last:
                self._at_end()
        except BaseException:
            failed = True
            raise
        finally:
            if is_last:
                raised = self._here.raised
                self._here.has_turn = False
            self._depth -= 1
            self._lock.release()
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

    def observer_raised(self, error: BaseException) -> None:
        """Report the exception where results are shown; else raise it when this thread releases the lock, or now."""
        if getattr(self._here, "publishes", False):
            report(error)
        elif self.is_mine or self.is_telling_together:
            self._here.raised.append(error)
        else:
            raise error


class Turn:
    """A turn to set traits, as a context manager; no generator, which would take much of the time of a small change."""

    __slots__ = ("_is_free", "_patience", "_turns")

    def __init__(self, turns: Turns, patience: float) -> None:
        self._turns, self._patience, self._is_free = turns, patience, False

    def __enter__(self) -> bool:
        self._is_free = self._turns.begin(self._patience)
        return self._is_free

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        if self._is_free:
            self._turns.end(failed=error is not None)


def _raise_first(errors: list[BaseException]) -> None:
    """Raise the first of what observers have raised, and report the others."""
    if errors:
        report(*errors[1:])
        raise errors[0]
