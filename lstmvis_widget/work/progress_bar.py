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
        on_terminal = self._stream.isatty() and os.environ.get("TERM") != "dumb"
        self._line = TerminalLine(self._stream) if on_terminal else None
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
        extent = f' value="{done:g}" max="{total}"' if total else ""
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
