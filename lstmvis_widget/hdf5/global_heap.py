"""Where HDF5 keeps strings of any length: looked at before it is, as it never comes back from one kind of damage."""

from __future__ import annotations

import mmap
import os
import struct
from collections.abc import Iterator
from pathlib import Path

MOST_BYTES = 2**28
"""Larger files aren't looked through, which would take long."""

HEADER = struct.Struct("<4sB3xQ")  # signature, version, size of the collection with this header
OBJECT = struct.Struct("<HHIQ")  # number, 0 for what is free; references; reserved; size


def check_global_heaps(path: str | os.PathLike[str]) -> None:
    """Raise OSError where a collection of strings has free space of size 0, at which HDF5 goes round for ever.

    The format is that of HDF5's specification, III.E, "Global heap".
    """
    if not 0 < Path(path).stat().st_size <= MOST_BYTES:
        return
    with Path(path).open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        for start, stop in _collections(content):
            if _has_no_end(content, start, stop):
                msg = f"{os.fspath(path)!r} is damaged: its strings can't be read (global heap at byte {start})"
                raise OSError(msg)


def _collections(content: mmap.mmap) -> Iterator[tuple[int, int]]:
    at = content.find(b"GCOL")
    while at >= 0:
        if at + HEADER.size <= len(content):
            _, version, size = HEADER.unpack_from(content, at)
            if version == 1 and size >= HEADER.size:
                yield at, min(at + size, len(content))
        at = content.find(b"GCOL", at + 1)


def _has_no_end(content: mmap.mmap, start: int, stop: int) -> bool:
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
