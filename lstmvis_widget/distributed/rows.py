"""A Dask array as rows of states, which are computed in this process."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.states.rows import Stretch

from .computing import ChunkComputer
from .given import dtype_read, of_numpy, with_whole_rows
from .joining import joined
from .lazy_dask import Array


class DaskRows:
    """Rows of a Dask array (T, D), or of an array (B, T, D) whose members are joined before they are read.

    Parameters
    ----------
    array : dask.array.Array
        Of any chunks, whose sizes are known.

    Notes
    -----
    Chunks are computed by the scheduler that Dask is set to on this machine, by default in threads.
    """

    block_bytes = 2**23
    """Size of the blocks in which all rows are read: of several small chunks, so that Dask's threads have work."""

    undivided_bytes = 2**26
    """Chunks up to this size are blocks of their own."""

    how_to_have_other_chunks = (
        "Its chunks are computed each time: write it once, in chunks of fewer rows and of all cells, as with "
        "dask.array.to_zarr(states.rechunk({0: 'auto', 1: -1}), path), and give dask.array.from_zarr(path)"
    )
    """What to do where these chunks cost time."""

    def __init__(self, array: Array) -> None:
        self.array = with_whole_rows(of_numpy(array))
        self.shape: tuple[int, ...] = tuple(self.array.shape)
        self.dtype: np.dtype[Any] = dtype_read(self.array)
        self.chunks = self.array.chunks

    def like(self, array: Array) -> Self:
        """Rows of another array, worked on in the same way."""
        return type(self)(array)

    def joined(self, stretches: Sequence[Stretch], dtype: np.dtype[Any]) -> Self:
        """Rows of the same kind: those of several stretches of such rows, one after the other."""
        parts = [(each.source.array, each.member, each.start, each.stop) for each in stretches]
        return self.like(joined(parts, dtype))

    def __getitem__(self, key: Any) -> NDArray[Any]:
        if isinstance(key, tuple):
            member, rows = key
            return self.like(self.array[member])[rows]
        start, stop, _ = key.indices(self.shape[0])
        if start >= stop:
            return np.empty((0, self.shape[1]), self.dtype)
        first = int(np.searchsorted(self._bounds, start, side="right")) - 1
        end = int(np.searchsorted(self._bounds, stop))
        chunks = self._computer(first, end)
        chunks[-1] = chunks[-1][: stop - int(self._bounds[end - 1])]
        chunks[0] = chunks[0][start - int(self._bounds[first]) :]
        return chunks[0] if len(chunks) == 1 else np.concatenate(chunks)

    @cached_property
    def _bounds(self) -> NDArray[np.int64]:
        return np.cumsum((0, *self.chunks[0])).astype(np.int64)

    @cached_property
    def _computer(self) -> ChunkComputer:
        return ChunkComputer(self.array)

    def __getstate__(self) -> dict[str, Any]:
        return {"array": self.array}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__init__(state["array"])  # type: ignore[misc]
