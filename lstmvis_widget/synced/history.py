"""Undo and redo of named values. It knows nothing of what the values mean."""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from .equal import equal

LIMIT = 200
"""How many steps can be undone; older ones are dropped."""

Values = Mapping[str, Any]


class History:
    """The steps that can be undone and redone.

    Parameters
    ----------
    values : mapping
        The initial values.
    followers : iterable of str
        Names whose change alone is no step: they are put back only if they changed together with others, or with one
        of ``subjects``.
    subjects : iterable of str
        Names that take the followers along: with the old value of one come back the values that the followers had when
        it was last in view.
    in_view : callable
        Given all values: whether the followers show the subjects.
    limit : int
        How many steps are kept.
    """

    def __init__(
        self,
        values: Values,
        followers: Iterable[str] = (),
        *,
        subjects: Iterable[str] = (),
        in_view: Callable[[Values], bool] = lambda _: True,
        limit: int = LIMIT,
    ) -> None:
        self._followers, self._subjects = frozenset(followers), frozenset(subjects)
        self._in_view = in_view
        self._now = dict(values)
        self._seen_from = self._places(values)
        self._undone: list[tuple[dict[str, Any], dict[str, Any]]] = []
        self._done: deque[tuple[dict[str, Any], dict[str, Any]]] = deque(maxlen=limit)

    def record(self, values: Values, *, ended: bool = True) -> bool:
        """Compare the current values with those of the last record, and make a step of the changes.

        If the step isn't ``ended``, a later record makes it, with the changes until then. True if there is a new step;
        it drops those that could be redone.
        """
        changed = {name for name, value in values.items() if not equal(value, self._now[name])}
        if changed <= self._followers:
            self._arrive(values)
            return False
        if not ended:
            return False
        then = self._now if changed.isdisjoint(self._subjects) else {**self._now, **self._seen_from}
        kept = {name for name in self._followers if equal(then[name], values[name])}
        before, after = ({name: value for name, value in state.items() if name not in kept} for state in (then, values))
        self._done.append((before, after))
        self._undone.clear()
        self._arrive(values)
        return True

    def adapt(self, name: str, value: Any, *, throughout: bool) -> None:
        """Take this value for one that was there already: that it changed is no step.

        ``throughout``: also wherever the steps have the value that it takes the place of. A step that would undo
        nothing any more is dropped.
        """
        old, self._now[name] = self._now[name], value
        for state in itertools.chain.from_iterable((*self._done, *self._undone)) if throughout else ():
            if name in state and equal(state[name], old):
                state[name] = value
        while self._done and all(equal(value, self._now[name]) for name, value in self._done[-1][0].items()):
            self._done.pop()

    def take_over(self, name: str, value: Any) -> None:
        """Take this value for one that was there before the change under way; the steps keep theirs."""
        self._now[name] = value

    def _arrive(self, values: Values) -> None:
        is_other = any(not equal(values[name], self._now[name]) for name in self._subjects)
        if is_other or self._in_view(values):
            self._seen_from = self._places(values)
        self._now = dict(values)

    def _places(self, values: Values) -> Values:
        return {name: values[name] for name in self._followers}

    def undo(self, put: Callable[[Values], Values]) -> bool:
        """Call ``put`` with the values before the last step; it sets them and returns all current values.

        False if there is no step to undo. If ``put`` raises, the history stays as it was.
        """
        if not self._done:
            return False
        step = self._done[-1]
        self._arrive(put(step[0]))
        self._done.pop()
        self._undone.append(step)
        return True

    def redo(self, put: Callable[[Values], Values]) -> bool:
        """Call ``put`` with the values after the step that was undone last, as in `undo`."""
        if not self._undone:
            return False
        step = self._undone[-1]
        self._arrive(put(step[1]))
        self._undone.pop()
        self._done.append(step)
        return True
