"""Chunks of a Dask array, computed in this process: several by one small graph, which is cut from the array's own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.given.arrays import as_numpy
from lstmvis_widget.work.memory import free_memory

from .lazy_dask import Array, base, core, dask, optimization, utils
from .shared_tasks import given_value, shared_by

SCHEDULERS = ("threads", "threading", "sync", "synchronous", "single-threaded", "processes", "multiprocessing")
"""Dask's names of its schedulers on this machine."""

TASK_BYTES = 2**21
"""Chunks smaller than this are computed together, by one task."""

Values = NDArray[Any]
Work = Callable[[], list[Any]]


class ChunkComputer:
    """Computes chunks of an array whose chunks follow each other.

    Parameters
    ----------
    array : dask.array.Array of shape (T, D)
        With one chunk along the cells.

    Notes
    -----
    Dask's own way, ``array[start:stop].compute()``, looks at the graph of the whole array for each read. Here that
    is done once, and each read takes its own tasks out of it. What all chunks need, such as the mean over all steps
    that they are centred by, is computed once, with the first read.
    """

    def __init__(self, array: Array) -> None:
        self._keys: list[Any] = list(core.flatten(array.__dask_keys__()))
        self._bounds = np.cumsum((0, *array.chunks[0]))
        self._cells = array.shape[1]
        self._chunk_bytes = np.diff(self._bounds) * self._cells * array.dtype.itemsize
        self._graph: dict[Any, Any] = utils.ensure_dict(array.__dask_graph__(), copy=True)
        wanted = shared_by(self._graph, self._keys)
        if wanted:
            [values] = _computed([self._work(wanted)])
            if sum(getattr(value, "nbytes", 0) for value in values) <= free_memory() // 2:
                self._graph |= {key: given_value(value) for key, value in zip(wanted, values, strict=True)}

    def __call__(self, first: int, end: int) -> list[Values]:
        """The chunks ``first`` up to ``end``.

        Raises
        ------
        OSError
            One of them can't be computed; the message says which, with its rows.
        """
        keys = self._keys[first:end]
        try:
            computed = _computed([self._work(keys[start:stop]) for start, stop in self._groups(first, end)])
            chunks = [chunk for some in computed for chunk in some]
            return [self._checked(chunk, number) for number, chunk in enumerate(chunks, first)]
        except Exception:  # noqa: BLE001  (of any library)
            return [self._alone(number) for number in range(first, end)]  # raises, and says which it is

    def _alone(self, number: int) -> Values:
        try:
            [[chunk]] = _computed([self._work([self._keys[number]])])
            return self._checked(chunk, number)
        except Exception as error:
            start, stop = self._bounds[number : number + 2].tolist()
            msg = (
                f"chunk {number}, rows {start} to {stop}, which is the task {self._keys[number]!r}: "
                f"{type(error).__name__}: {error}"
            )
            raise OSError(msg) from error

    def _checked(self, chunk: Any, number: int) -> Values:
        values = as_numpy(chunk)
        expected = int(self._bounds[number + 1] - self._bounds[number]), self._cells
        if values.shape != expected:
            msg = f"it has shape {values.shape}, where the Dask array says {expected}"
            raise ValueError(msg)
        return values

    def _work(self, keys: Sequence[Any]) -> Work:
        """Computes these one after the other, in the thread that calls it."""
        return partial(core.get, optimization.cull(self._graph, list(keys))[0], list(keys))

    def _groups(self, first: int, end: int) -> list[tuple[int, int]]:
        """Small chunks together, counted from the first."""
        sizes = np.cumsum(self._chunk_bytes[first:end])
        bounds = np.flatnonzero(np.diff(sizes // TASK_BYTES)) + 1
        return list(pairwise([0, *bounds.tolist(), end - first]))


def _computed(works: Sequence[Work]) -> list[list[Any]]:
    """What they return; they run at once, by the scheduler that the user chose for this machine, by default threads."""
    chosen = dask.config.get("scheduler", None)
    scheduler = base.get_scheduler(scheduler=chosen if chosen in SCHEDULERS else "threads")
    names = [f"rows-{number}" for number in range(len(works))]
    try:
        found: list[list[Any]] = list(
            scheduler({name: (work,) for name, work in zip(names, works, strict=True)}, names)
        )
    except RuntimeError as error:
        if "start new thread" not in str(error):  # as in Pyodide
            raise
        return [work() for work in works]
    return found
