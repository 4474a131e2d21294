"""Datasets that lie in their file as an array does in memory, read past the HDF5 library.

The library reads for one thread at a time, and holds the interpreter's lock meanwhile. The system reads for several.
"""

from __future__ import annotations

import os
import weakref
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray


class PlainRows:
    """The rows of a dataset (T, D) whose values lie one after the other in a file; see `plain_rows`.

    Parameters
    ----------
    descriptor : int
        Of the file, open for reading. It is closed once nobody holds this object.
    offset : int
        Where the values begin in the file.
    shape : (int, int)
    dtype : numpy dtype
    """

    def __init__(self, descriptor: int, offset: int, shape: tuple[int, int], dtype: np.dtype[Any]) -> None:
        self._descriptor, self._offset, self._shape, self._dtype = descriptor, offset, shape, dtype
        weakref.finalize(self, os.close, descriptor)

    def read(self, start: int, stop: int) -> NDArray[Any]:
        """Rows ``start`` to ``stop``, in the byte order of the file; several threads may read at once.

        Raises
        ------
        OSError
            They can't be read, or the file ends before them.
        """
        values = np.empty((stop - start, self._shape[1]), self._dtype)
        left: memoryview = values.reshape(-1).view(np.uint8).data
        at = self._offset + start * self._shape[1] * self._dtype.itemsize
        while left:
            got = os.preadv(self._descriptor, [left], at)
            if got == 0:
                raise OSError("the file ends before them")
            left, at = left[got:], at + got
        return values


def plain_rows(dataset: Any) -> PlainRows | None:
    """The rows of a dataset, if they can be read past the HDF5 library with the same result; else None.

    They can where the file is open for reading only, and the dataset lies in it whole and in one piece, neither packed
    nor converted.
    """
    if not (isinstance(dataset, h5py.Dataset) and hasattr(os, "preadv") and _is_plain(dataset)):
        return None
    # Opened anew: the library's own descriptor carries its lock of the file.
    try:
        descriptor = os.open(dataset.file.filename, os.O_RDONLY)
    except OSError:
        return None
    if os.path.sameopenfile(descriptor, dataset.file.id.get_vfd_handle()):
        return PlainRows(descriptor, dataset.id.get_offset(), dataset.shape, dataset.dtype)
    os.close(descriptor)
    return None


def _is_plain(dataset: h5py.Dataset) -> bool:
    file, dtype = dataset.file, dataset.dtype
    if file.mode != "r" or file.swmr_mode or file.driver != "sec2" or file.userblock_size:
        return False
    if dataset.ndim != 2 or dtype.kind not in "fiu" or dtype.metadata or dataset.is_virtual or dataset.external:
        return False
    return bool(
        dataset.id.get_create_plist().get_layout() == h5py.h5d.CONTIGUOUS
        and dataset.id.get_offset() is not None
        and dataset.id.get_storage_size() == dataset.size * dtype.itemsize
    )
