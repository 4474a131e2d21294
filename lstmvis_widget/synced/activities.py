"""The progress line of a widget: which of its tasks is computing, what it does, and how far it is."""

from __future__ import annotations

import contextlib
import math
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

INTERVAL = 0.1
"""Least time between two progress updates of a task, in seconds."""

QUIET_SECONDS = 0.3
"""Seconds for which work is under way before the page says so, and a new stage before the page names it."""


class _Stage(NamedTuple):
    activity: str
    share: float
    is_wanted: Callable[[], bool]


@dataclass(eq=False)
class _Task:
    """A task that is computing."""

    latest: _Stage
    next_at: float
    """When the next update may be shown."""
    shown: _Stage | None = None
    shown_at: float = -math.inf
    timer: threading.Timer | None = None
    """Shows the latest stage after the quiet time, if it hasn't been shown by then."""

    def show_latest(self, now: float) -> None:
        """Take the latest stage as the one that is shown."""
        self.shown, self.shown_at, self.next_at = self.latest, now, now + INTERVAL


class Activities:
    """Keeps the progress of each task, and shows that of the first one that is computing.

    Quick work shows nothing, and quick stages aren't named: each is shown after it has taken `QUIET_SECONDS`.

    Parameters
    ----------
    tasks : sequence
        The tasks, the most important first; it may grow.
    show : callable
        Takes the activity and the share done, or ``("", None)`` when no task is computing.
    show_soon : callable
        Has `show` called on another thread, with the widget's lock held.
    """

    def __init__(
        self,
        tasks: Sequence[object],
        show: Callable[[str, float | None], None],
        show_soon: Callable[[], None],
    ) -> None:
        self._tasks, self._show, self._show_soon = tasks, show, show_soon
        self._at_work: dict[object, _Task] = {}
        self._timers: list[threading.Timer] = []
        self._shown: tuple[str, float | None] = ("", None)

    def report(self, task: object, activity: str, share: float, is_wanted: Callable[[], bool]) -> None:
        """Store what a task is doing and how much of it is done, on any thread; it is shown when it is due.

        ``is_wanted`` says whether the task is still computing what it reports.
        """
        now, stage = time.monotonic(), _Stage(activity, share, is_wanted)
        at_work = self._at_work.get(task)
        if at_work is None:
            at_work = self._at_work[task] = _Task(stage, now + QUIET_SECONDS)
            self._name_later(at_work)
            return
        before, at_work.latest = at_work.latest, stage
        if before.activity != activity and at_work.shown is not None:
            at_work.next_at = now + QUIET_SECONDS
            self._name_later(at_work)
        elif now >= at_work.next_at:
            at_work.show_latest(now)
            self._show_soon()

    def _name_later(self, at_work: _Task, seconds: float = QUIET_SECONDS) -> None:
        """Show what the task does after the quiet time: it may report nothing until then."""

        def name() -> None:
            at_work.timer = None
            if at_work.shown is at_work.latest:
                return
            now = time.monotonic()
            if now < at_work.shown_at + INTERVAL:
                self._name_later(at_work, at_work.shown_at + INTERVAL - now)
            else:
                at_work.show_latest(now)
                self._show_soon()

        if at_work.timer is None:
            timer = at_work.timer = threading.Timer(seconds, name)
            timer.name, timer.daemon = "lstmvis-quiet", True
            with contextlib.suppress(RuntimeError):  # no thread can start
                timer.start()
            self._timers = [timer, *(each for each in self._timers if each.is_alive())]

    def now(self) -> tuple[str, float] | None:
        """What the first task that is computing does, and how much of that is done, whether it is shown or not."""
        for task in self._tasks:
            at_work = self._at_work.get(task)
            if at_work is not None and at_work.latest.is_wanted():
                return at_work.latest[:2]
        return None

    def end(self, task: object) -> None:
        """Forget the progress of a task that has ended, or that has a new question."""
        if self._drop(task):
            self.show()

    def close(self) -> None:
        """Show nothing any more, and wait for the threads that keep the time to end."""
        for task in self._tasks:
            self._drop(task)
        for timer in self._timers:
            if timer.is_alive():
                timer.join()

    def _drop(self, task: object) -> bool:
        at_work = self._at_work.pop(task, None)
        timer = None if at_work is None else at_work.timer
        if timer is not None:
            timer.cancel()
        return at_work is not None

    def show(self) -> None:
        """Show the first task that is computing; called with the widget's lock held."""
        first: tuple[str, float | None] = ("", None)
        for task in self._tasks if self._at_work else ():
            at_work = self._at_work.get(task)
            if at_work is not None and at_work.shown is not None and at_work.shown.is_wanted():
                first = at_work.shown[:2]
                break
        if first != self._shown:
            self._shown = first
            self._show(*first)
