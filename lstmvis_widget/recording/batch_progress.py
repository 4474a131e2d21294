"""How many batches have been recorded: in the output of a notebook's cell, on a terminal, or told to a callable."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import Protocol, Self

from lstmvis_widget.work.interrupts import Interrupts
from lstmvis_widget.work.progress_bar import BAR_SECONDS, PATIENCE, NotebookBar, TerminalLine, bar_here

ReportBatches = Callable[[int, int | None], object]
"""Is given the number of batches done, and of all; None where that isn't known."""


class Progressing(Protocol):
    """Is told how much is done."""

    def update(self, done: float, steps: int) -> None:
        """Say how many batches, also parts of one, and steps are done."""


class BatchProgress:
    """Shows how many batches are done, as a context manager.

    Parameters
    ----------
    shown : bool, callable, or None
        A callable is given the number of batches done and that of all, None where that isn't known. None shows a bar
        after a second, in a notebook and on a terminal.
    total : int or None
        How many batches there are.
    what : str
        The work, with what is counted.
    """

    def __init__(
        self,
        shown: bool | ReportBatches | None,  # noqa: FBT001
        total: int | None,
        what: str = "recording states: batch",
    ) -> None:
        self._what = what
        self._total = total
        self._next = time.monotonic() + (PATIENCE if shown is None else 0.0)
        self._report = shown if callable(shown) else None
        self._shown = shown
        self._bar: NotebookBar | TerminalLine | None = None
        self._interrupts = Interrupts()

    def __enter__(self) -> Self:
        self._interrupts.__enter__()
        return self

    def update(self, done: float, steps: int) -> None:
        """Say how many batches, also parts of one, and steps are done. A callable is told of the last one in any case.

        Parameters
        ----------
        done : float
            A callable is given the number of whole batches.
        steps : int
        """
        self._interrupts.check()
        now = time.monotonic()
        if now < self._next and not (self._report is not None and done == self._total):
            return
        self._next = now + BAR_SECONDS
        if self._report is not None:
            self._report(int(done), self._total)
            return
        if self._bar is None and self._shown is not False:
            self._bar = bar_here(anywhere=self._shown is True)
        of_all = f" of {self._total}" if self._total else ""
        text = f"{self._what} {math.ceil(done)}{of_all}, {steps:,} steps"
        if isinstance(self._bar, NotebookBar):
            self._bar.show(text, done, self._total)
        elif self._bar is not None:
            self._bar.show(text)

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if self._bar is not None:
            self._bar.erase()
        self._interrupts.__exit__(kind)
