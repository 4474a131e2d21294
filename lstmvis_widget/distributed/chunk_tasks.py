"""One function for each chunk of an array, run where the chunk is.

Only what the function returns is kept. A chunk is a task of the cluster, with the array's own tasks before it, so that
whatever the array is made of stays what it was: files, results that the cluster holds, long computations. An array of
very many small chunks would keep the scheduler busy for longer than the workers; some of its chunks make one task.
"""

from __future__ import annotations

import itertools
import math
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.states.folding import is_for_rows, within
from lstmvis_widget.work.blocks import Block
from lstmvis_widget.work.cancelling import Check, Report, not_reported

from . import faults
from .lazy_dask import blockwise, da, distributed, highlevelgraph, layers
from .waiting import wait_until

OfChunk = Callable[[NDArray[Any], Any], Any]
"""Takes the values of some successive rows, and the slices that they are, rows first; can be pickled. One that holds
something for each row may have a method ``within(start, stop)``, as in `lstmvis_widget.states.folding`."""

SMALL = 2**23
"""Chunks of fewer bytes are put together, where there are many."""

TOGETHER = 2**25
"""Bytes of the chunks that are put together."""

MANY = 16
"""So many chunks for each thread of the cluster are many."""


@dataclass(frozen=True)
class ChunkTasks:
    """The tasks of all chunks, in the order of the rows.

    Parameters
    ----------
    rows : list of (int, int)
        The rows [start, stop) of each task.
    futures : list of distributed.Future
    """

    rows: list[Block]
    futures: list[Any]


def over_chunks(client: Any, array: Any, function: OfChunk, threads: int) -> ChunkTasks:
    """Begin the tasks of an array (T, D) whose chunks hold whole rows.

    ``threads`` is how many tasks the cluster runs at once.
    """
    ends = np.cumsum([0, *array.chunks[0]])
    count = len(array.chunks[0])
    size = array.nbytes / max(1, count)
    if count > MANY * threads and size < SMALL and not distributed.futures_of(array):
        return _of_groups(client, array, function, _grouped(ends, max(1, round(TOGETHER / max(1, size)))))
    rows = list(zip(ends[:-1].tolist(), ends[1:].tolist(), strict=True))
    name = f"{_name_of(function)}-{uuid.uuid4().hex}"
    places = layers.ArraySliceDep(array.chunks)
    if is_for_rows(function):
        functions = _functions_of(function, rows, f"for-{name}")
        given = [functions.name, "ij", array.name, "ij", places, "ij"]
        needed = [functions, array]
    else:
        given, needed = [array.name, "ij", places, "ij"], [array]
    blocks = {each.name: array.numblocks for each in needed}
    call = called if is_for_rows(function) else function
    layer = blockwise.blockwise(call, name, "ij", *given, numblocks=blocks)
    graph = highlevelgraph.HighLevelGraph.from_collections(name, layer, dependencies=needed)
    tasks = da.Array(graph, name, (array.chunks[0], (1,)), meta=np.empty((0, 0), object))
    futures = {future.key: future for future in distributed.futures_of(client.persist(tasks))}
    return ChunkTasks(rows, [futures[name, place, 0] for place in range(count)])


def _functions_of(function: OfChunk, rows: list[Block], name: str) -> Any:
    """An array that has as many chunks, each of which is the function for the rows there."""
    each = {(name, place, 0): within(function, *these) for place, these in enumerate(rows)}
    graph = highlevelgraph.HighLevelGraph.from_collections(name, each)
    return da.Array(graph, name, ((1,) * len(rows), (1,)), meta=np.empty((0, 0), object))


def called(function: OfChunk, values: NDArray[Any], place: Any) -> Any:
    """What a function gives that comes as a chunk of its own."""
    return function(values, place)


def _name_of(function: OfChunk) -> str:
    return type(function).__name__.lower()


# -------------------------------------------------------------- many small chunks


def _grouped(ends: NDArray[np.int64], together: int) -> list[Block]:
    bounds = [*ends[:-1:together].tolist(), int(ends[-1])]
    return list(itertools.pairwise(bounds))


def _of_groups(client: Any, array: Any, function: OfChunk, groups: list[Block]) -> ChunkTasks:
    held = client.submit(Held(array), pure=False)
    starts, stops = zip(*groups, strict=True)
    given = [held] * len(groups), starts, stops
    if is_for_rows(function):
        futures = client.map(of_group, [within(function, *rows) for rows in groups], *given, pure=False)
    else:  # it is sent once
        futures = client.map(partial(of_group, function), *given, pure=False)
    return ChunkTasks(groups, futures)


@dataclass(frozen=True)
class Held:
    """An array that a worker gets as it is, without its values."""

    array: Any

    def __call__(self) -> Held:
        """Itself: the result of a task that others use."""
        return self


def of_group(function: OfChunk, held: Held, start: int, stop: int) -> Any:
    """What the function gives for these rows, whose chunks are read here, one by one."""
    values = held.array[start:stop].compute(scheduler="synchronous")
    return function(values, (slice(start, stop), slice(0, values.shape[1])))


# ---------------------------------------------------------------------- waiting


class Following:
    """Follows tasks of chunks: how many have ended, and which rows can't be read. Ended ones are released.

    Parameters
    ----------
    tasks : ChunkTasks
    name : str
        What messages call the array.
    progress : callable
        Given the share of the rows done, 0…1.
    """

    def __init__(self, tasks: ChunkTasks, name: str, progress: Report = not_reported) -> None:
        self._left = list(zip(tasks.rows, tasks.futures, strict=True))
        self._name, self._progress = name, progress
        self._total = max(1, sum(stop - start for start, stop in tasks.rows))
        self._shown = math.inf

    def look(self) -> None:
        """Release what has ended; raise OSError where rows can't be read."""
        left = []
        for rows, future in self._left:
            if future.status == "error":
                error = future.exception()
                raise faults.unreadable(f"rows {rows[0]} to {rows[1]} of {self._name}", error) from error
            if future.status == "finished":
                future.release()
            else:
                left.append((rows, future))
        self._left = left
        share = 1 - sum(stop - start for (start, stop), _ in left) / self._total
        if share != self._shown:
            self._shown = share
            self._progress(share)

    def until(self, client: Any, futures: list[Any], check: Check) -> None:
        """Wait until these futures, which are made of the tasks, have ended; they are released if that fails."""
        try:
            wait_until(client, futures, check, self.look)
            self.look()
        except BaseException:
            for future in [*futures, *(future for _, future in self._left)]:
                future.release()
            self._left = []
            raise
