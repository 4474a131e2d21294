"""Work on blocks of time steps in a few threads; numpy releases the interpreter lock meanwhile."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable, Iterator

from .cancelling import LOOK, CancelledError, Check

THREADS = min(2, os.cpu_count() or 1)
"""Two threads are enough to use the bandwidth of the memory."""

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
        self._stopped = False

    def __iter__(self) -> Iterator[Block]:
        team: _Team | None = getattr(_of_thread, "team", None)
        if team is not None:
            team.share(self)
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
            self._blocks, self._stopped = iter(()), True

    def check(self) -> None:
        """Raise `CancelledError` if the blocks were stopped: for threads that take long for one."""
        if self._stopped:
            raise CancelledError


class _Team:
    """Threads that do the same work, and the blocks that they share."""

    def __init__(self) -> None:
        self._shared: list[SharedBlocks] = []
        self._sharing = threading.Lock()
        self.stopped = False
        self.errors: list[BaseException] = []

    def share(self, blocks: SharedBlocks) -> None:
        """Stop these blocks with the team."""
        with self._sharing:
            self._shared.append(blocks)
            if self.stopped:
                blocks.stop()

    def stop(self) -> None:
        """Let each thread end with the block that it has."""
        with self._sharing:
            self.stopped = True
            for blocks in self._shared:
                blocks.stop()

    def run(self, work: Callable[[], None]) -> None:
        """Work on this thread, as one of the team."""
        outer = getattr(_of_thread, "team", None)
        _of_thread.team = self
        try:
            work()
        finally:
            _of_thread.team = outer

    def help(self, work: Callable[[], None]) -> None:
        """Work on this thread, as one that the calling thread waits for."""
        try:
            self.run(work)
        except BaseException as error:  # noqa: BLE001  (raised in the calling thread)
            if not (self.stopped and isinstance(error, CancelledError)):  # it only ended since another failed
                self.errors.append(error)
            self.stop()


_of_thread = threading.local()


@contextlib.contextmanager
def threads_at_most(threads: int) -> Iterator[None]:
    """Within this block, work of this thread is done in so many threads, where its caller doesn't say in how many."""
    outer = getattr(_of_thread, "threads", None)
    _of_thread.threads = threads
    try:
        yield
    finally:
        _of_thread.threads = outer


def in_threads(work: Callable[[], None], threads: int | None = None, *, blocks: int | None = None) -> None:
    """Run ``work`` in several threads at once, including the calling thread, and wait for all.

    Each run has to do all the work that is left, such as the blocks of `SharedBlocks`. So the result is the same where
    fewer threads can start. Where none can, as in Pyodide, the calling thread does all the work. Where one run fails or
    is interrupted (Ctrl-C), the others end with the block of `SharedBlocks` that they have.

    ``threads`` is how many, by default as many as `threads_at_most` says, or else two. ``blocks`` says how many blocks
    there are, if that is known: there are no more threads than that. To start one, and to wait for it, takes longer
    than a small block.

    Raises
    ------
    BaseException
        The exception of ``work`` in the calling thread, else in the first thread that failed.
    """
    team = _Team()
    if threads is None:
        threads = getattr(_of_thread, "threads", None) or THREADS
    if blocks is not None:
        threads = min(threads, blocks)

    def run(ended: threading.Event) -> None:
        try:
            team.help(work)
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
        team.run(work)
        _wait_for(started)
    except BaseException as error:
        only_stopped = team.stopped and isinstance(error, CancelledError)
        team.stop()
        _wait_for(started)
        if only_stopped and team.errors:
            raise team.errors[0] from None
        raise
    if team.errors:
        raise team.errors[0]


def _wait_for(started: list[tuple[threading.Thread, threading.Event]]) -> None:
    for thread, ended in started:
        while not ended.wait(LOOK):  # `join` takes a thread for ended if it is interrupted
            pass
        thread.join()


def count_of_blocks(total: int, size: int) -> int:
    """How many blocks `blocks_of` gives."""
    return -(-total // size)


def blocks_of(total: int, size: int, first: int = 0) -> Iterator[Block]:
    """Ranges of ``size`` that together cover ``first`` … ``first + total``."""
    return ((start, min(start + size, first + total)) for start in range(first, first + total, size))
