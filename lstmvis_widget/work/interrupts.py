"""Interrupts (Ctrl-C, or a notebook's stop button) that would be lost."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from types import FrameType
from typing import Self

Handler = Callable[[int, FrameType | None], object]


class Interrupts:
    """A context manager that raises an interrupt of the work within again, if it was lost.

    Python raises KeyboardInterrupt wherever the main thread is. After a long call of HDF5 that is mostly in the
    callback of a weak reference, where exceptions are ignored. So the exception is kept, and raised by the next
    `check`, or at the end of the work. Only the main thread is interrupted; on other threads, and within another of its
    kind, this does nothing.
    """

    _current: Interrupts | None = None

    def __init__(self) -> None:
        self._before: Handler | None = None
        self._raised: BaseException | None = None
        self._in_force = self

    def __enter__(self) -> Self:
        before = signal.getsignal(signal.SIGINT)
        on_main = threading.current_thread() is threading.main_thread()
        if on_main and Interrupts._current is not None:
            self._in_force = Interrupts._current
        elif on_main and callable(before):
            self._before = before
            Interrupts._current = self
            signal.signal(signal.SIGINT, self._interrupt)
        return self

    def _interrupt(self, number: int, frame: FrameType | None) -> None:
        try:
            if self._before is not None:
                self._before(number, frame)
        except BaseException as error:
            self._raised = error
            raise

    def check(self) -> None:
        """Raise the interrupt of this work, if there was one. Any thread that does a part of it can call this."""
        raised = self._in_force._raised  # noqa: SLF001  (of our own class)
        if raised is not None:
            raise raised

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if self._before is None:
            return
        Interrupts._current = None
        signal.signal(signal.SIGINT, self._before)
        if kind is None and self._raised is not None:
            raise self._raised
