"""Disk space, reserved before HDF5 writes: after a failed write HDF5 can neither go on nor close the file."""

from __future__ import annotations

import ctypes
import errno
import os
import re
import shutil
from pathlib import Path
from typing import Any

import h5py

DISK_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
"""Error numbers of the system that mean that a file can't grow."""

AHEAD_BYTES = 4 * 2**20
"""Reserved beyond what is needed, so that not every block has to reserve more."""

SPARE_BYTES = 2**20
"""Bytes that HDF5 needs besides the values, at most."""


class ReservedSpace:
    """The disk space reserved for a file.

    Parameters
    ----------
    file : h5py.File
        Open for writing.
    """

    def __init__(self, file: h5py.File) -> None:
        self._file, self._path = file, Path(file.filename)
        self._reserved = 0
        self.reserve(0)

    def reserve(self, size: int) -> None:
        """Make sure that ``size`` bytes can be added; where they can't, raise OSError before any is written."""
        used = self._file.id.get_filesize()
        needed = used + size + SPARE_BYTES
        if needed <= self._reserved:
            return
        wanted = needed + AHEAD_BYTES
        if hasattr(os, "posix_fallocate"):
            try:
                _allocate(self._file, self._reserved, wanted)
            except OSError:
                wanted = needed
                _allocate(self._file, self._reserved, wanted)
        elif shutil.disk_usage(self._path.parent).free < wanted - self._reserved:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        self._reserved = wanted

    def release_unused(self) -> None:
        """Cut off the reserved space that wasn't used. The file is closed; its superblock says where it ends."""
        with self._path.open("rb") as file:
            file.seek(28)
            end = int.from_bytes(file.read(8), "little")
        if 0 < end < self._path.stat().st_size:
            os.truncate(self._path, end)


def _allocate(file: h5py.File, start: int, stop: int) -> None:
    if stop > start:
        os.posix_fallocate(file.id.get_vfd_handle(), start, stop - start)


def abandon_file(file: h5py.File, writer: Any) -> None:
    """Leave a file as it is after HDF5 has failed to write to it, and keep its writer alive for good.

    Closing the file could crash the process, and at exit HDF5 would write to it again and damage the complete steps.
    So its descriptor is replaced by one that can only read, and the writer is never freed, not even at interpreter
    exit. Other processes can open the file; this process keeps it open.
    """
    ctypes.pythonapi.Py_IncRef(ctypes.py_object(writer))
    reading = os.open(file.filename, os.O_RDONLY)
    os.dup2(reading, file.id.get_vfd_handle())
    os.close(reading)


def error_number(error: BaseException) -> int | None:
    """The system's number of an error, which HDF5 puts into its message."""
    if isinstance(error, OSError) and error.errno:
        return error.errno
    found = re.search(r"errno = (\d+)", str(error))
    return int(found[1]) if found else None
