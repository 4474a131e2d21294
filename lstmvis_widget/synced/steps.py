"""Steps that are undone and redone: when one begins and ends, be it a statement, a gesture, or traits set together."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from .history import History


class Steps:
    """Makes a step in the history of each statement in Python and of each gesture in the page.

    A statement is a step, with all that follows from it; traits set within ``hold_sync`` or
    ``hold_trait_notifications`` are one step together. A gesture is a step from the first value that the page sends to
    the message that ends it. Every method is called by the thread that holds the widget's lock.

    Parameters
    ----------
    values : callable
        Gives the values that can be undone, as they are now.
    followers : iterable of str
        Names of values that are put back only where they changed together with others.
    is_holding : callable
        Whether the widget holds back notifications or messages, so that more of a step is to come.
    """

    def __init__(
        self, values: Callable[[], dict[str, Any]], followers: tuple[str, ...], is_holding: Callable[[], bool]
    ) -> None:
        self._values, self._is_holding = values, is_holding
        self._history = History(values(), followers)
        self._depth = 0  # how many statements deep the thread is
        self._gesture_goes_on = False
        self._here = threading.local()
        self.when_one_ends: list[Callable[[], None]] = []
        """Each is called after every new step."""

    @contextlib.contextmanager
    def statement(self) -> Iterator[None]:
        """What is set in here, with all that follows from it, is one step, or part of a gesture."""
        if self._depth == 0 and not self._in_gesture():
            self.end()  # a gesture that this interrupts
        self._depth += 1
        try:
            yield
        finally:
            self._depth -= 1
            if self._depth == 0 and not self._in_gesture():
                self.end()

    @contextlib.contextmanager
    def gesture(self) -> Iterator[None]:
        """What this thread sets in here is part of a gesture that goes on until its end is told."""
        before = self._in_gesture()
        self._here.in_gesture = True
        try:
            with self.statement():
                yield
                self._history.record(self._values(), ended=False)
                self._gesture_goes_on = True
        finally:
            self._here.in_gesture = before

    def end(self) -> None:
        """Make a step of what has changed, unless more of it is to come."""
        if self._depth:
            return
        ended = not self._is_holding()
        self._gesture_goes_on &= not ended
        if self._history.record(self._values(), ended=ended):
            for tell in tuple(self.when_one_ends):
                tell()

    def end_held(self) -> None:
        """Make a step of what was set together, unless it is part of a gesture."""
        if not self._gesture_goes_on:
            self.end()

    def undo(self, put: Callable[[Mapping[str, Any]], dict[str, Any]]) -> bool:
        """Undo the last step; False where there is none."""
        return self._history.undo(put)

    def redo(self, put: Callable[[Mapping[str, Any]], dict[str, Any]]) -> bool:
        """Redo the step that was undone last; False where there is none."""
        return self._history.redo(put)

    def _in_gesture(self) -> bool:
        return getattr(self._here, "in_gesture", False)
