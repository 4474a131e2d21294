"""Undo steps: when one begins and ends, be it a statement, a gesture, or traits that are set together."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from .history import History


class Steps:
    """Makes one undo step of each statement in Python and of each gesture in the page.

    A statement is one step, together with the changes that it causes. Traits set within ``hold_sync`` or
    ``hold_trait_notifications`` are one step. A gesture is one step, from the first value that the page sends to the
    message that ends it. All methods are called with the widget's lock held.

    Parameters
    ----------
    values : callable
        Returns the current values of the traits that can be undone.
    followers : iterable of str
        Names of traits whose change alone is no step, as of `History`.
    subjects, in_view
        As of `History`.
    is_holding : callable
        Returns whether the widget holds back notifications or messages, so that the step isn't over.
    """

    def __init__(
        self,
        values: Callable[[], dict[str, Any]],
        followers: tuple[str, ...],
        subjects: tuple[str, ...],
        in_view: Callable[[Mapping[str, Any]], bool],
        is_holding: Callable[[], bool],
    ) -> None:
        self._values, self._is_holding = values, is_holding
        self._history = History(values(), followers, subjects=subjects, in_view=in_view)
        self._depth = 0  # of nested statements
        self._gesture_goes_on = False
        self._here = threading.local()
        self.when_one_ends: list[Callable[[], None]] = []
        """Functions that are called after each new step."""

    @contextlib.contextmanager
    def statement(self) -> Iterator[None]:
        """Make one step of what is set in here and of what follows from it; within a gesture it is part of that."""
        if self._depth == 0 and not self._in_gesture():
            self.end()  # of a gesture that this statement interrupts
        self._depth += 1
        try:
            yield
        finally:
            self._depth -= 1
            if self._depth == 0 and not self._in_gesture():
                self.end()

    @contextlib.contextmanager
    def gesture(self) -> Iterator[None]:
        """Make what this thread sets in here part of a gesture, which lasts until `end` is called."""
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
        """Make a step of the changes so far, unless a statement is running or changes are held back."""
        if self._depth:
            return
        ended = not self._is_holding()
        self._gesture_goes_on &= not ended
        if self._history.record(self._values(), ended=ended):
            for tell in tuple(self.when_one_ends):
                tell()

    def end_held(self) -> None:
        """Make a step of traits that were set together, unless they are part of a gesture."""
        if not self._gesture_goes_on:
            self.end()

    def adapt(self, name: str, value: Any, *, throughout: bool) -> None:
        """Take this value for one that was there already, as `History.adapt` does."""
        self._history.adapt(name, value, throughout=throughout)

    def take_over(self, name: str, value: Any) -> None:
        """Take this value for one that was there before, as `History.take_over` does."""
        self._history.take_over(name, value)

    def undo(self, put: Callable[[Mapping[str, Any]], dict[str, Any]]) -> bool:
        """Undo the last step; False if there is none."""
        return self._history.undo(put)

    def redo(self, put: Callable[[Mapping[str, Any]], dict[str, Any]]) -> bool:
        """Redo the step that was undone last; False if there is none."""
        return self._history.redo(put)

    def _in_gesture(self) -> bool:
        return getattr(self._here, "in_gesture", False)
