"""How many batches have been recorded: in the output of a notebook's cell, on a terminal, or told to a callable."""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Callable
from typing import Self

from lstmvis_widget.work.progress_bar import BAR_SECONDS, NotebookBar, TerminalLine, in_notebook

PATIENCE = 1.0
"""Seconds after which a bar appears that nobody asked for."""

ReportBatches = Callable[[int, int | None], object]
"""Is given the number of batches done, and of all; None where that isn't known."""


class BatchProgress:
    """Shows how many batches are done, as a context manager.

    Parameters
    ----------
    shown : bool, callable, or None
        A callable is given the number of batches done and that of all, None where that isn't known. None shows a bar
        after a second, in a notebook and on a terminal.
    total : int or None
        How many batches there are.
    """

    def __init__(self, shown: bool | ReportBatches | None, total: int | None) -> None:  # noqa: FBT001
        self._total = total
        self._next = time.monotonic() + (PATIENCE if shown is None else 0.0)
        self._report = shown if callable(shown) else None
        self._notebook = NotebookBar() if not callable(shown) and shown is not False and in_notebook() else None
        self._line: TerminalLine | None = None
        if self._report is None and self._notebook is None and (sys.stderr.isatty() if shown is None else shown):
            self._line = TerminalLine(sys.stderr)

    def __enter__(self) -> Self:
        return self

    def update(self, done: float, steps: int) -> None:
        """Say how many batches, also parts of one, and steps are done. A callable is told of the last one in any case.

        Parameters
        ----------
        done : float
            A callable is given the number of whole batches.
        steps : int
        """
        now = time.monotonic()
        if now < self._next and not (self._report is not None and done == self._total):
            return
        self._next = now + BAR_SECONDS
        of_all = f" of {self._total}" if self._total else ""
        text = f"recording states: batch {math.ceil(done)}{of_all}, {steps:,} steps"
        if self._report is not None:
            self._report(int(done), self._total)
        elif self._notebook is not None:
            self._notebook.show(text, done, self._total)
        elif self._line is not None:
            self._line.show(text)

    def __exit__(self, *_: object) -> None:
        for bar in (self._notebook, self._line):
            if bar is not None:
                bar.erase()
