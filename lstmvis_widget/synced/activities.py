"""The progress line of a widget: which of its tasks is computing, and how far it is."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

INTERVAL = 0.1
"""Least time between two progress updates of a task, in seconds."""

QUIET_SECONDS = 0.3
"""Seconds before a task shows progress; the first task of the widget shows it at once."""


class Activities:
    """Keeps the progress of each task, and shows that of the first one that is computing.

    Parameters
    ----------
    tasks : sequence
        The tasks, the most important first; it may grow.
    show : callable
        Takes the activity and the share done, or ``("", None)`` when no task is computing.
    """

    def __init__(self, tasks: Sequence[object], show: Callable[[str, float | None], None]) -> None:
        self._tasks, self._show = tasks, show
        self._at_work: dict[object, tuple[str, float, Callable[[], bool]]] = {}
        self._next: dict[object, float] = {}
        self._shown: tuple[str, float | None] = ("", None)

    def report(self, task: object, activity: str, share: float, is_wanted: Callable[[], bool]) -> bool:
        """Store the progress of a task, on any thread; True, at most ten times a second, if it should be shown now.

        ``is_wanted`` says whether the task is still computing what it reports.
        """
        now = time.monotonic()
        if now < self._next.setdefault(task, now if self._tasks[0] is task else now + QUIET_SECONDS):
            return False
        self._next[task] = now + INTERVAL
        self._at_work[task] = activity, share, is_wanted
        return True

    def end(self, task: object) -> None:
        """Forget the progress of a task that has ended, or that has a new question."""
        self._next.pop(task, None)
        if self._at_work.pop(task, None) is not None:
            self.show()

    def show(self) -> None:
        """Show the first task that is computing; called with the widget's lock held."""
        first: tuple[str, float | None] = ("", None)
        for task in self._tasks if self._at_work else ():
            at_work = self._at_work.get(task)
            if at_work is not None and at_work[2]():
                first = at_work[:2]
                break
        if first != self._shown:
            self._shown = first
            self._show(*first)
