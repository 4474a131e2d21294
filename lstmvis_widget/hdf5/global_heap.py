"""Check the global heap before reading strings: a free object of size 0 makes HDF5 loop for ever."""

from __future__ import annotations

import mmap
import os
import struct
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

MOST_BYTES = 2**28
"""Larger files aren't checked: it would take too long."""

WINDOW = 2**24
"""Bytes that are looked through at once."""

SIGNATURE = b"GCOL"
HEADER = struct.Struct("<4sB3xQ")  # signature, version, size of the collection with this header
OBJECT = struct.Struct("<HHIQ")  # number (0: free space), references, reserved, size


def check_global_heaps(path: str | os.PathLike[str]) -> None:
    """Raise OSError where a heap collection has a free object of size 0.

    The global heap holds the strings of variable length. Its format is in HDF5's specification, III.E, "Global Heap".
    """
    if not 0 < Path(path).stat().st_size <= MOST_BYTES:
        return
    with Path(path).open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        bounds = np.array(list(_collections(content)), np.int64).reshape(-1, 2)
        endless = _endless(np.frombuffer(content, np.uint8), bounds) if len(bounds) else None
    if endless is not None:
        msg = f"{os.fspath(path)!r} is damaged: its strings can't be read (global heap at byte {endless})"
        raise OSError(msg)


def _collections(content: mmap.mmap) -> Iterator[tuple[int, int]]:
    """First byte and end of each heap collection."""
    for window in range(0, len(content), WINDOW):
        end = min(window + WINDOW, len(content))
        at = content.find(SIGNATURE, window, end + len(SIGNATURE) - 1)
        while at >= 0:
            if at + HEADER.size <= len(content):
                _, version, size = HEADER.unpack_from(content, at)
                if version == 1 and size >= HEADER.size:
                    yield at, min(at + size, len(content))
            at = content.find(SIGNATURE, at + 1, end + len(SIGNATURE) - 1)
        if hasattr(mmap, "MADV_DONTNEED"):  # else all of the file would count as memory in use
            content.madvise(mmap.MADV_DONTNEED, window, end - window)


def _endless(content: NDArray[np.uint8], bounds: NDArray[np.int64]) -> int | None:
    """The first byte of a collection in which going from object to object never reaches its end; None if there is none.

    All collections are gone through at once, one object of each at a time: there may be a million objects.
    """
    starts, stops = bounds.T
    at = starts + HEADER.size
    while len(at):
        inside = at + OBJECT.size <= stops
        starts, stops, at = starts[inside], stops[inside], at[inside]
        raw = content[at[:, None] + np.arange(OBJECT.size)]
        number = raw[:, :2].copy().view("<u2")[:, 0]
        size = raw[:, 8:].copy().view("<u8")[:, 0]
        stuck = (number == 0) & (size == 0)
        if stuck.any():
            return int(starts[stuck].min())
        size = np.minimum(size, len(content)).astype(np.int64)  # also sizes that only damage can make
        at = at + np.where(number == 0, size, OBJECT.size + -(-size // 8) * 8)
    return None
