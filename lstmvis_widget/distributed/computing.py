"""Chunks of a Dask array, computed in this process: several by one small graph, which is cut from the array's own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.given.arrays import as_numpy

from .graph_values import files_in
from .lazy_dask import Array, base, core, dask, optimization, utils
from .shared_tasks import SharedValues, is_task

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
    that they are centred by, is computed once, with the first read; and what a read shares with the next chunk, such as
    the file that both are cut from, is kept for it.
    """

    def __init__(self, array: Array) -> None:
        self._keys: list[Any] = list(core.flatten(array.__dask_keys__()))
        self._bounds = np.cumsum((0, *array.chunks[0]))
        self._cells = array.shape[1]
        self._chunk_bytes = np.diff(self._bounds) * self._cells * array.dtype.itemsize
        self._graph: dict[Any, Any] = utils.ensure_dict(array.__dask_graph__(), copy=True)
        self._shared = SharedValues(self._graph)
        self._computing = threading.Lock()
        wanted = self._shared.by(self._keys[0], self._keys[-1])
        if wanted:
            self._shared.keep_always(wanted, self._values(wanted))

    def __call__(self, first: int, end: int) -> list[Values]:
        """The chunks ``first`` up to ``end``.

        Raises
        ------
        OSError
            One of them can't be computed; the message says which, with its rows.
        """
        with self._computing:
            try:
                return self._checked(self._chunks(first, end), first)
            except Exception:  # noqa: BLE001  (of any library)
                return [self._alone(number) for number in range(first, end)]  # raises, and says which it is

    def _chunks(self, first: int, end: int) -> list[Any]:
        keys = self._keys[first:end]
        of_next = self._shared.by(self._keys[end - 1], self._keys[end]) if end < len(self._keys) else []
        groups = [] if of_next else self._apart(keys, self._chunk_bytes[first:end])
        if groups:
            return [chunk for chunks in _at_once(groups) for chunk in chunks]
        values = self._values([*keys, *of_next])
        self._shared.keep_for_next(of_next, values[len(keys) :])
        return values[: len(keys)]

    def _apart(self, keys: Sequence[Any], sizes: NDArray[Any]) -> list[Work]:
        """The work on small chunks, several together; none where one would do work of another again."""
        bounds = np.flatnonzero(np.diff(np.cumsum(sizes) // TASK_BYTES)) + 1
        works: list[Work] = []
        seen: set[Any] = set()
        for start, stop in pairwise([0, *bounds.tolist(), len(keys)]):
            some = list(keys[start:stop])
            graph, needs = optimization.cull(self._graph, some)
            if any(is_task(graph, needs, key) and not self._shared.has(key) for key in seen & graph.keys()):
                return []
            seen |= graph.keys()
            works.append(partial(core.get, graph, some))
        return works

    def _values(self, keys: Sequence[Any]) -> list[Any]:
        """The values of these keys; tasks run at once as Dask sees fit."""
        return _scheduled(optimization.cull(self._graph, list(keys))[0], list(keys))

    def _alone(self, number: int) -> Values:
        key = self._keys[number]
        try:
            return self._checked(self._values([key]), number)[0]
        except Exception as error:
            start, stop = self._bounds[number : number + 2].tolist()
            files = files_in(optimization.cull(self._graph, [key])[0].values())
            msg = (
                f"chunk {number}, rows {start} to {stop}{f', of {files}' * bool(files)}, which is the task {key!r}: "
                f"{type(error).__name__}: {error}"
            )
            raise OSError(msg) from error

    def _checked(self, chunks: Sequence[Any], first: int) -> list[Values]:
        found = list(map(as_numpy, chunks))
        for number, values in enumerate(found, first):
            expected = int(self._bounds[number + 1] - self._bounds[number]), self._cells
            if values.shape != expected:
                msg = f"it has shape {values.shape}, where the Dask array says {expected}"
                raise ValueError(msg)
        return found


def _at_once(works: Sequence[Work]) -> list[list[Any]]:
    """What they return, each of which is one task."""
    return _scheduled({f"rows-{number}": (work,) for number, work in enumerate(works)})


def _scheduled(graph: Mapping[Any, Any], keys: Sequence[Any] | None = None) -> list[Any]:
    """Values of a graph, by default all, by the scheduler that the user chose for this machine: threads by default."""
    wanted = list(graph) if keys is None else list(keys)
    chosen = dask.config.get("scheduler", None)
    scheduler = base.get_scheduler(scheduler=chosen if chosen in SCHEDULERS else "threads")
    try:
        return list(scheduler(graph, wanted))
    except RuntimeError as error:
        if "start new thread" not in str(error):  # as in Pyodide
            raise
        return list(core.get(graph, wanted))
