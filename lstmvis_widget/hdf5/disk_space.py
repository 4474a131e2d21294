"""Space on the disk, taken before HDF5 writes into it: once a write has failed, HDF5 can neither go on nor end."""

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
"""What the system says where a file may not grow."""

AHEAD_BYTES = 4 * 2**20
"""Taken at once, so that not every block has to ask for more."""

SPARE_BYTES = 2**20
"""What HDF5 needs besides the values, at most."""


class ReservedSpace:
    """The space that a file has on the disk.

    Parameters
    ----------
    file : h5py.File
        Open to be written.
    """

    def __init__(self, file: h5py.File) -> None:
        self._file, self._path = file, Path(file.filename)
        self._reserved = 0
        self.reserve(0)

    def reserve(self, size: int) -> None:
        """Make sure that this many bytes can be added, or raise OSError before any is."""
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
        """Cut off what was taken and not used, of a file that has been closed; its superblock says where it ends."""
        with self._path.open("rb") as file:
            file.seek(28)
            end = int.from_bytes(file.read(8), "little")
        if 0 < end < self._path.stat().st_size:
            os.truncate(self._path, end)


def _allocate(file: h5py.File, start: int, stop: int) -> None:
    if stop > start:
        os.posix_fallocate(file.id.get_vfd_handle(), start, stop - start)


def abandon_file(file: h5py.File, writer: Any) -> None:
    """Leave a file as it is after HDF5 has failed to write to it, and keep what holds it.

    Closing or forgetting it could end the process, and when the process ends HDF5 would write to it again and spoil
    what is complete. So its descriptor can only read from now on, and the writer is kept for good, also when Python
    ends. Another process can open the file; this one can't let go of it any more.
    """
    ctypes.pythonapi.Py_IncRef(ctypes.py_object(writer))
    reading = os.open(file.filename, os.O_RDONLY)
    os.dup2(reading, file.id.get_vfd_handle())
    os.close(reading)


def error_number(error: BaseException) -> int | None:
    """The system's number of an error; HDF5 puts it into its message."""
    if isinstance(error, OSError) and error.errno:
        return error.errno
    found = re.search(r"errno = (\d+)", str(error))
    return int(found[1]) if found else None
