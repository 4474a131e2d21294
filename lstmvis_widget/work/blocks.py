"""Work on blocks of time steps in a few threads; numpy lets go of the interpreter's lock in what is done on them."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

THREADS = min(2, os.cpu_count() or 1)
"""Two are enough to keep up with memory."""

Block = tuple[int, int]


class SharedBlocks:
    """Blocks handed out to several threads one at a time, each after a call of ``before_each``.

    What that raises ends the thread that asked; no more blocks are handed out, those left stay in the iterator given.
    """

    def __init__(self, blocks: Iterator[Block], before_each: Callable[[], None]) -> None:
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


def in_threads(work: Callable[[], None], threads: int = THREADS) -> None:
    """Run ``work`` in so many threads at once; the first exception of any is raised when all have ended."""
    if threads <= 1:
        work()
        return
    with ThreadPoolExecutor(threads, "lstmvis-blocks") as pool:
        for future in [pool.submit(work) for _ in range(threads)]:
            future.result()


def blocks_of(total: int, size: int, first: int = 0) -> Iterator[Block]:
    """Ranges of ``size`` that together cover ``first`` … ``first + total``."""
    return ((start, min(start + size, first + total)) for start in range(first, first + total, size))
