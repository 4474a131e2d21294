"""Reading along the chunks of a file: a chunk is unpacked whole for any of its rows, so it should be read once.

This module alone knows how sources are divided into chunks. Each read takes whole chunks, and keeps the last ones for
the reads that follow; blocks end where chunks end.
"""

from __future__ import annotations

import contextlib
import threading
import weakref
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.work.blocks import Block, blocks_of
from lstmvis_widget.work.memory import free_memory

Array = NDArray[Any]
Ints = NDArray[np.int64]
Read = Callable[[int, int], Array]

LEAST_ROOM = 2**26
"""Bytes of a chunk that are kept in any case; longer chunks are kept if they fit into a quarter of the free memory."""

SMALL = 2**24
"""Bytes of a chunk that are kept also where all its rows have just been read."""

FINE = 2**16
"""Successive chunks are taken as one as long as they have no more bytes than this."""

MOST_CHUNKS = 2**20
"""Where there are more, so many successive ones are taken as one that there are no more than this."""

KEPT = 2
"""Chunks that are kept of a source, besides those of blocks that a thread has still to read."""

AWAITED = 4
"""Blocks that may have still to be read, at most: threads that have one, and passes that were ended."""


@dataclass(frozen=True)
class RowChunks:
    """Which rows of a source are read together.

    Parameters
    ----------
    bounds : ndarray of int64, shape (n + 1,)
        Chunk i has the rows [bounds[i], bounds[i + 1]).
    row_bytes : int
        Bytes of a row.
    parts : int
        1; or more if the longest chunk of the source is too long to be kept: then it is read in so many parts, and
        unpacked for each of them.
    """

    bounds: Ints
    row_bytes: int
    parts: int = 1

    @classmethod
    def starting_at(cls, starts: Ints, steps: int, row_bytes: int) -> RowChunks:
        """The chunks of T rows that start at these rows: small ones joined, and long ones in parts."""
        bounds = np.unique(np.concatenate([[0], starts[starts < steps], [steps]])).astype(np.int64)
        least = FINE // max(1, row_bytes)
        if len(bounds) > 2 and least > 1:  # keep the last bound of each stretch of so many rows
            is_last = np.append(np.diff(bounds // least) > 0, True)
            is_last[0] = True
            bounds = bounds[is_last]
        most = max(1, max(LEAST_ROOM, free_memory() // 4) // max(1, row_bytes))
        long = np.flatnonzero(np.diff(bounds) > most)
        cuts = [np.arange(bounds[at] + most, bounds[at + 1], most) for at in long.tolist()]
        parts = 1 + max(map(len, cuts), default=0)
        return cls(np.unique(np.concatenate([bounds, *cuts])).astype(np.int64), row_bytes, parts)

    def around(self, start: int, stop: int) -> Block:
        """The rows of all chunks that have some of [start, stop)."""
        first = np.searchsorted(self.bounds, start, side="right") - 1
        return int(self.bounds[first]), int(self.bounds[np.searchsorted(self.bounds, stop)])

    def blocks(self, rows: int, undivided: int = 0) -> Iterator[Block]:
        """Blocks of at most ``rows`` that cover all, and end where chunks end or divide one.

        Chunks of up to ``undivided`` rows aren't divided: a block may be as long as one of these.
        """
        at = 0
        while at < len(self.bounds) - 1:
            last = int(np.searchsorted(self.bounds, self.bounds[at] + rows, side="right")) - 1
            last = max(last, at + 1)
            start, end = int(self.bounds[at]), int(self.bounds[last])
            yield from blocks_of(end - start, end - start if end - start <= undivided else rows, start)
            at = last


def chunks_of(source: Any, row_bytes: int) -> RowChunks | None:
    """The chunks of a source (T, D); None where any rows can be read by themselves, or nothing is known of it.

    One of our own sources says by ``chunk_starts()`` where its chunks begin.
    """
    own = getattr(source, "chunk_starts", None)
    starts: Ints | None = own() if own is not None else starts_along(source, 0)
    steps = int(source.shape[0])
    return None if starts is None or not steps else RowChunks.starting_at(starts, steps, row_bytes)


def starts_along(source: Any, axis: int) -> Ints | None:
    """Where the chunks of an array begin along an axis; None if it isn't read by whole chunks.

    Arrays of HDF5, zarr and Dask say so by ``chunks``. HDF5 reads parts of chunks that aren't packed.
    """
    if isinstance(source, h5py.Dataset) and source.id.get_create_plist().get_nfilters() == 0:
        return None
    chunks, size = getattr(source, "chunks", None), int(source.shape[axis])
    if not isinstance(chunks, tuple) or len(chunks) != len(source.shape):
        return None
    length = chunks[axis]
    if isinstance(length, tuple):  # of Dask: the length of each chunk
        return np.cumsum((0, *length[:-1])).astype(np.int64) if sum(length) == size else None
    if not isinstance(length, int) or length < 1:
        return None
    joined = -(-size // (length * MOST_CHUNKS))  # a file may claim any number
    return np.arange(0, size, length * max(1, joined), dtype=np.int64)


class KeptChunks:
    """The rows of the chunks that were read last, so that reading some of them again unpacks nothing.

    Parameters
    ----------
    chunks : RowChunks, optional
        None: nothing is kept.
    of_blocks_alone : bool
        Whether only blocks, and what was kept of them, are read by whole chunks. Other rows are read by themselves:
        they come from far.

    Notes
    -----
    All sources of the process together keep at most half of the memory that is free when a chunk is kept, unless that
    is less than two chunks of the source that was read last.
    """

    def __init__(self, chunks: RowChunks | None, *, of_blocks_alone: bool = False) -> None:
        self.chunks, self._of_blocks_alone = chunks, of_blocks_alone
        self._kept: tuple[tuple[int, Array], ...] = ()  # the first row, and the rows, the last read first
        self._awaited: deque[Block] = deque(maxlen=AWAITED)

    @property
    def nbytes(self) -> int:
        """Bytes that are kept."""
        return sum(rows.nbytes for _, rows in self._kept)

    def forget(self) -> None:
        """Keep nothing."""
        self._kept = ()

    def handing_out(self, blocks: Iterator[Block]) -> Iterator[Block]:
        """The same blocks. The chunks of each are kept until it is read, also if a thread is slow to do so."""
        for block in blocks:
            self._awaited.append(block)
            yield block

    def read(self, read: Read, start: int, stop: int) -> Array:
        """The rows [start, stop), where ``read`` reads any rows. One thread calls this at a time."""
        if self.chunks is None or start >= stop:
            return read(start, stop)
        if self._of_blocks_alone and (start, stop) not in self._awaited and self._find(start) is None:
            return read(start, stop)
        parts = []
        at = start
        while at < stop:
            first, rows = self._find(at) or self._read(self.chunks, read, at, stop)
            part = rows[at - first : stop - first]
            is_kept = any(rows is kept for _, kept in self._kept)
            parts.append(part.copy() if is_kept else part)
            if not len(part):  # the source has become shorter
                break
            at += len(part)
        with contextlib.suppress(ValueError):  # it isn't one of the blocks
            self._awaited.remove((start, stop))
        return parts[0] if len(parts) == 1 else np.concatenate(parts)

    def _find(self, step: int) -> tuple[int, Array] | None:
        return next(((first, rows) for first, rows in self._kept if first <= step < first + len(rows)), None)

    def _read(self, chunks: RowChunks, read: Read, start: int, stop: int) -> tuple[int, Array]:
        """Read whole chunks, and keep the last one unless it is large and all of it was asked for."""
        first, end = chunks.around(start, stop)
        rows = read(first, end)
        last = chunks.around(end - 1, end)[0]
        is_divided = end > stop or (last == first < start)
        if len(rows) == end - first and (is_divided or (end - last) * chunks.row_bytes <= SMALL):
            self._keep(last, rows if last == first else rows[last - first :].copy())
        return first, rows

    def _keep(self, first: int, rows: Array) -> None:
        older = self._kept
        awaited = tuple(self._awaited)
        wanted = [any(at < stop and start < at + len(each) for start, stop in awaited) for at, each in older]
        kept = [each for place, each in enumerate(older) if place < KEPT - 1 or wanted[place]]
        self._kept = ((first, rows), *kept)
        _holders.last_is(self)


class _Holders:
    """Those that keep chunks in this process: where they keep too much, it is taken from those that read long ago."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last: tuple[weakref.ref[KeptChunks], ...] = ()

    def last_is(self, newest: KeptChunks) -> None:
        """Take from the others what is too much beside what the newest has just kept."""
        with self._lock:
            others = [each for each in (held() for held in self._last) if each not in (None, newest)]
            room = max(2 * LEAST_ROOM, free_memory() // 2) if others else 0
            total = newest.nbytes
            for each in others:  # the last reader first
                total += each.nbytes
                if total > room:
                    each.forget()
            self._last = tuple(weakref.ref(each) for each in (newest, *others) if each.nbytes)


_holders = _Holders()
