"""Datasets that grow by rows, compressed or not, in a file that can be read at any moment."""

from __future__ import annotations

from typing import Any

import h5py
import numpy as np
from numpy.typing import DTypeLike, NDArray

CHUNK_BYTES = 256 * 1024
"""Size of a chunk. It holds whole rows, since readers ask for ranges of rows."""

NARROW_CHUNK_BYTES = 32 * 1024
"""The same for rows of one number."""

COMPRESSIONS = (None, "gzip", "lzf")

Shape = tuple[int, ...]


def chunk_rows(row_bytes: int, most: int | None = None) -> int:
    """How many rows a chunk holds: at least one, at most ``most``."""
    rows = max(1, (CHUNK_BYTES if row_bytes > 8 else NARROW_CHUNK_BYTES) // max(1, row_bytes))
    return rows if most is None else max(1, min(rows, most))


class GrowingDataset:
    """A dataset of shape (n, …) to which rows are appended.

    Parameters
    ----------
    group : h5py.Group
    key : str
        Its name in the group.
    row_shape : tuple of int
    dtype : dtype
    most : int, optional
        The greatest number of rows, if it is known.
    **storage
        Passed on to ``create_dataset``.
    """

    def __init__(
        self, group: h5py.Group, key: str, row_shape: Shape, dtype: DTypeLike, most: int | None = None, **storage: Any
    ) -> None:
        dtype = np.dtype(dtype)
        rows = chunk_rows(int(np.prod(row_shape)) * dtype.itemsize, most)
        self.dataset = group.create_dataset(
            key, (0, *row_shape), dtype, maxshape=(None, *row_shape), chunks=(rows, *row_shape), **storage
        )
        self.rows = 0

    def append(self, values: NDArray[Any]) -> None:
        """Add rows at the end, over any that a failed append has left there."""
        self.dataset.resize(self.rows + len(values), axis=0)
        if len(values):
            self.dataset[self.rows :] = values
        self.rows += len(values)

    def flush(self) -> None:
        """Write the appended rows to disk."""
        self.dataset.flush()

    def finish(self) -> None:
        """Say that no more rows come."""


class PackedDataset(GrowingDataset):
    """Compressed rows in a file that can be read while it is written.

    Each chunk is compressed once, when it is full, because a chunk that is written again takes up its space again.
    Until then its rows lie uncompressed in a second dataset. That one has two slots: rows are written into the slot
    that isn't valid yet.

    Parameters are those of `GrowingDataset`, and ``waiting``, the group of the second dataset.
    """

    def __init__(
        self, group: h5py.Group, key: str, row_shape: Shape, dtype: DTypeLike, *, waiting: h5py.Group, **storage: Any
    ) -> None:
        super().__init__(group, key, row_shape, dtype, **storage)
        self._chunk = self.dataset.chunks[0]
        self._waiting = preallocated_dataset(waiting, key, (2, self._chunk, *row_shape), dtype)
        self._rest: NDArray[Any] = np.empty((0, *row_shape), dtype)
        self._slot = 0

    def append(self, values: NDArray[Any]) -> None:
        """Compress the chunks that are now full, and write the remaining rows into the slot that isn't valid."""
        rows = np.concatenate([self._rest, values])
        full = len(rows) - len(rows) % self._chunk
        if full:
            super().append(rows[:full])
        self._rest = rows[full:].copy()
        self._slot = 1 - self._slot
        if len(self._rest):
            self._waiting[self._slot, : len(self._rest)] = self._rest

    def flush(self) -> None:
        """Write the appended rows to disk."""
        super().flush()
        self._waiting.flush()

    def finish(self) -> None:
        """Compress the rows whose chunk never became full."""
        super().append(self._rest)


def preallocated_dataset(group: h5py.Group, key: str, shape: Shape, dtype: DTypeLike) -> h5py.Dataset:
    """Make a dataset whose space is allocated at once, so that writing to it changes nothing else in the file."""
    properties = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    properties.set_alloc_time(h5py.h5d.ALLOC_TIME_EARLY)
    created = h5py.h5d.create(
        group.id, key.encode(), h5py.h5t.py_create(np.dtype(dtype)), h5py.h5s.create_simple(shape), properties
    )
    return h5py.Dataset(created)
