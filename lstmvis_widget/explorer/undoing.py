"""Undo and redo: what is one step, and how the values of a step are put back."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import traitlets

from lstmvis_widget.synced.history import History

from .ranking import ResultsWidget

FIRST = ("layer", "threshold", "selection")
"""Set before all others: a layer brings its own threshold, a layer and a selection clear the cells chosen by hand."""


class HistoryWidget(ResultsWidget):
    """Remembers each step of what a user sets, be it in the page or in Python.

    A statement in Python is a step, with all that follows from it; traits set within ``hold_sync`` or
    ``hold_trait_notifications`` are one step together. A gesture is a step from the first value that the page sends to
    the message that ends it.
    """

    UNDOABLE: tuple[str, ...] = ()
    """Names of the traits whose changes are steps."""
    FOLLOWERS: tuple[str, ...] = ()
    """Names of traits that are put back only where they changed together with those."""

    _history: History | None = None
    _depth = 0  # how many statements deep the thread is that holds the lock
    _gesture_goes_on = False
    _when_step_ends: list[Callable[[], None]]

    def _begin_history(self) -> None:
        """Remember what is set from now on."""
        self._when_step_ends = []
        for name in (*self.UNDOABLE, *self.FOLLOWERS):
            getattr(self, name)  # a default comes into being when it is read
        self._history = History(self._values_now(), self.FOLLOWERS)

    def _values_now(self) -> dict[str, Any]:
        return {name: self._trait_values[name] for name in (*self.UNDOABLE, *self.FOLLOWERS)}

    def __setattr__(self, name: str, value: Any) -> None:
        if name in self.UNDOABLE or name in self.FOLLOWERS:
            with self._one_step():
                super().__setattr__(name, value)
        else:
            super().__setattr__(name, value)

    @contextlib.contextmanager
    def _one_step(self) -> Iterator[None]:
        """What is set in here, with all that follows from it, is one step, or part of a gesture."""
        with self._setting():
            if self._depth == 0 and not self._in_gesture():
                self._end_step()  # a gesture that this interrupts
            self._depth += 1
            try:
                yield
            finally:
                self._depth -= 1
                if self._depth == 0 and not self._in_gesture():
                    self._end_step()

    def _in_gesture(self) -> bool:
        return getattr(self._here, "in_gesture", False)

    def _end_step(self) -> None:
        """Make a step of what has changed, unless more of it is to come."""
        if self._history is not None and self._depth == 0:
            ended = not (self._cross_validation_lock or self._holding_sync)
            self._gesture_goes_on &= not ended
            if self._history.record(self._values_now(), ended=ended):
                for tell in tuple(self._when_step_ends):
                    tell()

    @contextlib.contextmanager
    def hold_sync(self) -> Iterator[None]:
        """Send the page what is set in here at once, as one step."""
        with super().hold_sync():
            yield
        self._end_held()

    @contextlib.contextmanager
    def hold_trait_notifications(self) -> Iterator[None]:
        """Check and notify what is set in here together, as one step."""
        with super().hold_trait_notifications():
            yield
        self._end_held()

    def _end_held(self) -> None:
        with self._traits_lock:
            if not self._gesture_goes_on:
                self._end_step()

    @contextlib.contextmanager
    def _part_of_gesture(self) -> Iterator[None]:
        """What this thread sets in here is part of a gesture that goes on until its end is told."""
        before = self._in_gesture()
        self._here.in_gesture = True
        try:
            with self._one_step():
                yield
                if self._history is not None:
                    self._history.record(self._values_now(), ended=False)
                self._gesture_goes_on = True
        finally:
            self._here.in_gesture = before

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Take in values that the page set, as part of a gesture."""
        with self._part_of_gesture():
            super().set_state(sync_data)

    def _take_message(self, widget: Any, content: Any, buffers: Any) -> None:
        """Take in a message of the page: the end of a gesture, or that one is to be undone or redone."""
        super()._take_message(widget, content, buffers)
        if not isinstance(content, dict):
            return
        if "settle" in content:
            with self._traits_lock:
                self._end_step()
        if content.get("undo") is True:
            self.undo()
        if content.get("redo") is True:
            self.redo()

    def undo(self) -> bool:
        """Take back the last change of what is shown, one gesture or one statement at a time.

        Moving along time is no change of its own. The last 200 changes can be taken back.

        Returns
        -------
        bool
            False if there is nothing to undo.
        """
        with self._one_step():
            return self._history is not None and self._history.undo(self._put)

    def redo(self) -> bool:
        """Make the change again that was undone last; a new change drops those that were undone.

        Returns
        -------
        bool
            False if there is nothing to redo.
        """
        with self._one_step():
            return self._history is not None and self._history.redo(self._put)

    def _put(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Set what is still allowed of the values of a step, and give all as they are then."""
        with self.hold_sync():
            for name in _in_order(values):
                with contextlib.suppress(traitlets.TraitError):
                    setattr(self, name, self._still_there(name, values[name]))
        return self._values_now()

    def _still_there(self, _: str, value: Any) -> Any:
        """What is left of a remembered value: tracks may have been removed since."""
        return value

    def _set_together(self, values: Mapping[str, Any]) -> None:
        """Set all these traits as one step, or none where one of them is refused."""
        with self._one_step(), self.hold_sync():
            before = self._values_now()
            try:
                for name in _in_order(values):
                    setattr(self, name, values[name])
            except traitlets.TraitError:
                self._put(before)
                raise


def _in_order(names: Iterable[str]) -> list[str]:
    return sorted(names, key=lambda name: FIRST.index(name) if name in FIRST else len(FIRST))
