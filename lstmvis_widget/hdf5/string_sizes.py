"""How many bytes strings of variable length take, before any is read: several may share the same bytes of a file."""

from __future__ import annotations

import ctypes
from pathlib import Path

import h5py
import numpy as np


def string_bytes(dataset: h5py.Dataset, start: int, stop: int) -> int | None:
    """The bytes of the strings in the rows [start, stop) of a dataset; None where HDF5 can't be asked.

    A string of variable length is stored as its length (4 bytes), and where it lies.
    """
    offset = dataset.id.get_offset()
    if offset is None or dataset.id.get_storage_size() == 0:
        return _asked(dataset, start, stop)
    address_size, _ = dataset.file.id.get_create_plist().get_sizes()
    each = np.dtype([("length", "<u4"), ("place", "V", address_size + 4)])
    row = int(np.prod(dataset.shape[1:]))
    with Path(dataset.file.filename).open("rb") as file:
        file.seek(offset + start * row * each.itemsize)
        found = np.fromfile(file, each, (stop - start) * row)
    return int(found["length"].sum(dtype=np.int64))


def _asked(dataset: h5py.Dataset, start: int, stop: int) -> int | None:
    """The same by HDF5, which looks at each string. h5py lacks this function; it may not be found, as on Windows."""
    try:
        ask = ctypes.CDLL(h5py.h5p.__file__).H5Dvlen_get_buf_size
    except (OSError, AttributeError):
        return None
    ask.argtypes, ask.restype = [*[ctypes.c_int64] * 3, ctypes.POINTER(ctypes.c_uint64)], ctypes.c_int
    rows = dataset.id.get_space()
    rows.select_hyperslab((start, *(0,) * (dataset.ndim - 1)), (stop - start, *dataset.shape[1:]))
    kind, size = dataset.id.get_type(), ctypes.c_uint64()
    failed = ask(dataset.id.id, kind.id, rows.id, ctypes.byref(size)) < 0
    return None if failed else int(size.value)
