"""Check the global heap before reading strings: a free object of size 0 makes HDF5 loop for ever."""

from __future__ import annotations

import mmap
import os
import struct
from collections.abc import Iterator
from pathlib import Path

MOST_BYTES = 2**28
"""Larger files aren't checked: it would take too long."""

HEADER = struct.Struct("<4sB3xQ")  # signature, version, size of the collection with this header
OBJECT = struct.Struct("<HHIQ")  # number (0: free space), references, reserved, size


def check_global_heaps(path: str | os.PathLike[str]) -> None:
    """Raise OSError where a heap collection has a free object of size 0.

    The global heap holds the strings of variable length. Its format is in HDF5's specification, III.E, "Global Heap".
    """
    if not 0 < Path(path).stat().st_size <= MOST_BYTES:
        return
    with Path(path).open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        for start, stop in _collections(content):
            if _has_no_end(content, start, stop):
                msg = f"{os.fspath(path)!r} is damaged: its strings can't be read (global heap at byte {start})"
                raise OSError(msg)


def _collections(content: mmap.mmap) -> Iterator[tuple[int, int]]:
    """First byte and end of each heap collection."""
    at = content.find(b"GCOL")
    while at >= 0:
        if at + HEADER.size <= len(content):
            _, version, size = HEADER.unpack_from(content, at)
            if version == 1 and size >= HEADER.size:
                yield at, min(at + size, len(content))
        at = content.find(b"GCOL", at + 1)


def _has_no_end(content: mmap.mmap, start: int, stop: int) -> bool:
    """Whether going from object to object would never reach the end of the collection."""
    at = start + HEADER.size
    while at + OBJECT.size <= stop:
        number, _, _, size = OBJECT.unpack_from(content, at)
        if number == 0:
            if size == 0:
                return True
            at += size
        else:
            at += OBJECT.size + -(-size // 8) * 8
    return False
