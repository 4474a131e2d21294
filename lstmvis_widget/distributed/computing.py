"""Chunks of a Dask array, computed in this process: several by one small graph, which is cut from the array's own."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.given.arrays import as_numpy

from .lazy_dask import Array, base, core, dask, optimization, utils

SCHEDULERS = ("threads", "threading", "sync", "synchronous", "single-threaded", "processes", "multiprocessing")
"""Dask's names of its schedulers on this machine."""

TASK_BYTES = 2**21
"""Chunks smaller than this are computed together, by one task."""

Graph = dict[Any, Any]


class ChunkComputer:
    """Computes chunks of an array whose blocks lie one after the other.

    Parameters
    ----------
    array : dask.array.Array of shape (T, D)
        With one chunk along the cells.

    Notes
    -----
    Dask's own way, ``array[start:stop].compute()``, looks at the graph of the whole array for each read. Here that
    is done once, and each read takes its own tasks out of it.
    """

    def __init__(self, array: Array) -> None:
        self.array = array
        self._graph: Graph = utils.ensure_dict(array.__dask_graph__())
        self._keys: list[Any] = list(core.flatten(array.__dask_keys__()))
        self._chunk_bytes = [rows * array.shape[1] * array.dtype.itemsize for rows in array.chunks[0]]

    def __call__(self, first: int, end: int) -> list[NDArray[Any]]:
        """The chunks ``first`` up to ``end``."""
        tasks = self._tasks(first, end)
        names = [("rows", place) for place in range(len(tasks))]
        computed = _scheduler()(dict(zip(names, ((task,) for task in tasks), strict=True)), names)
        return [as_numpy(chunk) for chunks in computed for chunk in chunks]

    def _tasks(self, first: int, end: int) -> list[Any]:
        """Functions without arguments: each computes some chunks that follow each other."""
        return [partial(core.get, optimization.cull(self._graph, keys)[0], keys) for keys in self._groups(first, end)]

    def _groups(self, first: int, end: int) -> list[Sequence[Any]]:
        sizes = np.cumsum(self._chunk_bytes[first:end])
        numbers = (sizes - 1) // TASK_BYTES
        bounds = [0, *(np.flatnonzero(np.diff(numbers)) + 1).tolist(), end - first]
        keys = self._keys[first:end]
        return [keys[begin:stop] for begin, stop in pairwise(bounds)]


def _scheduler() -> Any:
    """The scheduler that the user has chosen for this machine, by default threads: never a cluster."""
    chosen = dask.config.get("scheduler", None)
    return base.get_scheduler(scheduler=chosen if chosen in SCHEDULERS else "threads")
