"""Datasets that grow by rows, in a file that can be read at any moment, also of what is packed."""

from __future__ import annotations

from typing import Any

import h5py
import numpy as np
from numpy.typing import DTypeLike, NDArray

CHUNK_BYTES = 256 * 1024
"""Size of a chunk: some rows, all cells of each, as pages and blocks ask for ranges of rows."""

NARROW_CHUNK_BYTES = 32 * 1024
"""The same where a row is one number."""

COMPRESSIONS = (None, "gzip", "lzf")

Shape = tuple[int, ...]


def chunk_rows(row_bytes: int, most: int | None = None) -> int:
    """Rows a chunk, at least one."""
    rows = max(1, (CHUNK_BYTES if row_bytes > 8 else NARROW_CHUNK_BYTES) // max(1, row_bytes))
    return rows if most is None else max(1, min(rows, most))


class GrowingDataset:
    """A dataset of shape (n, …) that rows are appended to.

    Parameters
    ----------
    group : h5py.Group
    key : str
        Its name in the group.
    across : tuple of int
        Shape of a row.
    dtype : dtype
    most : int, optional
        How many rows there will be at most, where that is known.
    **storage
        Passed on to ``create_dataset``.
    """

    def __init__(
        self, group: h5py.Group, key: str, across: Shape, dtype: DTypeLike, most: int | None = None, **storage: Any
    ) -> None:
        dtype = np.dtype(dtype)
        rows = chunk_rows(int(np.prod(across)) * dtype.itemsize, most)
        self.dataset = group.create_dataset(
            key, (0, *across), dtype, maxshape=(None, *across), chunks=(rows, *across), **storage
        )
        self.rows = 0

    def append(self, values: NDArray[Any]) -> None:
        """Add the rows after those there are. What an append that failed has left there is overwritten."""
        self.dataset.resize(self.rows + len(values), axis=0)
        if len(values):
            self.dataset[self.rows :] = values
        self.rows += len(values)

    def flush(self) -> None:
        """Hand to the system what was appended."""
        self.dataset.flush()

    def finish(self) -> None:
        """Nothing is appended any more."""


class PackedDataset(GrowingDataset):
    """Rows that are compressed, in a file that can be read while it is written.

    Each chunk is packed once, when it is full: what is rewritten in such a file takes its space anew. Until then its
    rows lie in a dataset beside it, unpacked, which has two places for them: what is written next goes into the one
    that isn't valid yet.

    Parameters are those of `GrowingDataset`, and ``waiting``, the group for the dataset beside it.
    """

    def __init__(
        self, group: h5py.Group, key: str, across: Shape, dtype: DTypeLike, *, waiting: h5py.Group, **storage: Any
    ) -> None:
        super().__init__(group, key, across, dtype, **storage)
        self._chunk = self.dataset.chunks[0]
        self._waiting = preallocated_dataset(waiting, key, (2, self._chunk, *across), dtype)
        self._rest: NDArray[Any] = np.empty((0, *across), dtype)
        self._slot = 0

    def append(self, values: NDArray[Any]) -> None:
        """Pack the chunks that are full now, and put the other rows where those before them aren't."""
        rows = np.concatenate([self._rest, values])
        full = len(rows) - len(rows) % self._chunk
        if full:
            super().append(rows[:full])
        self._rest = rows[full:].copy()
        self._slot = 1 - self._slot
        if len(self._rest):
            self._waiting[self._slot, : len(self._rest)] = self._rest

    def flush(self) -> None:
        """Hand to the system what was appended."""
        super().flush()
        self._waiting.flush()

    def finish(self) -> None:
        """Pack the rows that have waited for their chunk to be full."""
        super().append(self._rest)


def preallocated_dataset(group: h5py.Group, key: str, shape: Shape, dtype: DTypeLike) -> h5py.Dataset:
    """A dataset whose place in the file is there from the beginning, so that writing to it changes nothing else."""
    properties = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    properties.set_alloc_time(h5py.h5d.ALLOC_TIME_EARLY)
    created = h5py.h5d.create(
        group.id, key.encode(), h5py.h5t.py_create(np.dtype(dtype)), h5py.h5s.create_simple(shape), properties
    )
    return h5py.Dataset(created)
