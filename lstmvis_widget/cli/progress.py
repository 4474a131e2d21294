"""How far long work is: a bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Callable
from typing import Self, TextIO

BAR_SECONDS = 0.1
"""A bar is drawn at most this often."""

LINE_SECONDS = 10.0
"""A line is printed at most this often, but for the first and the last one."""


class Progress:
    """Shows how much of something is done. Use as a context manager, which ends the bar.

    Parameters
    ----------
    what : str
        What is being done, such as ``"reading corpus.txt"``.
    total : int, optional
        How much there is to do; None: unknown.
    unit : str
        What is counted.
    stream : text stream, optional
        Where to show it: by default stderr. A bar where it is a terminal, else lines.
    clock : callable
        Seconds.

    Examples
    --------
    >>> with Progress("writing states.h5", total=1_000_000) as progress:  # doctest: +SKIP
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
        self._on_terminal = self._stream.isatty() and os.environ.get("TERM") != "dumb"
        self._started = clock()
        self._shown_at: float | None = None
        self._shown_width = 0
        self.done = 0

    def to(self, done: int) -> None:
        """Say that this much is done by now."""
        self.done = done
        now = self._clock()
        if self._shown_at is None or now - self._shown_at >= (BAR_SECONDS if self._on_terminal else LINE_SECONDS):
            self._show(now)

    def more(self, done: int = 1) -> None:
        """Say that this much more is done."""
        self.to(self.done + done)

    def _show(self, now: float) -> None:
        self._shown_at = now
        if self._on_terminal:
            self._draw(self._with_bar(now))
        else:
            self._print(f"{self.what}: {self._amount()}{self._remaining(now)}\n")

    def _draw(self, line: str) -> None:
        width = shutil.get_terminal_size().columns - 1
        line = line[:width]
        self._print("\r" + line.ljust(self._shown_width))
        self._shown_width = len(line)

    def _print(self, text: str) -> None:
        encoding = getattr(self._stream, "encoding", None) or "utf-8"
        self._stream.write(text.encode(encoding, "replace").decode(encoding))
        self._stream.flush()

    def _with_bar(self, now: float) -> str:
        share = self._share()
        if share is None:
            return f"{self.what}  {self._amount()}"
        filled = round(20 * share)
        return f"{self.what}  [{'#' * filled}{'.' * (20 - filled)}] {self._amount()}{self._remaining(now)}"

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
        if self._on_terminal:
            self._print(f"{ending}\n")
        elif kind is None:
            self._print(f"{self.what}: done{ending}\n")


def duration(seconds: float) -> str:
    """Seconds as people read them: ``1 min 5 s``."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"
