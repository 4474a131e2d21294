"""What is being computed, and how far it is: one line for all tasks of a widget."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

INTERVAL = 0.1
"""Least time between two values of the progress of a task, in seconds."""

QUIET_SECONDS = 0.3
"""A task that takes less long shows no progress, unless it is the first of the widget's."""


class Activities:
    """Keeps the progress of each task, and shows that of the first one at work.

    Parameters
    ----------
    tasks : sequence
        The tasks, the most important first; it may grow.
    show : callable
        Takes what is being computed and the share done; ``("", None)`` when nothing is.
    """

    def __init__(self, tasks: Sequence[object], show: Callable[[str, float | None], None]) -> None:
        self._tasks, self._show = tasks, show
        self._at_work: dict[object, tuple[str, float, Callable[[], bool]]] = {}
        self._next: dict[object, float] = {}
        self._shown: tuple[str, float | None] = ("", None)

    def report(self, task: object, activity: str, share: float, is_wanted: Callable[[], bool]) -> bool:
        """Take in how far a task is, on any thread; True at most ten times a second, when it is to be shown.

        ``is_wanted`` says whether the task is still at what it reports.
        """
        now = time.monotonic()
        if now < self._next.setdefault(task, now if self._tasks[0] is task else now + QUIET_SECONDS):
            return False
        self._next[task] = now + INTERVAL
        self._at_work[task] = activity, share, is_wanted
        return True

    def end(self, task: object) -> None:
        """Forget a task that has ended, or that has a new question."""
        self._next.pop(task, None)
        if self._at_work.pop(task, None) is not None:
            self.show()

    def show(self) -> None:
        """Show the first task at work; called by the thread that alone sets traits."""
        first: tuple[str, float | None] = ("", None)
        for task in self._tasks if self._at_work else ():
            at_work = self._at_work.get(task)
            if at_work is not None and at_work[2]():
                first = at_work[:2]
                break
        if first != self._shown:
            self._shown = first
            self._show(*first)
