"""Progress of long work: one line in a terminal, plain lines in a log, or a bar in a notebook's cell."""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Callable
from typing import Any, Self, TextIO

BAR_SECONDS = 0.1
"""Least time between two updates of a bar, in seconds."""

PATIENCE = 1.0
"""Seconds after which a bar appears that nobody asked for."""

LINE_SECONDS = 10.0
"""Least time between two plain lines, in seconds; the first and the last line are always printed."""


class ProgressBar:
    """A context manager that shows the progress of the work within it.

    Parameters
    ----------
    what : str
        The work, such as ``"reading corpus.txt"``.
    total : int, optional
        Amount of work, in units; None: unknown.
    unit : str
        Name of the unit.
    stream : text stream, optional
        Where to show the progress, by default stderr. A terminal gets a bar, any other stream plain lines.
    clock : callable
        Returns the time in seconds.

    Examples
    --------
    >>> with ProgressBar("writing states.h5", total=1_000_000) as progress:  # doctest: +SKIP
    ...     for start, stop in blocks:
    ...         progress.to(stop)
    """

    def __init__(
        self,
        what: str,
        total: int | None = None,
        *,
        unit: str = "steps",
        stream: TextIO | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.what, self.total, self.unit = what, total, unit
        self._stream = sys.stderr if stream is None else stream
        self._clock = clock
        self._line = TerminalLine(self._stream) if _is_terminal(self._stream) else None
        self._started = clock()
        self._shown_at: float | None = None
        self.done = 0

    def to(self, done: int) -> None:
        """Set the amount of work done."""
        self.done = done
        now = self._clock()
        if self._shown_at is None or now - self._shown_at >= (LINE_SECONDS if self._line is None else BAR_SECONDS):
            self._show(now)

    def more(self, done: int = 1) -> None:
        """Add to the amount of work done."""
        self.to(self.done + done)

    def _show(self, now: float) -> None:
        self._shown_at = now
        if self._line is None:
            _print(self._stream, f"{self.what}: {self._amount()}{self._remaining(now)}\n")
        else:
            self._line.show(f"{self.what}  {self._bar()}{self._amount()}{self._remaining(now)}")

    def _bar(self) -> str:
        share = self._share()
        if share is None:
            return ""
        filled = round(20 * share)
        return f"[{'#' * filled}{'.' * (20 - filled)}] "

    def _share(self) -> float | None:
        return min(1.0, self.done / self.total) if self.total else None

    def _amount(self) -> str:
        share = self._share()
        if share is None:
            return f"{self.done:,} {self.unit}"
        return f"{share:4.0%}, {self.done:,} of {self.total:,} {self.unit}"

    def _remaining(self, now: float) -> str:
        share, passed = self._share(), now - self._started
        if not share or share == 1 or passed < 1:
            return ""
        return f", {duration(passed / share - passed)} left"

    def __enter__(self) -> Self:
        self._show(self._clock())
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        now = self._clock()
        self._show(now)
        ending = f" in {duration(now - self._started)}" if kind is None else ", not finished"
        if self._line is not None:
            _print(self._stream, f"{ending}\n")
        elif kind is None:
            _print(self._stream, f"{self.what}: done{ending}\n")


class WaitingBar:
    """Shows what is waited for, once it has taken `PATIENCE`: in a notebook and on a terminal, nowhere else.

    Parameters
    ----------
    clock : callable
        Returns the time in seconds.
    at_once : bool, default False
        Whether to show it at once, and also where stderr is no terminal.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic, *, at_once: bool = False) -> None:
        self._clock, self._at_once = clock, at_once
        self._next = clock() + (0.0 if at_once else PATIENCE)
        self._shown: NotebookBar | TerminalLine | None = None

    def show(self, what: str, share: float | None = None) -> None:
        """Say what is waited for, and how much of that is done, 0…1; at 0 or None that isn't known."""
        now = self._clock()
        if now < self._next:
            return
        self._next = now + BAR_SECONDS
        if self._shown is None:
            self._shown = bar_here(anywhere=self._at_once)
        percent = round(100 * share) if share else 0
        text = f"{what}, {percent} %" if percent else f"{what} …"
        if isinstance(self._shown, NotebookBar):
            self._shown.show(text, percent, 100 if percent else None)
        elif self._shown is not None:
            self._shown.show(text)

    def erase(self) -> None:
        """Show nothing any more."""
        if self._shown is not None:
            self._shown.erase()
            self._shown = None


def bar_here(*, anywhere: bool = False) -> NotebookBar | TerminalLine | None:
    """A bar in a notebook's cell or on a terminal, else None, or a line if ``anywhere``."""
    if in_notebook():
        return NotebookBar() if _runs_a_cell() else None
    stream: TextIO | None = sys.stderr  # None where a program has no console
    return TerminalLine(stream) if stream is not None and (anywhere or _is_terminal(stream)) else None


def _is_terminal(stream: TextIO) -> bool:
    return stream.isatty() and os.environ.get("TERM") != "dumb"


class TerminalLine:
    """One line of a terminal that is overwritten again and again.

    Parameters
    ----------
    stream : text stream
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._width = 0

    def show(self, text: str) -> None:
        """Write the line, cut to the width of the terminal."""
        text = text[: shutil.get_terminal_size().columns - 1]
        _print(self._stream, "\r" + text.ljust(self._width))
        self._width = len(text)

    def erase(self) -> None:
        """Leave the line empty."""
        if self._width:
            _print(self._stream, "\r" + " " * self._width + "\r")
        self._width = 0


class NotebookBar:
    """A progress bar in the output of a notebook's cell."""

    _display: Any = None

    def show(self, text: str, done: float, total: int | None) -> None:
        """Draw the bar with a text beside it; without a total it only moves."""
        extent = f' value="{done:.12g}" max="{total}"' if total else ""
        self._update({"text/plain": text, "text/html": f"<progress{extent}></progress> {text}"})

    def erase(self) -> None:
        """Leave the output empty."""
        if self._display is not None:
            self._update({"text/plain": "", "text/html": ""})

    def _update(self, content: dict[str, str]) -> None:
        from IPython.display import display  # noqa: PLC0415  (a script needs no IPython)

        if self._display is None:
            show: Any = display
            self._display = show(content, raw=True, display_id=True)
        else:
            self._display.update(content, raw=True)


def in_notebook() -> bool:
    """Whether the code runs in a notebook's kernel."""
    ipython: Any = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    return shell is not None and hasattr(shell, "kernel")


def _runs_a_cell() -> bool:
    """Whether the kernel runs a cell, which has an output, and no message of a page."""
    ipython: Any = sys.modules["IPython"]
    get_parent = getattr(ipython.get_ipython().kernel, "get_parent", None)
    return get_parent is None or get_parent().get("header", {}).get("msg_type") == "execute_request"


def duration(seconds: float) -> str:
    """Seconds as readable text: ``1 min 5 s``."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def _print(stream: TextIO, text: str) -> None:
    """Write and flush; characters that the stream can't encode become ``?``."""
    encoding = getattr(stream, "encoding", None) or "utf-8"
    stream.write(text.encode(encoding, "replace").decode(encoding))
    stream.flush()
