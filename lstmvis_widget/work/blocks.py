"""Work on blocks of time steps in a few threads; numpy releases the interpreter lock meanwhile."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator

from .cancelling import Check, never_cancelled

THREADS = min(2, os.cpu_count() or 1)
"""Two threads are enough to use the bandwidth of the memory."""

LOOK = 0.1
"""Seconds after which a thread that waits looks up: so an interrupt (Ctrl-C) gets through on any system."""

Block = tuple[int, int]
"""Time steps [start, stop)."""


class SharedBlocks:
    """Hands each block to one of several threads, after a call of ``before_each``.

    After `stop`, or if that call raises, no thread gets another block; the remaining blocks stay in the iterator that
    was given.
    """

    def __init__(self, blocks: Iterator[Block], before_each: Check) -> None:
        self._blocks, self._before_each = blocks, before_each
        self._handing_out = threading.Lock()

    def __iter__(self) -> Iterator[Block]:
        while True:
            with self._handing_out:
                try:
                    self._before_each()
                except BaseException:
                    self._blocks = iter(())
                    raise
                block = next(self._blocks, None)
                if block is None:
                    return
            yield block

    def stop(self) -> None:
        """Hand out no more blocks."""
        with self._handing_out:
            self._blocks = iter(())


def in_threads(work: Callable[[], None], threads: int = THREADS, *, blocks: SharedBlocks | None = None) -> None:
    """Run ``work`` in several threads at once, including the calling thread, and wait for all.

    Each run has to do all the work that is left, such as the blocks of `SharedBlocks`. So the result is the same where
    fewer threads can start. Where none can, as in Pyodide, the calling thread does all the work. With ``blocks``, where
    one run fails or is interrupted (Ctrl-C), the others end after the block that they are at.

    Raises
    ------
    BaseException
        The exception of ``work`` in the calling thread, else in the first thread that failed.
    """
    errors: list[BaseException] = []
    stop: Callable[[], None] = SharedBlocks(iter(()), never_cancelled).stop if blocks is None else blocks.stop

    def run(ended: threading.Event) -> None:
        try:
            work()
        except BaseException as error:  # noqa: BLE001  (raised in the calling thread)
            errors.append(error)
            stop()
        finally:
            ended.set()

    started: list[tuple[threading.Thread, threading.Event]] = []
    try:
        for number in range(1, threads):
            ended = threading.Event()
            thread = threading.Thread(target=run, args=(ended,), name=f"lstmvis-blocks-{number}")
            try:
                thread.start()
            except RuntimeError:  # no thread can start
                break
            started.append((thread, ended))
        work()
        _wait_for(started)
    except BaseException:
        stop()
        _wait_for(started)
        raise
    if errors:
        raise errors[0]


def _wait_for(started: list[tuple[threading.Thread, threading.Event]]) -> None:
    for thread, ended in started:
        while not ended.wait(LOOK):  # `join` takes a thread for ended if it is interrupted
            pass
        thread.join()


def blocks_of(total: int, size: int, first: int = 0) -> Iterator[Block]:
    """Ranges of ``size`` that together cover ``first`` … ``first + total``."""
    return ((start, min(start + size, first + total)) for start in range(first, first + total, size))
